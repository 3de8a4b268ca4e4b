"""Customers who write as fast as eight connections go, or at a steady rate, and an agent who listens."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect

from tests.client import Agent

CLIENTS = 8
SATURATED_SECONDS = 5
PACED_SECONDS = 8


@dataclass
class Speaker:
    """Speaks once at a time, so that a frame about their conversation can only be about their last message.

    `request` makes the bytes of their next HTTP request.
    """

    conversation: int
    request: Callable[[], bytes]
    asked: float = 0.0


@dataclass
class Round:
    """What was measured while one kind of load ran."""

    answers: list[float] = field(default_factory=list)  # seconds until the HTTP answer
    pushes: list[float] = field(default_factory=list)  # seconds until the frame on the agent's socket
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds


@dataclass(frozen=True)
class Stage:
    """Who listens and where, which port takes the requests, and which status an answer must have."""

    agent: Agent
    socket_url: str
    port: int
    status: int

    def run(self, speakers: Sequence[Speaker], *, rate: int | None) -> Round:
        """`rate`: requests a second; None: as fast as it goes."""
        return asyncio.run(self.load(speakers, rate))

    async def load(self, speakers: Sequence[Speaker], rate: int | None) -> Round:
        result = Round()
        headers = {"Cookie": self.agent.browser.cookie_header()}
        origin, url = Origin(self.socket_url.replace("ws", "http", 1)), f"{self.socket_url}/ws/inbox/"
        async with connect(url, origin=origin, additional_headers=headers, max_queue=None) as socket:
            await socket.recv()
            listening = asyncio.create_task(listen(socket, {each.conversation: each for each in speakers}, result))
            free = asyncio.Queue[Speaker]()
            for speaker in speakers:
                speaker.asked = 0.0
                free.put_nowait(speaker)
            start = time.perf_counter()
            end = start + (SATURATED_SECONDS if rate is None else PACED_SECONDS)
            await asyncio.gather(*(self.write(free, result, end, rate, number) for number in range(CLIENTS)))
            result.seconds = time.perf_counter() - start
            await asyncio.sleep(1)  # The last frames.
            listening.cancel()
        return result

    async def write(
        self, free: "asyncio.Queue[Speaker]", result: Round, end: float, rate: int | None, number: int
    ) -> None:
        """One connection, kept open: a request, its answer, the next. At a rate they begin one after the other."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        pause = CLIENTS / rate if rate else 0.0
        due = time.perf_counter() + (number / rate if rate else 0.0)
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        while time.perf_counter() < end:
            speaker = await free.get()
            request = speaker.request()
            speaker.asked = asked = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            body = await reader.readexactly(length)
            assert head.startswith(b"HTTP/1.1 %d" % self.status), (head, body)
            result.answers.append(time.perf_counter() - asked)
            free.put_nowait(speaker)
            due += pause
            await asyncio.sleep(max(due - time.perf_counter(), 0))
        writer.close()


async def listen(socket: ClientConnection, speakers: dict[int, Speaker], result: Round) -> None:
    async for text in socket:
        frame = json.loads(text)
        speaker = speakers.get(frame.get("conversation"))
        if frame.get("verb") == "receive" and speaker is not None and speaker.asked:
            result.pushes.append(time.perf_counter() - speaker.asked)
            speaker.asked = 0.0
