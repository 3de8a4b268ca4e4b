"""Tallies for a question: from the roll-ups of whole months, from the facts for all else.

Four queries at most, however much there is. Both sources give the same numbers, so what is stale costs time only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import TruncMonth

from conversations.models import Cell, Fact, Measure, Rollup, Slice
from conversations.models.fact import NOBODY, FactQuerySet
from conversations.models.rollup import ALL
from conversations.reports.periods import DAY, Period, last_of
from conversations.reports.question import By, Key, Question
from conversations.reports.tally import Tally

# By measure, which is a number: tens of thousands of rows are not made into one each.
Tallies = defaultdict[int, Tally]
Rows = defaultdict[Key, Tallies]
# By what facts are told apart, where it is not the key of a slice.
COLUMNS: dict[By | None, Any] = {
    None: None,
    By.DAY: F("day"),
    By.MONTH: TruncMonth("day"),
    By.HOUR: F("hour"),
    By.TEAM: F("team_id"),
    By.CHANNEL: F("channel_id"),
    By.TEAMMATE: F("teammate_id"),
    By.LABEL: F("conversation__labellings__label"),
}


def no_rows() -> Rows:
    return defaultdict(lambda: defaultdict(Tally))


@dataclass(frozen=True, slots=True)
class Wanted:
    """`spread`: of these also how their values are spread, of which there is far more to read."""

    measures: frozenset[Measure]
    spread: frozenset[Measure] = frozenset()

    def steps(self, column: str) -> Any:
        """This column, where it is wanted; else null."""
        if not self.spread:
            return Value(None, BigIntegerField())
        return Case(When(measure__in=sorted(self.spread), then=F(column)))


EVERYTHING = Wanted(frozenset(Measure), frozenset(Measure))


def tallies(question: Question, wanted: Wanted, *, rolled_up: bool = True) -> Rows:
    """By key and measure. `rolled_up=False`: from the facts alone, which gives the same and takes longer."""
    found = no_rows()
    if question.teams == ():
        return found
    where: Q | None = everywhere(question)
    if rolled_up and question.slice:
        fresh, where = sources(question)
        read_cells(found, question, wanted, fresh)
    if where is not None:
        read_facts(found, question, wanted, where)
    return found


def everywhere(question: Question) -> Q:
    return Q(day__gte=question.period.since, day__lte=question.period.until)


def sources(question: Question) -> tuple[list[int], Q | None]:
    """The roll-ups that may be used, and where the facts are that these do not hold (None: nowhere)."""
    together = question.teams is None and question.by != By.TEAM
    known = Rollup.objects.filter(month__in=question.period.months())
    known = known.filter(team_id=ALL) if together else known.exclude(team_id=ALL)
    if question.teams is not None:
        known = known.filter(team_id__in=question.teams)
    fresh, stale = [], defaultdict(list)
    for number, month, team, is_fresh in known.values_list("pk", "month", "team_id", "fresh"):
        if is_fresh:
            fresh.append(number)
        else:
            stale[month].append(team)
    parts = [Q(day__gte=edge.since, day__lte=edge.until) for edge in question.period.edges()]
    for month, teams in sorted(stale.items()):
        these = Q() if together else Q(team_id__in=sorted(teams))
        parts.append(these & Q(day__gte=month, day__lte=last_of(month)))
    return fresh, reduce(or_, parts) if parts else None


def read_cells(found: Rows, question: Question, wanted: Wanted, rollups: list[int]) -> None:
    if question.slice is None or not rollups:
        return
    part, key = question.slice
    cells = Cell.objects.filter(rollup__in=rollups, slice=part, measure__in=wanted.measures)
    cells = cells if key is None else cells.filter(key=key)
    total, steps = ("total_open", "steps_open") if question.open_hours else ("total", "steps")
    columns = ("rollup__month", "rollup__team_id", "key", "measure", "count", total, "sizes")
    rows = cells.annotate(sizes=wanted.steps(steps)).values_list(*columns)
    for month, team, number, measure, count, added, sizes in rows:
        found[key_of(question.by, month, team, number)][measure].take(count, added, sizes or {})


def key_of(by: By | None, month: date, team: int, number: int) -> Key:
    """Of which row a cell is a part."""
    places: dict[By | None, Key] = {None: None, By.MONTH: month, By.TEAM: team}
    if by == By.DAY:
        return month.replace(day=number)
    return places.get(by, number)


def read_facts(found: Rows, question: Question, wanted: Wanted, where: Q) -> None:
    value, step = ("value_open", "step_open") if question.open_hours else ("value", "step")
    column = COLUMNS[question.by]
    rows = asked_for(question, wanted.measures).filter(where)
    # Not by `iterator()`: for a cursor PostgreSQL works with one process only, and so that the first rows come early.
    named = rows.order_by().annotate(size=wanted.steps(step), key=Value(0) if column is None else column)
    # Not of the ids: with these an index that holds all else would not do.
    grouped = named.values("measure", "size", "key").annotate(number=Count("*"), added=Sum(value))
    for measure, size, key, number, added in grouped.values_list("measure", "size", "key", "number", "added"):
        found[None if column is None else key][measure].take_one(number, added, size)


def asked_for(question: Question, measures: Iterable[Measure]) -> FactQuerySet:
    """The facts that a question is about, of whatever days."""
    rows = Fact.objects.of_teams(question.teams).filter(measure__in=[*measures])
    rows = rows.filter(share=True) if question.shares else rows.filter(whole=True)
    if question.by == By.TEAMMATE:
        rows = rows.exclude(teammate_id=NOBODY)
    if question.by == By.LABEL:
        rows = rows.filter(conversation__labellings__isnull=False)
    for part, number in question.narrowed:
        rows = rows.filter(**{NARROW[part]: number})
    return rows


NARROW = {
    Slice.CHANNEL: "channel_id",
    Slice.TEAMMATE: "teammate_id",
    Slice.LABEL: "conversation__labellings__label",
    Slice.HOUR: "hour",
}


def all_before(question: Question) -> Question | None:
    """All days before the question's; None: there are none that are known of."""
    first = Rollup.objects.order_by("month").values_list("month", flat=True).first()
    if first is None or first >= question.period.since:
        return None
    return question.over(Period(first, question.period.since - DAY))
