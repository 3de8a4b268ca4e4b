"""Whatever is done to orders, in whatever sequence: stock, numbers and money add up after every step."""

from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from monty.errors import MontyError
from orders.models import Line, Order, OrderYear, Pick, Variant
from tests import make
from tests.orders import shop

STOCK = 6
NUMBERS = st.integers(0, 9)
PLAIN = st.sampled_from(["place", "pay", "fulfil", "cancel"])
# Of the two things that are counted, and the one that is not.
WANTED = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2))


class Shop(RuleBasedStateMachine):
    """One customer who orders again and again, and a shelf with little on it."""

    def __init__(self) -> None:
        super().__init__()
        self.beginning = transaction.savepoint()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.beginning)

    @initialize()
    def open(self) -> None:
        self.conversation = make.conversation(make.channel("webchat"))
        self.shelf = [shop.variant(999, STOCK, tax="19"), shop.variant(1250, STOCK, tax="7"), shop.variant(333)]

    def attempt(self, number: int, deed: Any) -> None:
        """Do it or be refused; refused, nothing has changed."""
        rows = list(Order.objects.order_by("pk"))
        if not rows:
            return
        row = rows[number % len(rows)]
        before = self.everything()
        try:
            deed(row)
        except MontyError:
            assert self.everything() == before

    def everything(self) -> list[Any]:
        models: list[Any] = [Order, Line, Variant, OrderYear]
        return [list(model.objects.order_by("pk").values()) for model in models]

    def picks(self, wanted: tuple[int, ...]) -> list[Pick]:
        return [Pick(variant.pk, quantity) for variant, quantity in zip(self.shelf, wanted, strict=True)]

    @rule(wanted=WANTED, percent=st.integers(0, 100), added=st.booleans())
    def somebody_orders(self, wanted: tuple[int, ...], percent: int, added: bool) -> None:
        facts = {"discount_percent": percent, "tax_included": not added, "shipping": 490}
        Order.start(self.conversation, facts, self.picks(wanted), by=None, another=True)

    @rule(number=NUMBERS, verb=PLAIN)
    def one_is_moved_on(self, number: int, verb: str) -> None:
        self.attempt(number, lambda row: getattr(row, verb)(by=None))

    @rule(number=NUMBERS, wanted=WANTED, off=st.integers(0, 2000))
    def one_is_changed(self, number: int, wanted: tuple[int, ...], off: int) -> None:
        self.attempt(number, lambda row: row.change({"discount_amount": off}, self.picks(wanted), by=None))

    @rule(number=NUMBERS, amount=st.one_of(st.none(), st.integers(-1, 3000)))
    def one_is_refunded(self, number: int, amount: int | None) -> None:
        self.attempt(number, lambda row: row.refund(amount, reason="Whim", by=None))

    @rule(place=st.integers(0, 2), price=st.integers(1, 5000))
    def a_price_changes(self, place: int, price: int) -> None:
        placed = Order.objects.exclude(number="")
        before = list(placed.order_by("pk").values_list("total", flat=True))
        Variant.objects.filter(pk=self.shelf[place].pk).update(price=price)
        assert list(placed.order_by("pk").values_list("total", flat=True)) == before

    @invariant()
    def what_is_there_and_what_is_held_is_what_there_was(self) -> None:
        # What was fulfilled goes on being counted as held: it is in no stock any more.
        for variant in Variant.objects.filter(stock__isnull=False):
            held = Line.objects.filter(variant=variant).aggregate(held=Sum("reserved"))["held"] or 0
            assert (variant.stock or 0) + held == STOCK

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        numbers = sorted(Order.objects.exclude(number="").values_list("number", flat=True))
        assert [int(number[-5:]) for number in numbers] == list(range(1, len(numbers) + 1))

    @invariant()
    def money_adds_up(self) -> None:
        assert not Order.objects.filter(refunded__gt=F("total")).exists()
        for order in Order.objects.prefetch_related("lines"):
            lines = order.lines.all()
            assert order.subtotal == sum(line.price * line.quantity for line in lines)
            assert order.discount == sum(line.discount for line in lines)
            added = 0 if order.tax_included else order.tax
            assert order.total == order.subtotal - order.discount + order.shipping + added


class TestShop(HypothesisTestCase):
    def test_stock_numbers_and_money_add_up_after_every_step(self) -> None:
        steps = settings(max_examples=15, stateful_step_count=20, deadline=None)
        run_state_machine_as_test(Shop, settings=steps)
