"""A report as CSV: everything that the page shows, for programs: seconds, parts of 1, ISO days."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Fact
from conversations.reports.base import Figure
from conversations.reports.question import Key
from conversations.reports.table import Line, Table
from conversations.reports.units import Unit
from monty import sheets
from teams import audit
from teams.models import Deed, Teammate


def take(table: Table, *, by: Teammate) -> str:
    """The file for somebody; the audit log tells who took it."""
    audit.note(Deed.EXPORTED, Fact, by=by, report=table.report.name, form="csv", asked=table.asked)
    return "".join(sheets.lines(rows(table)))


def rows(table: Table) -> Iterator[list[Any]]:
    yield [str(table.by_label), *map(heading, table.report.figures)]
    for line in table.lines:
        mine = {cell.figure.key: cell.value for cell in line.cells}
        yield [first(line), *(number(mine.get(each.key)) for each in table.report.figures)]
    yield [_("All"), *(number(card.cell.value) for card in table.cards)]
    before = table.question.period.before
    yield [f"{before.since}/{before.until}", *(number(card.before) for card in table.cards)]


def heading(figure: Figure) -> str:
    return f"{figure.title} (s)" if figure.unit == Unit.SECONDS else str(figure.title)


def first(line: Line) -> str:
    return line.key.isoformat() if isinstance(line.key, date) else line.name


def number(value: float | None) -> float | str:
    return "" if value is None else round(value, 6)


def key_as_json(key: Key) -> str | int | None:
    return key.isoformat() if isinstance(key, date) else key
