"""Lines of an order: copies of what was ordered, so that no later change of the catalogue reaches them."""

from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders import money
from orders.models.product import Variant
from orders.totals import Item, Part

# Of one thing in one order, and of things in it.
MOST_OF_ONE = 9_999
MOST_LINES = 100


class Pick(NamedTuple):
    """What somebody wants in an order: a variant's id, and how many."""

    variant: int
    quantity: int = 1


class Line(models.Model):
    order = models.ForeignKey("Order", on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", verbose_name=_("variant"))
    # As it was when it was put into the order.
    name = models.CharField(_("name"), max_length=120)
    variant_name = models.CharField(_("variant"), max_length=80, blank=True)
    sku = models.CharField(_("SKU"), max_length=40)
    price = models.BigIntegerField(_("price"))
    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=3, default=Decimal(0))
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    # What they are in the sum (`orders.totals`), in minor units.
    amount = models.BigIntegerField(_("amount"), default=0)
    discount = models.BigIntegerField(_("discount"), default=0)
    tax = models.BigIntegerField(_("tax"), default=0)
    # How many of them were taken from the stock, and so go back there.
    reserved = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of orders")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="line_once_per_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_OF_ONE), name="line_quantity_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, price__lte=money.MOST, amount__gte=0, discount__gte=0, tax__gte=0),
                name="line_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.label}"

    @classmethod
    def of(cls, variant: Variant) -> "Line":
        """A copy of what the catalogue says now."""
        product = variant.product
        return cls(
            variant=variant,
            name=product.name,
            variant_name=variant.name,
            sku=variant.sku,
            price=variant.price,
            tax_rate=product.tax_rate,
        )

    @property
    def label(self) -> str:
        return f"{self.name}, {self.variant_name}" if self.variant_name else self.name

    @property
    def item(self) -> Item:
        return Item(self.price, self.quantity, self.tax_rate)

    def cost(self, part: Part) -> None:
        self.amount, self.discount, self.tax = part.amount, part.discount, part.tax
