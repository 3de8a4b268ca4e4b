"""The orders' page: a list narrowed down, a page at a time, and its sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations.inbox.filters import as_query
from monty.errors import BadInput
from monty.forms import demand_valid
from orders import money
from orders.filters import OrderFilter
from orders.models import Dimension, Order, OrderState
from teams.models import Teammate

PAGE = 50
# Lines of a table of sums.
MOST_SUMS = 62


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of the table: what it is about, how many orders, for how much, how much of it went back."""

    name: str
    orders: int
    total: str
    refunded: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A state to choose, and the address of the list with it."""

    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Orders:
    filters: OrderFilter
    by: Dimension | None

    @property
    def address(self) -> str:
        return self.with_wishes(self.filters.wishes)

    @property
    def asked(self) -> str:
        """The same for the audit log: without the words it was searched for, which may be a customer's name."""
        return self.with_wishes({name: value for name, value in self.filters.wishes.items() if name != "q"})

    def with_wishes(self, wishes: dict[str, Any]) -> str:
        return as_query(wishes | ({"by": self.by.value} if self.by else {})).urlencode()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters.wishes)

    def tabs(self) -> Iterator[Tab]:
        """All states, then each."""
        wishes = {name: value for name, value in self.filters.wishes.items() if name != "state"}
        chosen = self.filters.wishes.get("state", [])
        yield Tab(_("All"), self.with_wishes(wishes), not chosen)
        for state in OrderState:
            yield Tab(str(state.label), self.with_wishes(wishes | {"state": [state.value]}), chosen == [state.value])

    def page(self, after: int = 0) -> tuple[list[Order], int | None]:
        """The newest, or those older than this id; and the id after which there are more. One query more for lines."""
        rows = self.filters.qs.complete().newest_first()
        found = list((rows.filter(pk__lt=after) if after else rows)[: PAGE + 1])
        return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None

    def sums(self) -> list[Sum]:
        """Of what was sold of these, by what was chosen; nothing if nothing was."""
        if not self.by:
            return []
        rows = list(self.filters.qs.sold().totals_by(self.by)[:MOST_SUMS])
        people = names_of(rows) if self.by == Dimension.TEAMMATE else {}
        return [told(row, people) for row in rows]

    dimensions = Dimension.choices

    def kept(self) -> list[tuple[str, str]]:
        """What was asked for, as hidden fields of a form that asks for more."""
        return [(name, value) for name, values in as_query(self.filters.wishes).lists() for value in values]


def listed(person: Teammate, asked: QueryDict) -> Orders:
    """What the address asks for. Raises BadInput."""
    filters = OrderFilter(asked, queryset=Order.objects.visible_to(person))
    demand_valid(filters.form)
    return Orders(filters, dimension(asked.get("by", "")))


def dimension(asked: str) -> Dimension | None:
    """Raises BadInput."""
    try:
        return Dimension(asked) if asked else None
    except ValueError as error:
        raise BadInput(_("Orders are not summed by this."), field="by") from error


def names_of(rows: list[dict[str, Any]]) -> dict[int, Teammate]:
    return Teammate.objects.in_bulk([row["by"] for row in rows if row["by"]])


def told(row: dict[str, Any], people: dict[int, Teammate]) -> Sum:
    currency = row["currency"]
    return Sum(
        called(row["by"], people),
        row["orders"],
        money.written(row["sum"], currency),
        money.written(row["back"], currency),
    )


def called(by: Any, people: dict[int, Teammate]) -> str:
    if isinstance(by, date):
        return date_format(by, "D j M Y")
    if isinstance(by, int):
        return people[by].name if by in people else _("somebody")
    return by or "–"
