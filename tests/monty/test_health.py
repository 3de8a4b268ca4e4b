"""What load balancers and people on call ask."""

import pytest
from django.core.cache import cache
from django.test import Client

from conversations import tasks
from monty import health

pytestmark = pytest.mark.once


def test_alive_asks_for_nothing(client: Client):
    assert client.get("/healthz").json() == {"alive": True}


@pytest.mark.django_db
def test_ready_when_a_worker_was_seen(client: Client):
    tasks.worker_is_alive()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "push": True, "broker": True, "worker": True}


@pytest.mark.django_db
def test_not_ready_when_no_worker_was_seen_for_a_minute(client: Client):
    cache.delete(health.WORKER_SEEN)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"] is False


@pytest.mark.django_db
def test_not_ready_without_redis_when_spread_out(client: Client, settings):
    tasks.worker_is_alive()
    settings.EMBEDDED = False
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["push"] is False
