"""What is posted, in which order, and what becomes of it."""

import json
from datetime import timedelta

import httpx
import pytest
import time_machine
from django.utils import timezone
from standardwebhooks import Webhook

from channels_app import guarded, http
from conversations import tasks as conversation_tasks
from conversations.models import Event
from monty.errors import BadInput, VerbNotAllowed
from tests import make
from tests.webhooks.conftest import URL, only, states
from webhooks import posting, tasks
from webhooks.models import Attempt, Delivery, DeliveryState, Subscription
from webhooks.models.delivery import AT_ONCE, CLAIM_LASTS

CONTRACT = {"id", "verb", "conversation", "state", "team", "assignee", "at"}


@pytest.fixture
def row(subscribe, receiver):
    return subscribe()


@pytest.fixture
def closed(row, talk, ana, commit) -> Delivery:
    commit(lambda: talk.close(by=ana, reason="Parcel for Nora found"))
    return only(row)


def attend(row: Subscription) -> None:
    posting.attend(row.pk)


def later(**delta: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=False)


def tried(delivery: Delivery) -> list[tuple[int | None, str]]:
    return list(delivery.attempts.values_list("code", "detail"))


# --- What is posted ---------------------------------------------------------------------------------------------------


def test_it_is_the_live_event_with_who_did_it_and_whose_it_is(row, closed, receiver, talk, ana, sales):
    attend(row)
    (told,) = receiver.bodies
    event = talk.events.get(verb="close")
    assert told["type"] == "close"
    assert told["timestamp"] == told["data"]["at"]
    assert set(told) == {"type", "timestamp", "data"}
    assert set(told["data"]) == CONTRACT | {"actor", "message", "data", "channel", "contact"}
    facts = {"id": event.pk, "verb": "close", "conversation": talk.pk, "state": "closed", "team": sales.pk}
    facts |= {"actor": ana.pk, "channel": talk.channel_id, "contact": talk.contact.pk}
    assert {name: told["data"][name] for name in facts} == facts
    assert told["data"]["data"]["was"] == {"state": "open"}


def test_it_says_nothing_that_anybody_wrote(row, receiver, talk, ana, commit):
    commit(lambda: talk.reply("Dear Nora, it is on its way", by=ana))
    commit(lambda: talk.note("Nora is angry", by=ana))
    commit(lambda: talk.close(by=ana, reason="Nora is happy"))
    attend(row)
    assert receiver.told[:1] == ["reply"]
    assert "Nora" not in json.dumps(receiver.bodies)


def test_the_receiver_can_prove_that_it_was_us(row, closed, receiver):
    attend(row)
    (request,) = receiver.requests
    assert str(request.url) == URL
    assert request.headers["webhook-id"] == str(closed.uuid)
    assert request.headers["content-type"] == "application/json"
    assert Webhook(row.newest_key).verify(request.content, dict(request.headers))["type"] == "close"


def test_while_rotating_either_secret_proves_it(row, closed, receiver, admin):
    old = row.newest_key
    new = row.rotate(by=admin)
    attend(row)
    (request,) = receiver.requests
    for secret in (old, new):
        Webhook(secret).verify(request.content, dict(request.headers))


# --- In order ---------------------------------------------------------------------------------------------------------


def test_what_happened_in_a_conversation_comes_in_order(row, receiver, talk, ana, commit):
    commit(lambda: talk.assign_to(ana, by=ana))
    commit(lambda: talk.unassign(by=ana))
    commit(lambda: talk.close(by=ana))
    attend(row)
    assert receiver.told == ["assign", "unassign", "close"]
    assert states(row) == [(verb, "delivered") for verb in receiver.told]


def test_a_later_event_waits_for_the_earlier_one(row, receiver, talk, ana, commit):
    commit(lambda: talk.assign_to(ana, by=ana))
    commit(lambda: talk.close(by=ana))
    receiver.answers = [400]
    attend(row)
    assert states(row) == [("assign", "queued"), ("close", "queued")]
    with later(seconds=10):
        attend(row)
    assert receiver.told == ["assign", "assign", "close"]


def test_another_conversation_does_not(row, receiver, talk, webchat, ana, commit):
    other = make.conversation(webchat)
    Event.objects.update(published=True)
    commit(lambda: talk.close(by=ana))
    commit(lambda: other.close(by=ana))
    receiver.answers = [400]
    attend(row)
    assert [state for _verb, state in states(row)] == ["queued", "delivered"]


def test_nor_does_another_subscription(subscribe, row, receiver, talk, ana, commit):
    healthy = subscribe(name="Healthy")
    commit(lambda: talk.assign_to(ana, by=ana))
    receiver.answers = [400]
    attend(row)
    attend(healthy)
    assert (states(row), states(healthy)) == ([("assign", "queued")], [("assign", "delivered")])


