"""Whether anybody is there for a webchat's visitors, and when somebody will be."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from teams.models import Team, Teammate


@dataclass(frozen=True, slots=True)
class There:
    """`online`: somebody who would answer is active and connected. `open`: it is within the team's hours.

    `back_at`: when it opens next, while it is closed; None: it is open, or nobody knows.
    """

    online: bool
    open: bool
    back_at: datetime | None


def there(team: Team | None) -> There:
    """At most three queries."""
    ready, now = Teammate.objects.ready(), timezone.now()
    if team is None:
        return There(online=ready.exists(), open=True, back_at=None)
    hours = team.schedule.hours if team.schedule else None
    if hours and not hours.is_open(now):
        return There(online=False, open=False, back_at=hours.opens_next(now))
    return There(online=ready.in_team(team.pk).exists(), open=True, back_at=None)
