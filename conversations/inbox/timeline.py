"""A conversation's events as the lines of its thread, told at reading time in the reader's language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations.contacts import cards
from conversations.inbox import message_cards
from conversations.inbox.message_cards import Card
from conversations.models import Absence, Event, Held, Message, Priority
from conversations.models.event import IN_THREAD
from teams.models import Team, Teammate

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Line:
    """One line: a message, or a sentence about what happened."""

    event: Event
    sentence: str
    # Set on the first line of a day, and on the first that nobody has read.
    day: date | None = None
    first_unread: bool = False
    # What an upper floor shows under the message.
    card: Card | None = None

    @property
    def message(self) -> Message | None:
        return self.event.message

    @property
    def microseconds(self) -> int:
        """Since 1970: by this and the event's id the page's script finds its place."""
        return (self.event.at - EPOCH) // timedelta(microseconds=1)

    @property
    def mentions(self) -> dict[str, int]:
        """Whom a note calls: ids by user name."""
        return self.event.data.get("mentions", {})

    @property
    def writer(self) -> str:
        """Who wrote it elsewhere, and is nobody of ours; "" if that is not known."""
        return str(self.event.data.get("writer", ""))

    @property
    def side(self) -> str:
        """Where it stands and in which colour."""
        if self.message is None:
            return "told"
        if self.message.private:
            return "note"
        return "them" if self.message.is_from_contact else "us"


@dataclass(frozen=True, slots=True)
class Told:
    """An event with the names that its sentence needs."""

    event: Event
    people: dict[int, Teammate]
    teams: dict[int, Team]

    @property
    def words(self) -> dict[str, str]:
        """What the placeholders of a sentence stand for."""
        event = self.event
        return event.data.get("why", {}) | {
            "who": event.actor.name if event.actor else "Monty",
            "whom": self.person(event.assignee_id),
            "before": self.person(event.was.get("assignee")),
            "absence": Absence(event.data["because"]).label if "because" in event.data else "",
            "other": str(event.data.get("other", "")),
            "flow": event.data.get("flow") or event.was.get("bot", ""),
            "node": event.data.get("node", ""),
            "rating": str(event.data.get("rating", "")),
            "team": str(self.teams.get(event.team_id or 0, "")),
            "until": until(event.data.get("until")),
            "priority": Priority.named(event.data["priority"]).label if "priority" in event.data else "",
            "macro": str(event.data.get("macro", "")),
            "added": ", ".join(event.data.get("added", [])),
            "removed": ", ".join(event.data.get("removed", [])),
            **changes(event),
            **{name: word for words in WORDS for name, word in words(event).items()},
        }

    def person(self, number: int | None) -> str:
        return str(self.people.get(number or 0, _("somebody")))


def lines(events: Iterable[Event], *, unread: int = 0) -> list[Line]:
    """The lines of these events, oldest first. The last `unread` messages of the customer are new."""
    told = with_names(sorted(events, key=lambda event: (event.at, event.pk)))
    found = [Line(each.event, "" if each.event.message else sentence(each)) for each in told]
    lay_cards(found)
    mark_days(found)
    mark_news(found, unread)
    return found


def with_names(events: list[Event]) -> list[Told]:
    """Two queries, however many events."""
    numbers = {event.assignee_id for event in events} | {event.was.get("assignee") for event in events}
    people = Teammate.objects.in_bulk([number for number in numbers if number])
    teams = Team.objects.in_bulk([number for number in {event.team_id for event in events} if number])
    return [Told(event, people, teams) for event in events]


def lay_cards(found: list[Line]) -> None:
    laid = message_cards.cards(line.message for line in found if line.message)
    for line in found:
        line.card = laid.get(line.message.pk) if line.message else None


def mark_news(found: list[Line], unread: int) -> None:
    """New is what came last, wherever in the thread it stands."""
    theirs = sorted((line for line in found if line.side == "them"), key=lambda line: line.event.pk)
    new = {line.event.pk for line in theirs[-unread:]} if unread else set()
    for first in [line for line in found if line.event.pk in new][:1]:
        first.first_unread = True


def mark_days(found: list[Line]) -> None:
    last: date | None = None
    for line in found:
        day = timezone.localdate(line.event.at)
        if day != last:
            line.day = last = day


def sentence(told: Told) -> str:
    words = SENTENCES[told.event.verb](told) % told.words
    reason = told.event.data.get("reason")
    return f"{words}: {reason}" if reason else words


def started(told: Told) -> str:
    return _("Conversation started in %(team)s") if told.event.team_id else _("Conversation started")


def assigned(told: Told) -> str:
    event = told.event
    if "why" in event.data:
        return because(event.data["why"])
    if event.actor is not None and event.actor.pk == event.assignee_id:
        return _("%(who)s took this")
    if event.was.get("team"):
        return _("%(who)s assigned this to %(whom)s in %(team)s")
    return _("%(who)s assigned this to %(whom)s")


def because(why: dict[str, Any]) -> str:
    """Auto Assign says why it chose this teammate; `ready`: how many had room for it."""
    if why["ready"] == 1:
        return _("%(who)s assigned this to %(whom)s, the only one with room (%(load)s of %(capacity)s)")
    return _("%(who)s assigned this to %(whom)s, who had the least to do (%(load)s of %(capacity)s) of %(ready)s ready")


def until(moment: str | None) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "D j M, H:i") if moment else ""


def changes(event: Event) -> dict[str, str]:
    """What of a contact's card was changed; of several fields only their names."""
    changed, labels = event.data.get("changed", []), event.data.get("labels", {})
    if not changed:
        return {}
    names = [str(labels.get(each["field"], cards.LABELS.get(each["field"], each["field"]))) for each in changed]
    old, new = (cards.told(changed[0]["field"], changed[0].get(side, "")) for side in ("before", "after"))
    return {"fields": ", ".join(names), "old": old, "new": new}


