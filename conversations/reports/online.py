"""How long teammates were active and connected, added up by day from the presence log.

Every run counts again from the day before the last one that is known: what has passed stays, and what a dead worker
left out is caught up.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import Max, Min, OuterRef, Subquery
from django.utils import timezone

from conversations.models import OnlineDay
from conversations.reports.periods import beginning, local
from teams.models import Availability, PresenceChange, Teammate

Found = defaultdict[tuple[int, date], timedelta]
What = PresenceChange.What


def count_online() -> None:
    now = timezone.now()
    first = first_day()
    if first is None:
        return
    found: Found = defaultdict(timedelta)
    since = beginning(first)
    changes = PresenceChange.objects.filter(at__gte=since).order_by("teammate", "at", "pk")
    lately = {
        number: [(at, what) for _number, at, what in rows]
        for number, rows in groupby(changes.values_list("teammate", "at", "what"), key=itemgetter(0))
    }
    for number, there, connected in before(since):
        add(found, number, (there, connected), since, [*lately.get(number, []), (now, "")])
    rows = [OnlineDay(teammate_id=each, day=day, seconds=int(t.total_seconds())) for (each, day), t in found.items()]
    OnlineDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["teammate", "day"], update_fields=["seconds"], batch_size=1000
    )


def first_day() -> date | None:
    last = OnlineDay.objects.aggregate(last=Max("day"))["last"]
    if last is not None:
        return last - timedelta(days=1)
    first = PresenceChange.objects.aggregate(first=Min("at"))["first"]
    return local(first).date() if first else None


def counted_until() -> datetime | None:
    """What the log tells of earlier times is not read again; None: nothing was counted yet."""
    last = OnlineDay.objects.aggregate(last=Max("day"))["last"]
    return beginning(last - timedelta(days=1)) if last else None


def before(since: datetime) -> Iterable[tuple[int, bool, bool]]:
    """Who was active and who connected at this moment. Without an earlier choice the next one changed the default."""
    mine = PresenceChange.objects.filter(teammate=OuterRef("pk"))
    earlier, later = mine.filter(at__lt=since).order_by("-at", "-pk"), mine.filter(at__gte=since).order_by("at", "pk")
    rows = Teammate.objects.annotate(
        chose=Subquery(earlier.filter(what__in=Availability.values).values("what")[:1]),
        chooses=Subquery(later.filter(what__in=Availability.values).values("what")[:1]),
        line=Subquery(earlier.exclude(what__in=Availability.values).values("what")[:1]),
    )
    for number, chose, chooses, line, now in rows.values_list("pk", "chose", "chooses", "line", "availability"):
        known = chose or (chooses and other(chooses)) or now
        yield number, known == Availability.ACTIVE, line == What.CONNECTED


def other(choice: str) -> str:
    return Availability.AWAY if choice == Availability.ACTIVE else Availability.ACTIVE


def add(
    found: Found, number: int, stood: tuple[bool, bool], since: datetime, changes: list[tuple[datetime, str]]
) -> None:
    there, connected = stood
    at = since
    for moment, what in changes:
        if there and connected:
            for day, lasted in by_day(at, moment):
                found[number, day] += lasted
        at = max(at, moment)
        there = what == What.ACTIVE if what in Availability.values else there
        connected = what == What.CONNECTED if what in (What.CONNECTED, What.VANISHED) else connected


def by_day(begin: datetime, end: datetime) -> Iterable[tuple[date, timedelta]]:
    """A time, cut at midnight by the clock of the installation."""
    while begin < end:
        day = local(begin).date()
        cut = min(beginning(day + timedelta(days=1)), end)
        yield day, cut - begin
        begin = cut
