"""How sending went: every attempt at a message, and receipts that came before the message's provider id was known."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Channel
from channels_app.verdicts import Verdict
from conversations.models.message import Message
from conversations.models.message_states import UNDELIVERED
from conversations.models.message_states import UNSENT as TO_SEND
from teams.models import Teammate

# What an attempt's outcome is before the provider's answer is known: a person asked for it, a worker has called.
ASKED = "asked"
CALLING = "calling"
SENT = "sent"
REFUSED = [verdict.value for verdict in Verdict]
# How far back the sweep looks for what came early.
RECENT = timedelta(hours=1)


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

    def forgettable(self, before: datetime) -> "AttemptQuerySet":
        """Of messages whose fate is settled: about all others somebody may still have to decide."""
        return self.filter(at__lt=before).exclude(message__status__in=[*TO_SEND, *UNDELIVERED]).order_by("at")

    def failed_in_a_row(self, message: Message) -> int:
        """How often this message could not be handed over since it was written, or since a person last asked."""
        mine = self.filter(message=message)
        since = mine.filter(by__isnull=False).aggregate(last=Max("pk"))["last"] or 0
        return mine.filter(outcome=Verdict.RETRY, pk__gte=since).count()

    def fail(self, message: Message, *, code: str, detail: str) -> None:
        """The provider took the message, and says now that it could not bring it."""
        taken = self.filter(message=message, outcome=SENT)
        taken.update(outcome=Verdict.PERMANENT, code=code[:40], detail=detail[:300])


class Attempt(models.Model):
    """One try at handing a message to the provider: what a message went through can be read here."""

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
        indexes = [
            # Nearly all attempts succeed: what did not is found without reading them.
            models.Index(fields=["at"], condition=Q(outcome__in=REFUSED), name="attempt_refused"),
            models.Index(fields=["at"], name="attempt_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}".strip()

    def end(self, outcome: str, *, code: str = "", detail: str = "") -> None:
        self.outcome, self.code, self.detail = outcome, code[:40], detail[:300]
        self.save(update_fields=["outcome", "code", "detail"])


# What an early receipt may tell besides a message's status.
EDITED, UNSENT, REACTED = "edited", "unsent", "reacted"


class EarlyReceiptQuerySet(models.QuerySet["EarlyReceipt"]):
    def keep(self, rows: "Iterable[EarlyReceipt]") -> None:
        """Of two edits, or two signs, the later one counts, by the provider's clock."""
        for row in rows:
            if not row.text and row.status != REACTED:
                continue
            older = self.filter(channel=row.channel, external_id=row.external_id, status=row.status, at__lt=row.at)
            older.update(at=row.at, text=row.text)
        EarlyReceipt.objects.bulk_create(rows, ignore_conflicts=True)

    def forget(self, rows: "Iterable[EarlyReceipt]") -> None:
        """They were applied; one that has just been told something newer stays."""
        applied = Q(pk__in=[])
        for row in rows:
            applied |= Q(pk=row.pk, at=row.at)
        self.filter(applied).delete()

    def of(self, channel: Channel, external_ids: Iterable[str]) -> "EarlyReceiptQuerySet":
        return self.filter(channel=channel, external_id__in=external_ids).order_by("at", "pk")

    def came_true(self) -> "EarlyReceiptQuerySet":
        """Recent ones whose message is there by now: it was stored in the very moment in which they were."""
        there = Message.objects.filter(channel=OuterRef("channel"), external_id=OuterRef("external_id"))
        recent = self.filter(received_at__gte=timezone.now() - RECENT).exclude(external_id="")
        return recent.filter(Exists(there)).order_by("at", "pk")

    def forgettable(self, before: datetime) -> "EarlyReceiptQuerySet":
        return self.filter(received_at__lt=before).order_by("received_at")


class EarlyReceipt(models.Model):
    """What a provider tells of a message that Monty does not know yet: it was quicker than its own answer, or than the
    message itself. `status`: the message's, or that it was edited (`text`), unsent or reacted to (`text`: the sign).
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=255)
    status = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    objects = EarlyReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("early receipt")
        verbose_name_plural = _("early receipts")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id", "status"], name="early_receipt_once"),
        ]
        indexes = [models.Index(fields=["received_at"], name="early_receipt_by_age")]

    def __str__(self) -> str:
        return f"{self.status} {self.external_id}"