def test_it_waits_also_for_an_earlier_one_whose_process_died_before_it_told(row, receiver, talk, ana, commit):
    lost = talk.assign_to(ana, by=ana)
    commit(lambda: talk.close(by=ana))
    attend(row)
    assert receiver.told == []
    Event.objects.filter(pk=lost.pk).update(at=timezone.now() - timedelta(seconds=3))
    conversation_tasks.publish_missed()
    attend(row)
    assert receiver.told == ["assign", "close"]


def test_but_not_for_one_that_it_does_not_want(subscribe, receiver, talk, ana, commit):
    row = subscribe("close")
    talk.assign_to(ana, by=ana)
    commit(lambda: talk.close(by=ana))
    attend(row)
    assert receiver.told == ["close"]


# --- What was not taken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (400, 400, "It answered 400."),
        (503, 503, "It answered 503."),
        (302, 302, "It answered 302: redirects are not followed."),
        (httpx.ConnectError("no"), None, "There was no connection, or it broke off."),
        (httpx.ReadTimeout("no"), None, "There was no answer within 10 seconds."),
    ],
)
def test_it_is_tried_again_and_the_log_says_why(row, closed, receiver, answer, code, words):
    receiver.answers = [answer]
    attend(row)
    closed.refresh_from_db()
    assert (closed.state, closed.tries) == ("queued", 1)
    assert closed.next_at > timezone.now()
    assert tried(closed) == [(code, words)]
    with later(minutes=2):
        attend(row)
    closed.refresh_from_db()
    assert (closed.state, closed.tries) == ("delivered", 2)
    assert tried(closed)[1] == (204, "Delivered.")
    assert {request.headers["webhook-id"] for request in receiver.requests} == {str(closed.uuid)}
    assert len({request.headers["webhook-signature"] for request in receiver.requests}) == 2


def test_a_redirect_leads_nowhere(row, closed, receiver):
    receiver.answers = [httpx.Response(307, headers={"Location": "https://elsewhere.example/"})]
    attend(row)
    assert [request.url.host for request in receiver.requests] == ["crm.example"]


def test_of_an_answer_only_the_beginning_is_kept(row, closed, receiver):
    receiver.answers = [httpx.Response(400, content=iter([b"No\x00! ", *[b"x" * 1000] * 1000]))]
    attend(row)
    text = Attempt.objects.get().text
    assert text.startswith("No! xxx")
    assert len(text) < 600


def test_a_receiver_in_trouble_is_left_alone_for_a_minute(row, closed, receiver, webchat, ana, commit):
    receiver.answers = [503]
    attend(row)
    commit(lambda: make.conversation(webchat))
    attend(row)
    assert receiver.told == ["close"]
    with later(seconds=61):
        attend(row)
    assert sorted(receiver.told) == ["close", "close", "receive", "start"]


def test_it_may_say_for_how_long(row, closed, receiver):
    receiver.answers = [httpx.Response(429, headers={"Retry-After": "600"})]
    attend(row)
    with later(seconds=599):
        attend(row)
    assert len(receiver.requests) == 1
    with later(seconds=601):
        attend(row)
    assert len(receiver.requests) == 2


def test_after_a_day_it_is_given_up_and_the_next_has_its_turn(row, receiver, talk, webchat, ana, commit):
    commit(lambda: talk.assign_to(ana, by=ana))
    receiver.answers = [400]
    attend(row)
    with later(hours=20):
        # Something else gets through: it is this one that is not taken.
        commit(lambda: make.conversation(webchat))
        receiver.answers = [400]
        attend(row)
    with later(hours=24, seconds=1):
        commit(lambda: talk.close(by=ana))
        receiver.answers = [400]
        attend(row)
        attend(row)
    mine = row.deliveries.filter(conversation=talk).order_by("event").values_list("verb", "state")
    assert list(mine) == [("assign", "failed"), ("close", "delivered")]
    row.refresh_from_db()
    assert row.active


# --- Workers ----------------------------------------------------------------------------------------------------------


def test_one_whose_worker_died_is_posted_again_under_the_same_id(row, closed, receiver):
    claimed = Delivery.objects.claim_next(row)
    assert claimed == closed
    attend(row)
    assert receiver.told == []
    with later(seconds=CLAIM_LASTS.total_seconds() + 1):
        tasks.post_missed()
        closed.refresh_from_db()
        assert closed.state == "queued"
        assert tried(closed) == [(None, "Sending broke off: it may have arrived or not.")]
    with later(minutes=2):
        attend(row)
    assert [request.headers["webhook-id"] for request in receiver.requests] == [str(closed.uuid)]


def test_a_worker_that_took_too_long_changes_nothing_any_more(row, closed, receiver):
    slow = Delivery.objects.claim_next(row)
    Delivery.objects.filter(pk=slow.pk).update(state=DeliveryState.DELIVERED)
    posting.settle(slow, posting.Answer(500, "It answered 500.", troubled=True))
    closed.refresh_from_db()
    row.refresh_from_db()
    assert (closed.state, row.rests_until) == ("delivered", None)


