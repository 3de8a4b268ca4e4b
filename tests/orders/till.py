"""Orders that customers have been shown, for tests."""

from conversations.models import Conversation
from orders import offers
from orders.models import Offer, Order, Variant
from teams.models import Teammate
from tests.orders import shop


def draft(conversation: Conversation, *variants: Variant, by: Teammate | None) -> Order:
    """Of one thing, if nothing else is wanted."""
    return shop.draft(conversation, *(variants or [shop.variant()]), by=by)


def shown(conversation: Conversation, *variants: Variant, by: Teammate) -> Order:
    """An order that its customer has been sent."""
    order = draft(conversation, *variants, by=by)
    offers.send(order, by=by)
    return Order.objects.get(pk=order.pk)


def offer(order: Order) -> Offer:
    """As it is now."""
    return Offer.objects.complete().get(order=order)


def said(conversation: Conversation) -> list[str]:
    """By us to the customer, oldest first."""
    return list(conversation.messages.from_us().order_by("pk").values_list("text", flat=True))
