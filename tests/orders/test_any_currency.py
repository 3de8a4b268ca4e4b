"""Money through an order's whole life, in whatever currency there is: with no decimals, with two, with three."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from monty.errors import BadInput
from orders import money
from orders.models import Order, OrderState, Pick
from orders.serializers import OrderSerializer
from orders.wishes import currency_for, facts_in
from tests import make
from tests.orders import shop

RATES = st.decimals(0, 100, places=3)
# Price and tax rate of a thing, and how many are wanted.
THINGS = st.lists(st.tuples(st.integers(0, 10**7), RATES, st.integers(1, 99)), min_size=1, max_size=4)
UNITS = st.integers(0, 10**8)
DISCOUNTS = st.one_of(
    st.fixed_dictionaries({"discount_amount": UNITS}), st.fixed_dictionaries({"discount_percent": RATES})
)
OTHERS = st.fixed_dictionaries({"shipping": UNITS, "shipping_tax_rate": RATES, "tax_included": st.booleans()})


def test_currencies_of_each_kind_are_among_them():
    assert {money.digits(code) for code in money.currencies()} >= {0, 2, 3}


class TestAnyCurrency(HypothesisTestCase):
    def order(self, currency: str, things: list[tuple[int, Decimal, int]], wishes: dict[str, Any]) -> Order:
        """Drawn up as people write it, placed and paid."""
        rows = [shop.variant(price, currency=currency, tax=rate) for price, rate, _quantity in things]
        picks = [Pick(row.pk, quantity) for row, (_price, _rate, quantity) in zip(rows, things, strict=True)]
        written = {
            name: money.as_decimal(value, currency) if name in ("shipping", "discount_amount") else value
            for name, value in wishes.items()
        }
        facts = facts_in(currency_for(Order(), picks), written)
        order = Order.start(make.conversation(make.channel("webchat")), facts, picks, by=None)
        order.place(by=None)
        order.pay(by=None)
        return Order.objects.get(pk=order.pk)

    @settings(max_examples=25, deadline=None)
    @given(st.sampled_from(money.currencies()), THINGS, DISCOUNTS, OTHERS, st.lists(UNITS, max_size=4))
    def test_it_adds_up_and_never_more_goes_back_than_came(self, currency, things, discount, others, parts):
        order = self.order(currency, things, discount | others)
        shown = OrderSerializer(order).data
        amounts = {name: Decimal(shown[name]) for name in ("subtotal", "discount", "shipping", "tax", "total")}
        lines = sum(money.as_decimal(price, currency) * quantity for price, _rate, quantity in things)
        added = 0 if others["tax_included"] else amounts["tax"]
        assert amounts["total"] == lines - amounts["discount"] + amounts["shipping"] + added
        assert all(str(each) == f"{each:.{money.digits(currency)}f}" for each in amounts.values())
        self.refund(order, parts)

    def refund(self, order: Order, parts: list[int]) -> None:
        """Part by part as far as there is something left, then the rest."""
        for part in parts:
            before, left = order.refunded, order.refundable
            try:
                order.refund(part, reason="Whim", by=None)
            except BadInput:
                assert part == 0 or part > left
                assert order.refunded == before
            else:
                assert order.refunded == before + part <= order.total
            if order.state == OrderState.REFUNDED:
                break
        if order.refundable:
            order.refund(reason="The rest", by=None)
        assert order.refunded == order.total
