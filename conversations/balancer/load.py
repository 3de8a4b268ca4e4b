"""How much work a conversation is to the teammate who has it, in hundredths of one that waits for us.

One whose customer has been quiet for a while, or which was put off, weighs less: it may wake up again, but it keeps
nobody busy now. With the bot a conversation is nobody's and weighs nothing.
"""

from django.db.models import Case, Q, Sum, Value, When
from django.utils import timezone

from conversations.balancer.balance import FULL
from conversations.rules import QUIET_AFTER, QUIET_WEIGHT


def weight() -> Sum:
    """The load of a group of live conversations, for an annotation."""
    since = timezone.now() - QUIET_AFTER()
    quiet = Q(snoozed_at__isnull=False) | Q(waiting_since__isnull=True, last_message_at__lte=since)
    return Sum(Case(When(quiet, then=Value(round(QUIET_WEIGHT() * FULL))), default=Value(FULL)))


def shown(load: int) -> str:
    """As people read it: 250 is 2.5."""
    return f"{load / FULL:g}"
