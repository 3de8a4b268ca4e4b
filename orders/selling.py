"""“Create Order”: what the dialog shows, and what becomes of what is typed into it.

A draft is written with every change, so that closing the dialog loses nothing. An order that was placed is only
reckoned as one types, and changed when that is said: the customer reads what was changed.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _t

from conversations.models import Conversation
from conversations.words import parsed
from monty.errors import BadInput
from orders import money, sums
from orders.models import Line, Order, OrderState, Pick, Variant
from orders.selling_form import OrderForm
from orders.wishes import currency_for
from teams.models import Teammate

# Products of one search, and earlier orders to repeat.
FOUND = 12
EARLIER = 5


class Row(NamedTuple):
    """A line as the dialog shows it, with the variants there are to choose from."""

    line: Line
    variants: list[Variant]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An order as the dialog has it; `lines` may be only reckoned."""

    order: Order
    lines: list[Line]


def sheet(conversation: Conversation, me: Teammate, number: int | None = None) -> Sheet:
    """Raises Http404."""
    order = order_of(conversation, me, number)
    return Sheet(order, list(order.lines.all()) if order.pk else [])


def order_of(conversation: Conversation, me: Teammate, number: int | None) -> Order:
    """The one that is asked for, else the open draft, else one that nobody has written down. Raises Http404."""
    if number:
        found = get_object_or_404(Order.objects.of_conversation(conversation).prefetch_related("lines"), pk=number)
    else:
        found = Order.objects.open_draft(conversation) or blank(conversation, me)
    found.conversation = conversation
    return found


def blank(conversation: Conversation, me: Teammate) -> Order:
    order = Order(conversation=conversation)
    order.make_out(me)
    return order


def keep(conversation: Conversation, form: OrderForm, picks: list[Pick], *, by: Teammate, now: bool) -> Sheet:
    """Write it down as it was sent; only reckon what was placed, unless `now`. Raises what the order's verbs raise."""
    asked = form.cleaned_data["order"]
    if asked is None:
        return begun(conversation, form, picks, by=by)
    order = order_of(conversation, by, asked)
    facts = form.facts(currency_for(order, picks))
    if order.state == OrderState.DRAFT or now:
        order.change(facts, picks, by=by, seen=form.cleaned_data["seen"])
        return sheet(conversation, by, order.pk)
    return Sheet(order, order.draw_up(facts, picks, list(order.lines.all())))


def begun(conversation: Conversation, form: OrderForm, picks: list[Pick], *, by: Teammate) -> Sheet:
    """The draft, with the first that was typed. Raises DraftOpen if a colleague has begun one since this was opened."""
    facts = form.facts(currency_for(Order(conversation=conversation), picks))
    order = Order.start(conversation, facts, picks, by=by, key=str(form.cleaned_data["key"]))
    if not order.is_new:
        order.change(facts, picks, by=by)
    return sheet(conversation, by, order.pk)


# --- What is shown ----------------------------------------------------------------------------------------------------


def rows(shown: Sheet) -> list[Row]:
    """Two queries, however many lines."""
    variants = Variant.objects.select_related("product").in_bulk([line.variant_id for line in shown.lines])
    siblings: dict[int, list[Variant]] = {}
    for each in Variant.objects.on_sale().filter(product__in={row.product_id for row in variants.values()}):
        siblings.setdefault(each.product_id, []).append(each)
    return [row(line, variants[line.variant_id], siblings) for line in shown.lines]


def row(line: Line, variant: Variant, siblings: dict[int, list[Variant]]) -> Row:
    others = siblings.get(variant.product_id, [])
    if variant not in others:
        others = [variant, *others]
    return Row(line, others if len(others) > 1 else [])


def found(typed: str) -> list[Variant]:
    """What can be sold and has these words in its name or SKU; without words the beginning of the catalogue."""
    rows = Variant.objects.on_sale()
    words = parsed(typed[:200])
    if typed.strip() and not words:
        return []
    return list((rows.having(words) if words else rows)[:FOUND])


def earlier(conversation: Conversation, me: Teammate) -> list[Order]:
    """Orders of the contact that may be repeated."""
    theirs = Order.objects.visible_to(me).of_contact(conversation.contact).exclude(state=OrderState.DRAFT)
    return list(theirs.newest_first().prefetch_related("lines")[:EARLIER])


def earlier_one(conversation: Conversation, me: Teammate, number: int) -> Order:
    """Raises BadInput."""
    theirs = Order.objects.visible_to(me).of_contact(conversation.contact).filter(pk=number).first()
    if theirs is None:
        raise BadInput(_t("There is no such order."), field="order")
    return theirs


def discount_of(order: Order) -> tuple[Any, str]:
    """As the field shows it, and in what."""
    if order.discount_percent:
        return order.discount_percent.normalize(), "percent"
    return (money.as_decimal(order.discount_amount, order.currency) if order.discount_amount else ""), "amount"


def dialog(conversation: Conversation, shown: Sheet, me: Teammate) -> dict[str, Any]:
    order = shown.order
    discount, discount_in = discount_of(order)
    return {
        "conversation": conversation,
        "key": uuid4(),
        "discount": discount,
        "discount_in": discount_in,
        "shipping": money.as_decimal(order.shipping, order.currency) if order.shipping else "",
        "found": found(""),
        "earlier": earlier(conversation, me),
        **summary(shown),
    }


def summary(shown: Sheet) -> dict[str, Any]:
    order = shown.order
    return {"order": order, "rows": rows(shown), "sums": sums.written(sums.amounts(order), order.currency)}
