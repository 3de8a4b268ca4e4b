"""The flight recorder: what Auto Assign saw and decided, to look at."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.admin.replay import replay_urls
from conversations.admin.sight import PartAdmin
from conversations.balancer.balance import Hand, Member
from conversations.balancer.load import shown
from conversations.balancer.why import FATES, decided_by
from conversations.models import Conversation, Decision, Round
from monty.admin import RecordAdmin
from teams.models import Membership, Teammate


class Stand(NamedTuple):
    """A member as the page of a round shows them."""

    name: str
    member: Member
    load: str
    load_here: str
    idle_since: datetime | None
    hurdle: str


class Step(NamedTuple):
    """A decision as the page of its round shows it. `rule`: what decided between the first two in line."""

    decision: Decision
    load: str
    rule: str
    seen: bool


def milliseconds(took: timedelta) -> str:
    return _t("%(number).1f ms") % {"number": took / timedelta(milliseconds=1)}


def able(round: Round) -> str:
    facts = {"able": sum(hurdle is None for hurdle in round.hurdles.values()), "all": len(round.members)}
    return _t("%(able)s of %(all)s") % facts


def stands(round: Round, names: dict[int, str]) -> Iterator[Stand]:
    for member in round.seats:
        hurdle = round.hurdles[member.id]
        limit = "–" if member.limit is None else str(member.limit)
        yield Stand(
            names.get(member.id, f"#{member.id}"),
            member,
            load=f"{shown(member.load)}/{member.capacity}",
            load_here=f"{shown(member.load_here)}/{limit}",
            idle_since=datetime.fromisoformat(member.idle_since) if member.idle_since else None,
            hurdle=str(FATES[hurdle]) if hurdle else "",  # type: ignore[index]
        )


def steps(round: Round, decisions: Sequence[Decision], seen: set[int]) -> Iterator[Step]:
    """The decisions in order, each with the line as it was when its turn came."""
    hands = {each.id: Hand(each) for each in round.seats if round.hurdles[each.id] is None}
    for each in decisions:
        line = [hand for hand in hands.values() if hand.has_room and hand.member.id != each.passed_over_id]
        rule = decided_by(sorted(line, key=lambda hand: hand.place))
        hand = hands.get(each.teammate_id or 0)
        load = shown(hand.place[0]) if hand else ""
        yield Step(each, load, rule if hand else "", each.conversation_id in seen)
        if hand:
            hand.got, hand.last = hand.got + 1, each.place


@admin.register(Round)
class RoundAdmin(RecordAdmin):
    change_form_template = "admin/conversations/round/change_form.html"
    change_list_template = "admin/conversations/round/change_list.html"
    list_display = ["at", "team", "dealt", "left", "able", "ms"]
    list_filter = ["team", "at", "open"]
    list_select_related = ["team"]
    ordering = ["-pk"]
    sortable_by = ()
    fields = [("team", "at"), ("dealt", "left"), ("able", "open"), "ms"]

    def get_urls(self) -> list[URLPattern]:
        return [*replay_urls(self), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        """Whoever does not oversee sees the rounds of their own teams."""
        nobody = Decision.objects.filter(round=OuterRef("pk"), teammate=None).order_by().values("round")
        left = Coalesce(Subquery(nobody.annotate(number=Count("pk")).values("number")), 0)
        person, rows = cast("Teammate", request.user), super().get_queryset(request).annotate(left=left)
        return (
            rows if person.oversees else rows.filter(team__in=Membership.objects.filter(teammate=person).values("team"))
        )

    def beside(self, request: HttpRequest, row: Round) -> dict[str, Any]:
        decisions = list(row.decisions.select_related("teammate", "passed_over").order_by("place"))
        numbers = [each.id for each in row.seats]
        names = {each.pk: each.name for each in Teammate.objects.filter(pk__in=numbers)}
        told = [each.conversation_id for each in decisions]
        person = cast("Teammate", request.user)
        seen = set(Conversation.objects.visible_to(person).filter(pk__in=told).values_list("pk", flat=True))
        beside = {"stands": list(stands(row, names)), "steps": list(steps(row, decisions, seen))}
        return {**super().beside(request, row), **beside}

    @admin.display(description=_("found nobody"))
    def left(self, row: Round) -> int:
        return row.left  # type: ignore[attr-defined]

    @admin.display(description=_("could take one"))
    def able(self, row: Round) -> str:
        return able(row)

    @admin.display(description=_("took"))
    def ms(self, row: Round) -> str:
        return milliseconds(row.took)


@admin.register(Decision)
class DecisionAdmin(PartAdmin):
    list_display = ["at", "conversation", "given_to", "round", "place", "waiting_since"]
    list_filter = ["round__team", "teammate"]
    list_select_related = ["conversation__identity__contact", "teammate", "round__team"]
    search_fields = ["=conversation__id"]
    search_help_text = _("A conversation's number.")
    fields = ["round", "place", "conversation", "teammate", "passed_over", "priority", "waiting_since"]

    @admin.display(description=_("at"))
    def at(self, row: Decision) -> datetime:
        return row.round.at

    @admin.display(description=_("given to"))
    def given_to(self, row: Decision) -> str:
        return str(row.teammate or _t("nobody"))
