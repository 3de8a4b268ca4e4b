"""How often something happens, counted in the cache. Counts may be lost with it; no request may fail for that."""

import math
import time

import redis
from django.core.cache import cache
from limits import parse
from rest_framework.exceptions import Throttled


def one_more(key: str, seconds: float) -> int:
    """Count one more under this key, which counts for so many seconds: how many there are now; 0 if nobody can tell."""
    try:
        cache.add(key, 0, seconds)
        # None: Redis is away (DJANGO_REDIS_IGNORE_EXCEPTIONS).
        return cache.incr(key) or 0
    # It is away, or full and forgetful.
    except (redis.RedisError, ValueError):
        return 0


def in_this_window(key: str, seconds: int) -> int:
    """Count one more in the window that holds now, of so many seconds: how many there are in it; 0 if nobody can tell.

    One increment each, however many are allowed.
    """
    return one_more(f"{key}.{int(time.time() // seconds)}", seconds)


def left_of_window(seconds: int) -> float:
    return seconds - time.time() % seconds


def demand(rate: str, *who: str) -> None:
    """Count a request of somebody: at most `rate` ("600/minute"; "" or "0": no limit). Raises Throttled."""
    if rate in ("", "0"):
        return
    limit = parse(rate)
    seconds = limit.get_expiry()
    if in_this_window(f"rate.{'.'.join(who)}", seconds) > limit.amount:
        raise Throttled(wait=max(math.ceil(left_of_window(seconds)), 1))


def is_first(key: str, seconds: float) -> bool:
    """Whether nothing was noted under this key for so many seconds. It is noted now; True if nobody can tell."""
    # None: as above.
    return cache.add(key, True, seconds) is not False
