"""Many workers and a provider that fails at random: each message arrives at most once and in order, none is stuck."""

from collections import Counter
from datetime import timedelta

import pytest

from channels_app.adapters import ADAPTERS
from conversations import tasks
from conversations.models import Attempt, Message, message_queries
from conversations.sending import fates
from tests import make
from tests.at_once import at_once
from tests.faulty import Faulty, faulty_provider

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CUSTOMERS, LINES, WORKERS = 12, 10, 8


@pytest.fixture
def provider(monkeypatch):
    """Time runs fast: what waits in the product for minutes waits here for milliseconds."""
    monkeypatch.setitem(ADAPTERS, Faulty.kind, Faulty)
    monkeypatch.setattr(fates, "PAUSES", [timedelta(milliseconds=number) for number in (1, 5, 10, 20, 40)])
    monkeypatch.setattr(message_queries, "OVERDUE", timedelta(0))
    with faulty_provider() as server:
        yield server


@pytest.fixture
def rows(provider, sales, ana):
    channel = make.channel("faulty", sales, config={"url": provider.url})
    rows = [make.conversation(channel, who=f"customer-{number}") for number in range(CUSTOMERS)]
    for row in rows:
        for number in range(LINES):
            row.reply(f"line {number}", by=ana)
    return rows


def work() -> None:
    """What a worker does: the tasks of new messages, and the sweep again and again, until nothing is left."""
    for _ in range(400):
        tasks.deliver_missed()
        if not Message.objects.filter(status__in=["queued", "sending"]).exists():
            return


def numbers(*statuses: str) -> set[int]:
    return set(Message.objects.from_us().filter(status__in=statuses).values_list("pk", flat=True))


def test_each_message_arrives_at_most_once_and_in_order_and_none_is_stuck(provider, rows):
    at_once(*[work] * WORKERS)

    accepted = Counter(number for _, number in provider.accepted)
    assert max(accepted.values()) == 1
    for row in rows:
        mine = provider.accepted_of(row.identity.external_id)
        assert mine == sorted(mine)
    assert numbers("queued", "sending") == set()
    assert numbers("sent") <= accepted.keys()
    assert numbers("unknown") == provider.unanswered
    assert numbers("failed").isdisjoint(accepted)
    assert len(numbers("sent")) > 0 < len(numbers("unknown"))
    check_attempts()


def check_attempts() -> None:
    """Every call is written down: the last outcome is the message's, those before made it come back."""
    outcome = {"sent": "sent", "unknown": "unknown", "failed": "retry"}
    for each in Message.objects.from_us().prefetch_related("attempts"):
        *before, last = [attempt.outcome for attempt in each.attempts.all()]
        assert last == outcome[each.status]
        assert set(before) <= {"retry", "wait"}
    assert not Attempt.objects.filter(outcome="calling").exists()


def test_what_a_person_then_sends_again_arrives_too(provider, rows, ana):
    at_once(*[work] * WORKERS)
    provider.share = 0
    for row in rows:
        for each in row.messages.filter(status__in=["failed", "unknown"]):
            row.retry(each, by=ana)

    at_once(*[work] * WORKERS)

    assert len(numbers("sent")) == CUSTOMERS * LINES
    twice = {number for number, times in Counter(number for _, number in provider.accepted).items() if times > 1}
    assert twice <= provider.unanswered
