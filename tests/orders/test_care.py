"""Customers' data in orders: handed out whole, forgotten for good; numbers and figures stay for the books."""

import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.utils import timezone

from conversations.contacts import belongings, care
from conversations.models import Conversation, Event
from orders import links, listening, requests
from orders.models import Line, Offer, Order, OrderYear, Version
from teams import roles
from teams.models import AuditEntry, Teammate, keeping
from tests import make
from tests.conversations.test_care import everything
from tests.orders import shop, till

DETAILS = {
    "name": "Nora Lind",
    "email": "nora@example.com",
    "phone": "+49 30 123456",
    "address": "Lindenweg 5",
    "notes": "Ring at the blue door",
}
SECRETS = ("nora", "lind", "+49", "blue door", "green one", "pay.example")
FIGURES = ("number", "state", "subtotal", "tax", "total", "refunded", "placed_at", "paid_at", "payment_method")


@pytest.fixture
def boss(db) -> Teammate:
    person = make.teammate("alex")
    roles.give(person, "Admin")
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def order(conversation, ana, django_capture_on_commit_callbacks) -> Order:
    """Of two teapots for Nora: shown, placed, sent elsewhere, wished otherwise, and paid in part back."""
    teapot = shop.variant(2500, product_name="Teapot")
    with django_capture_on_commit_callbacks(execute=True):
        row = till.shown(conversation, teapot, by=ana)
        row.change(DETAILS, by=ana)
        row.place(by=ana)
        row.change({"address": "Lindenallee 7", "shipping": 500}, by=ana)
        requests.ask_for_change(row, "Rather the green one")
        row.ask_payment("transfer", "https://pay.example/nora", by=ana)
        row.pay(by=ana)
        row.fulfil(by=ana)
    return Order.objects.get(pk=row.pk)


def figures(order: Order) -> list[object]:
    return [*Order.objects.filter(pk=order.pk).values_list(*FIGURES), *order.lines.values_list("name", "amount")]


def in_their_file(row: Conversation, by: Teammate) -> list[dict]:
    with belongings.take(row.contact, by=by) as made, ZipFile(made) as archive:
        return json.loads(archive.read("orders.json"))


def test_their_orders_are_in_the_file_for_the_customer(order, ana, boss) -> None:
    draft = shop.draft(order.conversation, shop.variant(700), by=ana)
    first, second = in_their_file(order.conversation, boss)
    assert {name: first[name] for name in DETAILS} == DETAILS | {"address": "Lindenallee 7"}
    assert (first["number"], first["total"], first["lines"][0]["name"]) == (order.number, "30.00", "Teapot")
    assert "Address: Lindenweg 5 → Lindenallee 7" in first["changed"][0]["changes"]
    assert [wish["text"] for wish in first["wishes"]] == ["Rather the green one"]
    assert (second["number"], second["total"], draft.state) == ("", "7.00", "draft")


def test_orders_of_others_are_not(order, webchat, boss) -> None:
    assert in_their_file(make.conversation(webchat), boss) == []


def test_an_erased_customer_s_order_stays_without_them(order, boss, django_capture_on_commit_callbacks) -> None:
    before = figures(order)
    with django_capture_on_commit_callbacks(execute=True):
        care.erase(order.conversation.contact, by=boss)
    left = everything(Order, Line, Version, Offer, Event, AuditEntry)
    assert [secret for secret in SECRETS if secret in left] == []
    assert figures(order) == before
    assert OrderYear.objects.get().last == 1
    assert order.versions.get().sentences == ["Shipping: €0.00 → €5.00", "Total: €25.00 → €30.00"]


def test_its_pages_open_still_and_the_customer_s_is_shut(
    order, boss, client, django_capture_on_commit_callbacks
) -> None:
    address = links.address(order.uuid, timezone.now() + timedelta(days=1)).partition("/o/")[2]
    assert client.get(f"/o/{address}").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        care.erase(order.conversation.contact, by=boss)
    client.force_login(boss)
    talk = client.get(f"/conversations/{order.conversation_id}/").content.decode()
    assert f"placed the order {order.number} (€25.00)" in talk
    assert order.number in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.get(f"/orders/{order.pk}/paper/").status_code == 200
    assert client.get(f"/o/{address}").status_code == 404


def test_with_what_was_said_the_orders_of_old_talks_are_forgotten(
    order, conversation, ana, webchat, django_capture_on_commit_callbacks
) -> None:
    other = shop.placed(make.conversation(webchat), shop.variant(), by=ana, **DETAILS)
    row = Conversation.objects.get(pk=conversation.pk)
    row.close(by=ana)
    Conversation.objects.filter(pk=row.pk).update(last_message_at=timezone.now() - timedelta(days=91))
    make.setting("talks_kept", 90)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.forget_old("conversations.conversation")
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.name, order.address, order.total) == ("", "", 3000)
    assert (other.name, other.address) == ("Nora Lind", "Lindenweg 5")


def test_an_order_made_in_a_forgotten_talk_is_erased_with_its_customer(
    order, conversation, ana, boss, django_capture_on_commit_callbacks
) -> None:
    Conversation.objects.get(pk=conversation.pk).close(by=ana)
    with django_capture_on_commit_callbacks(execute=True):
        care.forget(Conversation.objects.get(pk=conversation.pk), by=None)
    later = shop.placed(conversation, shop.variant(), by=ana, **DETAILS)
    with django_capture_on_commit_callbacks(execute=True):
        care.erase(conversation.contact, by=boss)
    later.refresh_from_db()
    assert (later.name, later.address, later.total) == ("", "", 1000)


def test_heard_twice_it_is_forgotten_once(order, boss, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        care.erase(order.conversation.contact, by=boss)
    before = everything(Order, Version)
    listening.after_events(list(order.conversation.events.all()))
    assert everything(Order, Version) == before
