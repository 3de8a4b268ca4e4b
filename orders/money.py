"""Money: whole minor units of a currency (cents, yen, fils) as an integer, Decimal at the edges, never a float.

How many digits a currency has, and how an amount is written in somebody's language, is CLDR's knowledge (Babel).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision, list_currencies
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monty.errors import BadInput

# More minor units than this are no order's: and as numbers in JSON they are read exactly everywhere (2^53).
MOST = 10**15
ONE_HALF = Fraction(1, 2)


@cache
def currencies() -> list[str]:
    """The codes there are (ISO 4217), in alphabetical order."""
    return sorted(list_currencies())


def digits(currency: str) -> int:
    """How many decimals an amount has: of EUR 2, of JPY 0, of KWD 3."""
    return get_currency_precision(currency)


def in_units(amount: Decimal, currency: str, *, field: str) -> int:
    """An amount as a person writes it, in minor units. Raises BadInput: negative, too much, or finer than there is."""
    if not amount.is_finite() or amount < 0:
        raise BadInput(_("An amount is zero or more."), field=field)
    units = Fraction(amount) * 10 ** digits(currency)
    if units > MOST:
        raise BadInput(_("This is too much."), field=field)
    if units.denominator != 1:
        problem = _("An amount in %(currency)s has at most %(digits)s decimals.")
        raise BadInput(problem % {"currency": currency, "digits": digits(currency)}, field=field)
    return int(units)


def as_decimal(units: int, currency: str) -> Decimal:
    """With all the decimals that the currency has: 1900 cents are 19.00."""
    return Decimal(units).scaleb(-digits(currency))


def written(units: int, currency: str) -> str:
    """In the reader's language: €19.00, 19,00 €."""
    return format_currency(as_decimal(units, currency), currency, locale=reader())


def reader() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except UnknownLocaleError:
        return Locale("en")


def rounded(units: Fraction) -> int:
    """To whole minor units, half a unit up."""
    return (units + ONE_HALF).__floor__()


def portion(units: int, percent: Decimal) -> int:
    return rounded(units * Fraction(percent) / 100)


def contained(units: int, percent: Decimal) -> int:
    """How much of an amount is tax at this rate, where the tax is in it already."""
    rate = Fraction(percent)
    return rounded(units * rate / (100 + rate))


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """`total` cut up in proportion to the weights, to the last unit (largest remainder; of equal ones the first).

    No part is larger than its weight as long as `total` is not larger than all of them together.
    """
    whole = sum(weights)
    if not whole:
        return [0 for _weight in weights]
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[:left]:
        parts[place] += 1
    return parts
