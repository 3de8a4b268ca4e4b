"""SIGKILL between a change and its webhook, and in the middle of posting: everything arrives, in order."""

import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import prepared
from tests.processes import SpreadOut, wait_until

pytestmark = pytest.mark.postgresql
CONVERSATIONS = 6
KILLS = [5, 14]
A_MINUTE_PASSES = "UPDATE webhooks_delivery SET claimed_at = '2020-01-01 00:00:00' WHERE state = 'sending'"
AT_ONCE = "UPDATE webhooks_delivery SET next_at = '2020-01-01 00:00:00' WHERE state = 'queued'"
LEFT = "SELECT id FROM webhooks_delivery WHERE state <> 'delivered'"

CAST = """
from teams.models import Membership, Team, Teammate
from webhooks.models import Subscription
from tests import make
sales = Team.objects.create(name="Sales")
ana = Teammate.objects.create_user("ana", password="monty")
Membership.objects.create(team=sales, teammate=ana)
Subscription.make(by=ana, teams=None, name="CRM", url="%(url)s", verbs=[])
make.channel("webchat", sales)
"""
# In one transaction, and the process is dead before the product's own callbacks run.
DIES = f"""
import os, signal
from django.db import transaction
from channels_app.models import Channel
from conversations.models import Conversation
from teams.models import Teammate
from tests import make
ana = Teammate.objects.get()
with transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    for number in range({CONVERSATIONS}):
        talk = make.conversation(Channel.objects.get(), who=f"customer-{{number}}")
        talk.assign_to(ana, by=ana)
        talk.close(by=ana)
"""
WORK = """
from celery import current_app
from conversations import tasks as talk
from webhooks import tasks
current_app.conf.task_always_eager = True
while True:
    talk.publish_missed()
    tasks.post_missed()
"""


@contextmanager
def receiver() -> Iterator[tuple[str, list[tuple[str, dict]]]]:
    """What was posted, by delivery id; a little slow, so that a kill hits somebody who is posting."""
    taken: list[tuple[str, dict]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.append((self.headers["webhook-id"], told["data"]))
            time.sleep(0.1)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", taken
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def house(tmp_path, tmp_path_factory) -> Iterator[SpreadOut]:
    installation = SpreadOut(tmp_path, database=f"monty_webhooks_{os.getpid()}", redis_url="")
    # Receivers on this very machine are for whoever develops.
    installation.env["DEBUG"] = "1"
    try:
        installation.make_database(like=prepared.database(tmp_path_factory))
        yield installation
    finally:
        installation.tear_down()


def start(house: SpreadOut, name: str) -> None:
    house.start_process(name, sys.executable, "manage.py", "shell", "--no-imports", "-c", WORK)


def has_taken(taken: list, number: int) -> bool:
    return len(taken) >= number


def test_nothing_is_lost_whoever_dies(house: SpreadOut) -> None:
    dice = random.Random(7)
    with receiver() as (url, taken):
        house.python(CAST % {"url": url})
        house.dies_in(DIES)
        assert house.rows("SELECT 1 FROM webhooks_delivery") == [], "it died before anything was kept"
        events = house.rows("SELECT id, conversation_id FROM conversations_event ORDER BY id")
        assert len(events) >= 4 * CONVERSATIONS

        names = ["one", "two"]
        for name in names:
            start(house, name)
        for number in KILLS:
            wait_until(partial(has_taken, taken, number), seconds=60, what=f"delivery {number}")
            name = dice.choice(names)
            house.kill(name)
            house.rows(A_MINUTE_PASSES)
            start(house, name)

        def all_delivered() -> bool:
            house.rows(AT_ONCE)
            return house.rows(LEFT) == []

        wait_until(all_delivered, seconds=90, what="everything delivered")

    kept = house.rows("SELECT uuid::text, event_id FROM webhooks_delivery")
    assert sorted(event for _uuid, event in kept) == [number for number, _talk in events]
    assert {number for number, _told in taken} == {number for number, _event in kept}
    for conversation in {talk for _number, talk in events}:
        mine = [told["id"] for _number, told in taken if told["conversation"] == conversation]
        assert list(dict.fromkeys(mine)) == sorted(set(mine))
