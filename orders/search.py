"""The inbox's search finds conversations by their orders, too."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from conversations.inbox import listing
from conversations.models import conversation_queries
from conversations.words import Words
from orders.models import Order


def connect() -> None:
    conversation_queries.FOUND_BY.append(conversations_with)
    listing.TOLD_BY.append(lines_of)


def conversations_with(words: Words) -> QuerySet:
    return Order.objects.having(words).values("conversation")


def lines_of(words: Words, conversations: Sequence[int]) -> dict[int, str]:
    """The latest order with these words in each of the conversations, in a line."""
    rows = Order.objects.having(words).filter(conversation__in=conversations).order_by("pk")
    return {row.conversation_id: told(row) for row in rows}


def told(order: Order) -> str:
    words = {"number": order, "name": order.name, "total": order.total_written}
    return _("Order %(number)s · %(name)s · %(total)s") % words
