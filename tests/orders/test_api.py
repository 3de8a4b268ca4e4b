"""Orders and products by REST: what is shown, what each verb takes, and how it refuses."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.models import Order
from teams.models import ApiToken
from tests import make
from tests.orders import shop
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def program(ana):
    return Program(ana)


@pytest.fixture
def mug(db):
    return shop.variant(2200, tax=19, stock=5, product_name="Pebble mug", name="sage", sku="MUG")


def create(program, place, key: str = "", **fields):
    body = {"conversation": place.pk, "lines": [{"sku": "MUG", "quantity": 2}]} | fields
    headers = {"Idempotency-Key": key} if key else {}
    return program.client.post("/api/v1/orders/", body, content_type="application/json", headers=headers)


def test_an_order_is_drawn_up_with_amounts_as_people_write_them(program, conversation, mug):
    answer = create(program, conversation, shipping="4.90", discount_percent="10")
    order = answer.json()
    assert answer.status_code == 201
    assert (order["state"], order["currency"], order["number"]) == ("draft", "EUR", "")
    assert order["lines"] == [
        {
            "variant": mug.pk,
            "name": "Pebble mug",
            "variant_name": "sage",
            "sku": "MUG",
            "price": "22.00",
            "quantity": 2,
            "tax_rate": "19.000",
            "amount": "44.00",
            "discount": "4.40",
            "tax": "6.32",
        }
    ]
    shown = [order[name] for name in ("subtotal", "discount", "shipping", "tax", "total", "refunded")]
    assert shown == ["44.00", "4.40", "4.90", "6.32", "44.50", "0.00"]
    assert order["allowed"] == ["cancel", "change", "place", "send"]


def test_the_same_key_again_is_the_same_order(program, conversation, mug):
    first, again = (create(program, conversation, "press-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and Order.objects.count() == 1


def test_a_second_draft_is_refused_and_named(program, conversation, mug):
    first = create(program, conversation).json()
    refused = create(program, conversation)
    assert is_problem(refused, 409, "draft_open")
    assert refused.json()["order"] == first["id"]
    assert create(program, conversation, another=True).status_code == 201


def test_the_whole_life_of_an_order(program, conversation, mug, ana):
    order = create(program, conversation).json()
    place = f"orders/{order['id']}"
    assert program.post(f"{place}/change", lines=[{"variant": mug.pk, "quantity": 3}], seen=1).json()["revision"] == 2
    assert program.post(f"{place}/send").json()["sent_at"]
    assert program.post(f"{place}/place", seen=2).json()["number"]
    program.post(f"{place}/change", notes="Ring twice")
    assert program.get(f"{place}/versions").json()[0]["changes"] == ["Notes: Ring twice"]
    assert program.post(f"{place}/ask_payment", method="link", link="https://pay.example.org/1").status_code == 200
    assert program.post(f"{place}/pay", reference="p-1").json()["state"] == "paid"
    assert program.post(f"{place}/fulfil").json()["state"] == "fulfilled"
    assert is_problem(program.post(f"{place}/refund", amount="1.00", reason="A crack"), 403, "forbidden")
    rita = Program(make.staff("rita", "orders.refund_order", teams=[conversation.team]))
    assert rita.post(f"{place}/refund", amount="1.00", reason="A crack").json()["refunded"] == "1.00"
    assert is_problem(rita.post(f"{place}/refund", amount="65.01", reason="More"), 400, "invalid")
    assert is_problem(rita.post(f"{place}/refund", amount="0.001", reason="Too fine"), 400, "invalid")


def test_a_state_that_does_not_allow_it_is_named_with_what_it_does(program, conversation, mug):
    order = create(program, conversation).json()
    refused = program.post(f"orders/{order['id']}/pay")
    assert is_problem(refused, 409, "verb_not_allowed")
    facts = refused.json()
    assert (facts["state"], facts["verb"]) == ("draft", "pay")
    assert facts["allowed"] == ["cancel", "change", "place", "send"]


def test_what_is_not_there_is_said_with_its_sku(program, conversation, mug):
    order = create(program, conversation, lines=[{"sku": "MUG", "quantity": 6}]).json()
    refused = program.post(f"orders/{order['id']}/place")
    assert is_problem(refused, 409, "out_of_stock")
    assert (refused.json()["sku"], refused.json()["left"]) == ("MUG", 5)


def test_what_cannot_be_sent_is_said_as_the_schema_has_it(program, client, conversation, mug, ben):
    def send(order):
        return program.post(f"orders/{order.pk}/send")

    named = json.loads(client.get("/api/schema/", {"format": "json"}).content)["paths"]["/api/v1/orders/{id}/send/"]
    assert {"200", "400", "401", "403", "404", "409", "422"} <= named["post"]["responses"].keys()
    empty = shop.draft(conversation, by=None)
    assert is_problem(send(empty), 400, "invalid")
    empty.cancel(by=None)
    assert is_problem(send(empty), 409, "verb_not_allowed")
    make.long_ago(conversation, timezone.now() - timedelta(days=9))
    assert is_problem(send(shop.draft(conversation, mug, by=None)), 422, "window_shut")


@pytest.mark.parametrize(
    "body",
    [
        {"lines": [{"sku": "NOTHING"}]},
        {"lines": [{}]},
        {"lines": [{"sku": "MUG", "quantity": 0}]},
        {"shipping": "-1"},
        {"shipping": "0.001"},
        {"discount_amount": "1", "discount_percent": "1"},
        {"conversation": 2**63},
    ],
)
def test_what_cannot_be_is_a_bad_request(program, conversation, mug, body):
    assert is_problem(create(program, conversation, **body), 400, "invalid")
    assert not Order.objects.exists()


def test_cara_has_no_orders_of_sales(program, conversation, mug, cara):
    order = create(program, conversation).json()
    hers = Program(cara)
    assert hers.ids("orders") == []
    assert is_problem(hers.get(f"orders/{order['id']}"), 404, "not_found")
    assert is_problem(hers.post(f"orders/{order['id']}/place"), 404, "not_found")
    assert is_problem(create(hers, conversation), 400, "invalid")
    assert program.ids("orders") == [order["id"]]


def test_orders_are_narrowed_down(program, webchat, ana, ben, mug):
    one, other = (make.conversation(webchat, name=name) for name in ("Nora Nowak", "Otto Berg"))
    placed, draft = shop.placed(one, mug, by=ana), shop.draft(other, mug, by=ben)
    for filters, found in (
        ({}, [draft.pk, placed.pk]),
        ({"state": "placed"}, [placed.pk]),
        ({"q": placed.number}, [placed.pk]),
        ({"q": "otto"}, [draft.pk]),
        ({"made_by": ben.pk}, [draft.pk]),
        ({"conversation": one.pk}, [placed.pk]),
        ({"contact": other.contact.pk}, [draft.pk]),
        ({"channel": webchat.pk, "team": webchat.team_id, "since": "2020-01-01"}, [placed.pk]),
        ({"until": "2020-01-01"}, []),
    ):
        assert program.ids("orders", **filters) == found, filters
    assert is_problem(program.get("orders", state="lost"), 400, "invalid")


def test_a_list_costs_the_same_however_long_it_is(program, webchat, ana, mug):
    counts = []
    for _ in range(2):
        shop.draft(make.conversation(webchat), mug, by=ana)
        with CaptureQueriesContext(connection) as seen:
            program.get("orders")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_products_are_shown_with_their_variants(program, mug):
    shop.variant(2600, product=mug.product, name="large", sku="MUG-L")
    shop.variant(product_name="Bowl", currency="JPY", sku="BOWL")
    found = program.get("products", q="pebble").json()["results"]
    assert [(each["name"], each["currency"], len(each["variants"])) for each in found] == [("Pebble mug", "EUR", 2)]
    assert found[0]["variants"][0] == {
        "id": mug.pk,
        "name": "sage",
        "sku": "MUG",
        "price": "22.00",
        "stock": 5,
        "active": True,
        "position": 0,
    }
    assert program.get("products", sku="BOWL").json()["results"][0]["variants"][0]["price"] == "1000"


def test_nobody_unknown_gets_anything(conversation):
    assert ApiToken.objects.count() == 0
    assert is_problem(Program(None).get("orders"), 401, "not_authenticated")
