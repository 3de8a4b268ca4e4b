"""Invitations: a link by which one person makes their own account, once and not for ever."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.people import Team, any_email

signer = Signer(salt="teams.invitation")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Those that still let somebody in. Whose maker no longer works here are void."""
        return self.filter(used_at=None, expires_at__gt=timezone.now(), made_by__is_active=True)

    def for_emails(self, emails: Iterable[str]) -> "InvitationQuerySet":
        """Those of people with one of these addresses, the newest first."""
        return self.filter(any_email(emails)).select_related("team", "made_by").order_by("-pk")

    def forgettable(self, before: datetime) -> "InvitationQuerySet":
        return self.filter(expires_at__lt=before).order_by("expires_at")

    def of_token(self, token: str) -> "Invitation | None":
        """The open invitation whose link this is of."""
        try:
            number = uuid.UUID(hex=signer.unsign(token))
        except (BadSignature, ValueError):
            return None
        return self.open().select_related("team", "made_by").filter(uuid=number).first()


class Invitation(models.Model):
    """For one person. The link is signed, not stored: whoever reads the database gets in by none."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("for whom"), max_length=80, help_text=_("So that you know later whom you sent it to."))
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Whose provider confirms this address may also come in by single sign-on, without the link."),
    )
    role = models.CharField(_("role"), max_length=40)
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("They are in it from the start. Empty: in none yet."),
    )
    own_teams_only = models.BooleanField(
        _("own teams only"), default=False, help_text=_("Their role reaches no further than the teams they are in.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("invited by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("works until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("used by"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["expires_at"], name="invitation_by_age")]
        constraints = [
            models.CheckConstraint(condition=Q(used_by=None) | Q(used_at__isnull=False), name="invitation_used_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.expires_at > timezone.now() and self.made_by.is_active

    @property
    def link(self) -> str:
        """Whoever has it may use it."""
        return settings.PUBLIC_URL + reverse("invitation", args=[signer.sign(self.uuid.hex)])
