"""The one place from which a change leaves: pushed to the sockets that may see it, then told to the house above.

Nothing here is the truth. The Event row is, and what dies between its commit and this module is found again by
the sweep `publish_missed`.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

from channels_app import live
from conversations import telling
from teams.models import Teammate

if TYPE_CHECKING:
    from conversations.models import Conversation, Draft, Event

logger = logging.getLogger(__name__)

# Sent once (after a crash: again) for what one transaction recorded, after its commit: events=[Event, …]. The only
# road upwards.
recorded = Signal()

# What the customer's own page must hear of. Floors above add to it.
MESSAGE_VERBS = {"receive", "overhear", "reply", "echo", "deliver", "edit", "unsend", "mark_read"}
OWNER_VERBS = {"assign", "pick_up", "hand_to", "unassign", "take_back", "undo", "send_flow", "take_over"}
OWNER_VERBS |= {"hand_over", "end_flow"}
SEEN_BY_CUSTOMER = MESSAGE_VERBS | OWNER_VERBS | {"close", "drop", "block", "reopen", "revive"}


def publish(events: "Sequence[Event]") -> None:
    """Push events, tell whoever listens, and mark them done. Call after the commit; twice does no harm."""
    carried = live.push_all(packet for event in events for packet in packets(event))
    if tell(events) and carried:
        type(events[0]).objects.filter(pk__in=[event.pk for event in events]).update(published=True)


def tell(events: "Sequence[Event]") -> bool:
    """Send the signal; False if a receiver failed."""
    outcomes = recorded.send_robust(sender=type(events[0]), events=events)
    failed = [(receiver, outcome) for receiver, outcome in outcomes if isinstance(outcome, Exception)]
    for receiver, outcome in failed:
        logger.error("after %s, %s failed", events[0], receiver, exc_info=outcome)
    return not failed


def packets(event: "Event") -> Iterator[live.Packet]:
    """Which groups hear what of an event."""
    yield audience(event), event.frame
    if event.verb in SEEN_BY_CUSTOMER:
        yield for_customer(event)
    yield from telling.calls(event)


def audience(event: "Event") -> list[str]:
    """The groups of whoever sees the conversation now or saw it until now (their list must lose the row)."""
    before = {"team": event.team_id, "assignee": event.assignee_id} | event.was
    return groups_of(event.team_id, event.assignee_id) + groups_of(before["team"], before["assignee"])


def groups_of(team_id: int | None, assignee_id: int | None) -> list[str]:
    """Who sees a conversation that is whose: the socket's twin of `ConversationQuerySet.visible_to`."""
    groups = [live.OVERSEERS]
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
        "back": teammate.back_at,
    }
    live.push([live.EVERYBODY], frame)


def push_typing(conversation: "Conversation") -> None:
    """A hint for whoever sees the conversation: its customer is typing."""
    frame = {"hint": "typing", "conversation": conversation.pk}
    live.push(groups_of(conversation.team_id, conversation.assignee_id), frame)


def push_viewing(conversation: "Conversation", teammate: Teammate, does: str) -> None:
    """A hint for whoever sees the conversation: this teammate came to it, still looks, types, or has left."""
    frame = {"hint": "viewing", "conversation": conversation.pk, "teammate": teammate.pk, "name": teammate.name}
    live.push(groups_of(conversation.team_id, conversation.assignee_id), frame | {"does": does})


def push_draft(draft: "Draft") -> None:
    """A hint for the writer's own pages: there is a newer draft, or none any more."""
    frame = {"hint": "draft", "conversation": draft.conversation_id, "version": draft.version}
    live.push([live.person(draft.teammate_id)], frame | {"written": draft.is_written})


def push_mentions(teammate_id: int) -> None:
    """A hint for somebody's own pages: they have looked at notes that call them."""
    live.push([live.person(teammate_id)], {"hint": "mentions"})


def push_channels() -> None:
    """A hint for every open page: a channel was cut off, or carries again."""
    live.push([live.EVERYBODY], {"hint": "channels"})


def push_bulk(teammate_id: int, run_id: int) -> None:
    """A hint for the pages of whoever started it: a bulk action has come further."""
    live.push([live.person(teammate_id)], {"hint": "bulk", "run": run_id})


def push_membership(teammate_id: int) -> None:
    """The teammate's teams or rights changed: their sockets join their groups anew."""
    live.push([live.person(teammate_id)], {"hint": "membership"})
