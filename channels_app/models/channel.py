"""Channels: the addresses customers write to."""

import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.adapters import ADAPTERS
from channels_app.adapters.base import Adapter
from channels_app.adapters.webchat import Webchat
from teams.models import Team


class ChannelQuerySet(models.QuerySet["Channel"]):
    def webchats(self) -> "ChannelQuerySet":
        """The channels a website's visitors may use now."""
        return self.filter(kind=Webchat.kind, active=True)

    def of_account(self, kind: str, external_id: str) -> "ChannelQuerySet":
        """The channel that is connected to this account of the provider: one at most."""
        return self.filter(kind=kind, external_id=external_id)

    def connected_to(self, account: str, *, like: "Channel") -> "Channel | None":
        """The channel for which this account's events came to another one's address: of the same kind, and the
        provider signs for it with the same secret, which is what the delivery was verified with.
        """
        secret = like.adapter.signed_with
        other = self.of_account(like.kind, account).filter(active=True).first() if account else None
        return other if other is not None and other.secret(secret) == like.secret(secret) else None

    def of_demo_shop(self) -> "Channel | None":
        """The webchat that the demo shop shows: the one marked for it, else any."""
        return self.webchats().filter(config__demo=True).first() or self.webchats().first()


class Channel(models.Model):
    """One address customers write to: a Facebook page, a WhatsApp number, a website's chat, …"""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # No `choices`: a new kind is a new file, not a migration. `clean` checks it.
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("team"),
        help_text=_("All new conversations of this channel go to this team's inbox."),
    )
    external_id = models.CharField(
        _("account id"),
        max_length=100,
        blank=True,
        help_text=_("The provider's id of the page, phone number or account; webhooks carry it."),
    )
    config = models.JSONField(_("configuration"), default=dict, blank=True)
    window = models.DurationField(
        _("reopen window"),
        null=True,
        blank=True,
        help_text=_("How long after the customer's last message it may be reopened. Empty: the kind's own."),
    )
    active = models.BooleanField(_("active"), default=True)
    # Its token died or its account was stopped: nothing is sent until somebody has reconnected it.
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True, editable=False)
    suspended_because = models.CharField(_("because"), max_length=300, blank=True, editable=False)
    token_expires_at = models.DateTimeField(_("token expires"), null=True, blank=True, editable=False)
    # The provider's limit is reached: nothing is sent before.
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "external_id"], condition=~Q(external_id=""), name="account_once_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(window__isnull=True) | Q(window__gt=timedelta(0)), name="channel_window_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind not in ADAPTERS:
            raise ValidationError({"kind": _("Monty knows no channel of this kind.")})

    @property
    def adapter(self) -> Adapter:
        return ADAPTERS[self.kind](self)

    @property
    def webchat(self) -> Webchat:
        """The adapter of a channel known to be a webchat, with what only a webchat can."""
        return Webchat(self)

    def suspend(self, because: str) -> bool:
        """Send nothing more until a person has reconnected it; True if this is news."""
        going = Channel.objects.filter(pk=self.pk, suspended_at=None)
        return going.update(suspended_at=timezone.now(), suspended_because=because[:300]) == 1

    def secret(self, name: str) -> str:
        """A secret of the configuration; "" if there is none."""
        return str(self.config.get(name, ""))

    def keep_secret(self, name: str, value: str) -> None:
        self.config[name] = value

    @property
    def label(self) -> str:
        return ADAPTERS[self.kind].label
