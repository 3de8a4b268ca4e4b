"""What page, admin and REST press: the verbs, with amounts as people write them, and what each asks before."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monty.admin_buttons import Button, Offer
from orders import money
from orders.models import Order
from orders.models.paid import LONGEST_REFERENCE, MAY_REFUND
from orders.payments import asking
from orders.wishes import currency_for, facts_in, picks_of
from teams.models import Teammate


def change(order: Order, *, by: Teammate, seen: int | None = None, lines: Any = None, **wishes: Any) -> None:
    """Other lines or facts. After it was placed, the customer reads what changed and has to confirm anew."""
    picks = None if lines is None else picks_of(lines)
    order.change(facts_in(currency_for(order, picks), wishes), picks, by=by, seen=seen)


def refund(order: Order, *, by: Teammate, reason: str, amount: Decimal | None = None) -> None:
    """Money goes back, all of it or a part. Takes the permission to refund."""
    units = None if amount is None else money.in_units(amount, order.currency, field="amount")
    order.refund(units, reason=reason, by=by)


# Called `way` by the verb: the state machine has a `method` of its own.
def pay(order: Order, *, by: Teammate, method: str = "", reference: str = "") -> None:
    """The money is there. The same reference pays no second order."""
    order.pay(by=by, way=method, reference=reference)


class PayForm(forms.Form):
    method = forms.CharField(
        label=_("How it was paid"), required=False, max_length=40, help_text=_("As in cash or transfer.")
    )
    reference = forms.CharField(label=_("Reference"), required=False, max_length=LONGEST_REFERENCE)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        label=_("Amount"), required=False, min_value=0, max_digits=18, help_text=_("Empty: all that is left.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


# By the verb's name, in the order in which they are offered. What is in an order is changed in its conversation.
BUTTONS: dict[str, Button] = {
    "place": Button(_("Place"), Order.place, tone="is-main"),
    "ask_payment": Button(_("Ask for payment"), asking.ask, asking.AskPaymentForm),
    "pay": Button(_("Mark as paid"), pay, PayForm),
    "fulfil": Button(_("Fulfil"), Order.fulfil),
    "refund": Button(_("Refund"), refund, RefundForm, tone="is-grave"),
    "cancel": Button(_("Cancel the order"), Order.cancel, ReasonForm, tone="is-grave"),
}


def offered(order: Order, person: Teammate) -> list[Offer]:
    """The buttons that the order's state and the person's role allow now."""
    allowed = {*order.allowed_verbs()} if person.answers else set()
    if not person.has_perm(MAY_REFUND):
        allowed.discard("refund")
    return [offer(order, name) for name in BUTTONS if name in allowed]


def offer(order: Order, name: str) -> Offer:
    """One button; its address is the same wherever it stands."""
    button = BUTTONS[name]
    return Offer(button, reverse("press-order", args=[order.pk, name]), button.form(auto_id=f"{name}-%s"))
