"""The page of one order, for its customer: whoever has its address may read it, confirm it, or wish for a change.

No log-in, and nothing on it that is not meant for the customer. The address is signed: for this order, until a day.
"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from monty.errors import MontyError
from monty.forms import StrictForm
from orders import cards, languages, links, requests, sums
from orders.models import Order
from orders.payments import METHODS


class Confirm(StrictForm):
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class Wish(StrictForm):
    text = forms.CharField(max_length=1000)


# Its address is all the proof there is, and no cookie is: so there is nothing that another website could use, and it
# works in browsers that keep no cookies.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """404 for what Monty never signed, 410 for what is over: both say what to do."""
    try:
        order = found(token)
    except links.Expired:
        return shown(request, "gone", status=HTTPStatus.GONE, expired=True)
    if order is None:
        return shown(request, "gone", status=HTTPStatus.NOT_FOUND)
    with override(languages.known(order.conversation.contact.language) or get_language()):
        return answer(request, order, token)


def found(token: str) -> Order | None:
    """The order that was shown at this address. Raises Expired."""
    try:
        uuid = links.order_of(token)
    except links.Unknown:
        return None
    return Order.objects.filter(uuid=uuid).as_shown().first()


def answer(request: HttpRequest, order: Order, token: str) -> HttpResponse:
    if request.method != "POST":
        return shown(request, "page", **facts(order), asked="asked" in request.GET)
    try:
        asked = do(request, order)
    except MontyError as error:
        fresh = found(token)
        return shown(request, "page", status=error.status, **facts(fresh or order), problem=error.detail)
    return redirect(f"{request.path}?asked" if asked else request.path)


def do(request: HttpRequest, order: Order) -> bool:
    """What was pressed; True for a wish. Raises MontyErrors."""
    if request.POST.get("do") == "wish":
        wish = Wish(request.POST)
        wish.demand_valid()
        requests.ask_for_change(order, wish.cleaned_data["text"])
        return True
    confirmed = Confirm(request.POST)
    confirmed.demand_valid()
    order.confirm(seen=confirmed.cleaned_data["seen"], by=None)
    return False


def facts(order: Order) -> dict[str, Any]:
    """What the page says; of a draft that a teammate is changing only that."""
    state, tone = cards.standing(order)
    method = METHODS.get(order.payment_method)
    return {
        "order": order,
        "title": cards.title(order),
        "team": order.conversation.team or order.conversation.channel.name,
        "state": state,
        "tone": tone,
        "hidden": cards.is_being_changed(order),
        "may_confirm": cards.may_confirm(order),
        "sums": sums.besides_lines(order),
        "versions": list(reversed(order.versions.all())),
        "pay": cards.to_pay(order),
        "how_to_pay": method.words(order) if method and order.state == "placed" else "",
    }


def shown(request: HttpRequest, name: str, *, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    response = render(request, f"orders/public/{name}.html", context, status=status)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
