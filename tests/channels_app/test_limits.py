"""The providers' limits, kept before they complain."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from channels_app import limits
from channels_app.adapters.base import Capabilities, Rate
from channels_app.verdicts import Refused, Verdict
from tests import make
from tests.at_once import at_once
from tests.pigeon import Pigeon

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def kept(request, settings):
    """Where the limits are kept: in this one process, or in Redis for all."""
    from tests.services import REDIS_URL

    limits.limiter.cache_clear()
    settings.REDIS_URL = REDIS_URL if request.param == "redis" else ""
    yield
    limits.limiter.cache_clear()


@pytest.fixture
def rated(pigeon, monkeypatch, kept):
    """Sets the limits of the pigeons: `rated(Rate(2, MINUTE))`."""

    def to(*rates):
        monkeypatch.setattr(Pigeon, "can", Capabilities(text=200, rates=rates))
        return pigeon

    return to


def passed(channel, times: int, recipient: str = "nora") -> int:
    """How many of so many messages get through before one is refused."""
    for number in range(times):
        try:
            limits.demand(channel, recipient)
        except Refused:
            return number
    return times


def test_as_many_get_through_as_the_provider_takes(rated):
    assert passed(rated(Rate(3, MINUTE)), 5) == 3


def test_a_full_limit_says_in_words_how_long_to_wait(rated):
    channel = rated(Rate(1, MINUTE))
    limits.demand(channel, "nora")

    with pytest.raises(Refused, match="as much as the provider lets through in this time") as full:
        limits.demand(channel, "otto")

    assert (full.value.verdict, full.value.of_recipient) == (Verdict.WAIT, False)
    assert timedelta(seconds=55) < full.value.wait <= MINUTE


def test_the_limit_of_one_person_is_not_the_others(rated):
    channel = rated(Rate(1, MINUTE, of_recipient=True))
    limits.demand(channel, "nora")

    with pytest.raises(Refused) as full:
        limits.demand(channel, "nora")

    assert full.value.of_recipient
    limits.demand(channel, "otto")


def test_one_channels_limit_is_not_anothers(rated):
    channel = rated(Rate(1, MINUTE))
    limits.demand(channel, "nora")

    limits.demand(make.channel("pigeon"), "nora")


def test_all_of_several_limits_count(rated):
    channel = rated(Rate(4, MINUTE), Rate(2, MINUTE, of_recipient=True))

    assert passed(channel, 9, "nora") == 2
    assert passed(channel, 9, "otto") == 2
    assert passed(channel, 9, "pia") == 0


def test_what_one_limit_refuses_takes_nothing_from_another(rated):
    channel = rated(Rate(3, MINUTE), Rate(1, MINUTE, of_recipient=True))

    assert passed(channel, 9, "nora") == 1
    assert [passed(channel, 1, name) for name in ("otto", "pia", "quin")] == [1, 1, 0]


def test_after_its_time_there_is_room_again(rated, settings):
    channel = rated(Rate(2, MINUTE))
    assert passed(channel, 3) == 2

    if settings.REDIS_URL == "":  # Redis keeps a clock of its own.
        with time_machine.travel(timezone.now() + MINUTE + timedelta(seconds=1)):
            assert passed(channel, 3) == 2


def test_a_limit_of_a_second_is_waited_for(rated):
    assert passed(rated(Rate(5, timedelta(seconds=1))), 7) == 7


def test_eight_workers_together_pass_no_more_than_one(rated):
    channel = rated(Rate(20, MINUTE))

    counts = at_once(*(lambda: passed(channel, 10) for _ in range(8)))

    assert sum(counts) == 20


def test_without_limits_nothing_is_asked(pigeon):
    assert passed(pigeon, 1000) == 1000


def test_a_lost_redis_stops_no_message(rated, settings, caplog):
    limits.limiter.cache_clear()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert passed(rated(Rate(1, MINUTE)), 3) == 3
    assert "are not kept" in caplog.text
