"""How much of a time was within working hours. Keeps what it has worked out of a day: many times ask for the same."""

from datetime import date, datetime, timedelta

from teams.hours import Hours

DAY = timedelta(days=1)


class Clock:
    """`hours`: None is always open."""

    def __init__(self, hours: Hours | None) -> None:
        self.hours = hours
        self.days: dict[date, list[tuple[datetime, datetime]]] = {}

    def seconds(self, begin: datetime, end: datetime) -> int:
        """Whole seconds from one moment to the other in which it was open."""
        if self.hours is None:
            return int((end - begin).total_seconds())
        day, last = (moment.astimezone(self.hours.zone).date() for moment in (begin, end))
        found = timedelta()
        while day <= last:
            for opens, closes in self.on(day, self.hours):
                found += max(min(closes, end) - max(opens, begin), timedelta())
            day += DAY
        return int(found.total_seconds())

    def on(self, day: date, hours: Hours) -> list[tuple[datetime, datetime]]:
        if day not in self.days:
            self.days[day] = hours.stretches(day)
        return self.days[day]
