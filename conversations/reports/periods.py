"""Periods of whole days. A report's days are the house's, by the clock of the installation, whoever reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

DAY = timedelta(days=1)


def local(moment: datetime) -> datetime:
    """By that clock."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def today() -> date:
    return local(timezone.now()).date()


def beginning(day: date) -> datetime:
    """When this day begins."""
    return datetime.combine(day, time.min, timezone.get_default_timezone()).astimezone(UTC)


def first_after(month: date) -> date:
    """The first day of the month after this one."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def last_of(month: date) -> date:
    return first_after(month) - DAY


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one, both included."""

    since: date
    until: date

    @classmethod
    def ending(cls, last: date, days: int) -> "Period":
        """So many days up to this one."""
        return cls(last - (days - 1) * DAY, last)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Period":
        """As many days, right before; of whole months as many months."""
        last = self.since - DAY
        if self.since.day == 1 and self.until == last_of(self.until):
            months = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month + 1
            return Period(months_before(self.since, months), last)
        return Period(self.since - self.days * DAY, last)

    def months(self) -> list[date]:
        """The first days of those months that are in it from end to end."""
        month = self.since if self.since.day == 1 else first_after(self.since)
        found = []
        while last_of(month) <= self.until:
            found.append(month)
            month = first_after(month)
        return found

    def edges(self) -> list["Period"]:
        """What of it is in no such month."""
        months = self.months()
        if not months:
            return [self]
        parts = [Period(self.since, months[0] - DAY), Period(first_after(months[-1]), self.until)]
        return [part for part in parts if part.days > 0]

    def within(self, month: date) -> "Period":
        """Its part in this month."""
        return Period(max(self.since, month), min(self.until, last_of(month)))

    def each_day(self) -> Iterator[date]:
        return (self.since + number * DAY for number in range(self.days))

    def each_month(self) -> Iterator[date]:
        month = self.since.replace(day=1)
        while month <= self.until:
            yield month
            month = first_after(month)


def months_before(day: date, number: int) -> date:
    """The first of the month so many months before this day's."""
    total = day.year * 12 + day.month - 1 - number
    return date(total // 12, total % 12 + 1, 1)
