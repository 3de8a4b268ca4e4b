"""Many workers at once: everything is posted once, and in order within each conversation."""

import json
import threading
import time
from collections import Counter, defaultdict

import httpx
import pytest

from channels_app import http
from tests import make
from tests.at_once import at_once
from webhooks import posting
from webhooks.models import Delivery, Subscription, delivery

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CONVERSATIONS, WORKERS = 8, 6


@pytest.fixture
def posted(monkeypatch) -> list[tuple[str, dict]]:
    found: list[tuple[str, dict]] = []
    under_way: Counter[int] = Counter()
    lock = threading.Lock()

    def handle(request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)["data"]
        with lock:
            under_way[told["conversation"]] += 1
            assert under_way[told["conversation"]] == 1, "two of one conversation at once"
            found.append((request.headers["webhook-id"], told))
        time.sleep(0.005)
        with lock:
            under_way[told["conversation"]] -= 1
        return httpx.Response(204)

    monkeypatch.setattr(http, "transport", httpx.MockTransport(handle))
    monkeypatch.setattr(delivery, "AT_ONCE", WORKERS)
    return found


def test_each_once_and_in_order(posted, sales, ana):
    row = Subscription.make(by=ana, teams=None, name="CRM", url="https://crm.example/", verbs=[])
    channel = make.channel("webchat", sales)
    for _ in range(CONVERSATIONS):
        talk = make.conversation(channel, assignee=ana, state="assigned")
        talk.unassign(by=ana)
        talk.close(by=ana)

    def work() -> None:
        for _ in range(200):
            posting.attend(row.pk)
            if not Delivery.objects.filter(state__in=["queued", "sending"]).exists():
                return

    at_once(*[work] * WORKERS)

    ids = [number for number, _told in posted]
    assert len(ids) == len(set(ids)) == Delivery.objects.count()
    by_conversation = defaultdict(list)
    for _number, told in posted:
        by_conversation[told["conversation"]].append(told["id"])
    assert len(by_conversation) == CONVERSATIONS
    assert all(events == sorted(events) for events in by_conversation.values())
    assert set(Delivery.objects.values_list("state", "tries")) == {("delivered", 1)}
