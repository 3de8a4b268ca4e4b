"""Orders and products as REST shows them: amounts as decimals in text, with their currency beside."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers

from orders import money
from orders.models import Line, Order, Product, Variant, Version
from teams.arranging import RowSerializer

# More of one product are several.
MOST_VARIANTS = 200


class Amount(serializers.DecimalField):
    """A column of minor units, shown as "19.00"; the currency is the row's or its order's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, read_only=True, source="*", **kwargs)

    def to_representation(self, row: Any) -> str:
        return str(money.as_decimal(getattr(row, str(self.field_name)), currency_of(row)))


def currency_of(row: Any) -> str:
    if isinstance(row, Variant):
        return row.product.currency
    return row.order.currency if isinstance(row, Line) else row.currency


class Price(serializers.DecimalField):
    """An amount in the product's currency, as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, min_value=0, **kwargs)

    def get_attribute(self, instance: Variant) -> Any:
        return money.as_decimal(instance.price, instance.product.currency)

    def to_representation(self, value: Any) -> str:
        return str(value)


class VariantSerializer(RowSerializer):
    """`stock`: how many can still be ordered; null: it is not counted."""

    price = Price()

    class Meta:
        model = Variant
        fields = ["id", "name", "sku", "price", "stock", "active", "position"]

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The column has minor units of the product's currency."""
        product = self.instance.product if isinstance(self.instance, Variant) else self.context["product"]
        if "price" in fields:
            fields["price"] = money.in_units(fields["price"], product.currency, field="price")
        return super().validate(fields)


class ProductSerializer(RowSerializer):
    """What is ordered is one of its `variants`; of a product without choices there is one, without a name."""

    variants = VariantSerializer(many=True, read_only=True)
    picture = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ["id", "kind", "name", "description", "currency", "tax_rate", "picture", "active", "variants"]

    def validate_currency(self, code: str) -> str:
        if code not in money.currencies():
            raise serializers.ValidationError(_("There is no such currency."))
        if self.instance is not None and self.instance.currency != code:
            raise serializers.ValidationError(_("The currency of a product stays what it is."))
        return code

    def get_picture(self, product: Product) -> str | None:
        return product.thumbnail_url or None


def priced_in(currency: Any) -> Product:
    """In what the variants of a new product are priced, before anybody knows that there is such a currency."""
    return Product(currency=currency) if currency in money.currencies() else Product()


class AddProduct(ProductSerializer):
    """A product is sold in one variant or more, so it is made with them. Its picture follows by `picture`."""

    variants = VariantSerializer(many=True, min_length=1, max_length=MOST_VARIANTS)  # type: ignore[call-arg]

    def create(self, facts: dict[str, Any]) -> Product:
        """All of it or nothing."""
        lines = facts.pop("variants")
        with transaction.atomic():
            product = Product.objects.create(**facts)
            for line in lines:
                Variant.objects.create(product=product, **line)
        return product


class LineSerializer(serializers.ModelSerializer[Line]):
    """A copy of what the catalogue said when it was ordered. `amount`: before its part of the `discount`."""

    price = Amount()
    amount = Amount()
    discount = Amount()
    tax = Amount()

    class Meta:
        model = Line
        fields = [
            *("variant", "name", "variant_name", "sku", "price", "quantity", "tax_rate"),
            *("amount", "discount", "tax"),
        ]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer[Order]):
    """`total` = `subtotal` - `discount` + `shipping`, and + `tax` unless prices include it (`tax_included`).

    `revision` counts changes; `allowed` names the verbs that its state allows.
    """

    lines = LineSerializer(many=True, read_only=True)
    # Either may be empty, which is neither an address of mail nor of the web.
    email = serializers.CharField(read_only=True)
    payment_link = serializers.CharField(read_only=True)
    discount_amount = Amount()
    subtotal = Amount()
    discount = Amount()
    shipping = Amount()
    tax = Amount()
    total = Amount()
    refunded = Amount()
    allowed = serializers.ListField(child=serializers.CharField(), source="allowed_verbs", read_only=True)

    class Meta:
        model = Order
        fields = [
            *("id", "number", "state", "conversation", "revision", "currency", "lines"),
            *("discount_amount", "discount_percent", "shipping_tax_rate", "tax_included"),
            *("subtotal", "discount", "shipping", "tax", "total", "refunded"),
            *("name", "email", "phone", "address", "notes"),
            *("payment_method", "payment_link", "made_by", "flow"),
            *("created_at", "sent_at", "confirmed_at", "placed_at", "paid_at", "allowed"),
        ]
        read_only_fields = fields


class VersionSerializer(serializers.ModelSerializer[Version]):
    """What was changed after the order was placed. `changes` in words, as the customer reads them."""

    changes = serializers.ListField(child=serializers.CharField(), source="sentences", read_only=True)

    class Meta:
        model = Version
        fields = ["number", "at", "by", "changes"]
        read_only_fields = fields


class BringCatalogue(serializers.Serializer):
    """A file travels as multipart/form-data. Without `keep` it is only looked at."""

    file = serializers.FileField()
    keep = serializers.BooleanField(default=False)


class WrongLine(serializers.Serializer):
    line = serializers.IntegerField(source="number")
    problems = serializers.ListField(child=serializers.CharField())


class ReadCatalogue(serializers.Serializer):
    """What the file does, or did if it was `kept`. `new`: how many of its `lines` are of variants that were not there.

    `wrong`: what stands in the way; with that nothing is kept.
    """

    kept = serializers.BooleanField()
    lines = serializers.IntegerField()
    new = serializers.IntegerField()
    wrong = WrongLine(many=True)
