"""What follows a change and must not fail it: a task that is asked for, a file that goes."""

from collections.abc import Callable
from typing import Any

from django.db import transaction


def afterwards(do: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Call it after the commit. If that fails it is logged, and nobody's change fails with it.

    A function of its own, because Django tells in its log which one failed by its name, and a `partial` has none.
    """

    def follow() -> None:
        do(*args, **kwargs)

    transaction.on_commit(follow, robust=True)
