"""What orders hear of conversations: news that their customers are to be told, and what customers answer."""

from collections.abc import Sequence
from typing import Any

from conversations import events as house
from conversations import telling
from conversations.models import Event
from conversations.models.event import CHANGES_LINES, HARMLESS
from orders import hearing, tasks, thread
from orders.models import Offer, Order
from teams.models import About

# After these the customer is told what has become of their order.
NEWS = {f"{verb}_order" for verb in ("place", "confirm", "change", "ask_payment", "pay", "fulfil", "cancel", "refund")}
# These change what its cards show, and are nobody's line in the thread.
QUIET = ("edit_order", "keep_order")
HEARD = ("receive", "overhear")
# What the timeline goes on telling of an order whose customer is forgotten.
KEPT = {"order", "number", "order_state", "total", "currency", "amount", "way"}


def connect() -> None:
    CHANGES_LINES.extend([*thread.SENTENCES, *QUIET])
    HARMLESS.update(KEPT)
    house.SEEN_BY_CUSTOMER.update(NEWS, QUIET)
    telling.THEIRS["confirm_order"] = About.WROTE
    house.recorded.connect(after_events)


def after_events(events: Sequence[Event], **_: Any) -> None:
    for event in events:
        if event.verb == "join":
            Order.objects.follow(event.data["other"], event.conversation_id)
    forgotten = {event.conversation_id for event in events if event.verb == "forget"}
    if forgotten:
        Order.objects.forget(forgotten)
    ask_to_tell({event.data["order"]: event.pk for event in events if event.verb in NEWS})
    ask_to_hear({event.conversation_id for event in events if is_answer(event)})


def ask_to_tell(news: dict[int, int]) -> None:
    """Written down first: a task that is lost leaves what the sweep finds."""
    for order, event in news.items():
        Offer.objects.note_news(order, event)
    if news:
        for number in Offer.objects.untold().filter(order__in=news).values_list("pk", flat=True):
            tasks.tell.delay(number)


def is_answer(event: Event) -> bool:
    return event.verb in HEARD and event.message is not None and hearing.may_answer(event.message)


def ask_to_hear(conversations: set[int]) -> None:
    if conversations:
        asked = Offer.objects.to_hear().filter(order__conversation__in=conversations)
        for number in asked.values_list("pk", flat=True):
            tasks.hear.delay(number)
