"""Sending: queued answers handed to a provider that answers at once, by one worker, beside bare calls and commits."""

import json
import time
from statistics import median

import httpx
import psycopg

from bench.fill import forget
from bench.report import Row
from tests.faulty import Provider, faulty_provider
from tests.processes import SpreadOut

CUSTOMERS = 200
LINES = 5
ROUNDS = 3


def measure(installation: SpreadOut) -> list[Row]:
    with faulty_provider(share=0) as provider:
        installation.python(PREPARE % {"url": provider.url, "customers": CUSTOMERS})
        floors: list[float] = []
        rates: list[float] = []
        for _ in range(ROUNDS):
            floors.append(calls_per_second(provider, installation.env["DATABASE_URL"]))
            installation.python(QUEUE % {"lines": LINES})
            rates.append(float(json.loads(installation.python(DRAIN))))
    name = f"outbox: {LINES} messages to each of {CUSTOMERS} customers, one worker"
    beside = "the same calls by HTTP, each between two commits of one row"
    # No other process knows a channel of this kind.
    forget(installation, "Bench outbox")
    return [Row(name, median(rates), "messages/s", median(floors), beside)]


def calls_per_second(provider: Provider, database_url: str) -> float:
    """A connection for each, as the adapters have it; what is on its way, and what became of it, is on the disk."""
    trusted = httpx.create_ssl_context()
    written = "UPDATE channels_app_channel SET name = name WHERE name = 'Bench outbox'"
    start = time.perf_counter()
    with psycopg.connect(database_url, autocommit=True) as database:
        for number in range(CUSTOMERS):
            database.execute(written)
            with httpx.Client(verify=trusted) as client:
                client.post(provider.url, json={"id": number, "to": "nobody"}).raise_for_status()
            database.execute(written)
    return CUSTOMERS / (time.perf_counter() - start)


PREPARE = """
from channels_app.adapters import ADAPTERS
from tests import make
from tests.faulty import Faulty
ADAPTERS["faulty"] = Faulty
channel = make.channel("faulty", config={"url": "%(url)s"}, name="Bench outbox")
make.many_waiting(channel, %(customers)d)
"""

# Written in bulk: nothing has told a worker of them.
QUEUE = """
from channels_app.models import Channel
from conversations.models import Conversation, Message
channel = Channel.objects.get(name="Bench outbox")
Message.objects.bulk_create(
    Message(conversation_id=number, channel=channel, author_kind="system", status="queued", text=f"line {line}")
    for number in Conversation.objects.filter(channel=channel).values_list("pk", flat=True)
    for line in range(%(lines)d)
)
"""

DRAIN = """
import time
from channels_app.adapters import ADAPTERS
from conversations import tasks
from conversations.models import Conversation, Message
from tests.faulty import Faulty
ADAPTERS["faulty"] = Faulty
rows = list(Conversation.objects.filter(channel__name="Bench outbox").values_list("pk", flat=True))
queued = Message.objects.queued().filter(channel__name="Bench outbox").count()
start = time.perf_counter()
for number in rows:
    tasks.deliver(number)
took = time.perf_counter() - start
assert not Message.objects.queued().filter(channel__name="Bench outbox").exists()
print(queued / took)
"""
