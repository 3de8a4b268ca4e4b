"""How the conversation's timeline tells of orders."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from conversations.inbox import timeline
from conversations.inbox.timeline import Told
from conversations.models import Event
from orders import money


def connect() -> None:
    timeline.add_sentences(SENTENCES, words)


def words(event: Event) -> dict[str, str]:
    data = event.data
    if "order" not in data:
        return {}
    back = {"amount": money.written(data["amount"], data["currency"])} if "amount" in data else {}
    named = data["number"] or _("draft")
    return back | {
        "order": named,
        "total": money.written(data["total"], data["currency"]),
        "text": data.get("text", ""),
    }


def made(told: Told) -> str:
    if told.event.actor is None and told.event.data["flow"]:
        return _("The flow %(flow)s drew up an order")
    return _("%(who)s drew up an order")


# "edit_order", a change of what the customer has not been promised yet, is nobody's line.
SENTENCES: dict[str, Callable[[Told], str]] = {
    "create_order": made,
    "send_order": lambda told: _("%(who)s sent the order to the customer (%(total)s)"),
    "place_order": lambda told: _("%(who)s placed the order %(order)s (%(total)s)"),
    "confirm_order": lambda told: _("The customer confirmed the order %(order)s (%(total)s)"),
    "change_order": lambda told: _("%(who)s changed the order %(order)s (now %(total)s)"),
    "request_change_order": lambda told: _("The customer wants the order %(order)s changed: %(text)s"),
    "ask_payment_order": lambda told: _("%(who)s asked for the payment of the order %(order)s"),
    "pay_order": lambda told: _("The order %(order)s is paid (%(total)s)"),
    "fulfil_order": lambda told: _("%(who)s fulfilled the order %(order)s"),
    "cancel_order": lambda told: _("%(who)s cancelled the order %(order)s"),
    "refund_order": lambda told: _("%(who)s refunded %(amount)s of the order %(order)s"),
}
