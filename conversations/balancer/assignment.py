"""Auto Assign: a team's waiting conversations to its ready members, to the least loaded first.

What is on the table is read in a few queries, however many wait and however many members there are; who gets what is
decided by `balance.deal`, a pure function; both are kept (`Round`, `Decision`).
"""

import time
from collections.abc import Collection, Iterable
from datetime import UTC, timedelta

from django.db import transaction
from django.utils import timezone

from conversations.balancer.balance import Deal, Member, Table, Waiting, deal, skipped
from conversations.balancer.load import shown
from conversations.models import Conversation, Decision, Round
from teams.models import Availability, Membership, Team, Teammate

# Conversations handed out in one transaction.
BATCH = 200


def assign_waiting(team_id: int) -> int:
    """Hand out what waits in the team's inbox; the number of conversations that found somebody."""
    total = given = one_round(team_id)
    while given == BATCH:
        given = one_round(team_id)
        total += given
    return total


def one_round(team_id: int) -> int:
    """Hand out a batch; the number of conversations that found somebody. The rest stays in the team's inbox.

    The team's row is locked, so two workers never hand the same conversation out; the members' rows are, so no other
    team fills the same person at the same time.
    """
    begun = time.perf_counter()
    with transaction.atomic():
        team = Team.objects.locked(team_id)
        if team is None or not team.auto_assign:
            return 0
        memberships = list(Membership.objects.locked_with_teammates(team))
        seats, is_open = seated(memberships), team.is_open(timezone.now())
        somebody = any(skipped(each, open=is_open) is None for each in seats)
        rows = list(Conversation.objects.to_hand_out(team_id)[: BATCH if somebody else 1])
        table = Table(is_open, seats, tuple(Waiting(each.pk, each.passed_over_id) for each in rows))
        deals = deal(table)
        round = Round.of(team, table, deals, took=timedelta(seconds=time.perf_counter() - begun))
        if rows and not round.adds_nothing_to(Round.objects.latest_of(team_id)):
            carry_out(round, list(zip(rows, deals, strict=True)), [each.teammate for each in memberships])
        return round.dealt


def standing(team: Team, rows: Iterable[Conversation]) -> Table:
    """The table as it would be now with these conversations on it. Nothing is locked and nothing handed out."""
    memberships = list(team.memberships.select_related("teammate", "team").order_by("teammate"))
    waiting = tuple(Waiting(each.pk, each.passed_over_id) for each in rows)
    return Table(team.is_open(timezone.now()), seated(memberships), waiting)


def seated(memberships: Collection[Membership]) -> tuple[Member, ...]:
    """Members as they stand now, each within the team of their membership, in the order given."""
    people = [each.teammate for each in memberships]
    loads = Conversation.objects.loads_of([each.pk for each in people])
    return tuple(seat(each, loads[each.teammate_id]) for each in memberships)


def seat(membership: Membership, loads: dict[int | None, int]) -> Member:
    person = membership.teammate
    last = person.last_assigned_at
    return Member(
        id=person.pk,
        active=person.is_at_work,
        available=person.availability == Availability.ACTIVE,
        connected=person.is_connected,
        load=sum(loads.values()),
        capacity=person.capacity,
        load_here=loads.get(membership.team_id, 0),
        limit=membership.limit,
        idle_since=last.astimezone(UTC).isoformat() if last else "",
    )


def carry_out(round: Round, dealt: list[tuple[Conversation, Deal]], people: list[Teammate]) -> None:
    """Keep the round and do what it decided, in as many queries for a batch as for one."""
    round.save()
    Decision.objects.bulk_create(Decision.of(round, place, *each) for place, each in enumerate(dealt, start=1))
    by_number = {each.pk: each for each in people}
    able = sum(hurdle is None for hurdle in round.hurdles.values())
    changes = []
    for number, (row, each) in enumerate(dealt):
        if each.teammate is not None:
            teammate = by_number[each.teammate]
            # One after the other, so that the next round knows whose turn was longest ago.
            teammate.last_assigned_at = round.at + timedelta(microseconds=number)
            why = {"load": shown(each.load), "capacity": teammate.capacity, "ready": able, "round": round.pk}
            changes.append((row, {"teammate": teammate, "why": why}))
    Conversation.assign_to.many(changes, by=None)
    got = {arguments["teammate"] for _row, arguments in changes}
    Teammate.objects.bulk_update(got, ["last_assigned_at"])
