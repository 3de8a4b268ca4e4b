"""A provider's signed post: how soon it is answered, how many a second, how soon an agent sees what it says.

One daphne process takes the posts, as somebody might run it.
"""

import hashlib
import hmac
import json
import time
from functools import partial
from itertools import count
from statistics import median
from typing import Any

from bench import floor
from bench.load import Round, Speaker, Stage
from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut, wait_until

ROUNDS = 5
CUSTOMERS = 160
PER_SECOND = 30
BESIDE = "pgbench: the same insert, 8 clients"
PAGE, SECRET = "104500001", b"monty-app-secret"
written = count()


def answers(installation: SpreadOut) -> list[Row]:
    """The 200: one daphne process and nobody else; what the post says is not read. Then a large one is, alone."""
    facts, customers = prepared(installation)
    port = installation.socket_ports[0]
    installation.start_socket(1, port)
    try:
        wait_until(lambda: installation.answers(port), what="daphne's first answer")
        agent = Agent(f"http://127.0.0.1:{port}", "ana")
        stage = Stage(agent, f"ws://127.0.0.1:{port}", port, status=200)
        rows = rows_of_answers(installation, facts["channel"], customers, stage)
    finally:
        installation.stop()
    return [*rows, batch(installation, facts["channel"])]


def rows_of_answers(installation: SpreadOut, channel: int, customers: list[Speaker], stage: Stage) -> list[Row]:
    size = len(customers[0].request().partition(b"\r\n\r\n")[2])
    floors: list[float] = []
    full: list[Round] = []
    paced: list[Round] = []
    for _ in range(ROUNDS):
        floors.append(floor.deliveries_per_second(installation, channel=channel, size=size, seconds=3))
        full.append(stage.run(customers, rate=None))
        paced.append(stage.run(customers, rate=PER_SECOND))
    name, ms = "ingest: signed webhook to 200, one daphne", 1000
    return [
        Row(f"{name}, 8 clients", median(each.rate for each in full), "posts/s", median(floors) or None, BESIDE),
        Row("  the 200, saturated, p50", median(p50(each.answers) for each in full) * ms, "ms"),
        Row("  the 200, saturated, p99", median(p99(each.answers) for each in full) * ms, "ms"),
        Row(f"  the 200 at {PER_SECOND}/s, p50", median(p50(each.answers) for each in paced) * ms, "ms"),
        Row(f"  the 200 at {PER_SECOND}/s, p99", median(p99(each.answers) for each in paced) * ms, "ms"),
    ]


def batch(installation: SpreadOut, channel: int) -> Row:
    """The middle one of three, in one process: a worker reads more than one."""
    seconds = json.loads(installation.python(READ_BATCHES % {"channel": channel}))
    return Row("a delivery of 1,000 messages read, of 1,000 new customers", median(seconds), "s", note="aim: under 2")


def measure(installation: SpreadOut) -> list[Row]:
    """With all processes: until an agent sees it."""
    _facts, customers = prepared(installation)
    # One daphne takes the posts, the other one has the agent's socket.
    taker, listener = installation.socket_ports[0], installation.socket_urls[1]
    stage = Stage(Agent(installation.url, "ana"), listener, taker, status=200)
    paced: list[Round] = []
    for _ in range(ROUNDS):
        paced.append(stage.run(customers, rate=PER_SECOND))
        read_up(installation)
    ms = 1000
    return [
        Row(f"ingest to screen at {PER_SECOND}/s, p50", median(p50(each.pushes) for each in paced) * ms, "ms"),
        Row(f"ingest to screen at {PER_SECOND}/s, p99", median(p99(each.pushes) for each in paced) * ms, "ms"),
    ]


def prepared(installation: SpreadOut) -> tuple[dict[str, Any], list[Speaker]]:
    """The channel, and its customers."""
    facts = json.loads(installation.python(PREPARE % {"customers": CUSTOMERS}))
    address = f"/webhooks/{facts['uuid']}/"
    return facts, [Speaker(each["conversation"], partial(post, address, each["number"])) for each in facts["customers"]]


def read_up(installation: SpreadOut) -> None:
    """Wait until the workers have read everything."""
    end = time.monotonic() + 60
    while installation.rows("SELECT 1 FROM channels_app_delivery WHERE state = 'new' LIMIT 1"):
        assert time.monotonic() < end, "the workers did not keep up"
        time.sleep(0.2)


def post(address: str, number: str) -> bytes:
    """What Facebook posts when somebody writes."""
    now = int(time.time() * 1000)
    message = {"mid": f"m_{number}_{now}_{next(written)}", "text": "As fast as it goes"}
    item = {"sender": {"id": number}, "recipient": {"id": PAGE}, "timestamp": now, "message": message}
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
from conversations.incoming import intake
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
READ_BATCHES = """
import json, time
from channels_app.models import Delivery
from conversations.incoming import ingest
taken = []
for batch in range(3):
    now = int(time.time() * 1000)
    items = [
        {"sender": {"id": f"batch{batch}-{number}"}, "recipient": {"id": "104500001"}, "timestamp": now + number,
         "message": {"mid": f"m_batch_{batch}_{number}", "text": "One of many"}}
        for number in range(1000)
    ]
    body = json.dumps({"object": "page", "entry": [{"id": "104500001", "time": now, "messaging": items}]}).encode()
    delivery = Delivery.objects.create(channel_id=%(channel)d, body=body)
    start = time.perf_counter()
    ingest.read(delivery.pk)
    taken.append(time.perf_counter() - start)
print(json.dumps(taken))
"""
