"""What people on call watch: how much waits, since when, and what this process holds."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels_app import live
from channels_app.models import Delivery
from conversations.models import Message
from monty import metrics
from teams.models import ApiToken, Teammate
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def sara() -> Teammate:
    return make.staff("sara", "teams.oversee")


def read(client: Client, name: str) -> float:
    """The figure of one name without labels."""
    found = re.search(rf"^{name} ([\d.e+-]+)$", client.get("/metrics").content.decode(), re.MULTILINE)
    assert found is not None, name
    return float(found[1])


@pytest.fixture
def monitor(client: Client, sara: Teammate) -> Client:
    client.force_login(sara)
    return client


def test_what_waits_is_counted_with_the_age_of_the_first(monitor, conversation):
    long_ago = timezone.now() - timedelta(minutes=10)
    Delivery.objects.create(channel=conversation.channel, body=b"{}", received_at=long_ago)
    Delivery.objects.create(channel=conversation.channel, body=b"{}")

    assert read(monitor, "monty_deliveries_to_read") == 2
    assert 600 <= read(monitor, "monty_deliveries_to_read_oldest_seconds") < 660


def test_where_nothing_waits_both_are_nought(monitor):
    assert read(monitor, "monty_messages_to_send") == read(monitor, "monty_messages_to_send_oldest_seconds") == 0


@pytest.mark.parametrize("queue", metrics.QUEUES, ids=lambda queue: queue.name)
def test_each_queue_can_be_asked(monitor, conversation, queue):
    assert read(monitor, f"monty_{queue.name}") >= 0


def test_a_customer_who_waits_is_counted(monitor, conversation):
    assert read(monitor, "monty_conversations_waiting") == 1


def test_messages_are_counted_by_their_numbers(monitor, conversation):
    assert read(monitor, "monty_messages_total") == Message.objects.latest("pk").pk


def test_the_sockets_are_those_of_this_process(monitor, monkeypatch):
    monkeypatch.setattr(live.registry, "joined", {object(): ("everybody",), object(): ("everybody",)})
    assert read(monitor, "monty_sockets") == 2


def test_it_costs_the_same_queries_however_much_waits(monitor, conversation, django_assert_num_queries):
    def costs() -> None:
        with django_assert_num_queries(QUERIES):
            assert monitor.get("/metrics").status_code == 200

    costs()
    Delivery.objects.bulk_create([Delivery(channel=conversation.channel, body=b"{}") for _ in range(20)])
    costs()


# One for each queue, each number, failed ones, teammates and channels; two for the session.
QUERIES = len(metrics.QUEUES) + len(metrics.NUMBERED) + 3 + 2


def test_no_text_of_a_customer_is_in_it(monitor, conversation):
    assert conversation.messages.first().text not in monitor.get("/metrics").content.decode()


def test_a_program_is_let_in_by_its_token(client, sara):
    token = ApiToken.objects.make(sara)
    assert client.get("/metrics", headers={"Authorization": f"Token {token.key}"}).status_code == 200


def test_a_token_that_is_made_up_is_refused(client):
    assert client.get("/metrics", headers={"Authorization": "Token made-up"}).status_code == 401


def test_an_agent_is_refused_with_words(client, conversation):
    client.force_login(make.teammate("ben"))
    answer = client.get("/metrics")
    assert answer.status_code == 403
    assert "run the installation" in answer.content.decode()


def test_a_supervisor_who_is_held_to_their_teams_is_refused(client, sara):
    sara.own_teams_only = True
    sara.save()
    client.force_login(sara)
    assert client.get("/metrics").status_code == 403


def test_a_stranger_is_sent_to_the_log_in(client):
    assert client.get("/metrics").status_code == 302
