"""Who else has a conversation before them, or writes in it: told to whoever looks at it, kept nowhere."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from conversations import events, followups, tasks
from conversations.pages.inbox import visible
from monty.forms import StrictForm
from teams.access import logged_in, person


class Looking(StrictForm):
    # Who comes, or says anew that they are there, is answered by those who look already.
    does = forms.ChoiceField(choices=[("came", "came"), ("looks", "looks"), ("left", "left")])


@require_POST
@logged_in
def looking(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has it before them, or has it no longer."""
    row = visible(request, pk)
    form = Looking(request.POST)
    form.demand_valid()
    events.push_viewing(row, person(request), form.cleaned_data["does"])
    return HttpResponse(status=204)


@require_POST
@logged_in
def typing(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody writes: their teammates are shown it and, unless it is a note, the customer, where their channel can."""
    row = visible(request, pk)
    events.push_viewing(row, person(request), "types")
    if "note" not in request.POST:
        followups.soon(tasks.show_typing, row.pk)
    return HttpResponse(status=204)
