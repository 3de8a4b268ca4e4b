"""The one place from which a change leaves: pushed to the sockets that may see it, then told to the house above.

Nothing here is the truth. The Event row is, and what dies between its commit and this module is found again by
the sweep `publish_missed`.
"""

import logging
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
SEEN_BY_CUSTOMER = MESSAGE_VERBS | {"close", "drop", "reopen", "revive", "assign", "hand_to", "unassign"}


def publish(event: "Event") -> None:
    """Push an event, tell whoever listens, and mark it done. Call after the commit; twice does no harm."""
    carried = live.push(audience(event), event.frame)
    if event.verb in SEEN_BY_CUSTOMER:
        carried = push_to_customer(event) and carried
    for receiver, outcome in recorded.send_robust(sender=type(event), event=event):
        if isinstance(outcome, Exception):
            carried = False
            logger.error("after %s, %s failed", event, receiver, exc_info=outcome)
    if carried:
        type(event).objects.filter(pk=event.pk).update(published=True)


def audience(event: "Event") -> list[str]:
    """The groups of whoever sees the conversation now or saw it until now (their list must lose the row)."""
    groups = [live.OVERSEERS]
    before = {"team": event.team_id, "assignee": event.assignee_id} | event.was
    for team_id, assignee_id in [(event.team_id, event.assignee_id), (before["team"], before["assignee"])]:
        groups += [live.team(team_id)] if team_id else []
        groups += [live.person(assignee_id)] if assignee_id else []
        groups += [] if team_id or assignee_id else [live.EVERYBODY]
    return groups


def push_to_customer(event: "Event") -> bool:
    """Tell the customer's own open pages, if they have any: ids only, they fetch what is new."""
    identity = event.conversation.identity
    frame = {"id": event.pk, "verb": event.verb, "message": event.message_id, "state": event.state}
    return live.push([live.visitor(identity.external_id, identity.channel_id)], frame)


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


def push_membership(teammate_id: int) -> None:
    """The teammate's teams or rights changed: their sockets join their groups anew."""
    live.push([live.person(teammate_id)], {"hint": "membership"})
