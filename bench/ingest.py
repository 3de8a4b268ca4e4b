"""A provider's signed post: how soon it is answered, how many a second, how soon an agent sees what it says.

One daphne process takes the posts, as somebody might run it; workers read them.
"""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from statistics import median

from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect

from bench import floor
from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut

ROUNDS = 5
CUSTOMERS = 160
SATURATED_SECONDS = 5
PACED_SECONDS = 8
PER_SECOND = 30
CLIENTS = 8
PAGE, SECRET = "104500001", b"monty-app-secret"


@dataclass
class Customer:
    """Writes once at a time, so that a frame about their conversation can only be about their last message."""

    number: str
    conversation: int
    asked: float = 0.0
    written: int = 0


@dataclass
class Round:
    """What was measured while one kind of load ran."""

    answers: list[float] = field(default_factory=list)  # seconds until the 200
    pushes: list[float] = field(default_factory=list)  # seconds until the frame on the agent's socket
    seconds: float = 0.0


def measure(installation: SpreadOut) -> list[Row]:
    facts = json.loads(installation.python(PREPARE % {"customers": CUSTOMERS}))
    customers = [Customer(**row) for row in facts["customers"]]
    address, agent = f"/webhooks/{facts['uuid']}/", Agent(installation.url, "ana")
    size = len(post(address, customers[0]).partition(b"\r\n\r\n")[2])
    floors: list[float] = []
    full: list[Round] = []
    paced: list[Round] = []
    for _ in range(ROUNDS):
        floors.append(floor.deliveries_per_second(installation, channel=facts["channel"], size=size, seconds=3))
        full.append(asyncio.run(load(installation, agent, address, customers, rate=None)))
        read_up(installation)
        paced.append(asyncio.run(load(installation, agent, address, customers, rate=PER_SECOND)))
    batch = float(installation.python(READ_A_BATCH % {"channel": facts["channel"]}))
    return rows(floors, full, paced, batch)


def rows(floors: list[float], full: list[Round], paced: list[Round], batch: float) -> list[Row]:
    beside = "pgbench: the same insert, 8 clients"
    rates = [len(each.answers) / each.seconds for each in full]
    ms = 1000
    return [
        Row(
            "ingest: signed webhook to 200, 8 clients, one daphne",
            median(rates),
            "posts/s",
            median(floors) or None,
            beside,
        ),
        Row("  the 200, saturated, p50", median(p50(each.answers) for each in full) * ms, "ms"),
        Row("  the 200, saturated, p99", median(p99(each.answers) for each in full) * ms, "ms"),
        Row(f"  the 200 at {PER_SECOND}/s, p50", median(p50(each.answers) for each in paced) * ms, "ms"),
        Row(f"  the 200 at {PER_SECOND}/s, p99", median(p99(each.answers) for each in paced) * ms, "ms"),
        Row(f"ingest to screen at {PER_SECOND}/s, p50", median(p50(each.pushes) for each in paced) * ms, "ms"),
        Row(f"ingest to screen at {PER_SECOND}/s, p99", median(p99(each.pushes) for each in paced) * ms, "ms"),
        Row("a delivery of 1,000 messages read, of 1,000 customers", batch, "s"),
    ]


def read_up(installation: SpreadOut) -> None:
    """Wait until the workers have read everything."""
    end = time.monotonic() + 60
    while installation.rows("SELECT 1 FROM channels_app_delivery WHERE state = 'new' LIMIT 1"):
        assert time.monotonic() < end, "the workers did not keep up"
        time.sleep(0.2)


async def load(
    installation: SpreadOut, agent: Agent, address: str, customers: list[Customer], *, rate: int | None
) -> Round:
    """Let the provider post: as fast as 8 connections go, or at a steady rate."""
    result = Round()
    listener, taker = installation.socket_ports[1], installation.socket_ports[0]
    headers = {"Cookie": agent.browser.cookie_header()}
    url = f"ws://127.0.0.1:{listener}/ws/inbox/"
    origin = Origin(f"http://127.0.0.1:{listener}")
    async with connect(url, origin=origin, additional_headers=headers, max_queue=None) as socket:
        await socket.recv()
        listening = asyncio.create_task(listen(socket, {each.conversation: each for each in customers}, result))
        free = asyncio.Queue[Customer]()
        for customer in customers:
            customer.asked = 0.0
            free.put_nowait(customer)
        start = time.perf_counter()
        end = start + (SATURATED_SECONDS if rate is None else PACED_SECONDS)
        await asyncio.gather(*(write(taker, address, free, result, end, rate) for _ in range(CLIENTS)))
        result.seconds = time.perf_counter() - start
        await asyncio.sleep(1)  # The last frames.
        listening.cancel()
    return result


async def listen(socket: ClientConnection, customers: dict[int, Customer], result: Round) -> None:
    async for text in socket:
        frame = json.loads(text)
        customer = customers.get(frame.get("conversation"))
        if frame.get("verb") == "receive" and customer is not None and customer.asked:
            result.pushes.append(time.perf_counter() - customer.asked)
            customer.asked = 0.0


async def write(
    port: int, address: str, free: "asyncio.Queue[Customer]", result: Round, end: float, rate: int | None
) -> None:
    """One connection, kept open: a post, its answer, the next."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    pause = CLIENTS / rate if rate else 0.0
    due = time.perf_counter()
    while time.perf_counter() < end:
        customer = await free.get()
        request = post(address, customer)
        customer.asked = asked = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        body = await reader.readexactly(length)
        assert head.startswith(b"HTTP/1.1 200"), (head, body)
        result.answers.append(time.perf_counter() - asked)
        free.put_nowait(customer)
        due += pause
        await asyncio.sleep(max(due - time.perf_counter(), 0))
    writer.close()


def post(address: str, customer: Customer) -> bytes:
    """What Facebook posts when somebody writes."""
    customer.written += 1
    now = int(time.time() * 1000)
    message = {"mid": f"m_{customer.number}_{now}_{customer.written}", "text": "As fast as it goes"}
    item = {"sender": {"id": customer.number}, "recipient": {"id": PAGE}, "timestamp": now, "message": message}
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": now, "messaging": [item]}]}).encode()
    signature = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    return (
        f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


PREPARE = """
import json
from channels_app.border import Inbound, Sender
from channels_app.models import Channel
from conversations import intake
from django.utils import timezone
from teams.models import Team
channel = Channel(kind="facebook", name="Bench", external_id="104500001", team=Team.objects.get(name="Sales"))
channel.keep_secret("app_secret", "monty-app-secret")
channel.save()
made = []
for number in range(%(customers)d):
    hello = Inbound(f"bench-{number}", Sender(f"bench{number}", name="Bench"), timezone.now(), "Hello")
    conversation = intake.receive(channel, hello)[0].conversation_id
    made.append({"number": f"bench{number}", "conversation": conversation})
print(json.dumps({"customers": made, "uuid": str(channel.uuid), "channel": channel.pk}))
"""
READ_A_BATCH = """
import json, time
from channels_app.models import Delivery
from conversations import ingest
now = int(time.time() * 1000)
items = [
    {"sender": {"id": f"batch{number}"}, "recipient": {"id": "104500001"}, "timestamp": now + number,
     "message": {"mid": f"m_batch_{number}", "text": "One of many"}}
    for number in range(1000)
]
body = json.dumps({"object": "page", "entry": [{"id": "104500001", "time": now, "messaging": items}]}).encode()
delivery = Delivery.objects.create(channel_id=%(channel)d, body=body)
start = time.perf_counter()
ingest.read(delivery.pk)
print(time.perf_counter() - start)
"""
