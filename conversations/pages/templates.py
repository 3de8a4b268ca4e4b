"""The picker of templates, as parts of the conversation's page: the list, and one template to fill in."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from conversations.pages.inbox import visible
from conversations.sending import picker
from teams.access import logged_in

# Whoever has more than these looks for one by its name at the provider, too.
MOST = 300


@require_GET
@logged_in
def templates(request: HttpRequest, pk: int) -> HttpResponse:
    """What may be sent here, to pick from."""
    row = visible(request, pk)
    found = list(picker.choices(row)[: MOST + 1])
    context = {"conversation": row, "templates": found[:MOST], "cut": len(found) > MOST, "most": MOST}
    return render(request, "inbox/_templates.html", context)


@require_GET
@logged_in
def template(request: HttpRequest, pk: int, template: int) -> HttpResponse:
    """One template: its variables as fields, and how the message will look."""
    row = visible(request, pk)
    found = get_object_or_404(picker.choices(row), pk=template)
    # Made here, so that the same form sent twice is one message.
    context = {"conversation": row, "template": found, "client_id": uuid4()}
    return render(request, "inbox/_template.html", context)
