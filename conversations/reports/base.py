"""What a report is made of: figures with their definitions, and an answer to a question. One report is one file.

Upper floors add theirs (`register`) when they start; nothing here knows them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from conversations.models import Measure
from conversations.models.fact import ENDINGS, TIMES
from conversations.reports.queries import Rows, Tallies, Wanted, all_before, asked_for, no_rows, tallies
from conversations.reports.question import WHOLE, By, Key, Question
from conversations.reports.units import Unit
from conversations.reports.words import shown

Words = str | Promise
# By figure; None: there is nothing to say.
Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """What a figure is worked out from. `earlier`: all that happened before the period."""

    tallies: Tallies
    earlier: Tallies
    # The day after the period, as an ordinal.
    limit: int


@dataclass(frozen=True, slots=True)
class Figure:
    """`behind`: what its list shows; `least`: of that only what took as long as its value.

    `spread`: it looks at how the values of its measures are spread; `not_by`: where it has no meaning.
    """

    key: str
    title: Words
    definition: Words
    value: Callable[[Row], float | None] = field(repr=False)
    measures: tuple[Measure, ...] = ()
    unit: Unit = Unit.COUNT
    behind: Any = None
    least: bool = False
    spread: bool = False
    not_by: frozenset[By] = frozenset()
    # It looks at all that came before.
    looks_back: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole, and each row by its key."""

    whole: Values
    rows: Mapping[Key, Values]


FILTERS = ("team", "channel", "teammate", "label", "hour", "hours")


@dataclass(frozen=True, slots=True)
class Report:
    """Counted from facts. `drawn`: the figure that the chart shows."""

    name: str
    title: Words
    lead: Words
    figures: tuple[Figure, ...]
    drawn: str
    by: tuple[By, ...] = (By.DAY, By.MONTH, By.HOUR, By.TEAM, By.TEAMMATE, By.CHANNEL, By.LABEL)
    # By what it may be narrowed down.
    filters: tuple[str, ...] = FILTERS
    # What a row by `kind` is, and how those of these ids are called.
    kind: Words = ""
    kinds: Callable[[list[Any]], dict[Any, str]] | None = None
    # What its rows add up to is the whole, where every episode is in one row.
    adds_up: bool = True
    # The order in the menu.
    place: int = 100

    def figure(self, key: str) -> Figure | None:
        return next((each for each in self.figures if each.key == key), None)

    def figures_by(self, by: By | None) -> list[Figure]:
        """Those that mean something in such rows."""
        return [each for each in self.figures if by not in each.not_by]

    def label(self, by: By) -> Words:
        """What its rows are."""
        return self.kind if by == By.KIND else by.label

    def listed(self, question: Question, figure: Figure, least: int = 0) -> QuerySet:
        """Exactly what a number counts: rows with a `conversation` and the moment `at`."""
        rows = asked_for(question, [figure.behind]).between(question.period.since, question.period.until)
        step = "step_open" if question.open_hours else "step"
        return rows.filter(**{f"{step}__gte": least}) if least else rows

    def told(self, question: Question, row: Any) -> str:
        """What the list says of one of these, in words."""
        value = row.value_open if question.open_hours else row.value
        if row.measure in TIMES:
            return shown(value, Unit.SECONDS)
        if row.measure == Measure.RATED:
            return shown(value, Unit.COUNT)
        if row.measure == Measure.STARTED:
            by_its_end = 0 < row.value <= question.period.until.toordinal()
            return _("closed in the period") if by_its_end else _("not closed")
        return ""

    def answer(self, question: Question, *, rolled_up: bool = True) -> Answer:
        found = self.count(question, rolled_up=rolled_up)
        for key in question.expected_keys():
            found[key]
        whole = question.whole()
        if self.adds_up and question.by in WHOLE:
            everything = no_rows()
            everything[None] = added(found)
        else:
            everything = self.count(whole, rolled_up=rolled_up)
            everything[None]
        return Answer(
            self.values(whole, everything, rolled_up=rolled_up)[None],
            self.values(question, found, rolled_up=rolled_up) if question.by else {},
        )

    def count(self, question: Question, *, rolled_up: bool) -> Rows:
        # Of rows that make up the whole, everything: it is worked out from them.
        figures = self.figures if question.by in WHOLE else self.figures_by(question.by)
        measures = {measure for each in figures for measure in each.measures}
        spread = {measure for each in figures if each.spread for measure in each.measures}
        return tallies(question, Wanted(frozenset(measures), frozenset(spread)), rolled_up=rolled_up)

    def values(self, question: Question, found: Rows, *, rolled_up: bool) -> dict[Key, dict[str, float | None]]:
        figures, earlier = self.figures_by(question.by), no_rows()
        before = all_before(question) if any(each.looks_back for each in figures) else None
        if before is not None:
            earlier = tallies(before, Wanted(frozenset([Measure.STARTED, *ENDINGS])), rolled_up=rolled_up)
        limit = question.period.until.toordinal() + 1
        return {
            key: {each.key: each.value(Row(counted, earlier[key], limit)) for each in figures}
            for key, counted in found.items()
        }


def added(rows: Mapping[Key, Tallies]) -> Tallies:
    """All rows as one."""
    whole = no_rows()[None]
    for row in rows.values():
        for measure, tally in row.items():
            whole[measure].take(tally.count, tally.total, tally.steps)
    return whole


REPORTS: dict[str, Report] = {}


def register(report: Report) -> Report:
    """Make it one of Monty's reports."""
    REPORTS[report.name] = report
    return report


def reports() -> list[Report]:
    """In the order of the menu."""
    return sorted(REPORTS.values(), key=lambda each: (each.place, each.name))


# --- What most figures are -------------------------------------------------------------------------------------------


def share_of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def count(key: str, title: Words, definition: Words, measure: Measure, **told: Any) -> Figure:
    return Figure(key, title, definition, lambda row: row.tallies[measure].count, (measure,), behind=measure, **told)


def share(key: str, title: Words, definition: Words, part: Measure, of: tuple[Measure, ...], **told: Any) -> Figure:
    """How many of one measure there are for each of others together."""

    def value(row: Row) -> float | None:
        return share_of(row.tallies[part].count, sum(row.tallies[each].count for each in of))

    return Figure(key, title, definition, value, (part, *of), Unit.SHARE, behind=part, **told)


def times(key: str, measure: Measure, titles: tuple[Words, Words, Words], definition: Words) -> tuple[Figure, ...]:
    """Median, 90th percentile and mean of what lasted."""
    told: dict[str, Any] = {"measures": (measure,), "unit": Unit.SECONDS, "behind": measure}
    rank: dict[str, Any] = told | {"least": True, "spread": True}
    p50, p90, mean = titles
    return (
        Figure(f"{key}_p50", p50, definition, lambda row: row.tallies[measure].percentile(50), **rank),
        Figure(f"{key}_p90", p90, definition, lambda row: row.tallies[measure].percentile(90), **rank),
        Figure(f"{key}_mean", mean, definition, lambda row: row.tallies[measure].mean, **told),
    )
