"""When a webhook that was not taken is tried again, and what an answer says of its receiver. Pure."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

# Before the second try, the third, …; the last one again and again, until it is given up.
PAUSES = [
    *(timedelta(seconds=seconds) for seconds in (5, 30)),
    *(timedelta(minutes=minutes) for minutes in (2, 10, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8)),
]
# So that not everything which failed together comes back together.
JITTER = 0.2
# A receiver in trouble is left alone for so long, with everything that is for it.
REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try. `code`: the HTTP status; None: there was no answer. `detail` is for people.

    `troubled`: the fault is not with what was sent. `wait`: how long the receiver asks us to wait. `text`: how
    what it said begins.
    """

    code: int | None
    detail: str
    troubled: bool = False
    wait: timedelta | None = None
    text: str = ""

    @property
    def taken(self) -> bool:
        return self.code is not None and 200 <= self.code < 300

    @property
    def gone(self) -> bool:
        """Nobody wants anything there any more."""
        return self.code == HTTPStatus.GONE

    @property
    def rest(self) -> timedelta | None:
        """For how long the receiver is left alone."""
        return min(max(REST, self.wait or REST), LONGEST_REST) if self.troubled else None


def next_try(
    tries: int, *, since: datetime, now: datetime, lasts: timedelta, wait: timedelta | None
) -> datetime | None:
    """When it is tried again after so many tries; None: it is given up. The last try is at the end of the time."""
    ends = since + lasts
    if now >= ends:
        return None
    return min(now + max(pause(tries), wait or timedelta(0)), ends)


def pause(tries: int) -> timedelta:
    usual = PAUSES[min(tries, len(PAUSES)) - 1]
    return usual * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (spread, not secrecy)
