"""SIGKILL at the worst moments: nothing is lost, nothing is done twice, the sweeps make it right."""

import random
import threading
import time
import uuid
from functools import partial
from urllib.error import URLError

import pytest

from tests.client import Agent, Visitor, hear
from tests.processes import Embedded, Installation, SpreadOut, wait_until

# In one transaction with what follows; the process is dead before the product's own callbacks run.
DIE_AT_COMMIT = """
import os, signal
from django.db import transaction
from django.utils import timezone
from channels_app.border import Inbound, Sender
from channels_app.models import Channel
from conversations.incoming import intake
from conversations.models import Conversation
from teams.models import Teammate
ana = Teammate.objects.get(username="ana")
with transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
"""
# For whoever held a message when they died.
A_MINUTE_PASSES = "UPDATE conversations_message SET claimed_at = '2020-01-01 00:00:00' WHERE status = 'sending'"


def statuses(monty: Installation) -> dict[str, int]:
    query = "SELECT status, count(*) FROM conversations_message WHERE author_kind = 'teammate' GROUP BY status"
    return dict(monty.rows(query))


def sent_in_each_conversation(monty: Installation) -> dict[int, list[int]]:
    """The messages announced as sent, in the order of the announcements."""
    found: dict[int, list[int]] = {}
    query = """
        SELECT conversation_id, message_id, data FROM conversations_event WHERE verb = 'deliver' ORDER BY id
    """
    for conversation, message, data in monty.rows(query):
        if '"sent"' in str(data).replace("'", '"'):
            found.setdefault(conversation, []).append(message)
    return found


def ours_in_each_conversation(monty: Installation) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    query = "SELECT conversation_id, id FROM conversations_message WHERE author_kind = 'teammate' ORDER BY id"
    for conversation, message in monty.rows(query):
        found.setdefault(conversation, []).append(message)
    return found


@pytest.fixture(scope="module")
def died(monty: Installation) -> "Death":
    """A process closes one conversation, answers a second, takes in a third, commits, and is dead."""
    death = Death(monty)
    deeds = f"""
    Conversation.objects.get(pk={death.closed}).close(by=ana)
    Conversation.objects.get(pk={death.answered}).reply("Here I am", by=ana)
    intake.receive(Channel.objects.get(), Inbound("m.1", Sender("newcomer"), timezone.now(), "Anybody?"))
"""
    monty.dies_in(DIE_AT_COMMIT + deeds)
    return death


class Death:
    """Before it: two customers, and Ana with an open page on every socket process."""

    def __init__(self, monty: Installation) -> None:
        self.monty = monty
        self.visitors = [Visitor(monty.url, monty.channel) for _ in range(2)]
        for visitor in self.visitors:
            visitor.say("Hello")
        rows = monty.rows("SELECT id FROM conversations_conversation ORDER BY id DESC LIMIT 2")
        self.answered, self.closed = (number for (number,) in rows)
        ana = Agent(monty.url, "ana")
        self.pages = [ana.listen(url) for url in monty.socket_urls]


def test_open_pages_hear_of_a_change_whose_process_died_before_the_push(died: Death) -> None:
    for page in died.pages:
        assert hear(page, verb="close", conversation=died.closed, seconds=15)["state"] == "closed"
    unpublished = "SELECT 1 FROM conversations_event WHERE NOT published"
    wait_until(lambda: died.monty.rows(unpublished) == [], what="the mark of being published")


def test_an_answer_whose_process_died_before_its_task_is_sent(died: Death) -> None:
    def tick() -> list[str]:
        return [each["status"] for each in died.visitors[1].read() if each["text"] == "Here I am"]

    wait_until(lambda: tick() == ["sent"], what="the answer's tick")
    ours, sent = ours_in_each_conversation(died.monty), sent_in_each_conversation(died.monty)
    assert len(ours[died.answered]) == 1
    assert sent[died.answered] == ours[died.answered]


def test_a_customer_whose_process_died_before_the_assignment_is_assigned(died: Death) -> None:
    query = """
        SELECT c.state FROM conversations_conversation c JOIN conversations_identity i ON i.id = c.identity_id
        WHERE i.external_id = 'newcomer'
    """
    wait_until(lambda: died.monty.rows(query) == [("assigned",)], what="the assignment")


def has_sent(monty: SpreadOut, number: int) -> bool:
    return statuses(monty).get("sent", 0) >= number


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_worker_killed_again_and_again_sends_everything_once_and_in_order(spread_out: SpreadOut) -> None:
    monty, dice = spread_out, random.Random()
    monty.kill_tree("worker")
    monty.python(QUEUE_200)
    assert statuses(monty)["queued"] >= 200
    already = statuses(monty).get("sent", 0)

    for progress in sorted(dice.sample(range(5, 150), 2)):
        monty.start_worker()
        wait_until(partial(has_sent, monty, already + progress), what=f"{progress} sent")
        monty.kill_tree("worker")
    # What the dead held is let go after a minute: it passes now.
    monty.rows(
        "UPDATE conversations_message SET claimed_at = claimed_at - interval '61 seconds' WHERE status = 'sending'"
    )
    monty.start_worker()

    wait_until(lambda: set(statuses(monty)) == {"sent"}, seconds=30, what="everything sent")
    assert sent_in_each_conversation(monty) == ours_in_each_conversation(monty)