def test_a_slow_receiver_keeps_only_so_many_workers(row, receiver, webchat, commit):
    for _ in range(AT_ONCE + 1):
        commit(lambda: make.conversation(webchat))
    assert all(Delivery.objects.claim_next(row) for _ in range(AT_ONCE))
    assert Delivery.objects.claim_next(row) is None


def test_the_sweep_finds_what_lost_its_task(row, closed, receiver, worker):
    tasks.post_missed()
    assert receiver.told == ["close"]


def test_it_finds_nothing_of_one_that_is_off(row, closed, receiver, worker, admin):
    row.switch_off(by=admin)
    tasks.post_missed()
    assert receiver.told == []


def test_a_turn_ends_so_that_others_have_theirs(row, receiver, talk, ana, commit, monkeypatch):
    commit(lambda: talk.close(by=ana))
    monkeypatch.setattr(posting, "TURN", 0)
    assert posting.attend(row.pk) is True
    assert receiver.told == []


def test_what_it_costs_to_post_does_not_grow(row, receiver, webchat, ana, commit, django_assert_max_num_queries):
    for _ in range(20):
        commit(lambda: make.conversation(webchat))
    with django_assert_max_num_queries(12):
        delivery = Delivery.objects.claim_next(Subscription.objects.ready().get(pk=row.pk))
        posting.settle(delivery, posting.post(delivery))


# --- Where it goes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/",
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://me:secret@crm.example/",
        "ftp://crm.example/",
        "https://",
        "https://[::1",
        "https://crm.example:99999/",
    ],
)
def test_only_public_addresses_by_https_are_taken(subscribe, url):
    with pytest.raises(BadInput):
        subscribe(url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://localhost:9000/", "http://[::1]:9000/"])
def test_whoever_develops_may_have_a_receiver_on_their_own_machine(subscribe, settings, url):
    with pytest.raises(BadInput):
        subscribe(url=url)
    settings.DEBUG = True
    assert subscribe(url=url).is_near
    with pytest.raises(BadInput):
        subscribe(url="http://10.0.0.8/")


@pytest.fixture
def connections(monkeypatch) -> list[str]:
    """The real guard, and nothing behind it: what would be connected to."""
    monkeypatch.setattr(http, "transport", None)
    found: list[str] = []

    def connect(self, address, port, timeout):
        found.append(address)
        raise httpx.ConnectError("nobody there")

    monkeypatch.setattr(guarded.GuardedNetwork, "connect", connect)
    return found


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_to_a_private_address_is_not_posted_to(row, closed, connections, monkeypatch, address):
    monkeypatch.setattr(guarded, "resolve", lambda host, port: ["93.184.215.14", address])
    attend(row)
    assert connections == []
    assert tried(closed) == [(None, "This address is not public.")]


def test_the_address_that_was_checked_is_the_one_connected_to(row, closed, connections, monkeypatch):
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    monkeypatch.setattr(guarded, "resolve", lambda host, port: answers.pop(0))
    attend(row)
    assert connections == ["93.184.215.14"]
    with later(minutes=2):
        attend(row)
    assert connections == ["93.184.215.14"]
    assert tried(closed)[1] == (None, "This address is not public.")


# --- Again, and to try it ---------------------------------------------------------------------------------------------


def test_a_delivery_can_be_sent_once_more_under_its_id(row, closed, receiver, worker, admin, commit):
    attend(row)
    commit(lambda: closed.replay(by=admin))
    assert [request.headers["webhook-id"] for request in receiver.requests] == [str(closed.uuid)] * 2
    assert states(row) == [("close", "delivered")]


def test_not_while_it_is_on_its_way(closed, admin):
    with pytest.raises(VerbNotAllowed, match="on its way"):
        closed.replay(by=admin)


def test_nor_while_the_webhook_is_off(row, closed, receiver, admin):
    attend(row)
    row.switch_off(by=admin)
    with pytest.raises(VerbNotAllowed, match="switched off"):
        closed.replay(by=admin)


def test_a_test_is_posted_at_once_and_once(row, receiver, worker, admin, commit):
    receiver.answers = [500]
    delivery = commit(lambda: Delivery.objects.test(row, by=admin))
    delivery.refresh_from_db()
    assert receiver.bodies[0]["type"] == "test"
    assert delivery.state == "failed"
    assert tried(delivery) == [(500, "It answered 500.")]
    row.refresh_from_db()
    assert row.active
    assert row.rests_until is None


def test_what_is_off_is_not_tried(row, admin):
    row.switch_off(by=admin)
    with pytest.raises(VerbNotAllowed):
        Delivery.objects.test(row, by=admin)


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_the_log_can_be_forgotten_by_age(row, closed, receiver, talk, ana, commit):
    with later(days=31):
        now = timezone.now()
        commit(lambda: talk.note("Later", by=ana))
        month_ago = now - timedelta(days=30)
        assert not Delivery.objects.forgettable(month_ago).exists()  # It still waits.
        Delivery.objects.filter(pk=closed.pk).update(state="delivered")
        assert list(Delivery.objects.forgettable(month_ago)) == [closed]
