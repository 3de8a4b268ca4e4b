"""The inbox's pages, and the parts of them that the browser fetches again when something has happened."""

import json
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from channels_app.models import Channel
from conversations import snoozing
from conversations.balancer import assignment
from conversations.balancer.balance import Member
from conversations.forms.verbs import FORMS
from conversations.inbox import inboxes, timeline
from conversations.inbox.inboxes import LeftPane
from conversations.inbox.listing import PAGE, listing
from conversations.models import Conversation, Draft, Label, Priority
from conversations.pages.desk import desk
from conversations.pages.done import done
from conversations.pages.limits import limits
from conversations.pages.threads import onwards, thread, thread_at
from monty import correlation, keys
from monty.errors import BadInput
from teams.access import logged_in, person
from teams.models import Team, Teammate

# What is said of a verb that can be taken back for some seconds.
DONE = {"close": _("Closed."), "drop": _("Dropped.")}
# A list that was scrolled further than this is refreshed at its top only.
LONGEST_LIST = 300


@require_GET
@logged_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The three panes with no conversation open."""
    return render(request, "inbox/page.html", panes(request))


@require_GET
@logged_in
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The three panes with this conversation open; only the right one when the page's own script asks."""
    row = visible(request, pk)
    partial = request.headers.get("HX-Request-Type") == "partial"
    context = opened(request, row) | ({} if partial else panes(request))
    response = render(request, "inbox/_conversation.html" if partial else "inbox/page.html", context)
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


@require_GET
@logged_in
def refresh(request: HttpRequest) -> HttpResponse:
    """The left pane and the list as they are now, as long as the list on screen."""
    size = min(max(number(request, "rows"), PAGE), LONGEST_LIST)
    return render(request, "inbox/_refresh.html", panes(request, size=size) | {"current_id": number(request, "open")})


@require_GET
@logged_in
def more(request: HttpRequest) -> HttpResponse:
    """The rows that follow those on screen."""
    return render(request, "inbox/_rows.html", panes(request, after=request.GET.get("after", "")))


@require_GET
@logged_in
def filters(request: HttpRequest) -> HttpResponse:
    """What the list can be narrowed down by, and is."""
    here = listing(LeftPane.of(person(request)), request.GET)
    return render(
        request, "inbox/_filters.html", {"listing": here, "form": here.filters.form, "labels": Label.objects.all()}
    )


@require_GET
@logged_in
def older(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines above those on screen."""
    row = visible(request, pk)
    return render(
        request, "inbox/_lines.html", {"conversation": row} | thread(row, before=request.GET.get("before", ""))
    )


@require_GET
@logged_in
def newer(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines below those on screen, where these do not reach the end."""
    row = visible(request, pk)
    context = onwards(row, keys.read(request.GET.get("after", ""), field="after"))
    return render(request, "inbox/_lines.html", {"conversation": row} | context)


@require_GET
@logged_in
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """The header, and every line that is new or different since the last event on screen."""
    row = visible(request, pk)
    context = header(request, row)
    events = row.events.changed_after(number(request, "after")).with_message()
    return render(request, "inbox/_news.html", context | {"lines": timeline.lines(events)})


@require_GET
@logged_in
def assignees(request: HttpRequest, pk: int) -> HttpResponse:
    """The drop-down's choices: teams first, inside each its teammates."""
    row = visible(request, pk)
    teams = list(Team.objects.with_members())
    context = {"conversation": row, "teams": with_seats(teams), "me": person(request)}
    return render(request, "inbox/_assignees.html", context)


@require_GET
@logged_in
def labels(request: HttpRequest, pk: int) -> HttpResponse:
    """The labels to choose from."""
    row = visible(request, pk)
    choices = Label.objects.to_choose_for(row)
    return render(request, "inbox/_label_menu.html", {"conversation": row, "labels": choices})


@require_GET
@logged_in
def priority_menu(request: HttpRequest, pk: int) -> HttpResponse:
    """How urgent it may be."""
    return render(request, "inbox/_priority_menu.html", {"conversation": visible(request, pk), "priorities": Priority})


@require_GET
@logged_in
def snooze_menu(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when one may put it off, by the clock of now."""
    context = {"conversation": visible(request, pk), "presets": snoozing.presets(timezone.now())}
    return render(request, "inbox/_snooze_menu.html", context)


@require_POST
@logged_in
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Every verb of a conversation. The page learns what became of it as all others do: by the event."""
    row = visible(request, pk)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](request.POST, request.FILES)
    form.demand_valid()
    event = form.act(row, by=person(request))
    if "HX-Request" not in request.headers:
        return redirect("conversation", pk)
    if event is None:
        return done()
    return done(DONE[event.verb], undo=reverse("act", args=[pk, "undo"]), event=event.pk)


# --- What the templates are given -----------------------------------------------------------------------------------


def panes(request: HttpRequest, *, size: int = PAGE, after: str = "") -> dict[str, Any]:
    """The left pane and the list."""
    me = person(request)
    pane = LeftPane.of(me)
    here, counts = listing(pane, request.GET), pane.counts()
    return {
        "here": here.inbox,
        "listing": here,
        "groups": pane.groups,
        "colleagues": pane.colleagues,
        "page": here.page(after=after, size=size),
        "alert": inboxes.alert(here.base),
        "cut_off": Channel.objects.cut_off() if counts["cut_off"] else (),
        "may_change": here.inbox.saved is not None and here.inbox.saved.may_be_changed_by(me),
        "share_with": Team.objects.shareable_by(me) if here.inbox.saved else [],
        "counts": counts,
        "unread": counts["unread"],
        "me": me,
    }


def with_seats(teams: list[Team]) -> list[tuple[Team, list[tuple[Teammate, Member]]]]:
    """The teams with their members, and how each of these stands in it."""
    memberships = [each for team in teams for each in team.memberships.all()]
    seats = iter(assignment.seated(memberships))
    return [(team, [(each.teammate, next(seats)) for each in team.memberships.all()]) for team in teams]


def opened(request: HttpRequest, row: Conversation) -> dict[str, Any]:
    """The right pane, at a message that was found if the address names one."""
    found = number(request, "at")
    lines = (found and thread_at(row, found)) or thread(row, unread=row.unread)
    draft = json.dumps(Draft.objects.of(row, person(request)).facts)
    return {"limits": limits(row.channel.adapter.can), "draft": draft} | header(request, row) | lines


def header(request: HttpRequest, row: Conversation) -> dict[str, Any]:
    # Before the lines are read: what happens in between comes again with the next news, and does no harm.
    last = row.events.aggregate(last=Max("pk"))["last"]
    return {
        "conversation": row,
        "desk": desk(row),
        "last_event": last,
        "current_id": row.pk,
        "me": person(request),
        # Asked for only where there is something, and by a part of the page of its own when it opens.
        "scheduled": row.scheduled.open().complete().in_turn() if row.sends_later else (),
    }


def visible(request: HttpRequest, pk: int) -> Conversation:
    """Raises Http404 also for what this person may not see."""
    me = person(request)
    correlation.about(pk)
    return get_object_or_404(Conversation.objects.visible_to(me).for_list().as_known_to(me), pk=pk)


def number(request: HttpRequest, name: str) -> int:
    """A number of the address; 0 if it is not there. Raises BadInput."""
    return checked(request.GET.get(name) or "0", name)


def checked(text: str, name: str) -> int:
    """The number that a field of this name says. Raises BadInput."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadInput("This is no number.", field=name)
    return int(text)
