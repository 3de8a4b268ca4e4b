"""What an order costs. Pure, and the only arithmetic there is: page, card, REST and paper all show what this says.

The rules: a discount is taken off the goods and cut up over their lines to the last unit (`money.allocate`). Tax is
worked out line by line on what the line costs after its part of the discount, and rounded half up each time; shipping
is a line of its own in this. The total is lines - discount + shipping, and + tax unless prices have it in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders import money

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Item:
    """So many of something at a price for one, in minor units; `tax_rate` in percent."""

    price: int
    quantity: int
    tax_rate: Decimal = NOTHING

    @property
    def amount(self) -> int:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the whole order. One of the discounts is 0; more than the goods cost is never taken off."""

    discount_amount: int = 0
    discount_percent: Decimal = NOTHING
    shipping: int = 0
    shipping_tax_rate: Decimal = NOTHING
    tax_included: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A line in the sum: its amount before the discount, its part of the discount, its tax."""

    amount: int
    discount: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    parts: tuple[Part, ...]
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int


def reckon(items: Sequence[Item], terms: Terms) -> Totals:
    amounts = [item.amount for item in items]
    subtotal = sum(amounts)
    discount = discount_on(subtotal, terms)
    cut = money.allocate(discount, amounts)
    parts = tuple(
        Part(amount, off, tax_on(amount - off, item.tax_rate, included=terms.tax_included))
        for item, amount, off in zip(items, amounts, cut, strict=True)
    )
    tax = sum(part.tax for part in parts)
    tax += tax_on(terms.shipping, terms.shipping_tax_rate, included=terms.tax_included)
    total = subtotal - discount + terms.shipping + (0 if terms.tax_included else tax)
    return Totals(parts, subtotal, discount, terms.shipping, tax, total)


def discount_on(subtotal: int, terms: Terms) -> int:
    return min(subtotal, terms.discount_amount + money.portion(subtotal, terms.discount_percent))


def tax_on(units: int, percent: Decimal, *, included: bool) -> int:
    return money.contained(units, percent) if included else money.portion(units, percent)
