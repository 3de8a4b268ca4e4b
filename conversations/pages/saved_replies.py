"""Saved replies in the composer, and the page on which everybody keeps their own."""

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import variables
from conversations.contacts import cards
from conversations.forms.saved_reply import SavedReplyForm
from conversations.models import SavedReply
from conversations.pages.inbox import visible
from teams.access import logged_in, person
from teams.models import Teammate

# Whoever has more than these does not find anything by looking.
MOST = 300


@require_GET
@logged_in
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be put into the message field here, with the variables filled in."""
    row, me = visible(request, pk), person(request)
    known = variables.values(row, me, cards.own())
    replies = SavedReply.objects.visible_to(me).complete().by_use()[:MOST]
    offers = [(reply, variables.pieces(reply.text, known)) for reply in replies]
    return render(request, "inbox/_saved_replies.html", {"offers": offers})


@require_GET
@logged_in
def saved_replies(request: HttpRequest) -> HttpResponse:
    """All that I can use; my own can be changed here."""
    me = person(request)
    rows = list(SavedReply.objects.visible_to(me).complete().by_use()[:MOST])
    mine = [row for row in rows if row.owner_id]
    shared = [row for row in rows if not row.owner_id]
    return render(request, "inbox/saved_replies.html", {"mine": mine, "shared": shared, "me": me})


@require_http_methods(["GET", "POST"])
@logged_in
def saved_reply(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One of my own to write or change."""
    me = person(request)
    row = get_object_or_404(SavedReply.objects.of(me), pk=pk) if pk else SavedReply(owner=me)
    form = own_form(request, row)
    if request.method == "POST" and form.is_valid() and saved(form):
        return redirect("saved-replies")
    return render(request, "inbox/saved_reply.html", {"form": form, "row": row}, status=400 if form.errors else 200)


@require_POST
@logged_in
def delete_saved_reply(request: HttpRequest, pk: int) -> HttpResponse:
    me: Teammate = person(request)
    get_object_or_404(SavedReply.objects.of(me), pk=pk)
    SavedReply.objects.of(me).filter(pk=pk).discard()
    return redirect("saved-replies")


def own_form(request: HttpRequest, row: SavedReply) -> SavedReplyForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SavedReplyForm(*sent, instance=row)
    del form.fields["team"]
    return form


def saved(form: SavedReplyForm) -> bool:
    """False, and the form says why, if another request has just taken the shortcut."""
    try:
        with transaction.atomic():
            form.save()
            form.keep_files()
    except IntegrityError:
        form.add_error("shortcut", _("There is a saved reply with this shortcut already."))
        return False
    return True
