"""Why somebody has a conversation, or nobody: as the inbox and REST tell it, with everybody's names."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations.balancer import assignment, why
from conversations.inbox import timeline
from conversations.models import Conversation, Decision
from teams.models import Teammate


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
    lead = why.nobody(table) or _("It is about to be handed out.")
    return {"lead": lead, "team": row.team, "people": with_names(why.explain(table))}


def of_decision(decision: Decision) -> dict[str, Any]:
    table = decision.table
    found = why.explain(table)
    return {
        "whom": decision.teammate,
        "lead": found.tie_break or why.nobody(table),
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


def with_names(found: why.Explanation) -> list[tuple[why.Candidate, str]]:
    people = Teammate.objects.in_bulk([each.member.id for each in found.candidates])
    return [(each, str(people.get(each.member.id, _("somebody")))) for each in found.candidates]


def given_by_hand(row: Conversation) -> str:
    """What the timeline says of how its teammate came by it."""
    lines = timeline.lines(row.events.that_gave().with_message().newest_first()[:1])
    return lines[0].sentence if lines else ""
