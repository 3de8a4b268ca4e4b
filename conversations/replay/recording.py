"""What is replayed: plain values, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from teams.hours import Hours
from teams.models import Availability, PresenceChange


@dataclass(frozen=True, slots=True)
class Spell:
    """A conversation's wait in the team's inbox and its time with a teammate, or only the latter.

    `came`: when the wait began (where there was none: `taken`). `taken`, `by`: when it ended and who got it; None:
    nobody did. `lasted`: how long they had it; None: to the end of the period. `until`: when it went on to somebody or
    somewhere else, whatever was still to do. `quiet`: from when to when it weighed less, counted from `taken`.
    """

    conversation: int
    came: datetime
    # To be handed out by the simulation; the others stay as they were.
    free: bool = False
    taken: datetime | None = None
    by: int | None = None
    # Given by Auto Assign; while it was this team's.
    auto: bool = False
    here: bool = True
    lasted: timedelta | None = None
    until: datetime | None = None
    quiet: tuple[tuple[timedelta, timedelta], ...] = ()
    # Its place in the line: how urgent, and since when the customer waits.
    priority: int = 2
    since: datetime | None = None
    # Auto Assign took it back because this teammate did not answer in time.
    passed_over: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A teammate as the period found them. `limit` is the most they may have in this team."""

    id: int
    name: str
    active: bool
    member: bool
    capacity: int
    limit: int | None = None
    available: bool = True
    connected: bool = False
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """A line of the presence log: a choice of active or away, or a connection made or lost."""

    at: datetime
    person: int
    what: str

    @property
    def changes(self) -> Mapping[str, bool]:
        if self.what in Availability.values:
            return {"available": self.what == Availability.ACTIVE}
        return {"connected": self.what == PresenceChange.What.CONNECTED}


@dataclass(frozen=True, slots=True)
class Recording:
    """One team's period. `hours` None: always open. `people` are its members, and others who may become some."""

    start: datetime
    end: datetime
    spells: Sequence[Spell]
    people: Sequence[Person]
    comings: Sequence[Coming]
    hours: Hours | None = None

    def is_open(self, now: datetime) -> bool:
        return self.hours is None or self.hours.is_open(now)


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be different from today. Weights and loads are in hundredths of a conversation."""

    quiet_weight: int
    capacity: int | None = None
    capacities: Mapping[int, int] | None = None
    left_out: frozenset[int] = frozenset()
    added: frozenset[int] = frozenset()

    def takes_part(self, person: Person) -> bool:
        return person.id in self.added or (person.member and person.id not in self.left_out)

    def capacity_of(self, person: Person) -> int:
        """Their own number, else everybody's, else as it is."""
        everybody = person.capacity if self.capacity is None else self.capacity
        return (self.capacities or {}).get(person.id, everybody)
