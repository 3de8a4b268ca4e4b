"""Auto Assign: a team's waiting conversations to its ready members, to the least loaded first."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.models import Conversation
from teams.models import Team, Teammate

NEVER = datetime.min.replace(tzinfo=UTC)


def assign_waiting(team_id: int) -> int:
    """Hand out what waits in the team's inbox; the number of conversations that found somebody.

    Least load, then longest since the last assignment, then id. Load and capacity are a person's over all teams.
    The team's row is locked, so two workers never hand the same conversation out; the members' rows are, so no
    other team fills the same person at the same time. What finds nobody stays in the team's inbox.
    """
    with transaction.atomic():
        team = Team.objects.select_for_update(no_key=True).filter(pk=team_id, auto_assign=True).first()
        if team is None:
            return 0
        ready = list(Teammate.objects.ready().in_team(team_id).order_by("pk").select_for_update(no_key=True))
        load = Conversation.objects.load_of([teammate.pk for teammate in ready])
        room = sum(max(teammate.capacity - load[teammate.pk], 0) for teammate in ready)
        # Skips what a person is just changing: if it still waits afterwards, the next run finds it.
        waiting = Conversation.objects.waiting_in(team_id).select_for_update(no_key=True, skip_locked=True)[:room]
        for conversation in waiting:
            give(conversation, ready, load)
        return len(waiting)


def give(conversation: Conversation, ready: list[Teammate], load: dict[int, int]) -> None:
    """Assign to the first in line and count it."""
    teammate = min((each for each in ready if load[each.pk] < each.capacity), key=lambda each: line(each, load))
    why: dict[str, Any] = {"load": load[teammate.pk], "capacity": teammate.capacity, "ready": len(ready)}
    conversation.assign_to(teammate, by=None, why=why)
    load[teammate.pk] += 1
    teammate.last_assigned_at = timezone.now()
    teammate.save(update_fields=["last_assigned_at"])


def line(teammate: Teammate, load: dict[int, int]) -> tuple[int, datetime, int]:
    return load[teammate.pk], teammate.last_assigned_at or NEVER, teammate.pk
