"""“Create Order” as parts of the conversation's page."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from conversations.models import Conversation
from conversations.pages.done import done
from conversations.pages.inbox import checked, number, visible
from monty.errors import MontyError
from monty.forms import StrictForm
from orders import offers, selling
from orders.models import OrderState, Pick
from orders.selling import Sheet
from orders.selling_form import OrderForm, picked
from teams.access import logged_in, person


@require_http_methods(["GET", "POST"])
@logged_in
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog, with the conversation's draft or the order that is asked for; and what is done in it."""
    row, me = visible(request, pk), person(request)
    if request.method == "GET":
        shown = selling.sheet(row, me, number(request, "order"))
        return render(request, "orders/selling/dialog.html", selling.dialog(row, shown, me))
    try:
        return DEEDS.get(request.POST.get("do", ""), typed)(request, row)
    except MontyError as error:
        # Said in the dialog, where what was typed still stands.
        return render(request, "orders/selling/problem.html", {"problem": error.detail})


def kept(request: HttpRequest, row: Conversation, *more: Pick, now: bool = False) -> Sheet:
    form = OrderForm(request.POST)
    form.demand_valid()
    return selling.keep(row, form, [*picked(request.POST), *more], by=person(request), now=now)


def typed(request: HttpRequest, row: Conversation) -> HttpResponse:
    """Something was typed: only the sums come back, so that the fields stay as they are."""
    return render(request, "orders/selling/sums.html", selling.summary(kept(request, row)))


def lines(request: HttpRequest, row: Conversation) -> HttpResponse:
    """A line went, or is of another variant."""
    return render(request, "orders/selling/lines.html", selling.summary(kept(request, row)))


def add(request: HttpRequest, row: Conversation) -> HttpResponse:
    pick = Pick(checked(request.POST.get("variant", ""), "variant"))
    return render(request, "orders/selling/lines.html", selling.summary(kept(request, row, pick)))


def repeat(request: HttpRequest, row: Conversation) -> HttpResponse:
    """What is left of an earlier order goes into this one."""
    earlier = selling.earlier_one(row, person(request), checked(request.POST.get("earlier", ""), "earlier"))
    return render(request, "orders/selling/lines.html", selling.summary(kept(request, row, *earlier.picks)))


def save(request: HttpRequest, row: Conversation) -> HttpResponse:
    made = kept(request, row, now=True).order
    return done(_("Draft saved.") if made.state == OrderState.DRAFT else _("The order was changed."))


def send(request: HttpRequest, row: Conversation) -> HttpResponse:
    """To the customer, as it stands in the dialog. `client_id`: pressed twice, it is sent once."""
    form = Press(request.POST)
    form.demand_valid()
    made = kept(request, row, now=True).order
    offers.send(made, by=person(request), client_id=form.cleaned_data["client_id"])
    return done(_("Sent to the customer."))


def discard(request: HttpRequest, row: Conversation) -> HttpResponse:
    """Nothing comes of it."""
    me = person(request)
    selling.order_of(row, me, checked(request.POST.get("order", ""), "order")).cancel(by=me)
    return done(_("Draft discarded."))


class Press(StrictForm):
    client_id = forms.UUIDField()


DEEDS = {"typed": typed, "lines": lines, "add": add, "repeat": repeat, "save": save, "send": send, "discard": discard}


@require_GET
@logged_in
def products(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be sold and was searched for."""
    row = visible(request, pk)
    typed = request.GET.get("q", "")
    context = {"conversation": row, "found": selling.found(typed), "typed": typed}
    return render(request, "orders/selling/found.html", context)
