"""When an answer is to be sent: the menu beside “Send Message”, and that of one which is there already."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from conversations import snoozing
from conversations.forms.scheduled import PRESETS
from conversations.pages.inbox import header, number, visible
from teams.access import logged_in


@require_GET
@logged_in
def scheduled(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still to leave, or was held back."""
    return render(request, "inbox/_scheduled.html", header(request, visible(request, pk)))


@require_GET
@logged_in
def send_later_menu(request: HttpRequest, pk: int) -> HttpResponse:
    """Times to choose from, by the clock of now; those after the window's end stand there, but cannot be chosen."""
    row = visible(request, pk)
    now, last = timezone.now(), row.last_time
    presets = [each for each in snoozing.presets(now) if each.key in PRESETS]
    choices = [(each, last is not None and each.until is not None and each.until <= last) for each in presets]
    context = {"conversation": row, "choices": choices, "now": now, "last": last}
    return render(request, "inbox/_send_later_menu.html", context | {"scheduled": number(request, "scheduled")})
