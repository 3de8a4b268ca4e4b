"""A period played again, moment by moment. Pure: the same recording and settings give the same outcome."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count

from conversations.balancer.balance import FULL, Member, Table, Waiting, deal, skipped
from conversations.replay.recording import Coming, Person, Recording, Settings, Spell
from conversations.replay.seats import Hold, Seat

# As many in one deal as Auto Assign hands out in one transaction.
BATCH = 200
DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)

# A place in the line: most urgent first, then who waits longest, then the conversation's number.
Turn = tuple[int, datetime, int]
# When, a number that tells the order within one instant, what happens.
Moment = tuple[datetime, int, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Auto Assign gave a conversation that came at `came` to a teammate."""

    at: datetime
    conversation: int
    teammate: int
    came: datetime

    @property
    def waited(self) -> timedelta:
        return self.at - self.came


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the choices in order, the conversations that still wait, and what each member did."""

    choices: list[Choice]
    waiting: list[Spell]
    seats: dict[int, Seat]


@dataclass(slots=True)
class Play:
    """One run. `deals` False: nothing is decided, everything goes as it really went."""

    recording: Recording
    settings: Settings
    deals: bool = True
    choices: list[Choice] = field(default_factory=list)
    line: list[Turn] = field(default_factory=list)
    waiting: dict[int, Spell] = field(default_factory=dict)
    seats: dict[int, Seat] = field(default_factory=dict)
    holds: dict[int, Hold] = field(default_factory=dict)
    # Who had a conversation last.
    had: dict[int, int] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    now: datetime = field(init=False)
    open: bool = False

    def __post_init__(self) -> None:
        self.now = self.recording.start
        people = [each for each in self.recording.people if not self.deals or self.settings.takes_part(each)]
        self.seats = {each.id: self.seat(each) for each in sorted(people, key=lambda each: each.id)}

    def seat(self, person: Person) -> Seat:
        return Seat(
            Member(
                id=person.id,
                active=person.active,
                available=person.available,
                connected=person.connected,
                load=0,
                capacity=self.settings.capacity_of(person),
                limit=person.limit,
                idle_since=iso(person.last_assigned_at),
            ),
            since=self.recording.start,
        )

    # --- Time ------------------------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        self.moments = [(at, next(self.numbers), act) for at, act in self.script()]
        heapify(self.moments)
        while self.moments and self.moments[0][0] < self.recording.end:
            self.go_to(self.moments[0][0])
            while self.moments and self.moments[0][0] == self.now:
                heappop(self.moments)[-1]()
            if self.deals and self.now >= self.recording.start:
                self.hand_out()
        self.go_to(self.recording.end)
        return Outcome(self.choices, list(self.waiting.values()), self.seats)

    def script(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Everything that is certain to happen; of one conversation in the order in which it happened."""
        for spell in self.recording.spells:
            fixed = not (spell.free and self.deals)
            if spell.free:
                yield spell.came, partial(self.arrive, spell)
            if fixed and spell.taken is not None and spell.by is not None:
                yield spell.taken, partial(self.take, spell, spell.by)
            elif spell.until is not None:
                yield spell.until, partial(self.move_on, spell)
        for coming in self.recording.comings:
            yield coming.at, partial(self.come, coming)
        for at in [self.recording.start, *self.openings()]:
            yield at, lambda: None

    def openings(self) -> Iterator[datetime]:
        """When it may open or close: each whole minute that the week's hours name."""
        hours = self.recording.hours
        day = (self.recording.start - DAY).date()
        while hours is not None and day <= (self.recording.end + DAY).date():
            for opens, closes in hours.on(day):
                yield hours.at(day, opens)
                yield hours.at(day, closes) if closes > opens else hours.at(day + DAY, closes)
            day += DAY

    def go_to(self, at: datetime) -> None:
        """Everybody's time until now is counted as they were until now."""
        self.now = at
        is_open = self.recording.is_open(at)
        if is_open != self.open or at == self.recording.end:
            for seat in self.seats.values():
                seat.count_until(at, open=self.open)
        self.open = is_open

    def later(self, at: datetime, act: Callable[[], None]) -> None:
        heappush(self.moments, (at, next(self.numbers), act))

    # --- What happens ----------------------------------------------------------------------------------------------

    def come(self, coming: Coming) -> None:
        seat = self.seats.get(coming.person)
        if seat is not None:
            seat.count_until(self.now, open=self.open)
            seat.change(**coming.changes)

    def arrive(self, spell: Spell) -> None:
        self.waiting[spell.conversation] = spell
        insort(self.line, turn(spell))

    def leave(self, spell: Spell) -> None:
        del self.waiting[spell.conversation]
        del self.line[bisect_left(self.line, turn(spell))]

    def take(self, spell: Spell, teammate: int) -> None:
        """From now on it is with this teammate; it ends as long afterwards as it really did."""
        if spell.free:
            self.leave(spell)
            self.choices.append(Choice(self.now, spell.conversation, teammate, spell.came))
        self.had[spell.conversation] = teammate
        seat = self.seats.get(teammate)
        if seat is None:
            return
        seat.count_until(self.now, open=self.open)
        seat.holds += 1
        seat.got += spell.free
        seat.carry(FULL, spell.here)
        if spell.auto and self.now >= self.recording.start:
            seat.change(idle_since=iso(self.now))
        hold = self.holds[spell.conversation] = Hold(spell, seat)
        if spell.lasted is not None:
            self.later(self.now + spell.lasted, partial(self.end, hold))
        for begin, end in spell.quiet:
            self.later(self.now + begin, partial(self.weigh, hold, self.settings.quiet_weight))
            if end < self.recording.end - self.now:
                self.later(self.now + end, partial(self.weigh, hold, FULL))

    def weigh(self, hold: Hold, weight: int) -> None:
        if not hold.over:
            hold.seat.count_until(self.now, open=self.open)
            hold.seat.carry(weight - hold.weight, hold.spell.here)
            hold.weight = weight

    def end(self, hold: Hold) -> None:
        self.weigh(hold, 0)
        hold.seat.holds -= not hold.over
        hold.over = True

    def move_on(self, spell: Spell) -> None:
        """In reality it was somewhere else from now on."""
        hold = self.holds.get(spell.conversation)
        if hold is not None and hold.spell is spell:
            self.end(hold)
        elif self.waiting.get(spell.conversation) is spell:
            self.leave(spell)

    # --- The choice ------------------------------------------------------------------------------------------------

    def hand_out(self) -> None:
        given = self.one_round()
        while given == BATCH:
            given = self.one_round()

    def one_round(self) -> int:
        members = tuple(seat.member for seat in self.seats.values())
        if not self.waiting or not self.open or all(skipped(each, open=True) for each in members):
            return 0
        spells = [self.waiting[number] for *_place, number in self.line[:BATCH]]
        table = Table(self.open, members, tuple(Waiting(each.conversation, self.shunned(each)) for each in spells))
        given = 0
        for number, (spell, each) in enumerate(zip(spells, deal(table), strict=True)):
            if each.teammate is not None:
                given += 1
                self.take(spell, each.teammate)
                # One after the other, as Auto Assign keeps them.
                last = self.now + timedelta(microseconds=number)
                self.seats[each.teammate].change(idle_since=iso(last))
        return given

    def shunned(self, spell: Spell) -> int | None:
        """Who did not answer it in time: whoever had it in this play."""
        return self.had.get(spell.conversation, spell.passed_over) if spell.passed_over else None


def turn(spell: Spell) -> Turn:
    return -spell.priority, spell.since or NEVER, spell.conversation


def iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
