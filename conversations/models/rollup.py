"""Facts added up by month and team, and what is to be measured or added up anew.

A roll-up is used only while it is fresh. Otherwise the same numbers are read from the facts, and merely take longer.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from conversations.models.fact import Measure

if TYPE_CHECKING:
    from conversations.models.event import Event

Place = tuple[date, int]
# In place of a team: all of them together, for those who read of all.
ALL = -1


class StaleQuerySet(models.QuerySet["Stale"]):
    def mark(self, conversations: Iterable[tuple[int, bool]]) -> None:
        """Measure these conversations anew; `True`: labels were put on or taken off, too."""
        rows: list[Any] = [Stale(conversation_id=number, relabelled=also) for number, also in conversations]
        self.bulk_create(rows)


class Stale(models.Model):
    """A conversation to be measured. A queue without order: several rows of one conversation are one piece of work."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    relabelled = models.BooleanField(default=False)

    objects = StaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation to be measured")
        verbose_name_plural = _("conversations to be measured")

    def __str__(self) -> str:
        return f"#{self.conversation_id}"


class MeterQuerySet(models.QuerySet["Meter"]):
    def taken(self, *, wait: bool = False) -> "Meter | None":
        """The meter, locked until the transaction ends: whoever has it measures. None: somebody else does so now."""
        self.get_or_create(pk=1)
        return self.select_for_update(skip_locked=not wait).filter(pk=1).first()

    def ask_for_all(self) -> None:
        """Measure every conversation anew, in the background."""
        last = Conversation.objects.aggregate(last=Max("pk"))["last"] or 0
        self.update_or_create(pk=1, defaults={"done_to": 0, "upto": last, "asked_at": timezone.now()})


class Meter(models.Model):
    """One row: its lock lets one worker measure at a time, and it says how far measuring everything has come."""

    done_to = models.BigIntegerField(_("done up to conversation"), default=0)
    upto = models.BigIntegerField(_("last conversation"), default=0)
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True)

    objects = MeterQuerySet.as_manager()

    class Meta:
        verbose_name = _("measuring for reports")
        verbose_name_plural = _("measuring for reports")

    def __str__(self) -> str:
        return f"{self.percent} %"

    @property
    def is_done(self) -> bool:
        return self.done_to >= self.upto

    @property
    def percent(self) -> int:
        return 100 if self.is_done else 100 * self.done_to // self.upto


class RollupQuerySet(models.QuerySet["Rollup"]):
    def spoil(self, places: Iterable[Place]) -> None:
        """Facts of these months and teams are changing, in this transaction: what was added up is void."""
        found = sorted({each for month, team in places for each in ((month, team), (month, ALL))})
        rows: list[Any] = [Rollup(month=month, team_id=team) for month, team in found]
        self.bulk_create(rows, ignore_conflicts=True)
        these = Q(pk=None)
        for month, team in found:
            these |= Q(month=month, team_id=team)
        self.filter(these).update(fresh=False, spoilt=F("spoilt") + 1)


class Rollup(models.Model):
    """What happened in one team (or in all, `ALL`) in one month, added up in `cells`."""

    month = models.DateField(_("month"))
    team_id = models.BigIntegerField(_("team"))
    fresh = models.BooleanField(_("fresh"), default=False)
    # How often it was voided: whoever adds up meanwhile sees that this was in vain.
    spoilt = models.PositiveIntegerField(default=0)

    objects = RollupQuerySet.as_manager()

    class Meta:
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")
        constraints = [models.UniqueConstraint(fields=["month", "team_id"], name="rollup_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.team_id}"


class Slice(models.TextChoices):
    """By what a cell is one of several. Those of a slice are read together."""

    WHOLE = "", _("all")
    CHANNEL = "channel", _("channel")
    TEAMMATE = "teammate", _("teammate")
    LABEL = "label", _("label")
    HOUR = "hour", _("hour")
    DAY = "day", _("day")


class Cell(models.Model):
    """How many facts of one measure there are, their sum, and how many there are of each step: {"60": 12, "62": 3}."""

    rollup = models.ForeignKey(Rollup, on_delete=models.CASCADE, related_name="cells")
    slice = models.CharField(max_length=10, choices=Slice.choices, blank=True)
    key = models.BigIntegerField(default=0)
    measure = models.PositiveSmallIntegerField(choices=Measure.choices)
    count = models.PositiveIntegerField()
    total = models.BigIntegerField(default=0)
    total_open = models.BigIntegerField(default=0)
    steps = models.JSONField(default=dict)
    steps_open = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        constraints = [models.UniqueConstraint(fields=["rollup", "slice", "measure", "key"], name="cell_once")]

    def __str__(self) -> str:
        return f"{self.rollup}: {self.slice} {self.key}"


# After these the facts of a conversation may be others.
MEASURED = frozenset(
    (
        *("start", "receive", "reply", "echo", "assign", "pick_up", "hand_to", "unassign", "take_back"),
        *("send_flow", "take_over", "hand_over", "end_flow", "snooze", "wake", "close", "drop", "block"),
        *("reopen", "revive", "undo", "join", "rate"),
    )
)
# These change its labels, by which it is counted, too.
RELABELS = frozenset(("label", "undo", "join"))


def after_events(events: "Sequence[Event]", **_kwargs: Any) -> None:
    """Listens to `events.recorded`; what is lost with its process comes again."""
    touched: dict[int, bool] = {}
    for event in events:
        if event.verb in MEASURED or event.verb in RELABELS:
            touched[event.conversation_id] = touched.get(event.conversation_id, False) or event.verb in RELABELS
    if touched:
        Stale.objects.mark(touched.items())


def before_deletion(instance: Conversation, **_kwargs: Any) -> None:
    """Its facts go with it: what they were added up in is void."""
    facts = instance.measured.values_list("day", "team_id")
    Rollup.objects.spoil((day.replace(day=1), team) for day, team in facts)
