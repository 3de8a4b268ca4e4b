"""“Send Flow”, as parts of the conversation's page: which flow, from where, and off it goes."""

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from conversations.pages.inbox import visible
from flows import starting
from flows.models import Flow
from monty.forms import StrictForm
from teams.access import logged_in, person

# Whoever has more than these looks for one by its name in the admin.
MOST = 100
A_YEAR = "private, max-age=31536000, immutable"


@require_GET
@logged_in
def flows_to_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Those that may be sent here."""
    row = visible(request, pk)
    return render(request, "inbox/_flows.html", {"conversation": row, "flows": Flow.objects.to_send(row)[:MOST]})


class SendFlow(StrictForm):
    node = forms.CharField(required=False, max_length=40)


@require_http_methods(["GET", "POST"])
@logged_in
def flow_to_send(request: HttpRequest, pk: int, flow: int) -> HttpResponse:
    """One of them, to be confirmed; sent by a POST."""
    row = visible(request, pk)
    found = get_object_or_404(Flow.objects.to_send(row).with_current(), pk=flow)
    if request.method == "GET":
        nodes = found.current.drawing.nodes.values() if found.current else []
        return render(request, "inbox/_flow_offer.html", {"conversation": row, "flow": found, "nodes": nodes})
    form = SendFlow(request.POST)
    form.demand_valid()
    starting.send(row, found, by=person(request), node=form.cleaned_data["node"])
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Trigger": "inbox-changed"})
    return redirect("conversation", pk)


@require_GET
@logged_in
def picture(request: HttpRequest, pk: int, version: str) -> HttpResponseBase:
    """A flow's picture. Another one has another address, so that browsers may keep what they have."""
    row = get_object_or_404(Flow.objects.exclude(picture=""), pk=pk)
    response = FileResponse(row.picture.open(), content_type="image/webp")
    response["Cache-Control"] = A_YEAR
    response["X-Content-Type-Options"] = "nosniff"
    return response
