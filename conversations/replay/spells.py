"""From the events of one conversation to its spells. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from conversations.models.states import LIVE, Absence
from conversations.replay.recording import Spell

SAID = ("receive", "reply")
ENDS = ("close", "drop", "block")
MOVES = ("assign", "pick_up", "hand_to", "unassign", "take_back", "reopen", "revive", "undo")
BOTS = ("send_flow", "take_over", "hand_over", "end_flow")
SLEEPS = ("snooze", "wake")
# What moves a conversation, or changes how much work it is.
VERBS = ("start", *MOVES, *BOTS, *SLEEPS, *SAID, *ENDS)
FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """An event, as far as it matters here. `by_person`: its actor is a teammate."""

    at: datetime
    verb: str
    state: str
    team: int | None
    assignee: int | None
    by_person: bool = False
    auto: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """After a line: since when the customer waits, when the last message was, whether it is nobody's work (`asleep`).

    That is while it is put off, or with a bot.
    `passed_over`: who had it and did not answer in time, until somebody else gets it.
    """

    at: datetime
    since: datetime | None
    last: datetime
    asleep: bool = False
    passed_over: int | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """With one teammate or in one inbox, begun by `line`; `since` as it was at the `end` (None: still there)."""

    line: Line
    since: datetime | None
    end: datetime | None
    # Who had it before and did not answer in time.
    passed_over: int | None
    # It was put off, with nobody who has it, or a bot had it: it is nobody's work, and nobody is given it.
    asleep: bool = False

    @property
    def is_live(self) -> bool:
        return self.line.state in LIVE

    @property
    def is_held(self) -> bool:
        return self.line.assignee is not None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what of a conversation's life happened in this team's inbox, or with a teammate, after `start`."""

    team: int
    start: datetime
    quiet_after: timedelta

    def spells(self, conversation: int, priority: int, told: Iterable[Line]) -> Iterator[Spell]:
        lines = list(in_order(told))
        marks = list(marked(lines))
        parts = [stay for stay in stays(lines, marks) if stay.is_live]
        for before, stay, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
            if stay.asleep or (stay.end is not None and stay.end <= self.start):
                continue
            begin, until = stay.line.at, after.line.at if after else None
            spell = Spell(conversation, begin, here=stay.line.team == self.team, priority=priority, until=until)
            if stay.is_held:
                yield self.held(spell, stay, before, marks)
            elif spell.here and (after is None or not after.is_held or stay.end != until):
                yield replace(spell, free=True, until=stay.end, since=stay.since, passed_over=stay.passed_over)

    def held(self, spell: Spell, stay: Stay, before: Stay | None, marks: Sequence[Mark]) -> Spell:
        at = stay.line.at
        held = replace(
            spell,
            taken=at,
            by=stay.line.assignee,
            auto=stay.line.auto,
            lasted=None if stay.end is None else stay.end - at,
            quiet=tuple(quiet_spans(marks, stay, self.quiet_after)),
        )
        # What was given before the period began is not given again.
        if before is None or not (held.here and held.auto and at >= self.start):
            return held
        return replace(held, free=True, came=before.line.at, since=before.since, passed_over=before.passed_over)


def in_order(lines: Iterable[Line]) -> Iterator[Line]:
    """Where a clock was set back, nothing happens before what led to it."""
    latest = datetime.min.replace(tzinfo=UTC)
    for line in lines:
        latest = max(latest, line.at)
        yield line if line.at == latest else replace(line, at=latest)


def stays(lines: Sequence[Line], marks: Sequence[Mark]) -> Iterator[Stay]:
    """The places in which the conversation was, one after the other."""
    places = [place(line, mark) for line, mark in zip(lines, marks, strict=True)]
    moves = [number for number, here in enumerate(places) if not number or here != places[number - 1]]
    for number, following in pairwise([*moves, len(lines)]):
        line, end = lines[number], lines[following].at if following < len(lines) else None
        yield Stay(line, marks[following - 1].since, end, marks[number].passed_over, asleep=places[number][-1])


def place(line: Line, mark: Mark) -> tuple[bool, int | None, int | None, bool]:
    return line.state in LIVE, line.team, line.assignee, mark.asleep and line.assignee is None


@dataclass(slots=True)
class Course:
    """How far a conversation's life has been read."""

    since: datetime | None = None
    # Since when the customer had waited when it ended: an undo brings that back.
    settled: datetime | None = None
    last: datetime | None = None
    asleep: bool = False
    with_bot: bool = False
    had: int | None = None
    passed_over: int | None = None

    def after(self, line: Line) -> Mark:
        self.wait(line)
        self.pass_over(line)
        self.last = line.at if line.verb in SAID or self.last is None else self.last
        # Everything that happens to it wakes it, but for what we say.
        self.asleep = line.verb == "snooze" or (self.asleep and line.verb == "reply")
        # A bot keeps it until it lets go, or a person does anything but look on.
        talks_on = self.with_bot and line.verb in SAID and not line.by_person
        self.with_bot = line.verb == "send_flow" or talks_on
        return Mark(line.at, self.since, self.last, self.asleep or self.with_bot, self.passed_over)

    def wait(self, line: Line) -> None:
        settled, self.settled = self.settled, None
        if line.verb == "receive":
            self.since = self.since or line.at
        elif line.verb == "undo":
            self.since = self.since or settled
        elif line.verb == "hand_over":
            self.since = self.since or line.at
        elif line.verb in ENDS:
            self.settled, self.since = self.since, None
        elif line.verb == "reply" and line.by_person:
            self.since = None

    def pass_over(self, line: Line) -> None:
        if line.because == Absence.SILENT:
            self.passed_over = self.had
        # An undo gives it to somebody only where what it undoes took it from them.
        elif line.verb in MOVES and (line.verb != "undo" or line.assignee != self.had):
            self.passed_over = None
        self.had = line.assignee


def marked(lines: Iterable[Line]) -> Iterator[Mark]:
    course = Course()
    return map(course.after, lines)


def quiet_spans(marks: Sequence[Mark], stay: Stay, quiet_after: timedelta) -> Iterator[tuple[timedelta, timedelta]]:
    """When it weighed less, counted from the stay's begin.

    The customer had been answered and nothing was said for a while, or it was put off.
    """
    begin = stay.line.at
    # Without an end it stays quiet for as long as anybody looks.
    changes = [*(mark.at for mark in marks[1:]), FOR_EVER]
    for mark, changed in zip(marks, changes, strict=True):
        to = min(changed, stay.end or FOR_EVER)
        quiet_from = max(mark.at if mark.asleep else mark.last + quiet_after, mark.at, begin)
        if (mark.asleep or mark.since is None) and quiet_from < to:
            yield quiet_from - begin, to - begin


def with_median(spells: Sequence[Spell]) -> list[Spell]:
    """Those that nobody took take as long as half of the others did at most."""
    known = [spell.lasted.total_seconds() for spell in spells if spell.here and spell.lasted is not None]
    usual = timedelta(seconds=median(known)) if known else None
    return [replace(spell, lasted=usual) if spell.taken is None else spell for spell in spells]
