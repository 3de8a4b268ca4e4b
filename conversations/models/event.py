"""What happened in a conversation: timeline, audit, report source and push source in one append-only table."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.message import Message
from conversations.models.message_states import Author
from monty import keys
from teams.models import Teammate

# What a person sees in the thread; the rest only moves ticks and counters. Floors above add to it.
IN_THREAD = [
    "start",
    "bring",
    "receive",
    "echo",
    "reply",
    "note",
    "assign",
    "pick_up",
    "send_flow",
    "take_over",
    "hand_over",
    "end_flow",
    "rate",
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
    "schedule",
    "reschedule",
    "hold",
    "unschedule",
    "run_macro",
    "describe",
    "merge",
    "unmerge",
    "export",
    "forget",
]
# These change what lines show that are in the thread already: data["messages"] says whose. Floors above add to it.
CHANGES_LINES = [
    *("deliver", "retry", "confirm", "discard"),
    *("react", "edit", "unsend", "join"),
    *("keep_file", "lose_file", "fetch_again"),
]
# Facts that say nothing of whom they are about.
HARMLESS = {"was", "why", "because", "other", "flow", "node", "until", "priority", "macro", "added", "removed"}
HARMLESS |= {"notes", "form", "held", "messages", "files", "mentions", "merge", "rating", "status", "labels"}
# After these somebody has it.
GIVING = ("assign", "pick_up", "take_over", "reopen", "revive")
# What a person may take back by the button beside it, for so long (a click has a way to go besides).
UNDOABLE = ("close", "drop")
UNDO_FOR = timedelta(seconds=10)
ON_ITS_WAY = timedelta(seconds=3)
# A published event is marked within milliseconds; older unmarked ones lost their process.
OVERDUE = timedelta(seconds=2)


class EventQuerySet(models.QuerySet["Event"]):
    def in_thread(self) -> "EventQuerySet":
        return self.filter(verb__in=IN_THREAD)

    def that_gave(self) -> "EventQuerySet":
        """Those after which the conversation was somebody's."""
        return self.filter(verb__in=GIVING, assignee_id__isnull=False)

    def first_unread(self, unread: int) -> "Event | None":
        """Of what the customer wrote, the first of the last so many to come."""
        theirs = self.in_thread().filter(message__author_kind=Author.CONTACT).order_by("-pk")
        return theirs[unread - 1 : unread].first() if unread else None

    def after(self, event_id: int) -> "EventQuerySet":
        return self.filter(pk__gt=event_id).order_by("pk")

    def changed_after(self, event_id: int) -> "EventQuerySet":
        """The thread's lines that came after an event, and those whose message has changed since."""
        moved = self.filter(verb__in=CHANGES_LINES).after(event_id).values_list("data__messages", flat=True)
        messages = {number for numbers in moved for number in numbers or ()}
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

    def newer_than(self, at: datetime, pk: int) -> "EventQuerySet":
        """What happened after the event with this key, oldest first."""
        return self.filter(at__gte=at).exclude(at=at, pk__lte=pk).order_by("at", "pk")

    def with_message(self) -> "EventQuerySet":
        """Everything a thread shows of an event, in three queries however many there are."""
        rows = self.select_related("actor", "message__author", "message__reaction", "message__reply_to__author")
        return rows.prefetch_related("message__attachments", "message__reply_to__attachments")

    def undoable_by(self, teammate: Teammate) -> "EventQuerySet":
        """What this person did a moment ago and may take back."""
        since = timezone.now() - UNDO_FOR - ON_ITS_WAY
        return self.filter(verb__in=UNDOABLE, actor=teammate, at__gte=since)

    def strip(self) -> None:
        """Leave only what tells nothing of the customer: the rest of each event's facts goes."""
        for event in self.exclude(data={}):
            kept = event.harmless
            if changed := event.data.get("changed"):
                kept["changed"] = [{"field": each.get("field", "")} for each in changed if isinstance(each, dict)]
            if kept != event.data:
                self.model.objects.filter(pk=event.pk).update(data=kept)

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
    def harmless(self) -> dict[str, Any]:
        """Its facts without those that tell of the customer."""
        return {name: value for name, value in self.data.items() if name in HARMLESS}

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
