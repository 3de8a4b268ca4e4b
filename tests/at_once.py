"""Things that happen at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from monty.errors import MontyError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Start all calls together; what each returned, or the MontyError that refused it. Other errors are raised."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connections["default"].ensure_connection()
            start.wait(10)
            return call()
        except MontyError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result(60) for future in [threads.submit(run, call) for call in calls]]
