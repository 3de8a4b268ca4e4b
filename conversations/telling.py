"""Whom a change calls besides those who have it on screen: the teammate whose business it is, the team it waits for.

What of it sounds or pops up is their own choice, which is asked when their browser asks (`conversations.told`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from channels_app import live
from conversations.models.message_states import UNDELIVERED
from teams.models import About

if TYPE_CHECKING:
    from conversations.models import Event

# After these somebody may have a conversation that they did not ask for.
GIVES = {"assign", "revive"}
# By these it comes into a team's inbox, unless somebody has it.
COMES = {"start", "hand_to", "unassign", "take_back", "revive", "undo", "wake"}
COMES |= {"hand_over", "end_flow", "leave_to_people"}
# These are the business of whoever has it. Floors above add to it.
THEIRS = {"receive": About.WROTE, "want_answer": About.WROTE, "warn_of_window": About.EXPIRES}


def calls(event: "Event") -> Iterator[live.Packet]:
    """Hints, for the pages of those who are called: `about` as the hint's name, and who did it."""
    for about, group in called(event):
        yield [group], {"hint": about.value, "conversation": event.conversation_id, "by": event.actor_id}


def called(event: "Event") -> Iterator[tuple[About, str]]:
    for teammate_id in event.data.get("mentions", {}).values():
        yield About.MENTIONED, live.person(teammate_id)
    if has_failed(event) and event.message is not None and event.message.author_id:
        yield About.FAILED, live.person(event.message.author_id)
    if event.assignee_id is not None:
        yield from to_teammate(event, live.person(event.assignee_id))
    elif event.team_id is not None and waits_in_a_team(event):
        yield About.WAITS, live.team(event.team_id)


def to_teammate(event: "Event", group: str) -> Iterator[tuple[About, str]]:
    """What whoever has the conversation is told."""
    if event.verb in GIVES and event.actor_id != event.assignee_id:
        yield About.ASSIGNED, group
    if event.verb in THEIRS:
        yield THEIRS[event.verb], group
    if event.verb == "wake" and event.actor_id is None:
        yield About.WOKE, group


def has_failed(event: "Event") -> bool:
    return event.verb == "deliver" and event.data.get("status") in UNDELIVERED


def waits_in_a_team(event: "Event") -> bool:
    """It has just come into a team's inbox, where nobody has it yet."""
    came = event.verb in COMES or "woke" in event.data
    return came and event.team_id is not None and event.assignee_id is None
