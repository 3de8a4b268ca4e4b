"""What happened in a conversation: timeline, audit, report source and push source in one append-only table."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.message import Message
from monty import keys

# What a person sees in the thread; the rest only moves ticks and counters.
IN_THREAD = (
    "start",
    "receive",
    "echo",
    "reply",
    "note",
    "assign",
    "pick_up",
    "hand_to",
    "unassign",
    "take_back",
    "close",
    "drop",
    "reopen",
    "revive",
    "join",
    "undo",
    "overhear",
    "block",
    "unblock",
    "label",
    "prioritize",
    "snooze",
    "wake",
)
# These change what lines show that are in the thread already: data["messages"] says whose.
CHANGES_LINES = (
    *("deliver", "retry", "confirm"),
    *("react", "edit", "unsend", "join"),
    *("keep_file", "lose_file", "fetch_again"),
)
# After these somebody has it.
GIVING = ("assign", "pick_up", "reopen", "revive")
# A published event is marked within milliseconds; older unmarked ones lost their process.
OVERDUE = timedelta(seconds=2)


class EventQuerySet(models.QuerySet["Event"]):
    def in_thread(self) -> "EventQuerySet":
        return self.filter(verb__in=IN_THREAD)

    def that_gave(self) -> "EventQuerySet":
        """Those after which the conversation was somebody's."""
        return self.filter(verb__in=GIVING, assignee_id__isnull=False)

    def after(self, event_id: int) -> "EventQuerySet":
        return self.filter(pk__gt=event_id).order_by("pk")

    def changed_after(self, event_id: int) -> "EventQuerySet":
        """The thread's lines that came after an event, and those whose message has changed since."""
        moved = self.filter(verb__in=CHANGES_LINES).after(event_id).values_list("data__messages", flat=True)
        messages = {number for numbers in moved for number in numbers}
        return self.in_thread().filter(Q(pk__gt=event_id) | Q(message__in=messages)).order_by("pk")

    def newest_first(self) -> "EventQuerySet":
        """As the thread reads, from its end: by the time of what happened, not by when Monty heard of it."""
        return self.order_by("-at", "-pk")

    def older_than(self, at: datetime, pk: int) -> "EventQuerySet":
        """What follows the event with this key in `newest_first` order."""
        # The first condition lets the database start reading its index at the key.
        return self.filter(at__lte=at).exclude(at=at, pk__gte=pk)

    def from_on(self, at: datetime, pk: int) -> "EventQuerySet":
        """The event with this key, and what happened after it."""
        return self.filter(at__gte=at).exclude(at=at, pk__lt=pk)

    def with_message(self) -> "EventQuerySet":
        """Everything a thread shows of an event, in three queries however many there are."""
        rows = self.select_related("actor", "message__author", "message__reaction", "message__reply_to__author")
        return rows.prefetch_related("message__attachments", "message__reply_to__attachments")

    def missed(self) -> "EventQuerySet":
        """Committed but never pushed: their process died, or nothing could carry them."""
        return self.filter(published=False, at__lt=timezone.now() - OVERDUE).order_by("pk")


class Event(models.Model):
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="events", verbose_name=_("conversation")
    )
    verb = models.CharField(_("verb"), max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("message")
    )
    # Where the conversation stood afterwards; ids only, so that an event says the same for ever.
    state = models.CharField(_("state"), max_length=10)
    team_id = models.BigIntegerField(_("team"), null=True, blank=True)
    assignee_id = models.BigIntegerField(_("assignee"), null=True, blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)
    # When it happened: of a message from a provider, when it was written by the provider's clock, never ahead of ours.
    at = models.DateTimeField(_("at"), default=timezone.now)
    published = models.BooleanField(_("published"), default=False, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["conversation", "id"], name="event_of_conversation"),
            models.Index(fields=["conversation", "-at", "-id"], name="event_in_time"),
            models.Index(fields=["id"], condition=Q(published=False), name="event_unpublished"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} #{self.conversation_id}"

    @property
    def key(self) -> str:
        """Where it stands in its thread."""
        return keys.written(self.at, self.pk)

    @property
    def was(self) -> dict[str, Any]:
        """State, team and assignee before, where they differ from now."""
        return self.data.get("was", {})

    @property
    def frame(self) -> dict[str, Any]:
        """The live event as browsers and programs know it (docs/architecture.md, "Live push")."""
        return {
            "id": self.pk,
            "verb": self.verb,
            "conversation": self.conversation_id,
            "state": self.state,
            "team": self.team_id,
            "assignee": self.assignee_id,
            "at": self.at,
        }
