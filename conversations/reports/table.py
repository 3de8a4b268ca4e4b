"""A report as it is shown: the same numbers for page, CSV, REST and mail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from conversations.reports.base import Answer, Figure, Report, Values, Words
from conversations.reports.forms import QuestionForm, as_query
from conversations.reports.question import By, Key, Question
from conversations.reports.units import Unit
from conversations.reports.words import change, named, shown

# By these, rows follow each other in time.
IN_TIME = (By.DAY, By.MONTH, By.HOUR)
# What a chart draws: minutes, percents or as it is.
DRAWN = {Unit.SECONDS: 1 / 60, Unit.SHARE: 100.0}


@dataclass(frozen=True, slots=True)
class Cell:
    """`behind`: the address of the conversations behind the number, if there are any."""

    figure: Figure
    value: float | None
    behind: str = ""

    @property
    def shown(self) -> str:
        return shown(self.value, self.figure.unit)


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of the whole, beside the same of the period before."""

    cell: Cell
    before: float | None

    @property
    def figure(self) -> Figure:
        return self.cell.figure

    @property
    def shown_before(self) -> str:
        return shown(self.before, self.figure.unit)

    @property
    def change(self) -> str:
        return change(self.cell.value, self.before, self.figure.unit)


@dataclass(frozen=True, slots=True)
class Line:
    """`before`: the drawn figure in the period before; of days and months: in the one that corresponds."""

    key: Key
    name: str
    cells: list[Cell]
    drawn: Cell
    before: Cell

    @property
    def points(self) -> tuple[str, str]:
        """What the chart draws for now and before; "": a gap."""
        return point(self.drawn), point(self.before)


def point(cell: Cell) -> str:
    return "" if cell.value is None else f"{cell.value * DRAWN.get(cell.figure.unit, 1):.4g}"


@dataclass(frozen=True, slots=True)
class Table:
    report: Report
    question: Question
    own: tuple[int, ...] | None
    drawn: Figure
    cards: list[Card]
    figures: list[Figure]
    lines: list[Line]

    @property
    def by(self) -> By:
        return self.question.by or self.report.by[0]

    @property
    def by_label(self) -> Words:
        return self.report.label(self.by)

    @property
    def asked(self) -> str:
        """As it stands behind the question mark."""
        return as_query(self.question, self.own).urlencode()

    @property
    def is_course(self) -> bool:
        """Its rows follow each other in time."""
        return self.by in IN_TIME


def table(form: QuestionForm) -> Table:
    """Raises BadInput."""
    question, report = form.question, form.report
    drawn = report.figure(form.cleaned_data["draw"] or report.drawn)
    figures = report.figures_by(question.by)
    if drawn not in figures or drawn is None:
        drawn = figures[0]
    now, before = report.answer(question), report.answer(question.over(question.period.before))
    making = Making(report, question, form.own)
    return Table(
        report=report,
        question=question,
        own=form.own,
        drawn=drawn,
        cards=[
            Card(cell, before.whole.get(cell.figure.key))
            for cell in making.cells(report.figures, now.whole, question.whole())
        ],
        figures=figures,
        lines=list(making.lines(now, before, figures, drawn)),
    )


@dataclass(frozen=True, slots=True)
class Making:
    report: Report
    question: Question
    own: tuple[int, ...] | None

    def cells(self, figures: Iterable[Figure], values: Values, question: Question) -> Iterator[Cell]:
        """What each figure is for this question, with the address of what is behind it."""
        behind = f"{reverse('report-behind', args=[self.report.name])}?{as_query(question, self.own).urlencode()}"
        for figure in figures:
            value = values.get(figure.key)
            if figure.behind is None or not value:
                yield Cell(figure, value)
            else:
                least = f"&least={int(value)}" if figure.least else ""
                yield Cell(figure, value, f"{behind}&figure={figure.key}{least}")

    def lines(self, now: Answer, before: Answer, figures: list[Figure], drawn: Figure) -> Iterator[Line]:
        keys = list(now.rows)
        names = named(self.question.by, keys, self.report.kinds)
        earlier = self.corresponding(keys, before)
        for key in self.ordered(keys, names):
            cells = [*self.cells(figures, now.rows[key], self.question.of_row(key))]
            known = before.rows.get(earlier.get(key), {})
            yield Line(
                key,
                names[key],
                cells,
                next(cell for cell in cells if cell.figure is drawn),
                Cell(drawn, known.get(drawn.key)),
            )

    def corresponding(self, keys: list[Key], before: Answer) -> dict[Key, Key]:
        """Of each row the one before: the day or month at the same place, else the row of the same."""
        if self.question.by in (By.DAY, By.MONTH):
            days = self.question.over(self.question.period.before).expected_keys()
            return dict(zip(self.question.expected_keys(), days, strict=False))
        return {key: key for key in keys}

    def ordered(self, keys: list[Any], names: dict[Key, str]) -> list[Key]:
        return sorted(keys) if self.question.by in IN_TIME else sorted(keys, key=lambda key: names[key].casefold())