QUEUE_200 = """
from django.utils import timezone
from channels_app.border import Inbound, Sender
from channels_app.models import Channel
from conversations.incoming import intake
from teams.models import Teammate
ana = Teammate.objects.get(username="ana")
for number in range(10):
    inbound = Inbound(f"q-{number}", Sender(f"customer-{number}"), timezone.now(), "Hello")
    row = intake.receive(Channel.objects.get(), inbound)[0].conversation
    for line in range(20):
        row.reply(f"line {line}", by=ana)
"""


ASSIGNMENTS = "SELECT conversation_id FROM conversations_event WHERE verb = 'assign' AND team_id = {team}"


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_worker_killed_in_the_middle_of_a_drain_leaves_the_rest_to_the_net(spread_out: SpreadOut) -> None:
    """Six hundred wait, three batches' worth; the worker dies as soon as the first are handed out."""
    monty = spread_out
    monty.kill_tree("worker")
    team = int(monty.python(SIX_HUNDRED_WAIT))
    handed_out = partial(monty.rows, ASSIGNMENTS.format(team=team))

    for _ in range(2):
        monty.start_worker()
        before = len(handed_out())
        wait_until(lambda before=before: len(handed_out()) > before, what="the first of a drain")  # type: ignore[misc]
        monty.kill_tree("worker")
    monty.start_worker()

    wait_until(lambda: len(handed_out()) >= 600, seconds=40, what="everything handed out")
    assert len({number for (number,) in handed_out()}) == len(handed_out()) == 600
    load = "SELECT count(*) FROM conversations_conversation WHERE team_id = {} GROUP BY assignee_id"
    assert monty.rows(load.format(team)) == [(200,)] * 3


SIX_HUNDRED_WAIT = """
from datetime import timedelta
from django.utils import timezone
from teams.models import Membership, Team, Teammate
from tests import make
team = Team.objects.create(name="Busy", auto_assign=True)
for number in range(3):
    # Connected for as long as the test lasts.
    there = timezone.now() + timedelta(hours=1)
    person = Teammate.objects.create(username=f"busy-{number}", capacity=200, last_seen_at=there)
    Membership.objects.create(team=team, teammate=person)
make.many_waiting(make.channel("webchat", team), 600)
print(team.pk)
"""


class Persistent:
    """A visitor who writes on until it is enough, and whose widget tries until each message has been taken, always
    under the message's own id.
    """

    def __init__(self, monty: Installation, number: int) -> None:
        self.visitor = Visitor(monty.url, monty.channel)
        self.number = number
        self.lines: list[str] = []
        self.taken = 0
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self.write, daemon=True)
        self.thread.start()

    def write(self) -> None:
        # No more than are read at once.
        while len(self.lines) < 100 and not self.enough.is_set():
            self.lines.append(f"visitor {self.number}, line {len(self.lines)}")
            self.insist(self.lines[-1], str(uuid.uuid4()))

    def insist(self, line: str, client_id: str) -> None:
        while True:
            try:
                self.visitor.say(line, client_id)
            except (URLError, OSError):
                time.sleep(0.05)
            else:
                self.taken += 1
                return


def test_an_embedded_server_killed_in_the_middle_of_everything(embedded: Embedded) -> None:
    """Customers write and an agent answers while it dies; after the restart nothing taken is missing or doubled."""
    ana = Agent(embedded.url, "ana")
    ana.listen(embedded.socket_urls[0])
    visitors = [Persistent(embedded, number) for number in range(4)]
    wait_until(lambda: sum(each.taken for each in visitors) >= 8, what="the first messages")
    number = embedded.rows("SELECT max(id) FROM conversations_conversation")[0][0]
    for line in range(5):
        ana.api.post(f"conversations/{number}/messages/", {"text": f"answer {line}"})

    embedded.kill("serve")
    assert all(each.thread.is_alive() for each in visitors), "it was not killed in the middle"
    embedded.start()
    Agent(embedded.url, "ana").listen(embedded.socket_urls[0])

    for each in visitors:
        each.enough.set()
    wait_until(lambda: not any(each.thread.is_alive() for each in visitors), what="the visitors' last messages")
    for each in visitors:
        assert [message["text"] for message in each.visitor.read() if message["from"] == "contact"] == each.lines
    # A message that was just being sent is let go after a minute: it passes now.
    embedded.rows(A_MINUTE_PASSES)
    wait_until(lambda: set(statuses(embedded)) == {"sent"}, what="every answer sent")
    assert sent_in_each_conversation(embedded) == ours_in_each_conversation(embedded)
    live = "SELECT DISTINCT state FROM conversations_conversation WHERE state NOT IN ('closed', 'dropped')"
    wait_until(lambda: embedded.rows(live) == [("assigned",)], what="every customer assigned")
