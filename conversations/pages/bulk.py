"""The list's bulk actions: asked for, watched, taken back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from conversations import bulk, tasks
from conversations.followups import soon
from conversations.models import BulkRun, Label
from conversations.pages.inbox import checked
from teams.access import logged_in, person
from teams.models import Team


@require_POST
@logged_in
def start(request: HttpRequest) -> HttpResponse:
    """`verb`, its fields as on a conversation's own page, and `conversation` many times."""
    numbers = [checked(each, "conversation") for each in request.POST.getlist("conversation")]
    return watched(request, bulk.start(request.POST.get("verb", ""), numbers, request.POST, by=person(request)))


@require_POST
@logged_in
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    return watched(request, bulk.undo(mine(request, pk), by=person(request)))


@require_GET
@logged_in
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come."""
    return render(request, "inbox/_bulk.html", {"run": mine(request, pk)})


@require_GET
@logged_in
def receivers(request: HttpRequest) -> HttpResponse:
    """Who can be given the conversations that are selected: teams first, inside each its teammates."""
    context = {"teams": Team.objects.with_members(), "me": person(request)}
    return render(request, "inbox/_receivers.html", context)


@require_GET
@logged_in
def labels(request: HttpRequest) -> HttpResponse:
    """What can be put on the conversations that are selected, or taken off them."""
    return render(request, "inbox/_bulk_labels.html", {"labels": Label.objects.all()})


def watched(request: HttpRequest, begun: BulkRun) -> HttpResponse:
    soon(tasks.bulk, begun.pk)
    return render(request, "inbox/_bulk.html", {"run": mine(request, begun.pk)})


def mine(request: HttpRequest, pk: int) -> BulkRun:
    """Raises Http404 for everybody else's."""
    return get_object_or_404(BulkRun.objects.of(person(request)), pk=pk)
