"""The list behind a number: what was counted, newest first, as far as the reader may see the conversations."""

from dataclasses import dataclass
from typing import Any

from conversations.models import Conversation
from conversations.reports.base import Figure, Report
from conversations.reports.question import Question
from monty import keys
from teams.models import Teammate

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One of what was counted, with its `conversation` and when it was (`at`). `told`: its time or mark, in words."""

    row: Any
    told: str
    teammate: str


@dataclass(frozen=True, slots=True)
class Page:
    """`more`: the key after which the next ones are found; `hidden`: there are some that the reader may not see."""

    entries: list[Entry]
    more: str
    hidden: bool


def page(
    report: Report, question: Question, figure: Figure, reader: Teammate, *, least: int = 0, after: str = ""
) -> Page:
    """Raises BadInput for a key that is none."""
    counted = report.listed(question, figure, least)
    visible = (
        counted.filter(conversation__in=Conversation.objects.visible_to(reader)) if not reader.oversees else counted
    )
    rows: Any = visible.order_by("-at", "-pk")
    if after:
        at, pk = keys.read(after, field="after")
        rows = rows.filter(at__lte=at).exclude(at=at, pk__gte=pk)
    found = list(rows.select_related("conversation__identity__contact", "conversation__channel")[: PAGE + 1])
    people = {getattr(row, "teammate_id", None) for row in found}
    names = {each.pk: each.name for each in Teammate.objects.filter(pk__in=people - {None})}
    entries = [
        Entry(row, report.told(question, row), names.get(getattr(row, "teammate_id", None), "")) for row in found[:PAGE]
    ]
    more = keys.written(found[PAGE - 1].at, found[PAGE - 1].pk) if len(found) > PAGE else ""
    hidden = not reader.oversees and not after and counted.exclude(pk__in=visible.values("pk")).exists()
    return Page(entries, more, hidden)
