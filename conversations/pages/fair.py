"""The inbox's pages about fair work: why somebody has a conversation, what was just given to me, leaving for today."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from conversations.balancer import leaving, reasons
from conversations.models import Conversation
from conversations.pages.inbox import checked, number, visible
from teams.access import logged_in, person

# Of more than this at once only their number would be told anyway.
TOLD_AT_ONCE = 200


@require_GET
@logged_in
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """“Why me?”: what was on Auto Assign's table; of a certain round, if the address names one."""
    row = visible(request, pk)
    wanted = number(request, "round")
    context = reasons.of_round(row, wanted) if wanted else reasons.of_now(row)
    return render(request, "inbox/_why.html", context | {"me": person(request)})


@require_GET
@logged_in
def yours(request: HttpRequest) -> HttpResponse:
    """What was just put into my inbox, in a sentence; nothing, if it is not there any more."""
    mine = Conversation.objects.of_teammate(person(request)).for_list()
    rows = list(mine.in_bulk(numbers(request, "conversations")).values())
    return render(request, "inbox/_yours.html", {"rows": rows, "first": rows[0]} if rows else {"rows": []})


@require_http_methods(["GET", "POST"])
@logged_in
def leave(request: HttpRequest) -> HttpResponse:
    """“Leaving for today”: my conversations with a proposed receiver for each; one button hands over and goes away."""
    me = person(request)
    if request.method == "POST":
        for sentence in leaving.leave(me, wishes_of(request)):
            messages.warning(request, sentence)
        messages.success(request, _("You are away now and get no new conversations."))
        return redirect("leaving")
    return render(request, "inbox/leaving.html", {"offers": leaving.offers(me), "me": me})


def wishes_of(request: HttpRequest) -> list[leaving.Wish]:
    """Raises BadInput."""
    shown = [checked(each, "conversation") for each in request.POST.getlist("conversation")[: leaving.AT_ONCE]]
    fields = request.POST
    return [
        leaving.Wish(each, fields.get(f"to-{each}", leaving.KEEP), fields.get(f"note-{each}", "")) for each in shown
    ]


def numbers(request: HttpRequest, name: str) -> list[int]:
    """Numbers of the address, with commas between. Raises BadInput."""
    return [checked(each, name) for each in request.GET.get(name, "").split(",")[:TOLD_AT_ONCE]]
