"""The recording of a team's period, from the stored rows: as many queries for a year's team as for an hour's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from conversations.models import Conversation, Decision, Episode, Event
from conversations.replay.recording import Coming, Person, Recording
from conversations.replay.spells import VERBS, Line, Reader, with_median
from conversations.rules import QUIET_AFTER
from monty.errors import BadInput
from teams.models import Availability, Membership, PresenceChange, Team, Teammate

# So many conversations are played in a few seconds.
MOST = 3_000
COLUMNS = ("conversation", "conversation__priority", "at", "verb", "state", "team_id", "assignee_id", "actor", "data")


@dataclass(frozen=True, slots=True)
class Period:
    start: datetime
    end: datetime


def read(team: Team, period: Period, added: Iterable[int] = ()) -> Recording:
    """What happened around a team, and in which state its members and those to be added were when it began.

    Raises BadInput if more happened than can be played while somebody waits.
    """
    people = [person(each, team) for each in people_of(team, period, added)]
    rows = touched(team, period, [each.id for each in people if each.member])
    if rows[: MOST + 1].count() > MOST:
        sentence = _("More than %(most)s conversations in this period: choose a shorter one.")
        raise BadInput(sentence % {"most": f"{MOST:,}"}, field="until")
    reader = Reader(team.pk, period.start, QUIET_AFTER())
    events = Event.objects.filter(conversation__in=rows, verb__in=VERBS, at__lt=period.end)
    told = groupby(events.order_by("conversation", "pk").values_list(*COLUMNS).iterator(), key=lambda row: row[:2])
    spells = [
        spell
        for (number, priority), lines in told
        for spell in reader.spells(number, priority, [line(*row[2:]) for row in lines])
    ]
    comings = PresenceChange.objects.filter(teammate__in=[each.id for each in people]).order_by("at", "pk")
    lately = comings.filter(at__gte=period.start, at__lt=period.end).values_list("at", "teammate", "what")
    return Recording(
        period.start,
        period.end,
        spells=with_median(spells),
        people=people,
        comings=[Coming(*row) for row in lately],
        hours=team.schedule.hours if team.schedule else None,
    )


def line(at: datetime, verb: str, state: str, team: int, assignee: int, actor: int | None, data: dict) -> Line:
    return Line(
        at, verb, state, team, assignee, actor is not None, auto="why" in data, because=str(data.get("because", ""))
    )


def touched(team: Team, period: Period, members: Sequence[int]) -> QuerySet[Conversation, int]:
    """The numbers of the conversations alive in the period that were in the team's inbox or with a member of it."""
    alive = Q(ended_at=None) | Q(ended_at__gte=period.start)
    episodes = Episode.objects.filter(alive, conversation=OuterRef("pk"), started_at__lt=period.end)
    ours = Q(team_id=team.pk) | Q(assignee_id__in=members)
    events = Event.objects.filter(ours, conversation=OuterRef("pk"), at__lt=period.end)
    return Conversation.objects.filter(Exists(episodes), Exists(events)).values_list("pk", flat=True)


def people_of(team: Team, period: Period, added: Iterable[int]) -> QuerySet[Teammate, Any]:
    """Members of the team, those who may become some, and those who got something from it, as they were before."""
    lately = Decision.objects.filter(
        round__team=team, round__at__gte=period.start, round__at__lt=period.end, teammate__isnull=False
    )
    here = Membership.objects.filter(team=team)
    before = PresenceChange.objects.filter(teammate=OuterRef("pk"), at__lt=period.start).order_by("-at", "-pk")
    got = Decision.objects.filter(teammate=OuterRef("pk"), round__at__lt=period.start).order_by("-round__at", "-place")
    after = PresenceChange.objects.filter(teammate=OuterRef("pk"), at__gte=period.start).order_by("at", "pk")
    wanted = Q(pk__in=here.values("teammate")) | Q(pk__in=lately.values("teammate")) | Q(pk__in=list(added))
    return (
        Teammate.objects.filter(wanted)
        .order_by("pk")
        .annotate(
            seat=Subquery(here.filter(teammate=OuterRef("pk")).values("pk")[:1]),
            limit=Subquery(here.filter(teammate=OuterRef("pk")).values("capacity")[:1]),
            chose=Subquery(before.filter(what__in=Availability.values).values("what")[:1]),
            chooses=Subquery(after.filter(what__in=Availability.values).values("what")[:1]),
            line=Subquery(before.exclude(what__in=Availability.values).values("what")[:1]),
            dealt_at=Subquery(got.values("round__at")[:1]),
            place=Subquery(got.values("place")[:1]),
        )
    )


def person(row: Any, team: Team) -> Person:
    """A teammate when the period began. Without an earlier choice it was the one that their next choice changed."""
    return Person(
        id=row.pk,
        name=row.name,
        active=row.is_at_work,
        member=row.seat is not None,
        capacity=row.capacity,
        limit=team.capacity if row.limit is None else row.limit,
        available=row.chose == Availability.ACTIVE if row.chose else row.chooses != Availability.ACTIVE,
        connected=row.line == PresenceChange.What.CONNECTED,
        last_assigned_at=row.dealt_at and row.dealt_at + timedelta(microseconds=row.place - 1),
    )
