"""The contact's orders in a conversation's side panel: those that its reader may see."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from conversations.inbox import panel
from conversations.inbox.panel import Part
from conversations.models import Conversation
from orders.models import Order
from teams.models import Teammate

# More than these are on the page of orders.
MOST = 5


def connect() -> None:
    panel.add_part(Part("orders", _("Orders"), "orders/panel.html", facts))


def facts(conversation: Conversation, me: Teammate) -> dict[str, Any]:
    found = Order.objects.visible_to(me).of_contact(conversation.contact).newest_first()
    return {"orders": list(found.select_related("conversation")[:MOST]), "conversation": conversation}
