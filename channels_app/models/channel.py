"""Channels: the addresses customers write to."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app import secrets
from channels_app.adapters import ADAPTERS
from channels_app.adapters.base import Adapter
from channels_app.adapters.webchat import Webchat
from channels_app.verdicts import Refused, Verdict
from teams.models import Team

logger = logging.getLogger(__name__)
# What `suspend` and `reconnect` write, and by which whoever hears of a saved channel can tell.
SUSPENSION = frozenset({"suspended_at", "suspended_because"})
RENEWAL_LASTS = timedelta(minutes=1)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def webchats(self) -> "ChannelQuerySet":
        """The channels a website's visitors may use now."""
        return self.filter(kind=Webchat.kind, active=True)

    def with_templates(self) -> "ChannelQuerySet":
        """Those whose provider wants templates to be approved."""
        kinds = [adapter.kind for adapter in ADAPTERS.values() if adapter.window.template_after]
        return self.filter(kind__in=kinds, active=True)

    def of_account(self, kind: str, external_id: str) -> "ChannelQuerySet":
        """The channel that is connected to this account of the provider: one at most."""
        return self.filter(kind=kind, external_id=external_id)

    def at_a_provider(self) -> "ChannelQuerySet":
        """Those whose provider knows us by a token, as far as they are in use."""
        kinds = [adapter.kind for adapter in ADAPTERS.values() if adapter.has_webhook]
        return self.filter(kind__in=kinds, active=True, suspended_at=None)

    def connected_to(self, account: str, *, like: "Channel") -> "Channel | None":
        """The channel for which this account's events came to another one's address: of the same kind, and the
        provider signs for it with the same secret, which is what the delivery was verified with.
        """
        secret = like.adapter.signed_with
        other = self.of_account(like.kind, account).filter(active=True).first() if account else None
        return other if other is not None and other.secret(secret) == like.secret(secret) else None

    def carrying(self) -> "ChannelQuerySet":
        """Those that take messages now: neither cut off nor at their provider's limit."""
        rested = Q(paused_until=None) | Q(paused_until__lte=timezone.now())
        return self.filter(rested, suspended_at=None)

    def cut_off(self) -> "ChannelQuerySet":
        """Those on which nothing goes out until a person has reconnected them."""
        return self.filter(active=True, suspended_at__isnull=False)

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
    tells_reading = models.BooleanField(
        _("send read receipts"),
        default=True,
        help_text=_(
            "Customers see when their messages were read and, where the provider ties both together, when "
            "somebody is typing."
        ),
    )
    # A published flow may answer first here (kept by `flows`): until it has decided, nobody is given what came.
    greeted = models.BooleanField(default=False, db_default=False, editable=False)
    # Its token died or its account was stopped: nothing is sent until somebody has reconnected it.
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True, editable=False)
    suspended_because = models.CharField(_("because"), max_length=300, blank=True, editable=False)
    token_expires_at = models.DateTimeField(_("token expires"), null=True, blank=True, editable=False)
    # The provider's limit is reached: nothing is sent before.
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    # A worker is exchanging the access token; one that takes longer than a minute is dead.
    renewing_at = models.DateTimeField(null=True, blank=True, editable=False)

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """No secret reaches the database in the plain, whoever put it into the configuration."""
        for name in self.stored_secrets():
            if not secrets.is_sealed(self.config[name]):
                self.keep_secret(name, self.config[name])
        super().save(*args, **kwargs)

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
    def carries(self) -> bool:
        """As `carrying`, of the row as it was read."""
        return self.suspended_at is None and (self.paused_until is None or self.paused_until <= timezone.now())

    def suspend(self, because: str) -> bool:
        """Send nothing more until a person has reconnected it; True if this is news. What is queued stays queued."""
        with transaction.atomic():
            row = Channel.objects.select_for_update(no_key=True).get(pk=self.pk)
            if row.suspended_at is not None:
                return False
            row.suspended_at, row.suspended_because = timezone.now(), because[:300]
            row.save(update_fields=SUSPENSION)
        logger.warning("channel %s is suspended: %s", self.pk, because)
        return True

    def reconnect(self) -> None:
        """Ask the provider, and if it knows us again, let out what waits. Raises Refused, and nothing has changed."""
        self.adapter.check()
        with transaction.atomic():
            row = Channel.objects.select_for_update(no_key=True).get(pk=self.pk)
            if row.suspended_at is not None:
                row.suspended_at, row.suspended_because = None, ""
                row.save(update_fields=SUSPENSION)
        self.suspended_at, self.suspended_because = None, ""

    def look_after(self) -> str:
        """Prove the token, have it last as long as the provider lets it, note when it ends; the account's name.

        A dead one cuts the channel off now, and not only when somebody is to be answered. Raises Refused.
        """
        try:
            name = self.adapter.check()
        except Refused as refused:
            if refused.verdict == Verdict.RECONNECT:
                self.suspend(refused.detail)
            raise
        self.token_expires_at = self.adapter.token_ends()
        Channel.objects.filter(pk=self.pk).update(token_expires_at=self.token_expires_at)
        return name

    def pause(self, until: datetime) -> bool:
        """The provider wants us to wait. Of two such wishes the longer one counts. True if this is it."""
        shorter = Q(paused_until=None) | Q(paused_until__lt=until)
        return bool(Channel.objects.filter(shorter, pk=self.pk).update(paused_until=until))

    @property
    def label(self) -> str:
        return ADAPTERS[self.kind].label

    # --- Settings of the adapter -----------------------------------------------------------------------------------

    def secret(self, name: str) -> str:
        """A secret of the configuration; "" if there is none. Raises Refused if no key opens it."""
        return secrets.unseal(str(self.config.get(name) or ""))

    def keep_secret(self, name: str, value: str) -> None:
        """Put a secret into the configuration, encrypted. Saves nothing."""
        self.config[name] = secrets.seal(value)

    def configure(self, **values: Any) -> None:
        """Save some settings, secrets encrypted. What is not named stays, also a token renewed a moment ago."""
        with transaction.atomic():
            self.config = self.locked_config()
            for name, value in values.items():
                if name in self.adapter.secret_names():
                    self.keep_secret(name, value)
                else:
                    self.config[name] = value
            if "access_token" in values:
                # Another token ends at another time.
                self.token_expires_at = None
            self.save(update_fields=["config", "token_expires_at"])

    def claim_renewal(self) -> bool:
        """Whether this worker may exchange the access token: one at a time, or the provider takes neither for valid.

        A claim, not a lock: while the provider is asked, nothing else in the database may have to wait.
        """
        now = timezone.now()
        free = Q(renewing_at=None) | Q(renewing_at__lt=now - RENEWAL_LASTS)
        return Channel.objects.filter(free, pk=self.pk).update(renewing_at=now) == 1

    def end_renewal(self) -> None:
        Channel.objects.filter(pk=self.pk).update(renewing_at=None)

    def rotate_secrets(self) -> None:
        """Encrypt every secret with the newest key. Raises Refused, and changes nothing, if no key opens one."""
        with transaction.atomic():
            self.config = self.locked_config()
            self.config |= {name: secrets.renew(self.config[name]) for name in self.stored_secrets()}
            self.save(update_fields=["config"])

    def locked_config(self) -> dict[str, Any]:
        return Channel.objects.select_for_update(no_key=True).get(pk=self.pk).config

    def stored_secrets(self) -> list[str]:
        return [name for name in self.adapter.secret_names() if isinstance(self.config.get(name), str)]
