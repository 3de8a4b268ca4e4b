"""Sockets as the registry knows them, on a running loop: what a test hears is what open pages would."""

import asyncio
import json
import threading
from typing import Any, Self

from channels_app import live


class Ear:
    """One open socket; its frames in the order in which they came."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    async def deliver(self, text: str) -> None:
        self.frames.append(json.loads(text))

    async def dismiss(self) -> None:
        """The process of this ear never leaves."""


class BrokenEar(Ear):
    """A socket whose browser vanished in the middle of a frame."""

    async def deliver(self, text: str) -> None:
        raise ConnectionResetError


class Ears:
    """A loop on a thread of its own, as the embedded server has one beside its worker's threads."""

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.sockets: list[Ear] = []
        return self

    def __exit__(self, *_: object) -> None:
        for socket in self.sockets:
            self.run(live.registry.leave, socket)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()
        live.registry.loop = None

    def listen(self, *groups: str, ear: Ear | None = None) -> Ear:
        ear = ear or Ear()
        self.sockets.append(ear)
        self.run(live.registry.join, ear, groups)
        return ear

    def heard(self, ear: Ear) -> list[dict[str, Any]]:
        """Everything pushed to it so far: whatever was on its way has arrived."""
        self.run(lambda: None)
        return ear.frames

    def run(self, function: Any, *args: Any) -> Any:
        """Call on the loop, after everything that was handed to it before."""

        async def call() -> Any:
            return function(*args)

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(5)
