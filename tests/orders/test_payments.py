"""Ways to pay: the signed link, and the notice that says it was paid."""

import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monty.errors import BadInput
from orders.models import Order, OrderState
from orders.models.paid import LONGEST_REFERENCE
from orders.payments import METHODS, asking, offered
from orders.payments.hosted import Hosted
from tests.channels_app.any_json import any_json
from tests.orders import shop, till

SECRET = "between us"


@pytest.fixture(autouse=True)
def provider(settings):
    settings.PAYMENT_LINK_URL = "https://pay.example.org/checkout"
    settings.PAYMENT_SECRET = SECRET
    settings.PAYMENT_INSTRUCTIONS = "Transfer to DE00 0000, reference {number}"


@pytest.fixture
def order(conversation, ana) -> Order:
    order = till.shown(conversation, shop.variant(1900, product_name="Mug"), by=ana)
    order.place(by=ana)
    return order


def signature(body: bytes, *, at: int | None = None, secret: str = SECRET) -> str:
    when = str(int(time.time()) if at is None else at)
    mac = hmac.new(secret.encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={when},v1={mac}"


def notice(client, of: Order, *, headers: dict | None = None, **told):
    body = json.dumps(
        {"id": "evt_1", "type": "payment.succeeded", "order": str(of.uuid), "amount": 1900, "currency": "EUR"} | told
    ).encode()
    headers = {"Payment-Signature": signature(body)} if headers is None else headers
    return client.post("/payments/hosted/", body, content_type="application/json", headers=headers)


def test_the_link_says_what_is_to_be_paid_and_nobody_can_change_it(order):
    asked = {name: values[0] for name, values in parse_qs(urlsplit(METHODS["hosted"].link(order)).query).items()}
    signed = "&".join([asked["order"], asked["amount"], asked["currency"]])
    assert (asked["order"], asked["amount"], asked["currency"]) == (str(order.uuid), "1900", "EUR")
    assert asked["signature"] == hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()


def test_what_is_not_set_up_is_not_offered(settings):
    settings.PAYMENT_SECRET = ""
    assert [each.kind for each in offered()] == ["offline"]


def test_a_teammate_asks_for_the_payment_by_the_provider(order, ana):
    asking.ask(order, by=ana, method="hosted")
    assert order.payment_link.startswith("https://pay.example.org/checkout?")


def test_or_by_a_link_of_their_own(order, ana):
    asking.ask(order, by=ana, method="offline", link="https://other.example.org/42")
    assert order.payment_link == "https://other.example.org/42"
    with pytest.raises(BadInput):
        asking.ask(order, by=ana, method="offline", link="javascript:alert(1)")


def test_offline_says_how(order, ana):
    asking.ask(order, by=ana, method="offline")
    assert METHODS["offline"].words(order) == f"Transfer to DE00 0000, reference {order.number}"


def test_a_signed_notice_pays_the_order(client, order):
    assert notice(client, order).status_code == 200
    order.refresh_from_db()
    assert (order.state, order.payment_method, order.payment_reference) == (OrderState.PAID, "hosted", "evt_1")


def test_the_same_notice_again_changes_nothing(client, order):
    for _ in range(3):
        assert notice(client, order).status_code == 200
    assert order.conversation.events.filter(verb="pay_order").count() == 1
    assert not order.conversation.messages.filter(private=True).exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Payment-Signature": ""},
        {"Payment-Signature": "t=1,v1=00"},
        {"Payment-Signature": "t=x,v1=00"},
        {"Payment-Signature": f"t={'9' * 40},v1=é"},
    ],
)
def test_what_is_not_signed_pays_nothing(client, order, headers):
    assert notice(client, order, headers=headers).status_code == 403
    order.refresh_from_db()
    assert order.state == OrderState.PLACED


def test_nor_what_was_signed_with_another_secret_or_long_ago(client, order):
    body = json.dumps({"id": "evt_1"}).encode()
    for forged in (signature(body, secret="guess"), signature(body, at=int(time.time()) - 600)):
        refused = client.post(
            "/payments/hosted/", body, content_type="application/json", headers={"Payment-Signature": forged}
        )
        assert refused.status_code == 403


@pytest.mark.parametrize(("field", "value"), [("amount", 1899), ("currency", "USD")])
def test_another_amount_is_no_payment_but_a_note_for_people(client, order, field, value):
    for _ in range(2):
        assert notice(client, order, **{field: value}).status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.PLACED
    assert "the order costs €19.00" in order.conversation.messages.get(private=True).text


def test_a_payment_for_what_was_cancelled_is_a_note_for_people(client, order, ana):
    order.cancel(by=ana)
    assert notice(client, order).status_code == 200
    assert "evt_1" in order.conversation.messages.get(private=True).text


def test_the_longest_name_of_a_payment_is_known_again_and_a_longer_one_is_no_payment(client, order):
    for _ in range(2):
        notice(client, order, id="e" * LONGEST_REFERENCE)
    assert order.conversation.events.filter(verb="pay_order").count() == 1
    assert not order.conversation.messages.filter(private=True).exists()
    assert Hosted().parse({"id": "e" * (LONGEST_REFERENCE + 1), "type": "payment.succeeded"}) is None


@pytest.mark.parametrize("told", [{"order": "x"}, {"order": None}, {"type": "else"}, {"id": ""}, {"amount": True}])
def test_what_it_does_not_understand_it_takes_and_leaves(client, order, told):
    assert notice(client, order, **told).status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.PLACED


def test_a_way_that_is_none_is_not_there(client, db):
    assert client.post("/payments/magic/", b"{}", content_type="application/json").status_code == 404
    assert client.post("/payments/offline/", b"{}", content_type="application/json").status_code == 403


@given(any_json)
def test_a_notice_may_be_any_json(raw):
    Hosted().parse(raw)


@given(st.text(max_size=200), st.binary(max_size=200))
def test_a_signature_may_be_anything(header, body):
    assert not Hosted().verify({"Payment-Signature": header}, body)
