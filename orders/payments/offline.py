"""Cash or a transfer: nobody tells Monty, so a teammate marks the order as paid."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.payments.base import Method

if TYPE_CHECKING:
    from orders.models import Order


class Offline(Method):
    kind = "offline"
    label = _("Cash or transfer")

    def words(self, order: "Order") -> str:
        """As the shop says it (an account's number, where the till is)."""
        return settings.PAYMENT_INSTRUCTIONS.replace("{number}", order.number or "")
