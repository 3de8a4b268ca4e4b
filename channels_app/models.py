"""Channels, and the visitors of webchat channels."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
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

    @property
    def label(self) -> str:
        return ADAPTERS[self.kind].label


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def of_token(self, token: str) -> "VisitorQuerySet":
        return self.filter(token_hash=hashed(token), channel__active=True)


class Visitor(models.Model):
    """A browser that opened a webchat. Becomes a contact when it writes, not before."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="visitors")
    # SHA-256 of a 256-bit random token: reading the database does not let anybody speak as the visitor.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Whom the website has proved this to be; "" for somebody unknown.
    user_id = models.CharField(_("user id"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = VisitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")

    def __str__(self) -> str:
        return self.name or str(self.uuid)

    # A view may ask the framework's questions of whoever is logged in.
    is_authenticated = True

    @property
    def external_id(self) -> str:
        """The channel's id of the person: the website's proved one, so that all their browsers share one thread."""
        return f"user:{self.user_id}" if self.user_id else str(self.uuid)


def hashed(token: str) -> str:
    # A program may send anything as a token, also half a surrogate pair.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def new_token() -> str:
    """256 random bits, safe in a header."""
    return secrets.token_urlsafe(32)
