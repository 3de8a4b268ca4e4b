"""What came of a play: how long customers waited, and whether the work was shared fairly. Pure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean

from conversations.balancer.balance import FULL
from conversations.replay.recording import Recording, Settings
from conversations.replay.seats import Seat
from conversations.replay.simulation import Outcome, Play

HOUR = timedelta(hours=1)
HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Share:
    """One member's part. `hours`: ready while the team was open; `busy`: the part of them with a conversation."""

    got: int
    hours: float
    busy: float
    load: float

    @property
    def per_hour(self) -> float | None:
        return self.got / self.hours if self.hours else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Waits in seconds; None: there was nothing to count. `by_hour`: mean wait by the hour of the day."""

    handed_out: int
    mean: float | None
    p50: float | None
    p90: float | None
    longest: float | None
    waiting: int
    spread: float | None
    gini: float | None
    shares: dict[int, Share] = field(default_factory=dict)
    by_hour: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What really happened, the same as the simulation gives it with today's settings, and with changed ones."""

    really: Figures
    simulated: Figures
    changed: Figures


def compare(
    recording: Recording, today: Settings, changed: Settings, local: Callable[[datetime], datetime]
) -> Comparison:
    """`local` tells a moment by the reader's clock, for the hours of the day."""
    plays = [Play(recording, today, deals=False), Play(recording, today), Play(recording, changed)]
    return Comparison(*(figures(play.run(), local) for play in plays))


def figures(outcome: Outcome, local: Callable[[datetime], datetime]) -> Figures:
    waits = sorted(choice.waited.total_seconds() for choice in outcome.choices)
    shares = {number: share(seat) for number, seat in outcome.seats.items()}
    rates = [each.per_hour for each in shares.values() if each.per_hour is not None]
    came: defaultdict[int, list[float]] = defaultdict(list)
    for choice in outcome.choices:
        came[local(choice.came).hour].append(choice.waited.total_seconds())
    return Figures(
        handed_out=len(waits),
        mean=fmean(waits) if waits else None,
        p50=percentile(waits, 50),
        p90=percentile(waits, 90),
        longest=waits[-1] if waits else None,
        waiting=len(outcome.waiting),
        spread=max(rates) - min(rates) if rates else None,
        gini=gini(rates),
        shares=shares,
        by_hour=tuple(fmean(came[hour]) if came[hour] else None for hour in HOURS),
    )


def share(seat: Seat) -> Share:
    ready = seat.ready
    return Share(
        got=seat.got,
        hours=ready / HOUR,
        busy=seat.busy / ready if ready else 0.0,
        load=seat.carried / ready / FULL if ready else 0.0,
    )


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The smallest value that this many percent do not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def gini(values: Sequence[float]) -> float | None:
    """0: all have the same; towards 1: one has everything. None where nobody has anything to share."""
    total = sum(values)
    if not total:
        return None
    ranked = sum(rank * value for rank, value in enumerate(sorted(values), start=1))
    return 2 * ranked / (len(values) * total) - (len(values) + 1) / len(values)
