"""A customer's way through a flow: where it is, what it knows, and when it goes on by itself."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from conversations.models import Conversation
from flows.models.flow import Flow
from flows.models.version import FlowVersion
from monty.fsm import Verbs, verb


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    HANDED_OVER = "handed_over", _("Handed over")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


UNDER_WAY = [RunState.RUNNING, RunState.WAITING]
Kept = Mapping[str, Any]
NOTHING: Kept = {}
# Of a run that goes round and round nobody reads more.
MOST_SHOWN = 200
# Whoever carries a run on and is silent for longer has died.
LOST = timedelta(seconds=30)


class FlowRunQuerySet(models.QuerySet["FlowRun"]):
    def under_way(self) -> "FlowRunQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def of_conversation(self, conversation_id: int) -> "FlowRun | None":
        return self.under_way().filter(conversation=conversation_id).first()

    def wake(self, conversations: Collection[int]) -> int:
        """Something has happened there: whoever looks next finds these runs due, even if nobody is told."""
        return self.under_way().filter(conversation__in=conversations).update(due_at=timezone.now())

    def forget(self, conversations: Collection[int]) -> None:
        """What customers answered goes, for good."""
        self.filter(conversation__in=conversations).update(answers={}, asked={}, memory={})

    def forgettable(self, before: datetime) -> "FlowRunQuerySet":
        return self.filter(ended_at__lt=before).order_by("ended_at")

    def due(self) -> "FlowRunQuerySet":
        """Those whose time has come: a wait is over, or whoever carried them on has died. The earliest first."""
        return self.under_way().filter(due_at__lte=timezone.now()).order_by("due_at")

    def of_period(self, since: Any, until: Any) -> "FlowRunQuerySet":
        return self.filter(started_at__gte=since, started_at__lt=until)


class FlowRun(Verbs):
    """Its conversation's row is locked before its own, always."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="runs", verbose_name=_("conversation")
    )
    # Where it began; a jump leads to the version of another one.
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="runs", verbose_name=_("flow"))
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="runs", verbose_name=_("version"))
    state = FSMField(_("state"), max_length=12, choices=RunState.choices, default=RunState.RUNNING, editable=False)
    # Running: the node that is entered next. Waiting: the node at which it waits.
    node = models.CharField(_("node"), max_length=40)
    # {"name": value}, and what was asked, in words, for the note.
    answers = models.JSONField(_("answers"), default=dict)
    asked = models.JSONField(default=dict)
    # The node's own, while the run is there.
    memory = models.JSONField(default=dict)
    listens = models.BooleanField(default=False)
    # When the time for which it waits, or for which another system is asked, has passed.
    until = models.DateTimeField(_("until"), null=True, blank=True)
    # When somebody must look after it, if nobody has before.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    # A call to another system that is under way.
    call = models.UUIDField(null=True, blank=True, editable=False)
    # The last message of the conversation that it has taken notice of, and when it last asked something.
    heard = models.BigIntegerField(default=0, editable=False)
    said_at = models.DateTimeField(null=True, blank=True, editable=False)
    # How many messages and notes it has written: each has an id made of this number.
    said = models.PositiveIntegerField(default=0, editable=False)
    steps = models.PositiveIntegerField(_("steps"), default=0)
    # Steps since it last waited for something.
    hurry = models.PositiveIntegerField(default=0, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    trigger = models.CharField(_("began by"), max_length=20, blank=True)
    # The event that made it begin by itself: the same once more begins nothing.
    cause = models.BigIntegerField(null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = FlowRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of a flow")
        verbose_name_plural = _("runs of flows")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state__in=UNDER_WAY), name="one_run_under_way_in_a_conversation"
            ),
            models.UniqueConstraint(fields=["cause"], condition=Q(cause__isnull=False), name="run_once_for_an_event"),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, ended_at=None) | (~Q(state__in=UNDER_WAY) & Q(ended_at__isnull=False)),
                name="run_has_ended_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=UNDER_WAY), name="run_due"),
            models.Index(fields=["flow", "-id"], name="run_of_flow"),
            models.Index(fields=["ended_at"], name="run_by_age"),
            models.Index(fields=["conversation", "-id"], name="run_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.flow} #{self.pk}"

    @property
    def way_shown(self) -> models.QuerySet:
        """The nodes it came to first, in their order."""
        return self.way.select_related("version").defer("version__document")[:MOST_SHOWN]

    @classmethod
    def for_change(cls) -> models.QuerySet:
        # The document is read once in a process, not with every step.
        return super().for_change().select_related("flow", "version").defer("version__document")

    # --- Verbs: all of them the engine's. `keep`: what the node wants to be kept, by column --------------------------

    @verb(source=UNDER_WAY, target=RunState.RUNNING, by_hand=False)
    def go_on(self, node: str, *, by: None, keep: Kept = NOTHING, version_id: int | None = None) -> None:
        """To this node next; nothing is waited for."""
        self.keep(keep)
        self.node, self.memory, self.listens, self.call, self.until = node, {}, False, None, None
        self.version_id = version_id or self.version_id
        self.due_at = timezone.now() + LOST

    @verb(source=UNDER_WAY, target=RunState.WAITING, by_hand=False)
    def wait(self, until: datetime | None, *, by: None, listens: bool, keep: Kept = NOTHING) -> None:
        """Here, until something happens."""
        self.keep(keep)
        self.until = self.due_at = until
        self.listens, self.hurry, self.call = listens, 0, None

    @verb(source=[RunState.RUNNING], by_hand=False)
    def call_out(self, key: UUID, until: datetime, *, by: None) -> None:
        """Another system is being asked; whoever finds the run after `until` asks again."""
        self.call, self.until, self.due_at = key, until, until

    @verb(source=UNDER_WAY, target=RunState.DONE, by_hand=False)
    def finish(self, *, by: None, keep: Kept = NOTHING) -> None:
        """It came to its end."""
        self.end(keep)

    @verb(source=UNDER_WAY, target=RunState.HANDED_OVER, by_hand=False)
    def hand_over(self, *, by: None, keep: Kept = NOTHING, reason: str = "") -> None:
        """People have the conversation."""
        self.end(keep, reason)

    @verb(source=UNDER_WAY, target=RunState.STOPPED, by_hand=False)
    def stop(self, *, by: None, keep: Kept = NOTHING, reason: str = "") -> None:
        """A person took the conversation, or it ended."""
        self.end(keep, reason)

    @verb(source=UNDER_WAY, target=RunState.FAILED, by_hand=False)
    def fail(self, *, by: None, keep: Kept = NOTHING, reason: str = "") -> None:
        """Something in the flow is wrong."""
        self.end(keep, reason)

    def keep(self, what: Kept) -> None:
        for name, value in what.items():
            setattr(self, name, value)

    def end(self, keep: Kept, reason: str = "") -> None:
        self.keep(keep)
        self.ended_at, self.due_at, self.until, self.call = timezone.now(), None, None, None
        self.reason = reason[:300]

    def record(self, verb: str, *, by: Any, was: dict[str, Any], **data: Any) -> "FlowRun":
        # The conversation's timeline tells of it, and `FlowStep` of its way.
        return self

    @classmethod
    def write(cls, records: "Sequence[FlowRun]") -> None:
        pass

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
