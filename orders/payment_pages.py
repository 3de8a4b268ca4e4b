"""Where payment providers say that an order was paid. Signed, and told twice it changes nothing twice."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from monty.errors import VerbNotAllowed
from orders import money, noting
from orders.models import Order
from orders.payments import METHODS
from orders.payments.base import Paid

PLAIN = "text/plain; charset=utf-8"
# Bytes of a notice.
LARGEST = 64 * 1024


@csrf_exempt
@require_POST
def notice(request: HttpRequest, kind: str) -> HttpResponse:
    """A provider's own address. A 200 says that it need not be told again, whatever became of it."""
    method = METHODS.get(kind)
    if method is None:
        return said("There is no such way to pay.", 404)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return said("This is larger than what is taken here.", 413)
    if not method.verify(request.headers, body):
        return said("The signature is missing, wrong or old.", 403)
    paid = method.parse(decoded(body))
    if paid is not None:
        take(paid, kind)
    return said("RECEIVED", 200)


def decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


@transaction.atomic
def take(paid: Paid, method: str) -> None:
    """The order is paid by it, or people are told why not: the money is there, and somebody must see to it."""
    order = Order.objects.filter(uuid=paid.order).first()
    if order is None:
        return
    # Of several notices at once each finds what became of the one before.
    order.lock()
    if (order.payment_method, order.payment_reference) == (method, paid.id):
        return
    if (paid.amount, paid.currency) != (order.total, order.currency):
        report(order, paid, _("the order costs %(total)s") % {"total": order.total_written})
        return
    try:
        order.pay(by=None, way=method, reference=paid.id)
    except VerbNotAllowed as refused:
        report(order, paid, str(refused.detail))


def report(order: Order, paid: Paid, why: str) -> None:
    """A note in the conversation, once however often it is told."""
    known = paid.currency in money.currencies()
    amount = money.written(paid.amount, paid.currency) if known else f"{paid.amount} {paid.currency}"
    facts = {"amount": amount, "order": order, "reference": paid.id, "why": why}
    text = _(
        "A payment of %(amount)s came for the order %(order)s (%(reference)s), which is not taken as paid: %(why)s"
    )
    noting.note(order, text % facts, once=f"payment {paid.id}")


def said(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type=PLAIN)
