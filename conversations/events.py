"""The one place from which a change leaves: pushed to the sockets that may see it, then told to the house above.

Nothing here is the truth. The Event row is, and what dies between its commit and this module is found again by
the sweep `publish_missed`.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

from channels_app import live
from teams.models import Teammate

if TYPE_CHECKING:
    from conversations.models import Event

logger = logging.getLogger(__name__)

# Sent once (after a crash: again) for each event, after its commit: event=Event. The only road upwards.
recorded = Signal()

# What the customer's own page must hear of.
MESSAGE_VERBS = {"receive", "reply", "deliver", "mark_read"}
OWNER_VERBS = {"assign", "pick_up", "hand_to", "unassign", "take_back", "undo"}
SEEN_BY_CUSTOMER = MESSAGE_VERBS | OWNER_VERBS | {"close", "drop", "reopen", "revive"}
# After these somebody may have a conversation that they did not ask for.
GIVES = {"assign", "revive"}


def publish(events: "Sequence[Event]") -> None:
    """Push events, tell whoever listens, and mark them done. Call after the commit; twice does no harm."""
    carried = live.push_all(packet for event in events for packet in packets(event))
    told = [event.pk for event in events if tell(event) and carried]
    if told:
        type(events[0]).objects.filter(pk__in=told).update(published=True)


def tell(event: "Event") -> bool:
    """Send the signal; False if a receiver failed."""
    outcomes = recorded.send_robust(sender=type(event), event=event)
    failed = [(receiver, outcome) for receiver, outcome in outcomes if isinstance(outcome, Exception)]
    for receiver, outcome in failed:
        logger.error("after %s, %s failed", event, receiver, exc_info=outcome)
    return not failed


def packets(event: "Event") -> Iterator[live.Packet]:
    """Which groups hear what of an event."""
    yield audience(event), event.frame
    if event.verb in SEEN_BY_CUSTOMER:
        yield for_customer(event)
    if event.verb in GIVES and event.assignee_id not in (None, event.actor_id):
        frame = {"hint": "assigned", "conversation": event.conversation_id, "by": event.actor_id}
        yield [live.person(event.assignee_id)], frame


def audience(event: "Event") -> list[str]:
    """The groups of whoever sees the conversation now or saw it until now (their list must lose the row)."""
    groups = [live.OVERSEERS]
    before = {"team": event.team_id, "assignee": event.assignee_id} | event.was
    for team_id, assignee_id in [(event.team_id, event.assignee_id), (before["team"], before["assignee"])]:
        groups += [live.team(team_id)] if team_id else []
        groups += [live.person(assignee_id)] if assignee_id else []
        groups += [] if team_id or assignee_id else [live.EVERYBODY]
    return groups


def for_customer(event: "Event") -> live.Packet:
    """For the customer's own open pages, if they have any: ids only, they fetch what is new."""
    identity = event.conversation.identity
    frame = {"id": event.pk, "verb": event.verb, "message": event.message_id, "state": event.state}
    return [live.visitor(identity.external_id, identity.channel_id)], frame


def push_presence(teammate: Teammate) -> None:
    """A hint for every open page: this teammate's dot has changed, or the words beside it."""
    frame: dict[str, Any] = {
        "hint": "presence",
        "teammate": teammate.pk,
        "availability": teammate.availability,
        "ready": teammate.is_ready,
        "reason": teammate.away_reason,
        "back": teammate.back,
    }
    live.push([live.EVERYBODY], frame)


def push_bulk(teammate_id: int, run_id: int) -> None:
    """A hint for the pages of whoever started it: a bulk action has come further."""
    live.push([live.person(teammate_id)], {"hint": "bulk", "run": run_id})


def push_membership(teammate_id: int) -> None:
    """The teammate's teams or rights changed: their sockets join their groups anew."""
    live.push([live.person(teammate_id)], {"hint": "membership"})
