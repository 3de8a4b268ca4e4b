"""A process that serves by ASGI leaves: sockets go first, what was asked is answered, then the server has its turn."""

import asyncio
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from monty.farewell import Farewell

HTTP, SOCKET = {"type": "http"}, {"type": "websocket"}


class House:
    """An application whose requests end when they are told to."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.told: list[str] = []
        self.app = Farewell(self.serve, self.dismiss)

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        await self.done.wait()
        self.told.append("answered")

    async def dismiss(self) -> None:
        self.told.append("dismissed")


@pytest.fixture
def servers_turn() -> Iterator[list[int]]:
    """What the server itself does on SIGTERM."""
    turns: list[int] = []
    former = signal.signal(signal.SIGTERM, lambda number, _frame: turns.append(number))
    yield turns
    signal.signal(signal.SIGTERM, former)


async def until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_a_request_is_answered_before_the_servers_turn(servers_turn):
    async def story() -> None:
        house = House()
        asked = asyncio.create_task(house.app(HTTP, None, None))
        await until(lambda: house.app.answering)
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: house.told)
        assert (house.told, servers_turn) == (["dismissed"], [])
        house.done.set()
        await asked
        await until(lambda: servers_turn)
        assert house.told == ["dismissed", "answered"]

    asyncio.run(story())


def test_a_socket_holds_nobody_up(servers_turn):
    async def story() -> None:
        house = House()
        socket = asyncio.create_task(house.app(SOCKET, None, None))
        await asyncio.sleep(0)
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: servers_turn)
        assert house.told == ["dismissed"]
        socket.cancel()

    asyncio.run(story())


def test_asked_twice_it_leaves_once(servers_turn):
    async def story() -> None:
        house = House()
        house.done.set()
        await house.app(HTTP, None, None)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: servers_turn)
        assert house.told.count("dismissed") == 1

    asyncio.run(story())


def test_sockets_that_cannot_be_sent_away_hold_nobody_up(servers_turn):
    async def story() -> None:
        house = House()
        house.done.set()

        async def breaks() -> None:
            raise ConnectionResetError

        house.app.dismiss = breaks
        await house.app(HTTP, None, None)
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: servers_turn)

    asyncio.run(story())
