"""What the dialog “Create Order” sends: the whole order as it stands there, however little of it has changed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput
from monty.forms import StrictForm
from orders import money
from orders.models import Pick
from orders.models.line import MOST_LINES, MOST_OF_ONE
from orders.models.priced import DETAILS

QUANTITY, VARIANT = "quantity-", "variant-"
LARGEST_ID = 2**63 - 1


class Amount(forms.DecimalField):
    """As its writer's language writes it; nothing at all is nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, localize=True, min_value=0, max_digits=18, **kwargs)

    def clean(self, value: Any) -> Decimal:
        return super().clean(value) or Decimal(0)


class OrderForm(StrictForm):
    order = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    key = forms.UUIDField()
    discount = Amount(label=_("Discount"))
    discount_in = forms.ChoiceField(choices=[("amount", _("amount")), ("percent", _("percent"))])
    shipping = Amount(label=_("Shipping"))
    name = forms.CharField(required=False, max_length=200)
    email = forms.EmailField(required=False)
    phone = forms.CharField(required=False, max_length=40)
    address = forms.CharField(required=False, max_length=1000)
    notes = forms.CharField(required=False, max_length=2000)

    def facts(self, currency: str) -> dict[str, Any]:
        """By the names that an order's verbs take, in minor units. Raises BadInput."""
        given = self.cleaned_data
        is_percent = given["discount_in"] == "percent"
        amount = Decimal(0) if is_percent else given["discount"]
        return {name: given[name] for name in DETAILS} | {
            "discount_percent": given["discount"] if is_percent else Decimal(0),
            "discount_amount": money.in_units(amount, currency, field="discount"),
            "shipping": money.in_units(given["shipping"], currency, field="shipping"),
        }


def picked(sent: Mapping[str, Any]) -> list[Pick]:
    """`quantity-7=2`: two of variant 7; with `variant-7=8` beside it, of variant 8."""
    numbers = [name.removeprefix(QUANTITY) for name in sent if name.startswith(QUANTITY)]
    if len(numbers) > MOST_LINES:
        raise BadInput(_t("An order has at most %(most)s lines.") % {"most": MOST_LINES}, field="lines")
    return [
        Pick(whole(sent.get(VARIANT + number) or number, LARGEST_ID), whole(sent[QUANTITY + number], MOST_OF_ONE))
        for number in numbers
    ]


def whole(text: str, most: int) -> int:
    """Raises BadInput."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and int(digits) <= most):
        raise BadInput(_t("A quantity is a whole number, %(most)s at most.") % {"most": MOST_OF_ONE}, field="lines")
    return int(digits)
