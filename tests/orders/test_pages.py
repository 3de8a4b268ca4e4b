"""The orders' pages: who sees which, what can be pressed, and what can be taken along."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import offers
from orders.models import Order
from teams import roles
from teams.models import AuditEntry
from tests import make
from tests.orders import shop


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def order(conversation, ana):
    return shop.placed(conversation, (shop.variant(2200, product_name="Mug", sku="MUG"), 2), by=ana)


def test_the_list_shows_what_one_sees(as_ana, order):
    page = as_ana.get("/orders/").content.decode()
    assert order.number in page
    assert "€44.00" in page


def test_cara_sees_no_order_of_sales_on_any_page(client, cara, order):
    client.force_login(cara)
    assert order.conversation.team not in cara.teams.all()
    assert order.number not in client.get("/orders/").content.decode()
    assert order.number not in "".join(part.decode() for part in client.get("/orders/export.csv").streaming_content)
    for address in (f"/orders/{order.pk}/", f"/orders/{order.pk}/paper/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/orders/{order.pk}/pay/").status_code == 404
    assert client.get("/", {"view": "all", "q": order.number}).context["page"].rows == []


def test_a_conversation_is_found_by_its_orders_number(as_ana, order):
    for typed in (order.number, order.number[:-1], order.number[-5:]):
        rows = as_ana.get("/", {"view": "all", "q": typed}).context["page"].rows
        assert [row.conversation.pk for row in rows] == [order.conversation_id], typed
    assert "".join(piece.text for piece in rows[0].line) == f"Order {order.number} · Nora Visitor · €44.00"
    assert [piece.text for piece in rows[0].line if piece.hit] == [order.number[-5:]]


def test_the_list_is_narrowed_down_and_read_page_by_page(as_ana, order, monkeypatch, webchat, ana):
    monkeypatch.setattr("orders.lists.PAGE", 1)
    draft = shop.draft(make.conversation(webchat, name="Otto Berg"), shop.variant(), by=ana)
    first = as_ana.get("/orders/").context
    assert [row.pk for row in first["rows"]] == [draft.pk]
    assert [row.pk for row in as_ana.get("/orders/", {"after": first["more"]}).context["rows"]] == [order.pk]
    assert [row.pk for row in as_ana.get("/orders/", {"q": "otto"}).context["rows"]] == [draft.pk]
    assert [row.pk for row in as_ana.get("/orders/", {"state": "placed"}).context["rows"]] == [order.pk]
    for wrong in ({"after": "x"}, {"after": "9" * 30}, {"state": "lost"}, {"by": "moon"}, {"since": "soon"}):
        assert as_ana.get("/orders/", wrong).status_code == 400, wrong


@pytest.mark.parametrize(
    ("by", "name"), [("day", None), ("channel", "webchat"), ("team", "Sales"), ("teammate", "Ana"), ("flow", "–")]
)
def test_what_was_sold_is_summed_by(as_ana, order, webchat, ana, by, name):
    shop.placed(make.conversation(webchat), shop.variant(1000), by=ana).cancel(by=ana)
    sums = as_ana.get("/orders/", {"by": by}).context["here"].sums()
    assert [(each.orders, each.total, each.refunded) for each in sums] == [(1, "€44.00", "€0.00")]
    assert name is None or sums[0].name.startswith(name)


def test_a_list_costs_the_same_however_long_it_is(as_ana, order, webchat, ana):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            as_ana.get("/orders/", {"by": "teammate"})
        counts.append(len(seen))
        shop.placed(make.conversation(webchat), shop.variant(), by=ana)
    assert counts[0] == counts[1]


def test_an_order_is_moved_on_by_buttons(as_ana, order):
    page = as_ana.get(f"/orders/{order.pk}/").content.decode()
    assert "Mark as paid" in page
    assert "Refund…" not in page
    assert as_ana.post(f"/orders/{order.pk}/pay/", {"method": "cash"}).status_code == 302
    assert "The order" in as_ana.get(f"/orders/{order.pk}/").content.decode()
    order.refresh_from_db()
    assert (order.state, order.payment_method) == ("paid", "cash")


def test_a_button_has_one_address_which_answers_its_card_and_its_page(as_ana, order):
    address = f"/orders/{order.pk}/pay/"
    assert all(f'"{address}"' in as_ana.get(page).content.decode() for page in (f"/orders/{order.pk}/", address))
    assert as_ana.post(address, headers={"HX-Request": "true"}).status_code == 204
    assert as_ana.post(f"/orders/{order.pk}/fulfil/").headers["Location"] == f"/orders/{order.pk}/"


def test_what_the_state_does_not_allow_is_refused_in_words(as_ana, order):
    assert as_ana.post(f"/orders/{order.pk}/fulfil/").status_code == 409
    assert as_ana.post(f"/orders/{order.pk}/nonsense/").status_code == 404
    assert as_ana.post(f"/orders/{order.pk}/refund/", {"amount": "x", "reason": "y"}).status_code == 400


def test_whoever_only_looks_is_offered_no_button(client, order):
    offers.send(order, by=order.made_by)
    viewer = make.teammate("vera", order.conversation.team)
    roles.give(viewer, "Viewer")
    client.force_login(viewer)
    for page in (f"/orders/{order.pk}/", f"/conversations/{order.conversation_id}/"):
        shown = client.get(page).content.decode()
        assert order.number in shown
        assert "Mark as paid" not in shown


def test_an_order_is_refunded_by_whoever_may(client, order, ana):
    order.pay(by=ana)
    client.force_login(make.staff("rita", "orders.refund_order", teams=[order.conversation.team]))
    assert "Refund…" in client.get(f"/orders/{order.pk}/").content.decode()
    client.post(f"/orders/{order.pk}/refund/", {"amount": "1.50", "reason": "A crack"})
    assert Order.objects.get().refunded == 150


def test_the_list_is_taken_along_as_csv_without_formulas(as_ana, webchat, ana):
    row = make.conversation(webchat, name="=1+1")
    shop.placed(row, (shop.variant(2200, product_name="Mug"), 2), by=ana)
    text = "".join(part.decode() for part in as_ana.get("/orders/export.csv").streaming_content)
    found = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(each["customer"], each["total"], each["items"]) for each in found] == [("'=1+1", "44.00", "2 × Mug")]


def test_an_order_is_printed(as_ana, order):
    order.change({"notes": "اتصل بي #set page()", "address": "1 Long Road"}, by=order.made_by)
    paper = as_ana.get(f"/orders/{order.pk}/paper/")
    content = b"".join(paper.streaming_content)
    assert (paper["Content-Type"], content[:5]) == ("application/pdf", b"%PDF-")


def test_strangers_are_sent_to_the_log_in(client, order):
    for address in ("/orders/", f"/orders/{order.pk}/", "/orders/export.csv"):
        assert client.get(address).status_code == 302


def test_whoever_takes_orders_along_is_told_in_the_audit_log_without_names(as_ana, ana, order):
    as_ana.get("/orders/export.csv", {"q": "nora", "state": "placed"})
    as_ana.get(f"/orders/{order.pk}/paper/")
    told = AuditEntry.objects.filter(actor=ana, deed="exported", kind="orders.order").order_by("pk")
    assert list(told.values_list("key", "subject", "data")) == [
        ("", "orders", {"form": "csv", "asked": "state=placed"}),
        (str(order.pk), order.number, {"form": "pdf"}),
    ]
