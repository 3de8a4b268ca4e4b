"""How an order is paid for, and paid back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE

from monty.errors import BadInput, Forbidden
from monty.fsm import Unchanged, Verbs, verb
from orders import money
from orders.models.states import PAID_FOR, OrderState
from teams.models import Teammate

# Money goes out by it: only who has it may.
MAY_REFUND = "orders.refund_order"
# What a provider calls a payment.
LONGEST_REFERENCE = 120


def after_refund(order: "Paid", *_args: Any, **_kwargs: Any) -> str:
    return OrderState.REFUNDED if order.refunded == order.total else order.state


class Paid(Verbs):
    """The part of an order that money moves for (`Order` inherits it)."""

    payment_method = models.CharField(_("payment method"), max_length=40, blank=True, editable=False)
    payment_link = models.URLField(_("payment link"), max_length=500, blank=True, editable=False)
    # What the provider calls the payment; one of it pays one order.
    payment_reference = models.CharField(
        _("payment reference"), max_length=LONGEST_REFERENCE, blank=True, editable=False
    )
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True, editable=False)
    refunded = models.BigIntegerField(_("refunded"), default=0, editable=False)

    currency: str
    total: int
    ended_at: datetime | None
    put_back: Callable[[], None]

    class Meta:
        abstract = True

    @property
    def refundable(self) -> int:
        """What has come in and not gone back."""
        return self.total - self.refunded if self.state in PAID_FOR else 0

    def allowed_verbs(self) -> list[str]:
        """Of what cost nothing, nothing goes back."""
        return [name for name in super().allowed_verbs() if name != "refund" or self.refundable]

    @verb(source=[OrderState.PLACED])
    def ask_payment(self, way: str, link: str = "", *, by: Teammate | None) -> dict[str, Any]:
        """How it is to be paid, and where the customer does so. Raises BadInput."""
        if link:
            demand_link(link)
        if (way, link) == (self.payment_method, self.payment_link):
            raise Unchanged
        self.payment_method, self.payment_link = way[:40], link
        return {"way": self.payment_method}

    @verb(source=[OrderState.PLACED], target=OrderState.PAID)
    def pay(self, *, by: Teammate | None, way: str = "", reference: str = "") -> dict[str, Any]:
        """The money is there. `reference`: the provider's; the same one pays no second order (VerbNotAllowed)."""
        self.payment_method = way[:40] or self.payment_method
        self.payment_reference, self.paid_at = reference[:LONGEST_REFERENCE], timezone.now()
        return {"way": self.payment_method}

    @verb(source=PAID_FOR, target=GET_STATE(after_refund))
    def refund(self, amount: int | None = None, *, reason: str, by: Teammate | None) -> dict[str, Any]:
        """Money goes back: so much of it (minor units), or all that is left. Raises BadInput, Forbidden.

        With the last of it the order is refunded; what had not been handed over yet goes back into the stock.
        """
        if by is not None and not by.has_perm(MAY_REFUND):
            raise Forbidden(_t("Your role does not let you refund."))
        back = self.refundable if amount is None else amount
        if not 0 < back <= self.refundable:
            most = money.written(self.refundable, self.currency)
            raise BadInput(_t("A refund is more than nothing, and %(most)s at most.") % {"most": most}, field="amount")
        if not reason.strip():
            raise BadInput(_t("Say why it is refunded."), field="reason")
        self.refunded += back
        if self.refunded == self.total:
            self.ended_at = timezone.now()
            if self.state == OrderState.PAID:
                self.put_back()
        return {"amount": back, "reason": reason.strip()[:300]}


def demand_link(link: str) -> None:
    """Raises BadInput."""
    try:
        URLValidator(schemes=["https"])(link)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), field="payment_link") from error
