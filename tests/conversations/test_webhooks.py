"""Where providers post: what is signed is stored before it is answered, what is not leaves nothing but a count."""

import hashlib
import json
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel, Delivery, Forgery
from channels_app.verdicts import Refused, Verdict
from conversations import tasks, webhooks
from conversations.models import Message
from tests import herald as her
from tests import make
from tests.herald import Herald, post, said, seal

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HELLO = said("Inbound", external_id="m.1", who="nora", text="Hello")


def address(channel: Channel) -> str:
    return f"/webhooks/{channel.uuid}/"


def test_what_is_signed_is_stored_byte_for_byte_and_answered(client, herald):
    body = b'[ {"\\u00e4": "\\/"} ]\n'

    answer = post(client, herald, body=body)

    assert (answer.status_code, answer.content) == (200, b"EVENT_RECEIVED")
    row = Delivery.objects.get()
    assert (bytes(row.body), row.channel, row.state, row.tries) == (body, herald, "new", 0)


def test_the_answer_costs_one_insert_and_no_other_query(client, herald, django_assert_num_queries):
    post(client, herald, HELLO)

    with django_assert_num_queries(1) as counted:
        post(client, herald, HELLO)

    assert counted.captured_queries[0]["sql"].startswith("INSERT")


def test_no_session_and_no_cookie_come_of_it(client, herald):
    assert not post(client, herald, HELLO).cookies


@pytest.mark.parametrize("wrong", ["", "0" * 64, "upper", "short", "sha1", "other body", "not ascii"])
def test_a_wrong_signature_is_refused_and_only_counted(client, herald, wrong):
    body = json.dumps([HELLO]).encode()
    right = seal(body)
    seals = {
        "upper": right.upper(),
        "short": right[:-1],
        "sha1": hashlib.sha1(body).hexdigest(),
        "other body": seal(body + b" "),
        "not ascii": "é" * 64,
    }

    for _ in range(2):
        answer = client.post(address(herald), body, "application/json", headers={"X-Seal": seals.get(wrong, wrong)})
        assert answer.status_code == 403

    assert not Delivery.objects.exists()
    assert [row.count for row in Forgery.objects.all()] == [2]


def test_a_missing_signature_is_refused_too(client, herald):
    assert client.post(address(herald), b"[]", "application/json").status_code == 403
    assert Forgery.objects.get().count == 1


def test_the_right_token_shakes_hands(client, herald):
    answer = client.get(address(herald), {"token": "fanfare", "challenge": "<b>1158201444"})

    assert (answer.status_code, answer.content) == (200, b"<b>1158201444")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", [{}, {"token": "drum"}, {"challenge": "1"}])
def test_a_wrong_token_does_not(client, herald, query):
    assert client.get(address(herald), query).status_code == 403


def test_other_methods_are_not_for_providers(client, herald):
    assert client.put(address(herald), b"[]").status_code == 405
    assert client.delete(address(herald)).status_code == 405


def test_nobody_is_at_an_address_that_was_made_up(client, herald):
    assert client.post(f"/webhooks/{uuid4()}/", b"[]", "application/json").status_code == 404
    assert client.get("/webhooks/not-a-uuid/").status_code == 404


def test_a_channel_that_was_switched_off_is_gone_at_once(client, herald):
    assert post(client, herald).status_code == 200

    herald.active = False
    herald.save()

    assert post(client, herald).status_code == 404


def test_a_new_secret_counts_at_once(client, herald):
    assert client.get(address(herald), {"token": "fanfare"}).status_code == 200

    herald.keep_secret("verify_token", "drum")
    herald.save()

    assert client.get(address(herald), {"token": "fanfare"}).status_code == 403


def test_a_channel_that_is_gone_is_gone_at_once(client, herald):
    uuid = herald.uuid
    assert post(client, herald).status_code == 200
    Delivery.objects.all().delete()
    herald.delete()

    assert client.post(f"/webhooks/{uuid}/", b"[]", "application/json").status_code == 404


def test_where_no_provider_posts_there_is_no_address(client, webchat):
    assert client.post(address(webchat), b"[]", "application/json").status_code == 404


def test_a_body_may_be_as_large_as_the_largest_batch(client, herald):
    assert post(client, herald, body=b" " * webhooks.LARGEST).status_code == 200


def test_a_larger_one_is_refused(client, herald):
    assert post(client, herald, body=b" " * (webhooks.LARGEST + 1)).status_code == 413
    assert not Delivery.objects.exists()


def test_a_dead_broker_costs_nobody_the_answer(client, herald, monkeypatch):
    def dead(*_args: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.read_delivery, "delay", dead)

    assert post(client, herald, HELLO).status_code == 200

    assert Delivery.objects.get().state == "new"


def test_a_secret_that_cannot_be_read_refuses_everything(client, herald, monkeypatch):
    def unreadable(*_args: object) -> bool:
        raise Refused(Verdict.RECONNECT, "The secret cannot be read.")

    monkeypatch.setattr(Herald, "verify", unreadable)

    assert post(client, herald, HELLO).status_code == 403


def test_what_is_posted_becomes_a_message(client, herald, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(client, herald, HELLO)

    assert Message.objects.get().text == "Hello"
    assert Delivery.objects.get().state == "done"


@pytest.mark.parametrize("kind", [kind for kind, adapter in ADAPTERS.items() if adapter.has_webhook])
def test_every_provider_without_a_signature_is_refused(client, kind):
    channel = make.channel(kind, external_id="1", config={})

    assert client.post(address(channel), b"{}", "application/json").status_code == 403
    assert client.get(address(channel)).status_code == 403
    assert not Delivery.objects.exists()


class TestWhateverIsPosted(HypothesisTestCase):
    """No bytes at all are an error of ours."""

    def setUp(self) -> None:
        ADAPTERS[Herald.kind] = Herald
        self.addCleanup(ADAPTERS.pop, Herald.kind)
        self.channel = make.channel(Herald.kind, config={"app_secret": her.SECRET})

    @given(st.binary(max_size=200), st.booleans(), st.text('abcä+-. ;="'))
    def test_it_is_answered(self, body: bytes, signed: bool, kind: str) -> None:
        headers = {"X-Seal": seal(body)} if signed else {}

        answer = Client().post(address(self.channel), body, content_type=f"application/{kind}", headers=headers)

        assert answer.status_code == (200 if signed else 403)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda each: st.lists(each) | st.dictionaries(st.text(), each),
        )
    )
    def test_and_read_without_an_error(self, value: object) -> None:
        row = Delivery.objects.create(channel=self.channel, body=json.dumps([value]).encode())

        tasks.read_delivery(row.pk)

        row.refresh_from_db()
        assert row.state == "failed"
        assert row.error
