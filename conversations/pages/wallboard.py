"""The wallboard: one page for a big screen, which renews its figures by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations.wallboard import board
from teams.access import logged_in, person


@require_GET
@logged_in
def wallboard(request: HttpRequest) -> HttpResponse:
    return render(request, "wallboard/page.html", {"board": board(person(request))})


@require_GET
@logged_in
def figures(request: HttpRequest) -> HttpResponse:
    """What the page asks for again and again."""
    return render(request, "wallboard/_figures.html", {"board": board(person(request))})
