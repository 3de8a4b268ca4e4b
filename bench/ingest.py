"""A provider's signed post: how soon it is answered, how many a second, how soon an agent sees what it says.

One daphne process takes the posts, as somebody might run it; workers read them.
"""

import hashlib
import hmac
import json
import time
from functools import partial
from itertools import count
from statistics import median

from bench import floor
from bench.load import Round, Speaker, Stage
from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut

ROUNDS = 5
CUSTOMERS = 160
PER_SECOND = 30
PAGE, SECRET = "104500001", b"monty-app-secret"
written = count()


def measure(installation: SpreadOut) -> list[Row]:
    facts = json.loads(installation.python(PREPARE % {"customers": CUSTOMERS}))
    address = f"/webhooks/{facts['uuid']}/"
    customers = [Speaker(each["conversation"], partial(post, address, each["number"])) for each in facts["customers"]]
    # One daphne takes the posts, the other one has the agent's socket.
    taker, listener = installation.socket_ports[0], installation.socket_urls[1]
    stage = Stage(Agent(installation.url, "ana"), listener, taker, status=200)
    size = len(customers[0].request().partition(b"\r\n\r\n")[2])
    floors: list[float] = []
    full: list[Round] = []
    paced: list[Round] = []
    for _ in range(ROUNDS):
        floors.append(floor.deliveries_per_second(installation, channel=facts["channel"], size=size, seconds=3))
        full.append(stage.run(customers, rate=None))
        read_up(installation)
        paced.append(stage.run(customers, rate=PER_SECOND))
    batch = float(installation.python(READ_A_BATCH % {"channel": facts["channel"]}))
    return rows(floors, full, paced, batch)


def rows(floors: list[float], full: list[Round], paced: list[Round], batch: float) -> list[Row]:
    beside = "pgbench: the same insert, 8 clients"
    rates = [each.rate for each in full]
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
