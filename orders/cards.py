"""An order's card: the same row for teammates in the thread, and for the customer in the webchat."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.inbox import message_cards
from conversations.inbox.message_cards import Kind
from orders import links, money, sums
from orders.models import Line, Order


def connect() -> None:
    message_cards.add_kind("order", Kind(rows, "orders/card.html", facts))


def rows(uuids: Collection[str]) -> dict[str, Order]:
    known = [each for each in uuids if is_uuid(each)]
    return {str(row.uuid): row for row in Order.objects.filter(uuid__in=known).as_shown()}


def is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


# --- As the customer sees it ------------------------------------------------------------------------------------------

# By the order's state: in words, and in which colour.
STANDING: dict[str, tuple[Promise, str]] = {
    "draft": (gettext_lazy("Please confirm"), "open"),
    "placed": (gettext_lazy("Ordered"), "good"),
    "paid": (gettext_lazy("Paid"), "good"),
    "fulfilled": (gettext_lazy("Complete"), "good"),
    "cancelled": (gettext_lazy("Cancelled"), "over"),
    "refunded": (gettext_lazy("Refunded"), "over"),
}


def standing(order: Order) -> tuple[str, str]:
    if is_being_changed(order):
        return _("Is being changed"), "open"
    if may_confirm(order):
        return str(STANDING["draft"][0]), "open"
    words, tone = STANDING[order.state]
    return str(words), tone


def is_being_changed(order: Order) -> bool:
    """A draft that differs from what the customer was shown: half of what a teammate types is no offer."""
    return order.state == "draft" and not order.offer.is_current


def wants_consent(order: Order) -> bool:
    """A draft, or what was changed after it was placed: the customer has not said yes to it."""
    if not order.is_open or order.confirmed_at is not None:
        return False
    return order.state == "draft" or len(order.versions.all()) > 0


def may_confirm(order: Order) -> bool:
    return wants_consent(order) and order.sent_at is not None and order.offer.is_current


def title(order: Order) -> str:
    return _("Order %(number)s") % {"number": order.number} if order.number else _("Your order")


def to_pay(order: Order) -> str:
    """Where the customer pays now; "" if nowhere."""
    return order.payment_link if order.state == "placed" else ""


def facts(order: Order) -> dict[str, Any]:
    """As the webchat's script draws it (`static/webchat/card.js`)."""
    state, tone = standing(order)
    hidden = is_being_changed(order)
    return {
        "kind": "order",
        "id": str(order.uuid),
        "version": order.offer.revision,
        "title": title(order),
        "state": state,
        "tone": tone,
        "lines": [] if hidden else [line_facts(line, order.currency) for line in order.lines.all()],
        "sums": [] if hidden else [{"name": name, "amount": amount} for name, amount in sums.besides_lines(order)],
        "total": None if hidden else {"name": _("Total"), "amount": order.total_written},
        "note": _("We are changing this order; it will be shown to you again.") if hidden else order.notes,
        "confirm": _("Confirm order") if may_confirm(order) else None,
        "links": linked(order),
    }


def line_facts(line: Line, currency: str) -> dict[str, str]:
    picture, total = line.variant.product.thumbnail_url, money.written(line.amount, currency)
    told = {"quantity": str(line.quantity), "name": line.name, "detail": line.variant_name}
    return {"picture": picture, **told, "total": total}


def linked(order: Order) -> list[dict[str, Any]]:
    pay, until = to_pay(order), order.offer.until
    found = [{"name": _("Pay now"), "url": pay, "main": True}] if pay else []
    if until > timezone.now():
        found.append({"name": _("Details and changes"), "url": links.address(order.uuid, until), "main": False})
    return found
