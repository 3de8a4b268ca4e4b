"""The balancer's choice: a pure function of what is on the table. Same table, same deal.

Loads are in hundredths of a conversation that waits for us (`FULL`), so that they add up exactly.
"""

from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush

FULL = 100


class Skipped(StrEnum):
    """Why a member gets nothing."""

    INACTIVE = "inactive"
    CLOSED = "closed"
    AWAY = "away"
    OFFLINE = "offline"
    FULL = "full"
    FULL_HERE = "full_here"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the team as they stand: what they chose, whether they are there, what they carry.

    `load` and `capacity` are over all teams, `load_here` and `limit` (None: no limit) within this one. Capacities are
    numbers of conversations. `idle_since`: when they last got one, ISO 8601 in UTC; "" if never.
    """

    id: int
    active: bool
    available: bool
    connected: bool
    load: int
    capacity: int
    load_here: int = 0
    limit: int | None = None
    idle_since: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in the team's inbox; `passed_over` had it and did not answer in time."""

    id: int
    passed_over: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A team at one moment: whether it is open, its members, and what waits, in the order to be handed out."""

    open: bool
    members: tuple[Member, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """Who gets a conversation (None: nobody can), and the load they had before."""

    conversation: int
    teammate: int | None
    load: int = 0


def skipped(member: Member, *, open: bool) -> Skipped | None:
    """Why this member can get nothing now; None if they can."""
    hurdles = [
        (not member.active, Skipped.INACTIVE),
        (not open, Skipped.CLOSED),
        (not member.available, Skipped.AWAY),
        (not member.connected, Skipped.OFFLINE),
        (room(member) < 1, Skipped.FULL),
        (room_here(member) < 1, Skipped.FULL_HERE),
    ]
    return next((why for holds, why in hurdles if holds), None)


def room(member: Member) -> int:
    """How many more conversations fit into the member's capacity over all teams."""
    return (member.capacity * FULL - member.load) // FULL


def room_here(member: Member) -> int:
    """How many more fit into what the member may have in this team."""
    return room(member) if member.limit is None else (member.limit * FULL - member.load_here) // FULL


Place = tuple[int, int, str, int]


@dataclass(slots=True)
class Hand:
    """What a member has got so far in this deal: how many, and which one came last (counted from 1; 0: none)."""

    member: Member
    got: int = 0
    last: int = 0

    @property
    def place(self) -> Place:
        """Their place in the line: least load, then longest since the last one, then id."""
        return self.member.load + self.got * FULL, self.last, self.member.idle_since, self.member.id

    @property
    def has_room(self) -> bool:
        return self.got < min(room(self.member), room_here(self.member))


def deal(table: Table) -> list[Deal]:
    """Give each waiting conversation to the first in line, until nobody has room. Costs a heap's step for each."""
    hands = {each.id: Hand(each) for each in table.members if skipped(each, open=table.open) is None}
    line = [hand.place for hand in hands.values()]
    heapify(line)
    return [give(each, number, line, hands) for number, each in enumerate(table.waiting, start=1)]


def give(waiting: Waiting, number: int, line: list[Place], hands: dict[int, Hand]) -> Deal:
    aside = heappop(line) if line and line[0][-1] == waiting.passed_over else None
    first = heappop(line) if line else None
    if aside is not None:
        heappush(line, aside)
    if first is None:
        return Deal(waiting.id, None)
    load, hand = first[0], hands[first[-1]]
    hand.got, hand.last = hand.got + 1, number
    if hand.has_room:
        heappush(line, hand.place)
    return Deal(waiting.id, hand.member.id, load)
