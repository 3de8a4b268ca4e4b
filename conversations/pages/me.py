"""“My settings”, and what somebody's browser asks when something may be to be told."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import told
from conversations.digests import mail_is_set_up
from conversations.forms.me import PersonalForm, QuietForm
from conversations.pages.inbox import checked
from monty.errors import BadInput
from teams.access import of_oneself, person
from teams.models import About, Choice, Teammate, Way
from teams.models.notices import POSSIBLE

# What is heard at once and is more than this is no news any more.
HEARD = 200
# What most people mean by the night.
NIGHT = {"starts": time(20), "ends": time(7)}


@require_GET
@of_oneself
def notices(request: HttpRequest) -> HttpResponse:
    """Of what was heard (`wrote-12,assigned-13`) that which is to be told, as JSON, in words."""
    heard = request.GET.get("heard", "")
    asked: dict[int, set[About]] = {}
    for each in heard.split(",")[:HEARD] if heard else []:
        about, _dash, number = each.partition("-")
        if about not in About.values:
            raise BadInput(_("Nothing like this is told."), field="heard")
        asked.setdefault(checked(number, "heard"), set()).add(About(about))
    return JsonResponse(told.as_json(told.notices(person(request), asked)))


@require_http_methods(["GET", "POST"])
@of_oneself
def me(request: HttpRequest) -> HttpResponse:
    """The page, and its part about the person themselves."""
    mine = Teammate.objects.get(pk=person(request).pk)
    if request.method != "POST":
        return page(request, mine)
    form = PersonalForm(request.POST, request.FILES, instance=mine)
    if not form.is_valid():
        return page(request, Teammate.objects.get(pk=mine.pk), personal=form)
    form.save()
    return saved(request)


@require_http_methods(["GET", "POST"])
@of_oneself
def quiet(request: HttpRequest) -> HttpResponse:
    """The page's part about quiet hours; read again after a refusal it is the page."""
    if request.method != "POST":
        return redirect("me")
    mine, form = person(request), QuietForm(request.POST)
    if not form.is_valid():
        return page(request, mine, quiet_form=form)
    form.save(mine)
    return saved(request)


@require_POST
@of_oneself
def choose(request: HttpRequest, about: str, way: str) -> HttpResponse:
    """One click in the table: `on`, or nothing."""
    Choice.objects.choose({(about, way): "on" in request.POST}, by=person(request))
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("me")


def saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("me")


def page(
    request: HttpRequest, mine: Teammate, *, personal: PersonalForm | None = None, quiet_form: QuietForm | None = None
) -> HttpResponse:
    wishes = Choice.objects.wishes_of(mine)
    context: dict[str, Any] = {
        "me": mine,
        "personal": personal or PersonalForm(instance=mine),
        "quiet": quiet_form or QuietForm(initial=hours_of(mine)),
        "is_quiet": mine.is_quiet(timezone.now()),
        "zone": mine.zone.key,
        "ways": list(Way),
        "rows": [(about, [cell(about, way, wishes) for way in Way]) for about in About],
        "mail_is_set_up": mail_is_set_up(),
    }
    return render(request, "inbox/me.html", context, status=400 if personal or quiet_form else 200)


def cell(about: About, way: Way, wishes: set[tuple[About, Way]]) -> tuple[Way, bool | None]:
    """Whether it is chosen; None where it cannot be."""
    return way, ((about, way) in wishes) if (about, way) in POSSIBLE else None


def hours_of(mine: Teammate) -> dict[str, Any]:
    on = mine.quiet_from is not None
    hours = {"starts": mine.quiet_from, "ends": mine.quiet_to} if on else NIGHT
    return {"quiet": on, "days": mine.quiet_days} | hours
