"""What is counted in the cache, also while there is none."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache, caches
from rest_framework.exceptions import Throttled

from conversations.webchat.door import PerAddress
from monty import rates
from tests.services import free_port


@pytest.fixture
def no_redis(settings) -> Iterator[None]:
    """A Redis that nobody runs, as the product is configured for it."""
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}
    yield
    caches.close_all()


def test_one_more_each_time():
    assert [rates.one_more("wishes", 60) for _ in range(3)] == [1, 2, 3]
    assert rates.one_more("others", 60) == 1


def test_the_first_is_told_from_those_after_it():
    assert [rates.is_first("mail", 60) for _ in range(2)] == [True, False]


def test_a_count_that_was_forgotten_in_between_fails_nobody(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_args: None, raising=False)
    assert rates.one_more("wishes", 60) == 0


def test_without_redis_nothing_counts_and_everything_is_first(no_redis):
    assert rates.one_more("wishes", 60) == 0
    assert [rates.is_first("mail", 60) for _ in range(2)] == [True, True]


def test_without_redis_a_customers_message_is_taken(no_redis, webchat, client):
    assert PerAddress.scope == "session"
    assert client.post(f"/webchat/{webchat.uuid}/sessions/").status_code == 201


def test_a_window_counts_by_itself() -> None:
    with time_machine.travel(0, tick=False) as clock:
        assert [rates.in_this_window("wishes", 60) for _ in range(2)] == [1, 2]
        clock.shift(59)
        assert (rates.in_this_window("wishes", 60), rates.left_of_window(60)) == (3, 1)
        clock.shift(1)
        assert rates.in_this_window("wishes", 60) == 1


def test_one_more_than_the_rate_is_told_when_to_come_back() -> None:
    with time_machine.travel(15, tick=False):
        rates.demand("1/minute", "token", "7")
        rates.demand("1/minute", "token", "8")
        with pytest.raises(Throttled, match="45 seconds"):
            rates.demand("1/minute", "token", "7")


@pytest.mark.parametrize("none", ["", "0"])
def test_without_a_rate_nobody_counts(none) -> None:
    for _ in range(3):
        rates.demand(none, "token", "7")
