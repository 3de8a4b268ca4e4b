"""What providers posted, byte for byte, and how often somebody posted what no provider had signed."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models.channel import Channel

# A worker that reads one delivery for longer than this is dead: a full one takes two seconds.
CLAIM_LASTS = timedelta(minutes=1)
# A delivery is read at once; an older unread one lost its task.
OVERDUE = timedelta(seconds=2)
# How often a delivery is read by itself, and how long to wait after each failure: in minutes 4, 16, 64, … up to 11
# days, so that whoever mends Monty (or connects the missing channel) in that time need not think of it.
MOST_TRIES = 8
LATER = [timedelta(minutes=4**tries) for tries in range(1, MOST_TRIES)]

# Characters of a body that its page shows.
MOST_SHOWN = 200_000


class Place(Func):
    """Where bytes stand in a column of bytes, counted from 1; 0: nowhere."""

    output_field = models.IntegerField()
    template = "%(function)s(%(expressions)s)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, words = self.source_expressions
        within = self.copy()
        within.set_source_expressions([words, column])
        return super(Place, within).as_sql(compiler, connection, function="position", arg_joiner=" IN ", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="instr", **context)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def unread(self) -> "DeliveryQuerySet":
        """Those that no living worker has."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
        return self.filter(free, state=Delivery.State.NEW)

    def overdue(self) -> "DeliveryQuerySet":
        """Their task was lost, or their worker died; oldest first."""
        lost = Q(claimed_at__isnull=False) | Q(received_at__lt=timezone.now() - OVERDUE)
        return self.unread().filter(lost).order_by("pk")

    def claim(self, delivery_id: int) -> "Delivery | None":
        """Take a delivery for reading; None when another worker has it or it was read."""
        mine = self.unread().filter(pk=delivery_id)
        if not mine.update(claimed_at=timezone.now(), tries=F("tries") + 1):
            return None
        return self.select_related("channel").get(pk=delivery_id)

    def retry(self) -> int:
        """Back among the unread with the failed ones whose time has come; how many."""
        now, due = timezone.now(), Q()
        for tries, pause in enumerate(LATER, start=1):
            due |= Q(tries=tries, claimed_at__lt=now - pause)
        return self.filter(due, state=Delivery.State.FAILED).update(state=Delivery.State.NEW, claimed_at=None)

    def give_up(self) -> int:
        """Those at which every worker has died: nobody reads them again unasked; how many."""
        hopeless = self.unread().filter(claimed_at__isnull=False, tries__gte=MOST_TRIES)
        return hopeless.update(state=Delivery.State.FAILED, error=_("Reading broke off every time."))

    def read_again(self) -> int:
        """A person wants them read, also those that were; how many."""
        asked = self.exclude(state=Delivery.State.NEW)
        return asked.update(state=Delivery.State.NEW, claimed_at=None, tries=0, error="")

    def naming(self, channel: Channel, words: str) -> "DeliveryQuerySet":
        """Those of a channel, read already, in which these words stand. Reads the bodies: for rare occasions."""
        read = self.filter(channel=channel).exclude(state=Delivery.State.NEW)
        return read.annotate(place=Place("body", Value(words.encode()))).filter(place__gt=0)

    def forgettable(self, before: datetime) -> "DeliveryQuerySet":
        """Read, or given up: what is still to be read stays, however old it is."""
        to_read = Q(state=Delivery.State.NEW) | Q(state=Delivery.State.FAILED, tries__lt=MOST_TRIES)
        return self.filter(~to_read, received_at__lt=before).order_by("received_at")


class ForgeryQuerySet(models.QuerySet["Forgery"]):
    def count_one(self, channel: Channel) -> None:
        """One more today. However many come, a channel has one row a day."""
        now = timezone.now()
        today = self.filter(channel=channel, day=now.date())
        one_more = {"count": F("count") + 1, "last_at": now}
        if today.update(**one_more):
            return
        row = Forgery(channel=channel, day=now.date(), count=0)
        Forgery.objects.bulk_create([row], ignore_conflicts=True)
        today.update(**one_more)

    def forgettable(self, before: datetime) -> "ForgeryQuerySet":
        return self.filter(last_at__lt=before).order_by("last_at")


class Delivery(models.Model):
    """One signed POST of a provider. Stored before it is answered, read by a worker, kept for a while for replay."""

    class State(models.TextChoices):
        NEW = "new", _("To be read")
        DONE = "done", _("Read")
        # Reading broke off, or part of it could not be read: the rest is in; it may be read again.
        FAILED = "failed", _("Failed")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("channel"))
    body = models.BinaryField(_("body"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.NEW)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    # A worker has it; one that holds it longer than a minute is dead.
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["new", "done", "failed"]), name="delivery_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="new"), name="delivery_new"),
            models.Index(fields=["claimed_at"], condition=Q(state="failed"), name="delivery_failed"),
            models.Index(fields=["channel", "-received_at"], name="delivery_of_channel"),
            models.Index(fields=["received_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return str(_("Delivery #%(number)s") % {"number": self.pk})

    @property
    def shown(self) -> str:
        """The body for people: JSON with indents, else as it came, and not without end."""
        body = bytes(self.body)
        try:
            text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            text = body.decode(errors="replace")
        return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} …"

    def settle(self, troubles: Sequence[str]) -> None:
        """What came of reading it. Whoever held it for too long says nothing: another worker has it now."""
        state = Delivery.State.FAILED if troubles else Delivery.State.DONE
        mine = Delivery.objects.filter(pk=self.pk, claimed_at=self.claimed_at, state=Delivery.State.NEW)
        mine.update(state=state, error="\n".join(troubles))


class Forgery(models.Model):
    """How many POSTs came to a channel in a day whose signature was wrong or missing. Nothing else is kept of them."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="forgeries", verbose_name=_("channel"))
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("count"), default=0)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    objects = ForgeryQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused signature")
        verbose_name_plural = _("refused signatures")
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="forgery_once_a_day")]
        indexes = [models.Index(fields=["last_at"], name="forgery_by_age")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.day}: {self.count}"
