"""What came of conversations: the orders that were placed, and how many conversations led to one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from conversations.models import Fact, Measure
from conversations.models.fact import FactQuerySet
from conversations.reports.base import Figure, Row, Words, register, share_of
from conversations.reports.periods import beginning
from conversations.reports.queries import COLUMNS, Rows, Wanted, asked_for, tallies
from conversations.reports.question import By, Question
from conversations.reports.rows import RowsReport, Source
from conversations.reports.units import Unit
from orders.models import Order, OrderState
from orders.models.states import SOLD

# Beside the states of orders: episodes that led to one.
LED = "led to an order"


def number(row: Row, states: list[OrderState]) -> int:
    counted: Any = row.tallies
    return sum(counted[state].count for state in states)


def orders(key: str, title: Words, definition: Words, states: list[OrderState]) -> Figure:
    return Figure(key, title, definition, lambda row: number(row, states), unit=Unit.COUNT, behind=states)


def conversion(row: Row) -> float | None:
    counted: Any = row.tallies
    return share_of(counted[LED].count, row.tallies[Measure.STARTED].count)


def led_to_orders(question: Question) -> FactQuerySet:
    """The episodes that began in the period and whose conversation has had an order placed since, which stands."""
    period, sold = question.period, Order.objects.sold()
    rows = asked_for(question, [Measure.STARTED]).between(period.since, period.until)
    # Orders are fewer than episodes: this lets the database begin with them.
    rows = rows.filter(conversation__in=sold.filter(placed_at__gte=beginning(period.since)).values("conversation"))
    return rows.filter(Exists(sold.filter(conversation=OuterRef("conversation"), placed_at__gte=OuterRef("at"))))


@dataclass(frozen=True)
class OrdersReport(RowsReport):
    """Orders are counted by their states, as they are now; episodes as everywhere else."""

    def count(self, question: Question, *, rolled_up: bool) -> Rows:
        found: Any = super().count(question, rolled_up=rolled_up)
        for key, row in tallies(question, Wanted(frozenset([Measure.STARTED])), rolled_up=rolled_up).items():
            found[key][Measure.STARTED] = row[Measure.STARTED]
        column = COLUMNS[question.by]
        named: dict[str, Any] = {} if column is None else {"key": column}
        for each in led_to_orders(question).order_by().values("measure", **named).annotate(number=Count("pk")):
            found[each.get("key")][LED].take(each["number"], 0, {})
        return found

    def listed(self, question: Question, figure: Figure, least: int = 0) -> QuerySet:
        return led_to_orders(question) if figure.behind == LED else super().listed(question, figure, least)

    def told(self, question: Question, row: Any) -> str:
        return "" if isinstance(row, Fact) else f"{row} · {row.total_written}"


ORDERS = OrdersReport(
    name="orders",
    title=_("Orders"),
    lead=_("What conversations led to. For how much is added up, by currency, on the page of orders."),
    place=70,
    drawn="placed",
    by=(By.DAY, By.MONTH, By.HOUR, By.TEAM, By.CHANNEL),
    filters=("team", "channel", "label", "hour"),
    source=Source(rows=Order.objects.all, at="placed_at", kind="flow", measure="state"),
    figures=(
        orders(
            "placed",
            _("Placed"),
            _("Orders placed in the period, whatever became of them."),
            [state for state in OrderState if state != OrderState.DRAFT],
        ),
        orders("sold", _("Sold"), _("Of these: neither cancelled nor wholly refunded."), SOLD),
        orders("cancelled", _("Cancelled"), _("Of these: cancelled since."), [OrderState.CANCELLED]),
        orders("refunded", _("Refunded"), _("Of these: wholly refunded since."), [OrderState.REFUNDED]),
        Figure(
            "conversion",
            _("Conversion"),
            _(
                "Of the episodes that started in the period: those in whose conversation an order was placed since, "
                "by the customer or for them, which is neither cancelled nor wholly refunded."
            ),
            conversion,
            unit=Unit.SHARE,
            behind=LED,
        ),
    ),
)


def add() -> None:
    register(ORDERS)
