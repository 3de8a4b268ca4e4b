"""The left and the middle pane: which inboxes a person has, and what is in them, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations import why
from conversations.assignment import standing
from conversations.models import Conversation, State
from conversations.models.conversation_queries import ConversationQuerySet
from monty import keys
from teams.models import Team, Teammate

PAGE = 30


@dataclass(frozen=True, slots=True)
class Order:
    """How an inbox is read: by a time, then the id. `after`: what follows a row of that time and id."""

    time: str
    sorted: Callable[[ConversationQuerySet], ConversationQuerySet]
    after: Callable[[ConversationQuerySet, datetime, int], ConversationQuerySet]


NEWEST_FIRST = Order("last_message_at", ConversationQuerySet.newest_first, ConversationQuerySet.older_than)
WINDOW_ENDS_FIRST = Order("window_until", ConversationQuerySet.window_ends_first, ConversationQuerySet.ending_after)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One line of the left pane. `empty` says what to do when nothing is in it; `team`: whose inbox it is, if it is."""

    key: str
    name: str
    icon: str
    empty: str
    rows: Callable[[ConversationQuerySet], ConversationQuerySet]
    team: Team | None = None
    order: Order = NEWEST_FIRST


@dataclass(frozen=True, slots=True)
class Page:
    """Conversations of an inbox, in its order; `more` is the key under which the next ones are found."""

    conversations: list[Conversation]
    more: str


def personal(person: Teammate) -> list[Inbox]:
    return [
        Inbox(
            "mine",
            _("Mine"),
            "user-round",
            _("Nothing is waiting for you. Take one from “Unassigned”."),
            lambda rows: rows.of_teammate(person),
        ),
        Inbox(
            "unassigned",
            _("Unassigned"),
            "user-round-x",
            _("Every conversation is in good hands. New ones appear here by themselves."),
            lambda rows: rows.unassigned(),
        ),
        Inbox(
            "mentions",
            _("Mentions"),
            "at-sign",
            _("Conversations in which a colleague mentions you in a note appear here."),
            lambda rows: rows.that_call(person),
        ),
        Inbox(
            "expiring",
            _("Expiring soon"),
            "timer",
            _("Nothing is urgent: no time to answer ends soon."),
            lambda rows: rows.expiring(),
            order=WINDOW_ENDS_FIRST,
        ),
    ]


def of_teams(person: Teammate) -> list[Inbox]:
    teams = Team.objects.all() if person.oversees else person.teams.all()
    return [of_team(team) for team in teams]


def of_team(team: Team) -> Inbox:
    empty = _("The inbox of %(team)s is empty. New conversations appear here by themselves.") % {"team": team.name}
    return Inbox(f"team-{team.pk}", team.name, "users-round", empty, lambda rows: rows.of_team(team.pk), team)


def shelves() -> list[Inbox]:
    """Where everything is, and what has ended."""
    return [
        Inbox(
            "all", _("All"), "layers", _("Conversations appear here as soon as a customer writes."), lambda rows: rows
        ),
        Inbox(
            "closed",
            _("Closed"),
            "circle-check",
            _("What you close goes here, and can be reopened for a while."),
            lambda rows: rows.ended(State.CLOSED),
        ),
        Inbox(
            "dropped",
            _("Dropped"),
            "wind",
            _("Conversations whose customer went silent go here when you drop them."),
            lambda rows: rows.ended(State.DROPPED),
        ),
    ]


def alert(inbox: Inbox) -> str:
    """Why Auto Assign hands nothing out while something waits in this team's inbox; "" if all is well."""
    if inbox.team is None or not inbox.team.auto_assign:
        return ""
    rows = Conversation.objects.in_turn(inbox.team.pk)[:1]
    if not rows:
        return ""
    team = Team.objects.with_hours().get(pk=inbox.team.pk)
    return why.nobody(standing(team, rows), opens=opens(team, timezone.now()))


def opens(team: Team, now: datetime) -> str:
    """When the team's hours begin again, by the reader's clock: “09:00” (today), “Monday 09:00”; "" if never."""
    moment = team.schedule.opens_next(now) if team.schedule else None
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    days = (local.date() - today).days
    return date_format(local, "H:i" if not days else "l H:i" if days < 7 else "l, j F, H:i")


def page(inbox: Inbox, person: Teammate, *, older_than: str = "", size: int = PAGE) -> Page:
    """The first of an inbox, or those that follow a key. Raises BadInput."""
    rows = inbox.order.sorted(inbox.rows(Conversation.objects.visible_to(person)).for_list().as_known_to(person))
    if older_than:
        rows = inbox.order.after(rows, *keys.read(older_than, field="older_than"))
    found = list(rows[: size + 1])
    shown = found[:size]
    return Page(shown, key_of(shown[-1], inbox.order) if len(found) > size else "")


def key_of(conversation: Conversation, order: Order) -> str:
    return keys.written(getattr(conversation, order.time), conversation.pk)
