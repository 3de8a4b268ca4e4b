"""Money: exact in every currency, cut up to the last unit, written as people write it."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from monty.errors import BadInput
from orders import money
from orders.totals import Item, Terms, reckon

RATES = st.decimals(0, 100, places=3)
PRICES = st.integers(0, 10**9)
ITEMS = st.lists(st.builds(Item, PRICES, st.integers(1, 9_999), RATES), min_size=1, max_size=8)
# One of the discounts is nothing.
DISCOUNTS = st.one_of(
    st.fixed_dictionaries({"discount_amount": st.integers(0, 10**12)}),
    st.fixed_dictionaries({"discount_percent": RATES}),
)
TERMS = st.builds(
    lambda discount, shipping, rate, included: Terms(
        **discount, shipping=shipping, shipping_tax_rate=rate, tax_included=included
    ),
    DISCOUNTS,
    PRICES,
    RATES,
    st.booleans(),
)
# With no decimals, with two, with three.
CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])


@given(ITEMS, TERMS)
def test_the_total_is_lines_less_discounts_plus_tax_and_shipping(items, terms):
    sums = reckon(items, terms)
    lines = sum(item.price * item.quantity for item in items)
    added = 0 if terms.tax_included else sums.tax
    assert sums.subtotal == lines == sum(part.amount for part in sums.parts)
    assert sums.total == lines - sums.discount + sums.shipping + added
    assert sums.total >= 0


@given(ITEMS, TERMS)
def test_a_discount_is_cut_up_to_the_last_unit_and_no_line_goes_below_nothing(items, terms):
    sums = reckon(items, terms)
    assert sum(part.discount for part in sums.parts) == sums.discount <= sums.subtotal
    assert all(0 <= part.discount <= part.amount for part in sums.parts)


@given(ITEMS, TERMS)
def test_tax_is_that_of_each_line_to_half_a_unit(items, terms):
    sums = reckon(items, terms)
    for item, part in zip(items, sums.parts, strict=True):
        paid, rate = part.amount - part.discount, item.tax_rate
        exact = paid * rate / (100 + rate) if terms.tax_included else paid * rate / 100
        assert abs(part.tax - exact) <= Decimal("0.5")


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), max_size=12))
def test_what_is_allocated_is_all_there_and_in_proportion(total, weights):
    parts = money.allocate(total, weights)
    assert sum(parts) == (total if sum(weights) else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < max(sum(weights), 1)


@given(st.integers(0, money.MOST), CURRENCIES)
def test_an_amount_comes_back_as_it_went_out(units, currency):
    assert money.in_units(money.as_decimal(units, currency), currency, field="price") == units


@given(CURRENCIES)
def test_what_is_finer_than_the_currency_is_refused(currency):
    too_fine = Decimal(1).scaleb(-money.digits(currency) - 1)
    with pytest.raises(BadInput, match="decimals"):
        money.in_units(too_fine, currency, field="price")


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e30"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(BadInput):
        money.in_units(Decimal(amount), "EUR", field="price")


def test_half_a_unit_is_rounded_up():
    assert money.portion(50, Decimal(1)) == 1
    assert money.portion(49, Decimal(1)) == 0
    assert money.contained(119, Decimal(19)) == 19


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("en", "EUR", "€1,234.50"),
        ("de", "EUR", "1.234,50\xa0€"),
        ("en", "JPY", "¥123,450"),
        ("de", "KWD", "123,450\xa0KWD"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(language, currency, written):
    with translation.override(language):
        assert money.written(123450, currency) == written


def test_the_example_of_the_handbook():
    sums = reckon(
        [Item(1999, 2, Decimal(19)), Item(450, 1, Decimal(7))], Terms(discount_percent=Decimal(10), shipping=490)
    )
    assert (sums.subtotal, sums.discount, sums.tax, sums.total) == (4448, 445, 600, 4493)
