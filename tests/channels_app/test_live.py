"""Live push: who is in which group, and the two carriers."""

import json
import threading

import pytest
import redis

from channels_app import live
from tests.ears import BrokenEar
from tests.processes import wait_until
from tests.services import REDIS_URL

FRAME = {"id": 1, "verb": "close"}


def test_a_frame_reaches_whoever_is_in_one_of_its_groups(ears):
    sales, support = ears.listen("team.1"), ears.listen("team.2")

    assert live.push(["team.1", "person.9"], FRAME)

    assert ears.heard(sales) == [FRAME]
    assert ears.heard(support) == []


def test_a_socket_in_several_of_the_groups_gets_it_once(ears):
    ear = ears.listen("team.1", "person.9", "everybody")

    live.push(["team.1", "team.1", "person.9", "everybody"], FRAME)

    assert ears.heard(ear) == [FRAME]


def test_frames_arrive_in_the_order_of_their_pushes(ears):
    ear = ears.listen("team.1")

    for number in range(200):
        live.push(["team.1"], {"id": number})

    assert [frame["id"] for frame in ears.heard(ear)] == list(range(200))


def test_joining_again_leaves_the_groups_of_before(ears):
    ear = ears.listen("team.1", "person.9")
    ears.listen("team.2", ear=ear)

    live.push(["team.1"], FRAME)

    assert ears.heard(ear) == []


def test_who_left_hears_no_more_and_leaves_nothing_behind(ears):
    ear = ears.listen("team.1")
    ears.run(live.registry.leave, ear)
    ears.run(live.registry.leave, ear)

    live.push(["team.1"], FRAME)

    assert ears.heard(ear) == []
    assert "team.1" not in live.registry.groups
    assert ear not in live.registry.joined


def test_a_broken_socket_keeps_no_frame_from_the_others(ears, caplog):
    before, broken, after = ears.listen("team.1"), ears.listen("team.1", ear=BrokenEar()), ears.listen("team.1")

    live.push(["team.1"], FRAME)

    assert ears.heard(before) == ears.heard(after) == [FRAME]
    assert ears.heard(broken) == []
    assert "could not be delivered" in caplog.text


def test_where_nobody_listens_a_running_server_has_nothing_to_carry(ears):
    ears.run(lambda: setattr(live.registry, "loop", ears.loop))

    assert live.push(["team.1"], FRAME)


def test_a_process_without_sockets_says_that_it_could_not_push():
    """A management command, say: the server's sweep will."""
    assert live.registry.loop is None or live.registry.loop.is_closed()

    assert not live.push(["team.1"], FRAME)


# --- Redis ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_redis(settings, monkeypatch):
    """As spread out: every push goes through Redis. On a topic of its own, so that runs beside this one stay apart."""
    settings.REDIS_URL = REDIS_URL
    monkeypatch.setattr(live, "TOPIC", f"monty.live.test.{threading.get_native_id()}")
    live.publisher.cache_clear()
    yield
    live.publisher.cache_clear()


@pytest.fixture
def redis_ears(by_redis, ears):
    yield ears
    subscription = live.registry.subscription
    if subscription is not None:
        ears.run(subscription.cancel)
        ears.run(lambda: None)
    live.registry.subscription = None


def subscribers() -> int:
    return redis.Redis.from_url(REDIS_URL).pubsub_numsub(live.TOPIC)[0][1]


def cut_off(ears) -> None:
    """The connection of this process's subscription is gone, as after a restart of Redis."""
    server = redis.Redis.from_url(REDIS_URL)
    for each in server.client_list(_type="pubsub"):
        if each["name"] == live.TOPIC:
            server.client_kill_filter(_id=each["id"])


@pytest.mark.redis
def test_by_redis_a_frame_reaches_the_sockets_of_every_process(redis_ears):
    ear, other = redis_ears.listen("team.1"), redis_ears.listen("team.2")
    wait_until(lambda: {"hint": "catch_up"} in redis_ears.heard(ear), what="the subscription")

    assert live.push(["team.1"], FRAME)

    wait_until(lambda: redis_ears.heard(ear)[-1] == FRAME, what="the frame")
    assert FRAME not in redis_ears.heard(other)


@pytest.mark.redis
def test_after_a_gap_every_socket_is_told_to_catch_up(redis_ears):
    ear = redis_ears.listen("team.1")
    wait_until(subscribers, what="the subscription")
    wait_until(lambda: redis_ears.heard(ear) == [{"hint": "catch_up"}], what="the first hint")

    cut_off(redis_ears)

    wait_until(lambda: redis_ears.heard(ear) == [{"hint": "catch_up"}] * 2, what="the second hint")
    live.push(["team.1"], FRAME)
    wait_until(lambda: redis_ears.heard(ear)[-1] == FRAME, what="the frame after the gap")


@pytest.mark.redis
def test_somebody_elses_nonsense_on_the_topic_does_not_deafen_a_process(redis_ears):
    ear = redis_ears.listen("team.1")
    wait_until(subscribers, what="the subscription")

    redis.Redis.from_url(REDIS_URL).publish(live.TOPIC, "nonsense")
    redis.Redis.from_url(REDIS_URL).publish(live.TOPIC, json.dumps({"groups": 7}))
    live.push(["team.1"], FRAME)

    wait_until(lambda: FRAME in redis_ears.heard(ear), what="the frame")


def test_without_redis_a_push_says_so_quickly(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    live.publisher.cache_clear()

    assert not live.push(["team.1"], FRAME)
    live.publisher.cache_clear()
