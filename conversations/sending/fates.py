"""What a provider's verdict means for a message and its channel. Pure: rules only."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels_app.verdicts import Refused, Verdict
from conversations.models import Status

# Before the second try, the third, …: six tries within about an hour. Then a person must look.
PAUSES = [timedelta(seconds=10), *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))]
# So that not everything which failed together comes back together.
JITTER = 0.2
# Where a provider does not say how long to wait.
WAIT = timedelta(minutes=1)

FINAL = {
    Verdict.PERMANENT: Status.FAILED,
    Verdict.UNREACHABLE: Status.FAILED,
    Verdict.WINDOW: Status.FAILED,
    Verdict.UNKNOWN: Status.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Fate:
    """`status` of the message, and when it may be tried again (None: at once, or not at all).

    `pause_until`: until then nothing goes out on the whole channel. `suspends`: not before a person has mended it.
    """

    status: Status
    not_before: datetime | None = None
    pause_until: datetime | None = None
    suspends: bool = False


def fate(refused: Refused, *, failures: int, now: datetime) -> Fate:
    """`failures`: how often in a row the message could not be handed over, this time included."""
    match refused.verdict:
        case Verdict.RETRY if failures > len(PAUSES):
            return Fate(Status.FAILED)
        case Verdict.RETRY:
            return Fate(Status.QUEUED, not_before=now + max(pause(failures), refused.wait or timedelta(0)))
        case Verdict.WAIT if refused.of_recipient:
            return Fate(Status.QUEUED, not_before=now + (refused.wait or WAIT))
        case Verdict.WAIT:
            return Fate(Status.QUEUED, pause_until=now + (refused.wait or WAIT))
        case Verdict.RECONNECT:
            return Fate(Status.QUEUED, suspends=True)
        case final:
            return Fate(FINAL[final])


def pause(failures: int) -> timedelta:
    return PAUSES[failures - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (spread, not secrecy)
