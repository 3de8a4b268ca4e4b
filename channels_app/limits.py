"""The providers' limits, kept before they complain: how many messages may go out in which time."""

import logging
import threading
import time
from datetime import timedelta
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.translation import gettext as _
from limits import RateLimitItemPerSecond, storage
from limits.errors import StorageError
from limits.strategies import MovingWindowRateLimiter

from channels_app.adapters.base import Rate
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict

logger = logging.getLogger(__name__)
# A limit of so many messages a second is waited for here; a longer wait is the queue's business.
PATIENCE = timedelta(seconds=1)
# The library's memory is not safe between threads; between processes Redis does each step as one.
GUARD = threading.Lock()
Place = tuple[Rate, RateLimitItemPerSecond, tuple[str, ...]]


def demand(channel: Channel, recipient: str) -> None:
    """Take a place in every limit of the channel, waiting a moment if need be. Raises Refused (WAIT).

    What may go out is lost with Redis for a while; the providers' own refusals count on.
    """
    end = time.monotonic() + PATIENCE.total_seconds()
    places = [(rate, item(rate), key(channel, recipient, rate)) for rate in channel.adapter.can.rates]
    try:
        while full := first_full(places):
            rate, wait = full
            if time.monotonic() + wait.total_seconds() > end:
                raise refusal(rate, wait)
            time.sleep(wait.total_seconds())
    except StorageError as error:
        logger.warning("the limits of channel %s are not kept: %s", channel.pk, error)


def first_full(places: list[Place]) -> tuple[Rate, timedelta] | None:
    """The first limit that is reached and in how long it has room again; None: a place was taken in each."""
    with GUARD:
        # Asked of all before any is taken: what one refuses shall cost the others nothing.
        for take in (limiter().test, limiter().hit):
            for rate, limit, names in places:
                if not take(limit, *names):
                    wait = limiter().get_window_stats(limit, *names).reset_time - time.time()
                    return rate, timedelta(seconds=max(wait, 0.001))
    return None


def refusal(rate: Rate, wait: timedelta) -> Refused:
    sentence = _("This is as much as the provider lets through to one person.") if rate.of_recipient else ""
    sentence = sentence or _("This is as much as the provider lets through in this time.")
    return Refused(Verdict.WAIT, sentence, code="own limit", wait=wait, of_recipient=rate.of_recipient)


def item(rate: Rate) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(rate.messages, int(rate.per.total_seconds()), namespace="monty")


def key(channel: Channel, recipient: str, rate: Rate) -> tuple[str, ...]:
    return (channel.uuid.hex, recipient) if rate.of_recipient else (channel.uuid.hex,)


@cache
def limiter() -> MovingWindowRateLimiter:
    """Shared by all workers through Redis; embedded there is one process, which remembers by itself."""
    address = settings.REDIS_URL or "memory://"
    # A slow Redis must not hold up the messages whose limits it keeps.
    patience = {"socket_timeout": 1, "socket_connect_timeout": 1} if settings.REDIS_URL else {}
    kept = storage.storage_from_string(address, wrap_exceptions=True, **patience)
    return MovingWindowRateLimiter(cast("storage.MemoryStorage", kept))
