"""The side panel of a conversation, and what opens from it: merging contacts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations.balancer import reasons
from conversations.contacts import merging
from conversations.inbox import panel
from conversations.models import Contact, Merge
from conversations.pages import desk
from conversations.pages.done import done
from conversations.pages.inbox import visible
from conversations.words import parsed
from monty.errors import BadInput
from teams.access import logged_in, person

# Contacts that a search for the other one lists.
FOUND = 8


@require_GET
@logged_in
def side(request: HttpRequest, pk: int) -> HttpResponse:
    """All of the panel, fetched when it is opened and whenever it says something else."""
    row, me = visible(request, pk), person(request)
    why = {"why": reasons.of_now(row)} if row.is_live and not row.snoozed_at else {}
    context = panel.panel(row, me) | why | {"desk": desk.desk(row), "me": me}
    return render(request, "inbox/panel/_panel.html", context)


@require_GET
@logged_in
def others(request: HttpRequest, pk: int) -> HttpResponse:
    """Other conversations with the customer that follow those on screen."""
    row = visible(request, pk)
    found = panel.others(row, person(request), after=request.GET.get("after", ""))
    return render(request, "inbox/panel/_others.html", {"conversation": row, "others": found})


# --- Merging ----------------------------------------------------------------------------------------------------------


@require_GET
@logged_in
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """With whom the contact may be merged: what was searched for, else who is likely to be the same."""
    row, me = visible(request, pk), person(request)
    merging.demand_permission(me)
    typed = request.GET.get("q", "").strip()
    words = parsed(typed[:200])
    known = panel.known_to(me).exclude(pk=row.contact.pk)
    found = list(known.called(words).order_by("-pk")[:FOUND]) if words else []
    context = {"conversation": row, "typed": typed, "found": with_addresses(found, request)}
    if not words:
        context["doubles"] = panel.doubles(row.contact, me)
    whole = "HX-Request" not in request.headers or "q" not in request.GET
    return render(request, "inbox/merge/_search.html" if whole else "inbox/merge/_found.html", context)


def with_addresses(contacts: list[Contact], request: HttpRequest) -> list[tuple[Contact, Any]]:
    theirs = panel.addresses(contacts, person(request)) if contacts else {}
    return [(contact, theirs[contact.pk]) for contact in contacts]


@require_http_methods(["GET", "POST"])
@logged_in
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both cards side by side, and which one stays; then the merge itself."""
    row, me = visible(request, pk), person(request)
    merging.demand_permission(me)
    theirs = get_object_or_404(panel.known_to(me), pk=other)
    stays, goes = in_order(row.contact, theirs, (request.POST or request.GET).get("stays", ""))
    choices = merging.compared(stays, goes)
    if request.method == "GET":
        context = {"conversation": row, "other": theirs, "stays": stays, "goes": goes, "choices": choices}
        context |= {"contacts": with_addresses([row.contact, theirs], request)}
        return render(request, "inbox/merge/_compare.html", context)
    take = [each.field.name for each in choices if request.POST.get(f"value-{each.field.name}") == str(goes.pk)]
    made = merging.merge(stays, goes, take=take, by=me, at=row)
    return done(_("Merged."), undo=reverse("undo-merge", args=[row.pk, made.pk]))


def in_order(mine: Contact, theirs: Contact, stays: str) -> tuple[Contact, Contact]:
    """Raises BadInput."""
    if stays not in ("", str(mine.pk), str(theirs.pk)):
        raise BadInput("This is neither of the two.", field="stays")
    return (theirs, mine) if stays == str(theirs.pk) else (mine, theirs)


@require_POST
@logged_in
def undo_merge(request: HttpRequest, pk: int, merge: int) -> HttpResponse:
    row, me = visible(request, pk), person(request)
    made = get_object_or_404(Merge.objects.into(row.contact), pk=merge)
    if not panel.seen_of([made], me):
        raise Http404
    merging.undo(made, by=me, at=row)
    return done(_("Two contacts again."))
