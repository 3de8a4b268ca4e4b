"""A conversation's latest events as lines for a person to read."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Event, Message
from teams.models import Team, Teammate

NEWEST = 50

SAID: dict[str, Any] = {
    "start": _("Conversation started"),
    "receive": _("Customer wrote"),
    "reply": _("Answered"),
    "note": _("Private note"),
    "assign": _("Assigned to %(assignee)s"),
    "hand_to": _("Handed to %(team)s"),
    "unassign": _("Taken off"),
    "close": _("Closed"),
    "drop": _("Dropped"),
    "reopen": _("Reopened"),
    "revive": _("Reopened by a new message"),
}


class Line(NamedTuple):
    event: Event
    what: str
    who: str
    message: Message | None
    reason: str


def lines(conversation: Conversation) -> list[Line]:
    """The newest events, oldest first, in five queries however many there are."""
    events = list(conversation.events.in_thread().with_message().newest_first()[:NEWEST])
    names = {
        "team": Team.objects.in_bulk({event.team_id for event in events if event.team_id}),
        "assignee": Teammate.objects.in_bulk({event.assignee_id for event in events if event.assignee_id}),
    }
    return [line(event, conversation, names) for event in reversed(events)]


def line(event: Event, conversation: Conversation, names: dict[str, dict[int, Any]]) -> Line:
    facts = {
        "team": names["team"].get(event.team_id or 0, "–"),
        "assignee": names["assignee"].get(event.assignee_id or 0, "–"),
    }
    what = str(SAID.get(event.verb, event.verb)) % facts
    who = conversation.contact if event.verb == "receive" else event.actor or "Monty"
    return Line(event, what, str(who), event.message, event.data.get("reason", ""))


def verbs() -> Iterable[tuple[str, str]]:
    """The verbs of the thread, for a filter."""
    return [(verb, verb) for verb in SAID]
