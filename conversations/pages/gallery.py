"""The gallery of a conversation: its pictures, videos and files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations.inbox.gallery import NAMES, Shelf, leaf
from conversations.pages.inbox import visible
from monty.errors import BadInput
from teams.access import logged_in


@require_GET
@logged_in
def gallery(request: HttpRequest, pk: int) -> HttpResponse:
    """One shelf of it; only what follows, if the address says after what."""
    row, shelf = visible(request, pk), shelf_of(request.GET.get("shelf", Shelf.PICTURES))
    after = request.GET.get("after", "")
    context = {"conversation": row, "shelf": shelf, "shelves": NAMES.items(), "leaf": leaf(row, shelf, after=after)}
    return render(request, "inbox/gallery/_leaf.html" if after else "inbox/gallery/_gallery.html", context)


def shelf_of(name: str) -> Shelf:
    """Raises BadInput."""
    try:
        return Shelf(name)
    except ValueError as error:
        raise BadInput("There is no such part of the gallery.", field="shelf") from error
