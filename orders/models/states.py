"""The states of an order."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PLACED = "placed", _("Placed")
    PAID = "paid", _("Paid")
    FULFILLED = "fulfilled", _("Fulfilled")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Refunded")


# These can still be changed; of these money has come in.
OPEN = [OrderState.DRAFT, OrderState.PLACED]
PAID_FOR = [OrderState.PAID, OrderState.FULFILLED]
# These count as sold.
SOLD = [OrderState.PLACED, OrderState.PAID, OrderState.FULFILLED]
