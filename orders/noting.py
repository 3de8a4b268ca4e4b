"""What people should know of an order that no verb of theirs has told: a note in its conversation, once."""

from contextlib import suppress
from uuid import uuid5

from monty.errors import VerbNotAllowed
from orders.models import Order


def note(order: Order, text: str, *, once: str) -> None:
    """`once`: what it is about; a second note about the same is refused by the database, and nobody minds."""
    with suppress(VerbNotAllowed):
        order.conversation.note_as_bot(text, by=None, client_id=uuid5(order.uuid, once))
        order.conversation.want_answer(by=None)
