"""Macros in the inbox, and the page on which everybody keeps their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations.forms.macro import MacroForm
from conversations.macros.words import Offer, offers
from conversations.models import Macro
from conversations.pages.inbox import visible
from teams.access import logged_in, person
from teams.models import Teammate

# Whoever has more than these does not find anything by looking.
MOST = 300


def offered_to(teammate: Teammate) -> list[Offer]:
    return offers(Macro.objects.visible_to(teammate).by_use()[:MOST])


@require_GET
@logged_in
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be run here."""
    context = {"conversation": visible(request, pk), "offers": offered_to(person(request))}
    return render(request, "inbox/_macro_menu.html", context)


@require_GET
@logged_in
def bulk_choices(request: HttpRequest) -> HttpResponse:
    """What can be run on the conversations that are selected."""
    return render(request, "inbox/_macro_menu.html", {"offers": offered_to(person(request))})


@require_GET
@logged_in
def own_macros(request: HttpRequest) -> HttpResponse:
    """All that I can run; my own can be changed here."""
    rows = offered_to(person(request))
    mine = [offer for offer in rows if offer.macro.owner_id]
    shared = [offer for offer in rows if not offer.macro.owner_id]
    return render(request, "inbox/macros.html", {"mine": mine, "shared": shared})


@require_http_methods(["GET", "POST"])
@logged_in
def macro(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One of my own to write or change."""
    me = person(request)
    row = get_object_or_404(Macro.objects.of(me), pk=pk) if pk else Macro(owner=me)
    form = MacroForm(request.POST if request.method == "POST" else None, instance=row)
    del form.fields["team"]
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("macros")
    return render(request, "inbox/macro.html", {"form": form, "row": row}, status=400 if form.errors else 200)


@require_POST
@logged_in
def delete_macro(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Macro.objects.of(person(request)), pk=pk).delete()
    return redirect("macros")
