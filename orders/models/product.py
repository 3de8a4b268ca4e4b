"""The catalogue: products and services, each in one variant or more. A variant is what has a price and is sold."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import PurePosixPath

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.words import Words
from monty.errors import BadInput
from orders import money
from orders.errors import OutOfStock


class Kind(models.TextChoices):
    PRODUCT = "product", _("Product")
    SERVICE = "service", _("Service")


PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]
AMOUNT = [MinValueValidator(0), MaxValueValidator(money.MOST)]


def usual_currency() -> str:
    return settings.CURRENCY


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> "ProductQuerySet":
        return self.filter(active=True)

    def complete(self) -> "ProductQuerySet":
        """With their variants, in one query more."""
        return self.prefetch_related("variants")

    def having(self, words: Words) -> "ProductQuerySet":
        """Those of which a variant has these words (`VariantQuerySet.having`)."""
        return self.filter(pk__in=Variant.objects.having(words).values("product"))


class Product(models.Model):
    """What is sold: a thing or a service."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PRODUCT)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default=usual_currency,
        validators=[RegexValidator("^[A-Z]{3}$")],
        help_text=_("Three letters, as in EUR."),
    )
    tax_rate = models.DecimalField(
        _("tax rate"), max_digits=6, decimal_places=3, default=Decimal(0), validators=PERCENT, help_text=_("Percent.")
    )
    # Written anew by `media`, the second one square.
    picture = models.FileField(_("picture"), upload_to="products/%Y/%m/", blank=True, editable=False)
    thumbnail = models.FileField(upload_to="products/%Y/%m/", blank=True, editable=False)
    active = models.BooleanField(_("on sale"), default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="product_kind_known")]
        indexes = [models.Index(fields=["name", "id"], name="product_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def picture_version(self) -> str:
        """Another one for every picture, so that browsers may keep what they have."""
        return PurePosixPath(str(self.picture.name)).name

    @property
    def thumbnail_url(self) -> str:
        """Of the small picture, for teammates and customers alike; "" if there is none."""
        return reverse("product-picture", args=[self.pk, self.picture_version]) if self.thumbnail else ""


class VariantQuerySet(models.QuerySet["Variant"]):
    def on_sale(self) -> "VariantQuerySet":
        """What can be ordered, by name."""
        rows = self.filter(active=True, product__active=True)
        return rows.select_related("product").order_by("product__name", "position", "pk")

    def of_sku(self, skus: Collection[str]) -> dict[str, "Variant"]:
        """Those of these that are there."""
        return {row.sku: row for row in self.filter(sku__in=skus)} if skus else {}

    def to_sell(self, numbers: Collection[int]) -> dict[int, "Variant"]:
        """These by their ids, all of them on sale. Raises BadInput."""
        wanted: VariantQuerySet = self.filter(pk__in=numbers).select_related("product")
        rows = {row.pk: row for row in wanted}
        for number in numbers:
            if number not in rows:
                raise BadInput(_t("There is no such product."), field="lines")
            rows[number].demand_on_sale()
        return rows

    def having(self, words: Words) -> "VariantQuerySet":
        """All of these words begin somewhere in its name, in its product's, or in its SKU."""
        rows = self
        for word in (*words.whole, *([words.begun] if words.begun else [])):
            anywhere = Q(name__icontains=word) | Q(product__name__icontains=word) | Q(sku__icontains=word)
            rows = rows.filter(anywhere)
        return rows

    def take(self, wanted: Mapping[int, int]) -> set[int]:
        """Take so many of each from the stock (less than none: put back); in two queries, all of it or nothing.

        Returns which of them are counted at all: of the others there is always enough. Raises OutOfStock. Call it in a
        transaction: the rows are locked in the order of their ids, so that orders for the same things never wait for
        each other in a circle.
        """
        moves = {number: quantity for number, quantity in wanted.items() if quantity}
        if not moves:
            return set()
        rows = self.filter(pk__in=moves, stock__isnull=False).select_related("product").order_by("pk")
        counted = list(rows.select_for_update(of=("self",), no_key=True))
        for row in counted:
            row.demand(moves[row.pk])
        whens = [When(pk=row.pk, then=Value(moves[row.pk])) for row in counted]
        if whens:
            taken = Case(*whens, output_field=models.IntegerField())
            self.filter(pk__in=[row.pk for row in counted]).update(stock=F("stock") - taken)
        return {row.pk for row in counted}


class Variant(models.Model):
    """One way in which a product is sold. A product that has no choices has one, without a name."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants", verbose_name=_("product"))
    name = models.CharField(
        _("variant"), max_length=80, blank=True, help_text=_("As in “large”; empty: there is only one.")
    )
    sku = models.CharField(_("SKU"), max_length=40, unique=True)
    price = models.BigIntegerField(_("price"), validators=AMOUNT, help_text=_("In minor units (cents)."))
    stock = models.PositiveIntegerField(
        _("stock"), null=True, blank=True, help_text=_("How many can still be ordered; empty: nobody counts.")
    )
    active = models.BooleanField(_("on sale"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="variant_once_per_product"),
            models.CheckConstraint(condition=Q(price__gte=0, price__lte=money.MOST), name="variant_price_in_bounds"),
            models.CheckConstraint(condition=Q(stock=None) | Q(stock__gte=0), name="variant_stock_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product.name}, {self.name}" if self.name else self.product.name

    @property
    def price_written(self) -> str:
        return money.written(self.price, self.product.currency)

    def demand(self, quantity: int) -> None:
        """Raises OutOfStock if there are not so many."""
        if self.stock is not None and self.stock < quantity:
            facts = {"name": str(self), "left": self.stock}
            detail = _t("Of “%(name)s” only %(left)s are left.") if self.stock else _t("“%(name)s” is sold out.")
            raise OutOfStock(detail % facts, sku=self.sku, left=self.stock)

    def demand_on_sale(self) -> None:
        """Raises BadInput."""
        if not (self.active and self.product.active):
            raise BadInput(_t("“%(name)s” is no longer on sale.") % {"name": self}, field="lines")
