"""What a provider's refusal means for a message: the one vocabulary between the adapters and the outbox."""

from datetime import timedelta
from enum import StrEnum

from monty.errors import MontyError


class Verdict(StrEnum):
    """What the outbox does next."""

    # Try again, later and later.
    RETRY = "retry"
    # A limit is reached: try again after the stated time.
    WAIT = "wait"
    # Nothing goes out on this channel until a person has reconnected it; the message stays queued.
    RECONNECT = "reconnect"
    # This message will never go out.
    PERMANENT = "permanent"
    # Nothing will ever reach this person.
    UNREACHABLE = "unreachable"
    # The provider's window has passed.
    WINDOW = "window"
    # It may have been sent or not: nobody sends it again unasked.
    UNKNOWN = "unknown"


class Refused(MontyError):
    """A provider did not do what it was asked. `code` is the provider's (`10/2018278`), `detail` is for people.

    `wait`: how long the provider asks us to wait. `of_recipient`: the limit is that of one person, not the channel's.
    """

    code = "refused"

    def __init__(
        self,
        verdict: Verdict,
        detail: str,
        *,
        code: str = "",
        wait: timedelta | None = None,
        of_recipient: bool = False,
    ) -> None:
        super().__init__(detail, verdict=verdict.value)
        self.verdict = verdict
        self.provider_code = code
        self.wait = wait
        self.of_recipient = of_recipient
