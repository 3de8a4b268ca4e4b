"""Everything at once: duplicates, shuffles, eight workers, and death at any moment."""

import os
import random
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from channels_app.models import Delivery
from conversations.incoming import early
from conversations.models import Contact, Conversation, EarlyReceipt, Episode, Event, Identity, Message
from tests import make
from tests.herald import post, said
from tests.processes import ROOT
from tests.services import database_url

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CUSTOMERS, LINES, ANSWERS = 40, 90, 10


def events(start) -> list[dict[str, Any]]:
    """5,200 of them: what each customer wrote, what they changed of it, and what became of our answers."""
    found = []
    for customer in range(CUSTOMERS):
        who = f"c-{customer}"
        for line in range(LINES):
            at = start + timedelta(seconds=10 * line + customer % 7)
            found.append(said("Inbound", external_id=f"{who}/{line}", who=who, text=f"line {line}", at=at))
        for line in range(0, LINES, 9):
            found.append(said("Edit", target=f"{who}/{line}", who=who, text=f"better {line}", at=at))
        for answer in range(ANSWERS):
            found += [
                said("Receipt", status=status, external_ids=[f"{who}/a{answer}"])
                for status in ("sent", "delivered", "read")
            ]
    return found


def posted(client, herald, dice: random.Random, facts: list[dict[str, Any]]) -> None:
    """Signed, a fifth of them twice, in any order, in posts of any size."""
    items = facts + dice.sample(facts, len(facts) // 5)
    dice.shuffle(items)
    while items:
        size = dice.randint(1, 80)
        assert post(client, herald, *items[:size]).status_code == 200
        del items[:size]


def answer(herald, customers: range) -> None:
    """Ten messages of ours to each of them, as the outbox leaves them."""
    for customer in customers:
        row = make.message(herald, "Hello", f"c-{customer}", external_id=f"c-{customer}/hello").conversation
        Message.objects.bulk_create(
            Message(
                conversation=row,
                channel=herald,
                author_kind="system",
                status="sent",
                external_id=f"c-{customer}/a{number}",
            )
            for number in range(ANSWERS)
        )


def read_under_fire() -> int:
    """How often a worker was killed while it held a delivery."""
    env = os.environ | {
        "DATABASE_URL": database_url(str(connection.settings_dict["NAME"])),
        "DEBUG": "1",
        "REDIS_URL": "",
        "CELERY_BROKER_URL": "",
        "DJANGO_SETTINGS_MODULE": "monty.settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.readers", "8", "8"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "deadlock" not in done.stderr
    return int(done.stdout)


def test_every_event_counts_once_and_in_order(client, herald):
    dice = random.Random()
    start = timezone.now() - timedelta(hours=2)
    facts = events(start)
    assert len(facts) >= 5000
    # Half of the customers are new, and their receipts come before the outbox knows what became of its messages.
    answer(herald, range(CUSTOMERS // 2))
    posted(client, herald, dice, facts)
    assert Delivery.objects.count() > 100

    assert read_under_fire() > 0
    answer(herald, range(CUSTOMERS // 2, CUSTOMERS))
    while EarlyReceipt.objects.exists():
        early.settle_missed()

    assert set(Delivery.objects.values_list("state", "error")) == {("done", "")}
    assert Identity.objects.count() == Contact.objects.count() == Conversation.objects.live().count() == CUSTOMERS
    assert Episode.objects.count() == CUSTOMERS
    for row in Conversation.objects.select_related("identity"):
        who = row.identity.external_id
        lines = row.messages.of_contact().filter(external_id__startswith=f"{who}/").order_by("at", "pk")
        said_by_them = [f"{'better' if line % 9 == 0 else 'line'} {line}" for line in range(LINES)]
        assert [each.text for each in lines if each.text != "Hello"] == said_by_them
        shown = [event.message.text for event in row.events.filter(verb="receive").newest_first().with_message()]
        assert [text for text in reversed(shown) if text != "Hello"] == said_by_them
        assert row.unread == LINES + 1
    assert set(Message.objects.from_us().values_list("status", flat=True)) == {"read"}
    assert Event.objects.filter(verb="receive").count() == CUSTOMERS * (LINES + 1)
