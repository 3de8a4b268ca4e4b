"""A visitor's message in by HTTP, stored, and on an agent's socket: how long, and how many a second."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from statistics import median

from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect

from bench import floor
from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut

ROUNDS = 5
VISITORS = 160
SATURATED_SECONDS = 5
PACED_SECONDS = 8
PER_SECOND = 60
CLIENTS = 8


@dataclass
class Visitor:
    """Speaks once at a time, so that a frame about its conversation can only be about its last message."""

    channel: str
    token: str
    conversation: int
    asked: float = 0.0


@dataclass
class Round:
    """What was measured while one kind of load ran."""

    answers: list[float] = field(default_factory=list)  # seconds until the HTTP answer
    pushes: list[float] = field(default_factory=list)  # seconds until the frame on the agent's socket
    seconds: float = 0.0


def measure(installation: SpreadOut) -> list[Row]:
    facts = json.loads(installation.python(PREPARE % {"visitors": VISITORS}))
    visitors = [Visitor(**row) for row in facts["visitors"]]
    agent = Agent(installation.url, "ana")
    floors: list[float] = []
    full: list[Round] = []
    paced: list[Round] = []
    for _ in range(ROUNDS):
        numbers = [visitor.conversation for visitor in visitors]
        floors.append(
            floor.transactions_per_second(
                installation, channel=facts["channel"], first=min(numbers), last=max(numbers), seconds=4
            )
        )
        full.append(asyncio.run(load(installation, agent, visitors, rate=None)))
        paced.append(asyncio.run(load(installation, agent, visitors, rate=PER_SECOND)))
    return rows(floors, full, paced)


def rows(floors: list[float], full: list[Round], paced: list[Round]) -> list[Row]:
    beside = "pgbench: 1 insert + 1 update, 8 clients"
    rates = [len(each.answers) / each.seconds for each in full]
    ms = 1000
    return [
        Row("message in, saturated by 8 clients", median(rates), "messages/s", median(floors) or None, beside),
        Row("  HTTP answer, saturated, p50", median(p50(each.answers) for each in full) * ms, "ms"),
        Row("  HTTP answer, saturated, p99", median(p99(each.answers) for each in full) * ms, "ms"),
        Row("  on the agent's socket, saturated, p50", median(p50(each.pushes) for each in full) * ms, "ms"),
        Row("  on the agent's socket, saturated, p99", median(p99(each.pushes) for each in full) * ms, "ms"),
        Row(f"  on the agent's socket at {PER_SECOND}/s, p50", median(p50(each.pushes) for each in paced) * ms, "ms"),
        Row(f"  on the agent's socket at {PER_SECOND}/s, p99", median(p99(each.pushes) for each in paced) * ms, "ms"),
    ]


async def load(installation: SpreadOut, agent: Agent, visitors: list[Visitor], *, rate: int | None) -> Round:
    """Let the visitors write: as fast as 8 connections go, or at a steady rate."""
    result = Round()
    url = installation.socket_urls[0]
    headers = {"Cookie": agent.browser.cookie_header()}
    origin = Origin(url.replace("ws", "http", 1))
    async with connect(f"{url}/ws/inbox/", origin=origin, additional_headers=headers, max_queue=None) as socket:
        await socket.recv()
        listening = asyncio.create_task(listen(socket, {each.conversation: each for each in visitors}, result))
        seconds = SATURATED_SECONDS if rate is None else PACED_SECONDS
        free = asyncio.Queue[Visitor]()
        for visitor in visitors:
            free.put_nowait(visitor)
        start = time.perf_counter()
        writers = [write(installation.port, free, result, start + seconds, rate) for _ in range(CLIENTS)]
        await asyncio.gather(*writers)
        result.seconds = time.perf_counter() - start
        await asyncio.sleep(1)  # The last frames.
        listening.cancel()
    return result


async def listen(socket: ClientConnection, visitors: dict[int, Visitor], result: Round) -> None:
    async for text in socket:
        frame = json.loads(text)
        visitor = visitors.get(frame.get("conversation"))
        if frame.get("verb") == "receive" and visitor is not None and visitor.asked:
            result.pushes.append(time.perf_counter() - visitor.asked)
            visitor.asked = 0.0


async def write(port: int, free: "asyncio.Queue[Visitor]", result: Round, end: float, rate: int | None) -> None:
    """One connection, kept open: a message, its answer, the next."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    pause = CLIENTS / rate if rate else 0.0
    due = time.perf_counter()
    while time.perf_counter() < end:
        visitor = await free.get()
        visitor.asked = asked = time.perf_counter()
        writer.write(request(visitor))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        body = await reader.readexactly(length)
        assert head.startswith(b"HTTP/1.1 201"), (head, body)
        result.answers.append(time.perf_counter() - asked)
        free.put_nowait(visitor)
        due += pause
        await asyncio.sleep(max(due - time.perf_counter(), 0))
    writer.close()


def request(visitor: Visitor) -> bytes:
    body = json.dumps({"client_id": str(uuid.uuid4()), "text": "As fast as it goes"})
    return (
        f"POST /webchat/{visitor.channel}/messages/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Visitor {visitor.token}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


# Twenty webchats with eight visitors each: within the rate limits that hold for one channel and one visitor.
PREPARE = """
import json
from channels_app.border import Inbound, Sender
from channels_app.models import Channel, Visitor, hashed, new_token
from conversations import intake
from django.utils import timezone
from teams.models import Team
made = []
for number in range(20):
    channel = Channel.objects.create(kind="webchat", name=f"Bench {number}", team=Team.objects.get(name="Sales"))
    for _ in range(%(visitors)d // 20):
        token = new_token()
        visitor = Visitor.objects.create(channel=channel, token_hash=hashed(token))
        hello = Inbound(f"{visitor.uuid}/0", Sender(visitor.external_id), timezone.now(), "Hello")
        conversation = intake.receive(channel, hello)[0].conversation_id
        made.append({"channel": str(channel.uuid), "token": token, "conversation": conversation})
print(json.dumps({"visitors": made, "channel": channel.pk}))
"""
