"""Workers that are killed while they send: nothing arrives twice or out of order, and only what is unknown says so."""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from tests import prepared
from tests.faulty import Provider, faulty_provider
from tests.processes import SpreadOut, wait_until

pytestmark = pytest.mark.postgresql
CUSTOMERS, LINES = 6, 20
# Kill a worker each time the provider has accepted so many.
KILLS = [15, 55]
A_MINUTE_PASSES = "UPDATE conversations_message SET claimed_at = '2020-01-01 00:00:00' WHERE status = 'sending'"

QUEUE = f"""
from tests import make
from tests.faulty import Faulty
from channels_app.adapters import ADAPTERS
ADAPTERS["faulty"] = Faulty
channel = make.channel("faulty", config={{"url": "%(url)s"}})
for number in range({CUSTOMERS}):
    row = make.conversation(channel, who=f"customer-{{number}}")
    for line in range({LINES}):
        row.reply(f"line {{line}}", by=None)
"""
WORK = """
from datetime import timedelta
from channels_app.adapters import ADAPTERS
from conversations import tasks
from conversations.models import message_queries
from tests.faulty import Faulty
ADAPTERS["faulty"] = Faulty
message_queries.OVERDUE = timedelta(0)
while True:
    tasks.deliver_missed()
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with faulty_provider(share=0, pause=0.1, dice=random.Random(7)) as server:
        yield server


@pytest.fixture
def house(tmp_path, tmp_path_factory, provider) -> Iterator[SpreadOut]:
    """A database full of answers that wait, and no process yet."""
    installation = SpreadOut(tmp_path, database=f"monty_outbox_{os.getpid()}", redis_url="")
    try:
        installation.make_database(like=prepared.database(tmp_path_factory))
        installation.python(QUEUE % {"url": provider.url})
        yield installation
    finally:
        installation.tear_down()


def start(house: SpreadOut, name: str) -> None:
    house.start_process(name, sys.executable, "manage.py", "shell", "--no-imports", "-c", WORK)


def has_accepted(provider: Provider, number: int) -> bool:
    return len(provider.accepted) >= number


def statuses(house: SpreadOut) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number, status in house.rows("SELECT id, status FROM conversations_message WHERE author_kind = 'system'"):
        found.setdefault(status, set()).add(number)
    return found


def test_workers_killed_while_sending_lose_nothing_and_double_nothing(house: SpreadOut, provider: Provider) -> None:
    names = ["one", "two", "three"]
    for name in names:
        start(house, name)
    for number in KILLS:
        wait_until(partial(has_accepted, provider, number), seconds=40, what=f"message {number}")
        name = provider.dice.choice(names)
        house.kill(name)
        start(house, name)
    for name in names:
        house.kill(name)
    house.rows(A_MINUTE_PASSES)
    start(house, "last")

    wait_until(lambda: statuses(house).keys() <= {"sent", "unknown"}, seconds=120, what="every message decided")

    accepted = Counter(number for _, number in provider.accepted)
    found = statuses(house)
    assert max(accepted.values()) == 1
    assert found["sent"] <= accepted.keys()
    assert 1 <= len(found.get("unknown", set())) <= len(KILLS) + len(names)
    for customer in range(CUSTOMERS):
        mine = provider.accepted_of(f"customer-{customer}")
        assert mine == sorted(mine)
    assert set(house.rows(OUTCOMES)) == {("sent", "sent", ""), ("unknown", "unknown", "broke off")}


OUTCOMES = """
SELECT DISTINCT message.status, attempt.outcome, attempt.code
FROM conversations_attempt attempt JOIN conversations_message message ON message.id = attempt.message_id
"""
