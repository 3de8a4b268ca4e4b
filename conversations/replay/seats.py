"""Members during a play, and what they hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.balancer.balance import FULL, Member
from conversations.replay.recording import Spell


@dataclass(slots=True)
class Seat:
    """A member during the play, and what they have done so far. Times are counted while they are ready."""

    member: Member
    since: datetime
    holds: int = 0
    got: int = 0
    ready: timedelta = timedelta(0)
    busy: timedelta = timedelta(0)
    # Hundredths of a conversation, times the time for which they were carried.
    carried: timedelta = timedelta(0)

    def change(self, **facts: object) -> None:
        values = {name: getattr(self.member, name) for name in Member.__slots__}
        self.member = Member(**(values | facts))

    def carry(self, load: int, here: bool) -> None:
        self.change(load=self.member.load + load, load_here=self.member.load_here + (load if here else 0))

    def count_until(self, now: datetime, *, open: bool) -> None:
        passed = max(now - self.since, timedelta(0))
        self.since = max(now, self.since)
        if open and self.member.active and self.member.available and self.member.connected:
            self.ready += passed
            self.busy += passed if self.holds else timedelta(0)
            self.carried += passed * self.member.load


@dataclass(slots=True)
class Hold:
    """A conversation with a teammate."""

    spell: Spell
    seat: Seat
    weight: int = FULL
    over: bool = False
