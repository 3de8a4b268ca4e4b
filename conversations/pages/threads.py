"""Which lines of a conversation's thread a page shows: its end, what stands above or below, or around a message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from conversations.inbox import timeline
from conversations.models import Conversation, Event
from monty import keys

# Lines of a thread fetched at once.
THREAD_PAGE = 50
# A thread is opened at a message (found, or the first that is new) with so many lines above it, and all below it, if
# they are no more.
ABOVE = 15
LONGEST_THREAD = 600


def thread(row: Conversation, *, before: str = "", unread: int = 0) -> dict[str, Any]:
    """The thread's end, longer if not all that is new would be in it, or the lines before a key. Raises BadInput."""
    events = row.events.in_thread().newest_first()
    if before:
        events = events.older_than(*keys.read(before, field="before"))
    found: list[Event] = list(events.with_message()[: THREAD_PAGE + 1])
    shown = found[:THREAD_PAGE]
    lines = timeline.lines(shown, unread=unread)
    more = len(found) > THREAD_PAGE
    if more and sum(line.side == "them" for line in lines) < unread and (first := row.events.first_unread(unread)):
        return thread_from(row, first, new=True)
    return {"lines": lines, "oldest": shown[-1].key if more else None}


def onwards(row: Conversation, key: tuple[datetime, int], above: Sequence[Event] = ()) -> dict[str, Any]:
    """A page of what happened after a key, below what is shown above it. Raises BadInput."""
    found: list[Event] = list(row.events.in_thread().newer_than(*key).with_message()[: THREAD_PAGE + 1])
    shown = found[:THREAD_PAGE]
    newest = shown[-1].key if len(found) > THREAD_PAGE else None
    return {"lines": timeline.lines([*above, *shown]), "newest": newest}


def thread_at(row: Conversation, message: int) -> dict[str, Any] | None:
    """From a little above a message that was found; None if it is not there."""
    event = row.events.in_thread().filter(message=message).first()
    return None if event is None else thread_from(row, event) | {"found": message}


def thread_from(row: Conversation, event: Event, *, new: bool = False) -> dict[str, Any]:
    """From a little above an event down to the end, or a page further if that is far. `new`: it is the first unread."""
    lines = row.events.in_thread().newest_first().with_message()
    above: list[Event] = list(lines.older_than(event.at, event.pk)[: ABOVE + 1])
    below: list[Event] = list(lines.from_on(event.at, event.pk)[: LONGEST_THREAD + 1])
    shown = above[:ABOVE]
    end: dict[str, Any] = {"lines": timeline.lines([*shown, *below])}
    if len(below) > LONGEST_THREAD:
        found: list[Event] = list(row.events.in_thread().with_message().filter(pk=event.pk))
        end = onwards(row, (event.at, event.pk), [*shown, *found])
    for line in end["lines"]:
        line.first_unread = new and line.event.pk == event.pk
    return end | {"oldest": shown[-1].key if len(above) > ABOVE else None}
