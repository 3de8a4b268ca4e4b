"""Showing an order to its customer, and telling them what becomes of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from conversations.models import Conversation, Message
from conversations.sending import composer
from monty.errors import MontyError
from orders import languages, links, wording
from orders.models import Offer, Order
from teams.models import Teammate


def send(order: Order, *, by: Teammate, client_id: UUID | None = None) -> None:
    """Show it to the customer, who may confirm it; the same `client_id` again is the same message.

    Raises what sending an answer raises (WindowShut, Taken, …), VerbNotAllowed, and BadInput for an order without
    lines: then nothing was sent.
    """

    def say(text: str, **under: Any) -> Message | None:
        sent, new = composer.send(order.conversation, text, by=by, client_id=client_id, **under)
        return sent if new else None

    show(order, say, by=by)


def send_as_bot(order: Order, *, client_id: UUID) -> Message:
    """The same by a bot, while it has the conversation. Raises what its words raise."""

    said: list[Message] = []

    def say(text: str, **under: Any) -> Message:
        said.append(order.conversation.say_as_bot(text, by=None, client_id=client_id, **under).message)
        return said[0]

    show(order, say, by=None)
    return said[0]


def show(order: Order, say: Callable[..., Message | None], *, by: Teammate | None) -> None:
    """`say` queues the words, and returns the message; None if it was said already."""
    with transaction.atomic():
        order.send(by=by)
        text, under, until = message(order, wording.offered)
        said = say(text, **under)
        if said is not None:
            defaults = {"revision": order.revision, "until": until}
            offer, _made = Offer.objects.select_for_update(no_key=True).get_or_create(order=order, defaults=defaults)
            offer.order = order
            offer.show(said, until=until)


def message(order: Order, words: Callable[[Order, str], str]) -> tuple[str, dict[str, Any], datetime]:
    """The text as the order's customer and channel need it, what stands under it, and until when its link is good."""
    conversation, until = order.conversation, timezone.now() + settings.ORDER_LINKS_LAST
    with override(languages.of_customer(conversation)):
        link = "" if conversation.channel.adapter.can.cards else links.address(order.uuid, until)
        under = {"quick_replies": wording.button(order), "card": {"kind": "order", "id": str(order.uuid)}}
        return words(order, link), under, until


def tell(offer_id: int) -> None:
    """Tell the customer what has become of their order; once, however often this is called.

    Where that is not possible it is kept: the card says so, and it is told when they write.
    """
    with transaction.atomic():
        offer = held(offer_id)
        if offer is None or offer.told >= offer.news:
            return
        text, under, until = message(offer.order, wording.changed)
        # Of two workers the second finds the words of the first.
        client_id = uuid5(offer.order.uuid, f"news {offer.news}")
        try:
            event = offer.order.conversation.tell(text, by=None, client_id=client_id, **under)
        except MontyError as refused:
            offer.keep(str(refused.detail))
            Conversation.write([offer.order.record("keep", by=None, was={})])
            return
        offer.settle() if event is None else offer.show(event.message, until=until)


def held(offer_id: int) -> Offer | None:
    """The offer with its order and its conversation, all locked in that order: conversation, order, offer."""
    found = Offer.objects.select_related("order").filter(pk=offer_id).first()
    if found is None:
        return None
    Conversation.for_change().get(pk=found.order.conversation_id)
    Order.for_change().get(pk=found.order_id)
    return Offer.objects.complete().select_for_update(of=("self",), no_key=True).get(pk=offer_id)
