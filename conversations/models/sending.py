"""How sending went: every attempt at a message, and receipts that came before the message's provider id was known."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from channels_app.verdicts import Verdict
from conversations.models.message import Message
from teams.models import Teammate

# What an attempt's outcome is before the provider's answer is known: a person asked for it, a worker has called.
ASKED = "asked"
CALLING = "calling"
SENT = "sent"
REFUSED = [verdict.value for verdict in Verdict]


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def begin(self, message: Message) -> "Attempt":
        """The attempt that a person asked for, else a new one. From here on the provider may have been called."""
        now = timezone.now()
        # Whoever was never claimed was never tried, so nobody can have asked for another try.
        asked = self.filter(message=message, outcome=ASKED).last() if message.claimed_at else None
        if asked is None:
            return self.create(message=message, outcome=CALLING, at=now)
        asked.outcome, asked.at = CALLING, now
        asked.save(update_fields=["outcome", "at"])
        return asked

    def ask(self, message: Message, *, by: Teammate) -> "Attempt":
        return self.create(message=message, outcome=ASKED, by=by)

    def refused_since(self, at: datetime) -> "AttemptQuerySet":
        """Those that the provider did not take, whatever became of their message."""
        return self.filter(outcome__in=REFUSED, at__gte=at)

    def failed_in_a_row(self, message: Message) -> int:
        """How often this message could not be handed over since it was written, or since a person last asked."""
        mine = self.filter(message=message)
        since = mine.filter(by__isnull=False).aggregate(last=Max("pk"))["last"] or 0
        return mine.filter(outcome=Verdict.RETRY, pk__gte=since).count()


class Attempt(models.Model):
    """One try at handing a message to the provider. Kept for good: what a message went through can be read here."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("message"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    # "sent", else a verdict of `channels_app.verdicts`; before it is known ASKED or CALLING.
    outcome = models.CharField(_("outcome"), max_length=12)
    # The provider's own, such as 10/2018278.
    code = models.CharField(_("code"), max_length=40, blank=True)
    detail = models.CharField(_("in words"), max_length=300, blank=True)
    # Who asked for it again; None: Monty itself.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]
        # Nearly all attempts succeed: what did not is found without reading them.
        indexes = [models.Index(fields=["at"], condition=Q(outcome__in=REFUSED), name="attempt_refused")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}".strip()

    def end(self, outcome: str, *, code: str = "", detail: str = "") -> None:
        self.outcome, self.code, self.detail = outcome, code[:40], detail[:300]
        self.save(update_fields=["outcome", "code", "detail"])


class EarlyReceipt(models.Model):
    """A receipt whose message Monty does not know yet: the provider was quicker than its own answer."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=255)
    status = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("early receipt")
        verbose_name_plural = _("early receipts")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id", "status"], name="early_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.external_id}"
