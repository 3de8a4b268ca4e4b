"""How a process that serves by ASGI leaves: what was asked of it is answered first, and its sockets are sent elsewhere.

Servers differ in what they do on SIGTERM (daphne cuts everything at once), so theirs comes second.
"""

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

# Seconds: requests that take longer are cut, and how long the last bytes may need.
PATIENCE, LAST_BYTES = 20.0, 0.2
App = Callable[[Any, Any, Any], Awaitable[None]]


class Farewell:
    """An ASGI application that knows what it still owes. `dismiss` sends the sockets of this process away."""

    def __init__(self, app: App, dismiss: Callable[[], Awaitable[None]]) -> None:
        self.app, self.dismiss = app, dismiss
        self.answering = 0
        self.former: Any = None
        self.leaving: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.mind_the_end()
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.answering += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.answering -= 1

    def mind_the_end(self) -> None:
        """At the first request: by then the server has set its own handler."""
        if self.former is not None or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        self.former = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(self.begin_to_leave))

    def begin_to_leave(self) -> None:
        self.leaving = self.leaving or asyncio.get_running_loop().create_task(self.leave())

    async def leave(self) -> None:
        """Nobody must be able to keep the process here: whatever happens, the server's own handler gets its turn."""
        with contextlib.suppress(Exception):
            await self.dismiss()
        end = time.monotonic() + PATIENCE
        while self.answering and time.monotonic() < end:
            await asyncio.sleep(0.05)
        await asyncio.sleep(LAST_BYTES)
        signal.signal(signal.SIGTERM, self.former)
        signal.raise_signal(signal.SIGTERM)
