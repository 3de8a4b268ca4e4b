"""What an order's total is made of, in the reader's words: the same for dialog, card, pages and paper."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from orders import money
from orders.models import Order

Amount = tuple[str, int]
Written = tuple[str, str]


def amounts(order: Order) -> list[Amount]:
    """All that there is, the tax last; where prices include it, it leads to no total."""
    tax = _("Tax, included") if order.tax_included else _("Tax")
    goods = [(_("Subtotal"), order.subtotal), (_("Discount"), -order.discount)]
    return [*goods, (_("Shipping"), order.shipping), (tax, order.tax)]


def written(found: Iterable[Amount], currency: str) -> list[Written]:
    return [(name, money.written(units, currency)) for name, units in found]


def besides_lines(order: Order) -> list[Written]:
    """Where the total is made of more than its lines."""
    return written([each for each in amounts(order)[1:] if each[1]], order.currency)
