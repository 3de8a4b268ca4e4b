"""When somebody is there: a week's opening hours by the clock on the wall of one time zone. Pure: no query, no clock.

Open is what the wall says. So on the day on which the clock is changed an hour that comes twice is open twice, and
one that is skipped is never open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MIDNIGHT = time()
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# Whoever is closed for longer than this opens at no time that anybody could be told.
HORIZON = 366

# From, to; to midnight means the end of the day.
Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """`spans` by weekday (Monday is 0), `holidays` are closed from midnight to midnight."""

    zone: ZoneInfo
    spans: Mapping[int, Sequence[Span]]
    holidays: frozenset[date]

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(self.zone)
        wall = local.time()
        return any(opens <= wall and (wall < closes or closes == MIDNIGHT) for opens, closes in self.on(local.date()))

    def opens_next(self, now: datetime) -> datetime | None:
        """The first moment from now on at which it is open (now, if it is); None if there is none within a year."""
        local = now.astimezone(self.zone)
        if self.is_open(local):
            return local
        today = local.date()
        days = (today + number * DAY for number in range(HORIZON + 1))
        moments = (moment for day in days for moment in self.moments(day))
        # Two of one zone are compared by the wall, which says some times twice: hence by UTC.
        after = now.astimezone(UTC)
        return next((moment for moment in moments if moment.astimezone(UTC) > after and self.is_open(moment)), None)

    def on(self, day: date) -> Sequence[Span]:
        return () if day in self.holidays else self.spans.get(day.weekday(), ())

    def moments(self, day: date) -> Iterator[datetime]:
        """The moments at which it may open on this day, in order."""
        begin, end = self.at(day, MIDNIGHT), self.at(day + DAY, MIDNIGHT)
        if begin.utcoffset() == end.utcoffset():
            yield from sorted(self.at(day, opens) for opens, _closes in self.on(day))
            return
        # The clock is changed: what the wall says is looked up for every minute of these two days of the year.
        moment, last = begin.astimezone(UTC), end.astimezone(UTC)
        while moment < last and self.on(day):
            yield moment.astimezone(self.zone)
            moment += MINUTE

    def stretches(self, day: date) -> list[tuple[datetime, datetime]]:
        """From when to when it is open on this day, in UTC and in order."""
        begin, end = self.at(day, MIDNIGHT), self.at(day + DAY, MIDNIGHT)
        if begin.utcoffset() == end.utcoffset():
            spans = [
                (self.at(day, opens), self.at(day, closes) if closes != MIDNIGHT else end)
                for opens, closes in self.on(day)
            ]
            return sorted((opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in spans)
        minutes = (moment.astimezone(UTC) for moment in self.moments(day) if self.is_open(moment))
        return joined((minute, minute + MINUTE) for minute in minutes)

    def at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self.zone)


def joined(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Those that touch, as one; they come in order."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in stretches:
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        found.append((begin, end))
    return found


def over_night(days: Iterable[int], starts: time, ends: time) -> dict[int, list[Span]]:
    """One span that begins on each of these days of the week, cut at midnight; the same moment twice is a whole day."""
    spans: dict[int, list[Span]] = {}
    for day in days:
        if starts < ends:
            spans.setdefault(day, []).append((starts, ends))
            continue
        spans.setdefault(day, []).append((starts, MIDNIGHT))
        if ends != MIDNIGHT:
            spans.setdefault((day + 1) % 7, []).append((MIDNIGHT, ends))
    return spans


def overlapping(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Two of one day's spans that share a minute, if there are any."""
    in_order = sorted(spans)
    return next(((one, other) for one, other in pairwise(in_order) if one[1] == MIDNIGHT or other[0] < one[1]), None)
