"""Mentions on the inbox's page: whom a note can call, being told, and having looked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from conversations.mentions import who_see
from conversations.models import Mention
from conversations.pages.inbox import visible
from teams.access import logged_in, person

# Whoever is one of more than these is found by typing their name.
MOST = 300


@require_GET
@logged_in
def mentionable(request: HttpRequest, pk: int) -> HttpResponse:
    """Who can be called in a note here."""
    row, me = visible(request, pk), person(request)
    people = who_see(row).exclude(pk=me.pk).by_name()[:MOST]
    return render(request, "inbox/_mentionable.html", {"people": people})


@require_GET
@logged_in
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has just called me here, in a sentence; nothing once I have looked."""
    row = visible(request, pk)
    mine = Mention.objects.of(person(request)).unseen().filter(conversation=row)
    last = mine.select_related("message__author").order_by("-pk").first()
    return render(request, "inbox/_mentioned.html", {"conversation": row, "mention": last})


@require_POST
@logged_in
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """I have looked at the notes of this conversation."""
    row = visible(request, pk)
    Mention.objects.filter(conversation=row).see(by=person(request))
    return HttpResponse(status=204)
