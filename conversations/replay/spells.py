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
# What moves a conversation, or changes how much work it is.
VERBS = ("start", "assign", "pick_up", "hand_to", "unassign", "take_back", "reopen", "revive", "undo", *SAID, *ENDS)
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
    """After a line: since when the customer waits, and when the last message was."""

    at: datetime
    since: datetime | None
    last: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """With one teammate or in one inbox, begun by `line`; `since` as it was at the `end` (None: still there)."""

    line: Line
    since: datetime | None
    end: datetime | None
    # Who had it before and did not answer in time.
    passed_over: int | None

    @property
    def is_live(self) -> bool:
        return self.line.state in LIVE

    @property
    def waits(self) -> bool:
        return self.line.assignee is None


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
            if stay.end is not None and stay.end <= self.start:
                continue
            begin, until = stay.line.at, after.line.at if after else None
            spell = Spell(conversation, begin, here=stay.line.team == self.team, priority=priority, until=until)
            if not stay.waits:
                yield self.held(spell, stay, before, marks)
            elif spell.here and (after is None or after.waits or stay.end != until):
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
    moves = [number for number, line in enumerate(lines) if not number or place(line) != place(lines[number - 1])]
    for number, following in pairwise([*moves, len(lines)]):
        line, end = lines[number], lines[following].at if following < len(lines) else None
        silent = number and line.because == Absence.SILENT
        passed_over = lines[number - 1].assignee if silent else None
        yield Stay(line, marks[following - 1].since, end, passed_over)


def place(line: Line) -> tuple[bool, int | None, int | None]:
    return line.state in LIVE, line.team, line.assignee


def marked(lines: Iterable[Line]) -> Iterator[Mark]:
    since: datetime | None = None
    last: datetime | None = None
    for line in lines:
        if line.verb == "receive":
            since = since or line.at
        elif line.verb in ENDS or (line.verb == "reply" and line.by_person):
            since = None
        last = line.at if line.verb in SAID or last is None else last
        yield Mark(line.at, since, last)


def quiet_spans(marks: Sequence[Mark], stay: Stay, quiet_after: timedelta) -> Iterator[tuple[timedelta, timedelta]]:
    """When the customer had been answered and nothing was said for a while, counted from the stay's begin."""
    begin = stay.line.at
    # Without an end it stays quiet for as long as anybody looks.
    changes = [*(mark.at for mark in marks[1:]), FOR_EVER]
    for mark, changed in zip(marks, changes, strict=True):
        to = min(changed, stay.end or FOR_EVER)
        quiet_from = max(mark.last + quiet_after, mark.at, begin)
        if mark.since is None and quiet_from < to:
            yield quiet_from - begin, to - begin


def with_median(spells: Sequence[Spell]) -> list[Spell]:
    """Those that nobody took take as long as half of the others did at most."""
    known = [spell.lasted.total_seconds() for spell in spells if spell.here and spell.lasted is not None]
    usual = timedelta(seconds=median(known)) if known else None
    return [replace(spell, lasted=usual) if spell.taken is None else spell for spell in spells]
