"""Orders as a table, one a line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from orders import money
from orders.models import Order
from orders.models.order_queries import OrderQuerySet

COLUMNS = (
    *("number", "state", "created", "placed", "customer", "email", "phone", "channel", "team", "made_by", "flow"),
    *("currency", "subtotal", "discount", "shipping", "tax", "tax_included", "total", "refunded", "items"),
)
# Rows that are in memory at once.
CHUNK = 500


def table(orders: OrderQuerySet) -> Iterator[list[Any]]:
    yield [*COLUMNS]
    yield from map(columns, orders.iterator(chunk_size=CHUNK))


def columns(order: Order) -> list[Any]:
    def amount(units: int) -> Any:
        return money.as_decimal(units, order.currency)

    conversation = order.conversation
    return [
        *(order.number, order.state, moment(order.created_at), moment(order.placed_at)),
        *(order.name, order.email, order.phone),
        *(conversation.channel.name, named(conversation.team), named(order.made_by), order.flow),
        *(order.currency, amount(order.subtotal), amount(order.discount), amount(order.shipping), amount(order.tax)),
        *(order.tax_included, amount(order.total), amount(order.refunded)),
        "; ".join(str(line) for line in order.lines.all()),
    ]


def moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def named(row: Any) -> str:
    return str(row) if row else ""
