"""What every process knows without asking each time: rows that change seldom and are read with everything that happens.

A process asks the cache, the cache the database. What was changed here counts here at once, elsewhere within seconds.
"""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.core.cache import cache
from django.db import transaction

# Seconds.
ASKED_EVERY = 2.0
CACHED_FOR = 60

Kept = TypeVar("Kept")


class Known(Generic[Kept]):
    """Called, it is what `read` found, at most two seconds old."""

    def __init__(self, key: str, read: Callable[[], Kept]) -> None:
        self.key, self.read = key, read
        self.kept: tuple[float, Kept] | None = None

    def __call__(self) -> Kept:
        now = time.monotonic()
        if self.kept is None or now - self.kept[0] > ASKED_EVERY:
            self.kept = now, self.ask()
        return self.kept[1]

    def ask(self) -> Kept:
        found: Kept | None = cache.get(self.key)
        # Not there, or a cache that does not answer: the rows themselves do.
        if found is None:
            found = self.read()
            cache.set(self.key, found, CACHED_FOR)
        return found

    def forget(self) -> None:
        self.kept = None
        cache.delete(self.key)

    def changed(self) -> None:
        """In the transaction that changed the rows. What somebody read meanwhile was how they were before."""
        self.forget()
        transaction.on_commit(self.forget)
