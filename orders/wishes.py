"""What people and programs write of an order, as its verbs take it: amounts in minor units, lines by variant."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from monty.errors import BadInput
from orders import money
from orders.models import Order, Pick, Variant

# These are written as amounts of money.
AMOUNTS = ("discount_amount", "shipping")


def facts_in(currency: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """With amounts (Decimal) in minor units of the currency. Raises BadInput."""
    return {
        name: money.in_units(value, currency, field=name) if name in AMOUNTS else value
        for name, value in written.items()
    }


def currency_for(order: Order, picks: Sequence[Pick] | None) -> str:
    """In which amounts are meant that come with these picks: what is put in first says so."""
    if order.has_amounts or not picks:
        return order.currency
    first = Variant.objects.filter(pk__in=[pick.variant for pick in picks]).select_related("product").first()
    return first.product.currency if first else order.currency


def picks_of(lines: Sequence[Mapping[str, Any]]) -> list[Pick]:
    """Lines that name a `variant` by its id or a `sku`, perhaps with a `quantity`. Raises BadInput."""
    known = Variant.objects.of_sku([line["sku"] for line in lines if "sku" in line])
    picks = []
    for line in lines:
        sku = line.get("sku", "")
        number = line.get("variant") or (known[sku].pk if sku in known else None)
        if number is None:
            raise BadInput(_("There is no such product: %(sku)s") % {"sku": sku or "–"}, field="lines")
        picks.append(Pick(number, line.get("quantity", 1)))
    return picks
