"""Reports of other rows than facts: of whatever an upper floor keeps that has a conversation and a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, ExtractHour, TruncDate, TruncMonth
from django.utils import timezone

from conversations.models.fact import NOBODY
from conversations.reports.base import Figure, Report
from conversations.reports.periods import DAY, beginning
from conversations.reports.queries import Rows, no_rows
from conversations.reports.question import By, Question


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows are. The names of their columns: when it was, of what kind it is, as what it counts (a figure's
    measures are its values), and, if there are any, its teammate and what is added up.
    """

    rows: Callable[[], QuerySet]
    at: str
    kind: str
    measure: str
    teammate: str = ""
    value: str = ""


@dataclass(frozen=True)
class RowsReport(Report):
    """The team is the conversation's as it is now. `source` is always given."""

    source: Source | None = None

    def count(self, question: Question, *, rolled_up: bool) -> Rows:
        del rolled_up
        found, source = no_rows(), self.where
        named = self.keys(question.by)
        # Whatever these rows are, "row" is none of their columns.
        rows = self.asked(question).annotate(row=named).order_by().values_list("row", source.measure)
        added = Sum(source.value) if source.value else Value(0)
        for key, measure, number, total in rows.annotate(number=Count("pk"), total=added):
            row = key.date() if isinstance(key, datetime) else None if question.by is None else key
            found[row][measure].take(number, total or 0, {})
        return found

    def listed(self, question: Question, figure: Figure, least: int = 0) -> QuerySet:
        return self.asked(question).filter(**{f"{self.where.measure}__in": figure.behind})

    def told(self, question: Question, row: Any) -> str:
        return str(row)

    @property
    def where(self) -> Source:
        assert self.source is not None  # noqa: S101  (a default has to be given after the base's defaults)
        return self.source

    def asked(self, question: Question) -> QuerySet:
        begin, end = beginning(question.period.since), beginning(question.period.until + DAY)
        rows = self.where.rows().annotate(at=F(self.where.at)).filter(at__gte=begin, at__lt=end)
        if question.teams is not None:
            none = Q(conversation__team=None) if NOBODY in question.teams else Q(pk=None)
            rows = rows.filter(none | Q(conversation__team__in=question.teams))
        wanted = {
            "conversation__channel": question.channel,
            "conversation__labellings__label": question.label,
            self.where.kind: question.kind,
            self.where.teammate: question.teammate,
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
        return rows if question.hour is None else rows.annotate(hour=hour()).filter(hour=question.hour)

    def keys(self, by: By | None) -> Any:
        zone = timezone.get_default_timezone()
        known: dict[By | None, Any] = {
            None: Value(0),
            By.DAY: TruncDate("at", tzinfo=zone),
            By.MONTH: TruncMonth("at", tzinfo=zone),
            By.HOUR: hour(),
            By.TEAM: Coalesce("conversation__team", Value(NOBODY)),
            By.CHANNEL: F("conversation__channel"),
            By.LABEL: F("conversation__labellings__label"),
            By.KIND: F(self.where.kind),
            By.TEAMMATE: F(self.where.teammate or self.where.kind),
        }
        return known[by]


def hour() -> ExtractHour:
    return ExtractHour("at", tzinfo=timezone.get_default_timezone())
