"""The inbox's pages about fair work: why somebody has a conversation, what was just given to me, leaving for today."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from conversations import assignment, leaving, timeline
from conversations import why as reasons
from conversations.models import Conversation, Decision
from conversations.views import checked, number, visible
from teams.access import logged_in, person
from teams.models import Teammate

# Of more than this at once only their number would be told anyway.
TOLD_AT_ONCE = 200


@require_GET
@logged_in
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """“Why me?”: what was on Auto Assign's table; of a certain round, if the address names one."""
    row = visible(request, pk)
    wanted = number(request, "round")
    context = of_round(row, wanted) if wanted else of_now(row)
    return render(request, "inbox/_why.html", context | {"me": person(request)})


@require_GET
@logged_in
def yours(request: HttpRequest) -> HttpResponse:
    """What was just put into my inbox, in a sentence; nothing, if it is not there any more."""
    mine = Conversation.objects.of_teammate(person(request)).for_list()
    rows = list(mine.in_bulk(numbers(request, "conversations")).values())
    return render(request, "inbox/_yours.html", {"rows": rows, "first": rows[0]} if rows else {"rows": []})


@require_http_methods(["GET", "POST"])
@logged_in
def leave(request: HttpRequest) -> HttpResponse:
    """“Leaving for today”: my conversations with a proposed receiver for each; one button hands over and goes away."""
    me = person(request)
    if request.method == "POST":
        for sentence in leaving.leave(me, wishes_of(request)):
            messages.warning(request, sentence)
        messages.success(request, _("You are away now and get no new conversations."))
        return redirect("leaving")
    return render(request, "inbox/leaving.html", {"offers": leaving.offers(me), "me": me})


def wishes_of(request: HttpRequest) -> list[leaving.Wish]:
    """Raises BadInput."""
    shown = [checked(each, "conversation") for each in request.POST.getlist("conversation")[: leaving.AT_ONCE]]
    fields = request.POST
    return [
        leaving.Wish(each, fields.get(f"to-{each}", leaving.KEEP), fields.get(f"note-{each}", "")) for each in shown
    ]


# --- Why ------------------------------------------------------------------------------------------------------------


def of_round(row: Conversation, round_id: int) -> dict[str, Any]:
    decision = row.decisions.with_round().of_round(round_id).first()
    return of_decision(decision) if decision else {"lead": _("This decision is not kept any more.")}


def of_now(row: Conversation) -> dict[str, Any]:
    """Why it is where it is."""
    if row.is_live and row.assignee is None:
        return of_waiting(row)
    decision = row.decisions.with_round().newest_first().first()
    context = of_decision(decision) if decision else {"lead": _("Auto Assign has decided nothing here.")}
    if row.is_live and not row.auto_assigned:
        context |= {"whom": row.assignee, "by_hand": given_by_hand(row), "earlier": decision is not None}
    return context


def of_waiting(row: Conversation) -> dict[str, Any]:
    if row.team is None:
        return {"lead": _("It is in no team’s inbox. Whoever picks it up has it.")}
    if not row.team.auto_assign:
        return {"lead": _("Auto Assign is off in %(team)s. Whoever picks it up has it.") % {"team": row.team}}
    table = assignment.standing(row.team, [row])
    lead = reasons.nobody(table) or _("It is about to be handed out.")
    return {"lead": lead, "team": row.team, "people": with_names(reasons.explain(table))}


def of_decision(decision: Decision) -> dict[str, Any]:
    table = decision.table
    found = reasons.explain(table)
    return {
        "whom": decision.teammate,
        "lead": found.tie_break or reasons.nobody(table),
        "team": decision.round.team,
        "people": with_names(found),
        "decision": decision,
        "facts": facts(decision),
    }


def facts(decision: Decision) -> list[str]:
    """How long the decision took, and what came before it."""
    before = decision.place - 1
    ahead = ngettext("%(number)s was ahead of it", "%(number)s were ahead of it", before) % {"number": before}
    took = decision.round.took.total_seconds() * 1000
    return [_("decided in %(time)s ms") % {"time": f"{took:.0f}"}, ahead if before else _("nobody was ahead of it")]


def with_names(found: reasons.Explanation) -> list[tuple[reasons.Candidate, str]]:
    people = Teammate.objects.in_bulk([each.member.id for each in found.candidates])
    return [(each, str(people.get(each.member.id, _("somebody")))) for each in found.candidates]


def given_by_hand(row: Conversation) -> str:
    """What the timeline says of how its teammate came by it."""
    lines = timeline.lines(row.events.that_gave().with_message().newest_first()[:1])
    return lines[0].sentence if lines else ""


def numbers(request: HttpRequest, name: str) -> list[int]:
    """Numbers of the address, with commas between. Raises BadInput."""
    return [checked(each, name) for each in request.GET.get(name, "").split(",")[:TOLD_AT_ONCE]]
