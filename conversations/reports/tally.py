"""How many there are, their sum, and how they are spread. Pure.

Percentiles are read from times rounded to five binary digits, which is at most 3.1 % off; means from the times
themselves. So what was added up by month gives exactly the numbers that the single times give.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

DIGITS = 5


def rounded(seconds: int) -> int:
    """To its five leading binary digits: as it is below 32, else to the nearest such number."""
    shift = max(seconds.bit_length() - DIGITS, 0)
    return (seconds + (1 << shift >> 1)) >> shift << shift


@dataclass(slots=True)
class Tally:
    """`steps`: how many there are of each rounded value."""

    count: int = 0
    total: int = 0
    steps: Counter[int] = field(default_factory=Counter)

    def take(self, count: int, total: int, steps: Mapping[int, int] | Mapping[str, int]) -> None:
        """`steps` as counted, or as read from JSON, which has texts for keys."""
        self.count += count
        self.total += total
        mine = self.steps
        for step, number in steps.items():
            mine[int(step)] += number

    def take_one(self, count: int, total: int, step: int | None) -> None:
        """So many of the same step; None: it is not asked for."""
        self.count += count
        self.total += total
        if step is not None:
            self.steps[step] += count

    @property
    def mean(self) -> float | None:
        return self.total / self.count if self.count else None

    def percentile(self, percent: int) -> int | None:
        """The smallest step that this many percent do not exceed (nearest rank)."""
        rank = -(-self.count * percent // 100)
        for step in sorted(self.steps):
            rank -= self.steps[step]
            if rank <= 0:
                return step
        return None

    def below(self, limit: int) -> int:
        """How many steps there are from 1 to before the limit."""
        return sum(number for step, number in self.steps.items() if 0 < step < limit)