def described(told: Told) -> str:
    changed = told.event.data["changed"]
    # Of a customer who was forgotten nobody knows any more how it was.
    if len(changed) > 1 or changed[0]["field"] == "notes" or "after" not in changed[0]:
        return _("%(who)s changed the contact: %(fields)s")
    if changed[0]["after"] == "":
        return _("%(who)s removed from the contact: %(fields)s “%(old)s”")
    if changed[0]["before"] == "":
        return _("%(who)s added to the contact: %(fields)s “%(new)s”")
    return _("%(who)s changed the contact’s %(fields)s from “%(old)s” to “%(new)s”")


def exported(told: Told) -> str:
    if told.event.data["notes"]:
        return _("%(who)s took a transcript with private notes")
    return _("%(who)s took a transcript")


def snoozed(told: Told) -> str:
    if told.event.data["until"] is None:
        return _("%(who)s put this off until the customer answers")
    return _("%(who)s put this off until %(until)s")


def woken(told: Told) -> str:
    return _("%(who)s woke this up") if told.event.actor else _("Back again: it was put off until now")


def labelled(told: Told) -> str:
    data = told.event.data
    if data["added"] and data["removed"]:
        return _("%(who)s labelled this %(added)s, no longer %(removed)s")
    return _("%(who)s labelled this %(added)s") if data["added"] else _("%(who)s removed the label %(removed)s")


def held(told: Told) -> str:
    return HELD[Held(told.event.data["held"])]()


HELD: dict[Held, Callable[[], str]] = {
    Held.CUSTOMER: lambda: _("Held back: the customer wrote before it was to be sent"),
    Held.ENDED: lambda: _("What was to be sent later is held back"),
    Held.CANCELLED: lambda: _("%(who)s cancelled what was to be sent later"),
    Held.REFUSED: lambda: _("What was to be sent now is held back"),
}


def flow_sent(told: Told) -> str:
    event = told.event
    if event.actor is None:
        return _("The flow %(flow)s began")
    if event.data.get("node"):
        return _("%(who)s sent the flow %(flow)s, at %(node)s")
    return _("%(who)s sent the flow %(flow)s")


SENTENCES: dict[str, Callable[[Told], str]] = {
    "start": started,
    "bring": lambda told: _("%(who)s brought this conversation along from another program"),
    "assign": assigned,
    "pick_up": lambda told: _("%(who)s took this"),
    "send_flow": flow_sent,
    "take_over": lambda told: _("%(who)s took over from the flow %(flow)s"),
    "hand_over": lambda told: (
        _("The flow %(flow)s handed this over to %(team)s")
        if told.event.team_id
        else _("The flow %(flow)s handed this over")
    ),
    "end_flow": lambda told: _("The flow %(flow)s ended"),
    "rate": lambda told: _("The customer rated this %(rating)s of 5"),
    "hand_to": lambda told: _("%(who)s assigned this to the team %(team)s"),
    "unassign": lambda told: _("%(who)s took this off %(before)s"),
    "take_back": lambda told: _("Back in the inbox of %(team)s: %(before)s %(absence)s"),
    "close": lambda told: _("%(who)s closed this"),
    "drop": lambda told: _("%(who)s dropped this"),
    "reopen": lambda told: _("%(who)s reopened this"),
    "undo": lambda told: _("%(who)s took that back"),
    "revive": lambda told: _("Reopened: the customer wrote again"),
    "join": lambda told: _("Joined with #%(other)s: it is the same customer"),
    "block": lambda told: _("%(who)s blocked this customer"),
    "unblock": lambda told: _("%(who)s unblocked this customer"),
    "label": labelled,
    "schedule": lambda told: _("%(who)s wrote an answer to be sent %(until)s"),
    "reschedule": lambda told: _("%(who)s put an answer off until %(until)s"),
    "hold": held,
    "unschedule": lambda told: _("%(who)s discarded an answer that was to be sent later"),
    "run_macro": lambda told: _("%(who)s ran “%(macro)s”"),
    "snooze": snoozed,
    "wake": woken,
    "describe": described,
    "merge": lambda told: _("%(who)s merged this customer’s contact with another one"),
    "unmerge": lambda told: _("%(who)s undid a merge of this customer’s contact"),
    "export": exported,
    "forget": lambda told: _("%(who)s erased what was said"),
    "prioritize": lambda told: _("%(who)s set the priority to %(priority)s"),
}


# What a floor above puts into its sentences besides.
WORDS: list[Callable[[Event], dict[str, str]]] = []


def add_sentences(told: dict[str, Callable[[Told], str]], words: Callable[[Event], dict[str, str]]) -> None:
    """For a floor above: its events stand in threads as these sentences, in which `words` fills the placeholders.

    `words` is asked of every event, and has nothing to say of those of others.
    """
    SENTENCES.update(told)
    WORDS.append(words)
    IN_THREAD.extend(told)
