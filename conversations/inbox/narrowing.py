"""What a list of conversations may be narrowed down by: the same names in the address bar, in REST and in saved views.

A wish is a plain value, as JSON keeps it; `filters.ConversationFilter` makes sure that it is one.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import make_aware

from conversations.models import Priority
from conversations.models.conversation_queries import ConversationQuerySet

NOBODY = "none"


def narrowed(rows: ConversationQuerySet, wishes: Mapping[str, Any]) -> ConversationQuerySet:
    """The rows that fulfil every wish. Words (`q`) and the order (`sort`) are no wishes about a single row."""
    for name, value in wishes.items():
        if name in NARROW:
            rows = NARROW[name](rows, value)
    return rows


def named(value: Any) -> Any:
    return None if value == NOBODY else value


def beginning(day: str, *, after: int = 0) -> datetime:
    """When this day begins by the reader's clock, or the one so many days later."""
    return make_aware(datetime.combine(date.fromisoformat(day) + timedelta(days=after), time.min))


NARROW: dict[str, Callable[[ConversationQuerySet, Any], ConversationQuerySet]] = {
    "state": lambda rows, states: rows.filter(state__in=states),
    "priority": lambda rows, names: rows.filter(priority__in=[Priority[name.upper()] for name in names]),
    "channel": lambda rows, number: rows.filter(channel=number),
    "team": lambda rows, number: rows.filter(team=named(number)),
    "assignee": lambda rows, number: rows.filter(assignee=named(number)),
    "waiting": lambda rows, wait: rows.waiting(wait == "true"),
    "snoozed": lambda rows, sleep: rows.snoozed(sleep == "true"),
    "expiring": lambda rows, soon: rows.expiring(soon == "true"),
    "unread": lambda rows, new: rows.unread(new == "true"),
    "since": lambda rows, day: rows.filter(last_message_at__gte=beginning(day)),
    "until": lambda rows, day: rows.filter(last_message_at__lt=beginning(day, after=1)),
    "label": lambda rows, name: rows.labelled(name),
}
