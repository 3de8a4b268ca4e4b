"""A worker that dies in the middle of its work."""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

SURVIVED = 7


def dies_at(number: int, deed: Callable[[], Any]) -> bool:
    """Do it in a process of its own, which gets SIGKILL before its statement of this number; False: it has fewer."""
    connections.close_all()
    if child := os.fork():
        _pid, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    statements = 0

    def count(execute, *args):
        nonlocal statements
        statements += 1
        if statements == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    with connection.execute_wrapper(count):
        try:
            deed()
        finally:
            os._exit(SURVIVED)
