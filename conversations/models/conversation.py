"""The conversation: five states, and the verbs that lead from one to another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField

from channels_app.models import Channel
from conversations import events
from conversations.models.blockable import Blockable
from conversations.models.botted import BOTTED, Botted
from conversations.models.contact import Contact, Identity
from conversations.models.conversation_queries import ConversationQuerySet
from conversations.models.described import Described
from conversations.models.episode import Episode
from conversations.models.event import Event
from conversations.models.filed import Filed
from conversations.models.joined import Joined
from conversations.models.labelled import Labelled
from conversations.models.macro import Operated
from conversations.models.marked import Marked
from conversations.models.message import Message
from conversations.models.ownership import Owned
from conversations.models.scheduled import Held
from conversations.models.sorting import WAITS_SINCE, WINDOW_ENDS
from conversations.models.states import ANY, ENDED, LIVE, Priority, State
from monty import correlation
from monty.errors import VerbNotAllowed
from monty.fsm import Unchanged, verb
from teams.models import Teammate


def before(conversation: "Conversation", event: Event, **_: Any) -> str:
    """The state in which the conversation was before this event."""
    return str(event.was.get("state", conversation.state))


class Beginning(NamedTuple):
    """Who begins a conversation, when, and after which earlier one."""

    identity: Identity
    at: datetime
    previous: "Conversation | None" = None

    @property
    def columns(self) -> dict[str, Any]:
        channel = self.identity.channel
        place = {"channel": channel, "identity": self.identity, "team": channel.team}
        return place | {"previous": self.previous, "started_at": self.at}


class Conversation(Botted, Marked, Joined, Filed, Blockable, Labelled, Described, Operated, Owned):
    """What one customer and we say to each other on one channel, until it ends."""

    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="conversations", verbose_name=_("channel")
    )
    identity = models.ForeignKey(
        Identity, on_delete=models.CASCADE, related_name="conversations", verbose_name=_("identity")
    )
    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("earlier conversation"),
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="conversation_state_known"),
            models.CheckConstraint(
                condition=(~Q(state=State.ASSIGNED) | Q(assignee__isnull=False))
                & (~Q(state=State.OPEN) | Q(assignee__isnull=True)),
                name="assigned_has_teammate_open_has_none",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_at=None, snoozed_until=None) | Q(snoozed_at__isnull=False, state__in=LIVE),
                name="only_live_ones_are_snoozed",
            ),
            models.CheckConstraint(condition=Q(bot="") | Q(state__in=BOTTED), name="bot_has_what_nobody_else_has"),
            models.UniqueConstraint(
                fields=["identity"], condition=Q(state__in=LIVE), name="one_live_conversation_per_identity"
            ),
            models.UniqueConstraint(
                fields=["channel", "import_key"], condition=~Q(import_key=""), name="conversation_brought_once"
            ),
        ]
        # One partial index for each view of the inbox, in the order in which the view is read.
        indexes = [
            models.Index(
                fields=["last_message_at", "id"],
                name="conversation_to_forget",
                condition=Q(state__in=ENDED, forgotten_at=None),
            ),
            models.Index(fields=["-last_message_at", "-id"], name="conversation_view_all"),
            models.Index(
                fields=["state", "-last_message_at", "-id"],
                name="conversation_view_ended",
                condition=Q(state__in=ENDED),
            ),
            models.Index(
                fields=["-last_message_at", "-id"], name="conversation_view_live", condition=Q(state__in=LIVE)
            ),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"],
                name="conversation_view_mine",
                condition=Q(state__in=LIVE),
            ),
            models.Index(
                fields=["team", "-last_message_at", "-id"], name="conversation_view_team", condition=Q(state__in=LIVE)
            ),
            models.Index(
                fields=["-last_message_at", "-id"],
                name="conversation_view_unassigned",
                condition=Q(state__in=LIVE, assignee__isnull=True, bot=""),
            ),
            models.Index(
                fields=["team", "-priority", "waiting_since", "id"],
                name="conversation_waiting",
                condition=Q(state__in=LIVE, assignee__isnull=True, bot=""),
            ),
            models.Index(fields=["-last_message_at", "-id"], name="conversation_view_bot", condition=~Q(bot="")),
            models.Index(
                fields=["bot_asked_at"], name="conversation_asks_bots", condition=Q(bot_asked_at__isnull=False)
            ),
            models.Index(WAITS_SINCE, "id", name="conversation_by_waiting", condition=Q(state__in=LIVE)),
            models.Index(WINDOW_ENDS, "id", name="conversation_by_window", condition=Q(state__in=LIVE)),
            # For filters that leave a handful of very many.
            models.Index(fields=["-last_message_at", "-id"], name="conversation_unread", condition=Q(unread__gt=0)),
            models.Index(
                fields=["priority", "-last_message_at", "-id"],
                name="conversation_by_priority",
                condition=~Q(priority=Priority.NORMAL),
            ),
            models.Index(
                fields=["-last_message_at", "-id"],
                name="conversation_view_snoozed",
                condition=Q(snoozed_at__isnull=False),
            ),
            models.Index(fields=["snoozed_until"], name="conversation_snoozed", condition=Q(snoozed_at__isnull=False)),
            models.Index(fields=["identity", "-id"], name="conversation_of_identity"),
            models.Index(fields=["window_until"], name="conversation_window_open", condition=Q(window_shut=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.contact}"

    @classmethod
    def for_change(cls) -> models.QuerySet:
        return super().for_change().select_related("channel", "identity", "team__schedule")

    def lock(self) -> None:
        correlation.about(self.pk)
        super().lock()

    @property
    def contact(self) -> Contact:
        return self.identity.contact

    @property
    def name_is_claimed(self) -> bool:
        """The contact's name is what a visitor typed; nobody vouches for it."""
        return bool(self.contact.name) and not self.identity.verified

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    # --- Verbs: start and end -------------------------------------------------------------------------------------

    @classmethod
    def start(cls, identity: Identity, *, by: Teammate | None) -> "Conversation":
        """A new conversation, in the inbox of the channel's team if it has one."""
        return cls.start_all([Beginning(identity, timezone.now())], by=by)[0]

    @classmethod
    def start_all(cls, beginnings: Sequence[Beginning], *, by: Teammate | None) -> "list[Conversation]":
        """Many at once, in as many queries as one."""
        if not beginnings:
            return []
        with transaction.atomic():
            rows = cls.objects.bulk_create(cls(**each.columns) for each in beginnings)
            cls.write([row.record("start", by=by, was={}, at=row.started_at) for row in rows])
        return rows

    @verb(source=LIVE, target=State.CLOSED)
    def close(self, *, by: Teammate | None, reason: str = "") -> dict[str, Any]:
        """It is solved: ends the episode. What the team wants first is wanted of people, not of Monty itself."""
        if by is not None and self.missing:
            raise VerbNotAllowed(self.missing, verb="close", state=self.state, allowed=[])
        return self.settle() | ({"reason": reason} if reason else {})

    @verb(source=LIVE, target=State.DROPPED)
    def drop(self, reason: str = "", *, by: Teammate | None) -> dict[str, Any]:
        """The customer went silent: leaves the queue without counting as closed."""
        return self.settle() | ({"reason": reason} if reason else {})

    @verb(source=ENDED, target=State.REOPENED)
    def reopen(self, *, by: Teammate) -> None:
        """Take it up again: stays with its teammate if ready, else goes to whoever asks. Raises WindowShut.

        Not while the customer is blocked, and only their latest conversation, so that what they write next has one
        place to go.
        """
        self.demand_unblocked("reopen")
        self.policy().demand_reopen()
        self.demand_latest("reopen")
        self.forgotten_at = None
        self.give(self.assignee if self.assignee_is_ready else by)

    @verb(source=ENDED, target=State.REOPENED, by_hand=False)
    def revive(self, *, by: None) -> None:
        """The customer wrote again: stays with its teammate only if ready, else waits in the team inbox.

        What they told a bot that asked after the end (`follow_up`) is then work for people.
        """
        if self.bot:
            self.unread, self.waiting_since = max(self.unread, 1), timezone.now()
        self.forgotten_at = None
        self.give(self.assignee if self.assignee_is_ready else None)

    @verb(source=ANY, target=GET_STATE(before), by_hand=False)
    def undo(self, event: Event, *, by: Teammate) -> None:
        """As it stood before this event, which was a mistake; only while nothing else has happened since.

        No window counts here: what is taken back never was.
        """
        # Whoever was blocked meanwhile stays away.
        if self.identity.is_blocked or self.events.in_thread().after(event.pk).exists():
            raise Unchanged
        self.team_id = event.was.get("team", self.team_id)
        if "assignee" in event.was:
            self.give(Teammate.objects.filter(pk=event.was["assignee"]).first())
        self.relabel(event)
        unsettled = event.data.get("unsettled", {})
        self.unread += unsettled.get("unread", 0)
        self.waiting_since = parse_datetime(unsettled.get("waiting_since", "")) or self.waiting_since

    # --- The record ------------------------------------------------------------------------------------------------

    def facts(self) -> dict[str, Any]:
        return {"state": self.state, "team": self.team_id, "assignee": self.assignee_id, "bot": self.bot}

    def record(
        self,
        verb: str,
        *,
        by: Teammate | None,
        was: dict[str, Any],
        message: Message | None = None,
        at: datetime | None = None,
        **data: Any,
    ) -> Event:
        """One row for what happened: where it stands now, and what was different before.

        `at`: when, if not now; what came from a provider stands in the thread where its clock puts it.
        """
        now = self.facts()
        changed = {name: value for name, value in was.items() if value != now[name]}
        return Event(
            conversation=self,
            verb=verb,
            actor=by,
            message=message,
            state=self.state,
            team_id=self.team_id,
            assignee_id=self.assignee_id,
            data={**data, **({"was": changed} if changed else {})},
            at=at or timezone.now(),
        )

    @classmethod
    def write(cls, records: Sequence[Event]) -> None:
        """The rows, in the verb's transaction; they leave the house after the commit."""
        Event.objects.bulk_create(records)
        Episode.objects.follow(records)
        transaction.on_commit(lambda: events.publish(records))

    def settle(self) -> dict[str, Any]:
        """Nobody waits any more; what was unsettled is kept with the event, so that it can be undone."""
        self.rouse()
        self.hold_back(Held.ENDED)
        unsettled: dict[str, Any] = {"unread": self.unread} if self.unread else {}
        if self.waiting_since:
            unsettled["waiting_since"] = self.waiting_since.isoformat()
        self.unread, self.waiting_since = 0, None
        self.bot, self.bot_asked_at, self.asked_for_person = "", None, False
        return {"unsettled": unsettled} if unsettled else {}
