"""A payment provider's own page: the customer is sent there by a signed link, and a signed notice says that they paid.

The link carries what is to be paid and an HMAC-SHA256 over it, so that nobody pays another amount. The notice is
signed as Stripe signs: `Payment-Signature: t=<seconds>,v1=<hex>` over `<seconds>.<body>`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.json_values import mapping, text
from orders.models.paid import LONGEST_REFERENCE
from orders.payments.base import Method, Paid

if TYPE_CHECKING:
    from orders.models import Order

HEADER = "Payment-Signature"
# A notice that was caught on its way cannot be used later. Seconds.
LASTS = 300
# Of an amount: no order is worth more, and no database takes more.
MOST_DIGITS = 15


class Hosted(Method):
    kind = "hosted"
    label = _("Payment link")

    @property
    def is_set_up(self) -> bool:
        return bool(settings.PAYMENT_LINK_URL and settings.PAYMENT_SECRET)

    def link(self, order: "Order") -> str:
        asked = {"order": str(order.uuid), "amount": str(order.total), "currency": order.currency}
        signature = signed("&".join(asked.values()).encode())
        glue = "&" if "?" in settings.PAYMENT_LINK_URL else "?"
        return f"{settings.PAYMENT_LINK_URL}{glue}{urlencode({**asked, 'signature': signature})}"

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        parts = [part.partition("=") for part in headers.get(HEADER, "").split(",")]
        at = next((value for name, _, value in parts if name == "t"), "")
        if not (self.is_set_up and at.isascii() and at.isdigit() and len(at) < 13):
            return False
        if abs(timezone.now().timestamp() - int(at)) > LASTS:
            return False
        ours = signed(at.encode() + b"." + body)
        given = [value for name, _, value in parts if name == "v1"]
        return any(hmac.compare_digest(ours.encode(), each.encode()) for each in given)

    def parse(self, raw: Any) -> Paid | None:
        told = mapping(raw)
        number, amount = text(told.get("id")), told.get("amount")
        is_amount = isinstance(amount, int) and not isinstance(amount, bool) and 0 <= amount < 10**MOST_DIGITS
        if told.get("type") != "payment.succeeded" or not number or len(number) > LONGEST_REFERENCE or not is_amount:
            return None
        try:
            return Paid(number, UUID(text(told.get("order"))), amount, text(told.get("currency")).upper()[:3])  # type: ignore[arg-type]
        except ValueError:
            return None


def signed(what: bytes) -> str:
    return hmac.new(settings.PAYMENT_SECRET.encode(), what, hashlib.sha256).hexdigest()
