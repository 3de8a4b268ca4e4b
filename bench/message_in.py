"""A visitor's message in by HTTP, stored, and on an agent's socket: how long, and how many a second."""

import json
import uuid
from functools import partial
from statistics import median

from bench import floor
from bench.load import Round, Speaker, Stage
from bench.report import Row, p50, p99
from tests.client import Agent
from tests.processes import SpreadOut

ROUNDS = 5
VISITORS = 160
PER_SECOND = 60


def measure(installation: SpreadOut) -> list[Row]:
    facts = json.loads(installation.python(PREPARE % {"visitors": VISITORS}))
    visitors = [
        Speaker(each["conversation"], partial(message, each["channel"], each["token"])) for each in facts["visitors"]
    ]
    stage = Stage(Agent(installation.url, "ana"), installation.socket_urls[0], installation.port, status=201)
    numbers = [visitor.conversation for visitor in visitors]
    floors: list[float] = []
    full: list[Round] = []
    paced: list[Round] = []
    for _ in range(ROUNDS):
        floors.append(
            floor.transactions_per_second(
                installation, channel=facts["channel"], first=min(numbers), last=max(numbers), seconds=4
            )
        )
        full.append(stage.run(visitors, rate=None))
        paced.append(stage.run(visitors, rate=PER_SECOND))
    return rows(floors, full, paced)


def rows(floors: list[float], full: list[Round], paced: list[Round]) -> list[Row]:
    beside = "pgbench: 1 insert + 1 update, 8 clients"
    rates = [each.rate for each in full]
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


def message(channel: str, token: str) -> bytes:
    """A visitor's request."""
    body = json.dumps({"client_id": str(uuid.uuid4()), "text": "As fast as it goes"})
    return (
        f"POST /webchat/{channel}/messages/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Visitor {token}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


# Twenty webchats with eight visitors each: within the rate limits that hold for one channel and one visitor.
PREPARE = """
import json
from channels_app.border import Inbound, Sender
from channels_app.models import Channel, Visitor, hashed, new_token
from conversations.incoming import intake
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
