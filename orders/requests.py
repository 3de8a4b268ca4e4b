"""What a customer wants of an order on its page, besides confirming it."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from monty import rates
from monty.errors import TooMany, VerbNotAllowed
from orders.models import Order

# So many wishes for changes of one order in an hour: whoever has more of them writes to us.
MOST = 10
HOUR = 3600


def ask_for_change(order: Order, text: str) -> None:
    """They want it otherwise: people see it in the thread, and the conversation waits for them.

    Raises BadInput, VerbNotAllowed, TooMany.
    """
    demand_few(order)
    with transaction.atomic():
        order.request_change(text, by=None)
        # What has ended goes on if it can; where a newer conversation took its place, the line in the old one remains.
        with suppress(VerbNotAllowed):
            conversation = order.conversation
            if not conversation.is_live:
                conversation.revive(by=None)
            conversation.want_answer(by=None)


def demand_few(order: Order) -> None:
    if rates.one_more(f"orders.wishes.{order.pk}", HOUR) > MOST:
        raise TooMany(_("That is a lot of changes. Please write to us instead."))
