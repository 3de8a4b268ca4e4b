"""Saving what the list shows as a view, and what can be done with such a view."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from conversations.inbox.inboxes import LeftPane
from conversations.inbox.listing import listing
from conversations.models import SavedView
from monty.forms import StrictForm
from teams.access import logged_in, person
from teams.models import Team, Teammate


class ViewForm(StrictForm):
    """What is done to a view. `act` is called with valid fields only."""

    def act(self, view: SavedView, *, by: Teammate) -> None:
        raise NotImplementedError


class Named(ViewForm):
    name = forms.CharField(label=_("Name"), max_length=60)

    def act(self, view: SavedView, *, by: Teammate) -> None:
        view.rename(self.cleaned_data["name"], by=by)


class Shared(ViewForm):
    """With one team, with everybody, or (neither) with nobody."""

    team = forms.ModelChoiceField(Team.objects.all(), required=False)
    everybody = forms.BooleanField(required=False)

    def act(self, view: SavedView, *, by: Teammate) -> None:
        view.share(**self.cleaned_data, by=by)


class Moved(ViewForm):
    up = forms.BooleanField(required=False)

    def act(self, view: SavedView, *, by: Teammate) -> None:
        view.move(self.cleaned_data["up"], by=by)


class Removed(ViewForm):
    def act(self, view: SavedView, *, by: Teammate) -> None:
        view.remove(by=by)


FORMS: dict[str, type[ViewForm]] = {"rename": Named, "share": Shared, "move": Moved, "delete": Removed}


@require_POST
@logged_in
def save(request: HttpRequest) -> HttpResponse:
    """What the address asks for becomes a view of one's own, under the name in the form."""
    me, form = person(request), Named(request.POST)
    form.demand_valid()
    here = listing(LeftPane.of(me), request.GET)
    view = SavedView.objects.make(me, form.cleaned_data["name"], base=here.base.key, wishes=here.filters.wishes)
    return then(request, f"saved-{view.pk}")


@require_POST
@logged_in
def change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of FORMS. A view that somebody does not have in their left pane does not exist for them."""
    me = person(request)
    view = get_object_or_404(SavedView.objects.visible_to(me), pk=pk)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](request.POST)
    form.demand_valid()
    form.act(view, by=me)
    return then(request, view.base if verb == "delete" else f"saved-{view.pk}")


def then(request: HttpRequest, key: str) -> HttpResponse:
    """The inbox with this view open."""
    address = f"/?view={key}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
