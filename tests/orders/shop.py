"""A shelf of things to sell, for tests."""

from decimal import Decimal
from typing import Any

from conversations.models import Conversation
from orders.models import Order, Pick, Product, Variant
from teams.models import Teammate
from tests.make import numbers


def variant(price: int = 1000, stock: int | None = None, **fields: Any) -> Variant:
    """A product with one variant. `tax`: percent, `currency`, `product`, `sku`, `name` as wanted."""
    number = next(numbers)
    product = fields.pop("product", None) or Product.objects.create(
        name=fields.pop("product_name", f"Thing {number}"),
        currency=fields.pop("currency", "EUR"),
        tax_rate=Decimal(fields.pop("tax", 0)),
    )
    sku = fields.pop("sku", f"SKU-{number}")
    return Variant.objects.create(product=product, sku=sku, price=price, stock=stock, **fields)


def pictured() -> str:
    """Everything on the shelf has a picture; the end of its address."""
    Product.objects.update(picture="products/pot", thumbnail="products/pot-small")
    return "/picture/pot/"


def draft(
    conversation: Conversation, *wanted: Variant | tuple[Variant, int], by: Teammate | None, **facts: Any
) -> Order:
    picks = [Pick(each[0].pk, each[1]) if isinstance(each, tuple) else Pick(each.pk) for each in wanted]
    return Order.start(conversation, facts, picks, by=by)


def placed(conversation: Conversation, *wanted: Any, by: Teammate | None, **facts: Any) -> Order:
    order = draft(conversation, *wanted, by=by, **facts)
    order.place(by=by)
    return order


def paid(conversation: Conversation, *wanted: Any, by: Teammate | None, **facts: Any) -> Order:
    order = placed(conversation, *wanted, by=by, **facts)
    order.pay(by=by, way="cash")
    return order
