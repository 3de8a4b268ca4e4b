"""How an order is to be paid, as a teammate chooses it: by a method that is set up here, or by a link of their own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.payments import METHODS, offered
from teams.models import Teammate


class AskPaymentForm(forms.Form):
    method = forms.ChoiceField(label=_("Way to pay"), widget=forms.Select(attrs={"class": "input"}))
    link = forms.CharField(
        label=_("Payment link"),
        required=False,
        max_length=500,
        help_text=_("https://…, if you have one of your own. Empty: the chosen way makes one, if it has links."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # Of several the one that needs nobody's hand comes first.
        self.fields["method"].choices = [(each.kind, each.label) for each in reversed(offered())]  # type: ignore[attr-defined]


def ask(order: Order, *, by: Teammate | None, method: str, link: str = "") -> None:
    """How it is to be paid, and where: the customer is told. Raises BadInput, VerbNotAllowed."""
    known = METHODS.get(method)
    order.ask_payment(method, link or (known.link(order) if known else ""), by=by)
