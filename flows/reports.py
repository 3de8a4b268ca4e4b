"""What came of flows: how often each ran, and how it ended."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from conversations.reports.base import Figure, Row, Words, register, share_of
from conversations.reports.question import By
from conversations.reports.rows import RowsReport, Source
from conversations.reports.units import Unit
from flows.models import Flow, FlowRun
from flows.models.run import RunState

ALL = tuple(RunState)


def number(row: Row, states: tuple[RunState, ...]) -> int:
    tallies: Any = row.tallies
    return sum(tallies[state].count for state in states)


def runs(key: str, title: Words, definition: Words, *states: RunState) -> Figure:
    return Figure(key, title, definition, lambda row: number(row, states), unit=Unit.COUNT, behind=states)


def share(key: str, title: Words, definition: Words, *states: RunState) -> Figure:
    def value(row: Row) -> float | None:
        return share_of(number(row, states), number(row, ALL))

    return Figure(key, title, definition, value, unit=Unit.SHARE, behind=states)


def names(keys: list[Any]) -> dict[Any, str]:
    return dict(Flow.objects.filter(pk__in=keys).values_list("pk", "name"))


class FlowsReport(RowsReport):
    def told(self, question: Any, row: Any) -> str:
        return str(RunState(row.state).label)


FLOWS = FlowsReport(
    name="flows",
    title=_("Flows"),
    lead=_("How often bots talked to customers, and what came of it."),
    place=60,
    drawn="runs",
    by=(By.KIND, By.DAY, By.MONTH, By.HOUR, By.TEAM, By.CHANNEL),
    filters=("team", "channel", "hour"),
    kind=_("Flow"),
    kinds=names,
    source=Source(rows=FlowRun.objects.all, at="started_at", kind="flow_id", measure="state"),
    figures=(
        runs("runs", _("Runs"), _("How often a flow began, by itself or sent by somebody."), *ALL),
        runs("done", _("Done"), _("Runs that came to their end without people."), RunState.DONE),
        share("done_share", _("Done, share"), _("Of all runs: those that came to their end."), RunState.DONE),
        runs("handed_over", _("Handed over"), _("Runs that gave the conversation to people."), RunState.HANDED_OVER),
        share(
            "handed_over_share",
            _("Handed over, share"),
            _("Of all runs: those that gave the conversation to people."),
            RunState.HANDED_OVER,
        ),
        runs(
            "stopped",
            _("Stopped"),
            _("Runs that ended because a person took the conversation, or because it ended."),
            RunState.STOPPED,
        ),
        runs(
            "failed", _("Failed"), _("Runs that broke off by a mistake; people got the conversation."), RunState.FAILED
        ),
    ),
)


def add() -> None:
    register(FLOWS)
