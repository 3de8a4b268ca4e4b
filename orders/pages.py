"""The orders' pages for agents: the list with its sums, one order with its verbs, CSV and paper."""

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from conversations.inbox import timeline
from conversations.pages.done import done
from conversations.pages.inbox import number
from monty import sheets
from monty.forms import demand_valid
from orders import doors
from orders.lists import listed
from orders.models import Order
from orders.papers import address, sums, write
from orders.sheets import table
from teams import audit
from teams.access import logged_in, person
from teams.models import Deed

# What has happened to one order that its page tells.
NEWEST = 100


@require_GET
@logged_in
def orders(request: HttpRequest) -> HttpResponse:
    """The orders of the conversations that one sees, newest first."""
    here = listed(person(request), request.GET)
    after = number(request, "after")
    rows, more = here.page(after)
    return render(request, "orders/orders.html", {"here": here, "rows": rows, "more": more, "after": after})


@require_GET
@logged_in
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV, all of it."""
    here = listed(person(request), request.GET)
    audit.note(Deed.EXPORTED, Order, by=person(request), form="csv", asked=here.asked)
    rows = table(here.filters.qs.complete().newest_first())
    return sheets.download(f"orders-{timezone.localdate().isoformat()}", sheets.lines(rows))


@require_GET
@logged_in
def order(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, seen(request, pk))


@require_http_methods(["GET", "POST"])
@logged_in
def press(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A button, on the order's page or its card in the thread: what it asks first (GET), and the deed."""
    row, button = seen(request, pk), doors.BUTTONS.get(verb)
    if button is None:
        raise Http404
    if request.method == "GET":
        return render(request, "orders/verb.html", {"order": row, "offer": doors.offer(row, verb)})
    form = button.form(request.POST)
    demand_valid(form)
    button.press(row, by=person(request), **form.cleaned_data)
    if "HX-Request" in request.headers:
        return done()
    messages.success(request, _("Done: %(button)s.") % {"button": button.label})
    return redirect("order", pk)


@require_GET
@logged_in
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The order to print, or to send on."""
    row, made = seen(request, pk), io.BytesIO()
    write(row, made)
    made.seek(0)
    audit.note(Deed.EXPORTED, row, by=person(request), form="pdf")
    return FileResponse(made, filename=f"{row}.pdf", content_type="application/pdf")


def seen(request: HttpRequest, pk: int) -> Order:
    return get_object_or_404(Order.objects.visible_to(person(request)).complete(), pk=pk)


def shown(request: HttpRequest, row: Order) -> HttpResponse:
    events = row.conversation.events.filter(data__order=row.pk).in_thread().select_related("actor")
    context: dict[str, Any] = {
        "order": row,
        "sums": sums(row),
        "address": address(row),
        "offers": doors.offered(row, person(request)),
        "versions": row.versions.select_related("order", "by"),
        "told": timeline.lines(events.newest_first()[:NEWEST]),
    }
    return render(request, "orders/order.html", context)
