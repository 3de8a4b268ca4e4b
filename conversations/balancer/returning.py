"""Customers whose teammate left or does not answer come back to the team's inbox, and are handed out again."""

from datetime import datetime, timedelta

from django.utils import timezone

from conversations.models import Absence, Conversation
from conversations.models.conversation_queries import ConversationQuerySet
from teams.models import Team

# Taken back in one run; the next one comes soon.
AT_ONCE = 500


def take_back(team: Team) -> int:
    """Take back whatever is overdue in this team; how many conversations. Each is asked once more under its lock."""
    number = 0
    for because, rows in overdue(team, timezone.now()):
        for row in rows[:AT_ONCE]:
            number += row.take_back(because, by=None, given_at=row.assigned_at) is not None
    return number


def overdue(team: Team, now: datetime) -> list[tuple[Absence, ConversationQuerySet]]:
    """By each of the times that the team has set, what it has let pass."""
    rows = Conversation.objects.all()
    rules = [
        (Absence.AWAY, team.return_after_away, rows.left_by_away),
        (Absence.VANISHED, team.return_after_vanished, rows.left_by_vanished),
        (Absence.SILENT, team.response_time, rows.left_by_silence),
    ]
    return [(because, ask(team, now - time)) for because, time, ask in rules if isinstance(time, timedelta)]
