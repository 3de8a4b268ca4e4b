"""The page that a customer opens by a link: for one order, until a day, with no log-in."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from orders import links
from orders.models import Order, OrderState
from tests import make
from tests.orders import shop, till

pytestmark = pytest.mark.once


@pytest.fixture
def whatsapp(sales):
    return make.channel("whatsapp", sales)


@pytest.fixture
def order(whatsapp, ana) -> Order:
    return till.shown(make.conversation(whatsapp), shop.variant(1900, product_name="Mug"), by=ana)


@pytest.fixture
def customer() -> Client:
    return Client()


def path(order: Order, until=None) -> str:
    return f"/o/{links.token(order.uuid, until or till.offer(order).until)}/"


def page(customer: Client, order: Order) -> str:
    return customer.get(path(order)).content.decode()


def confirm(customer: Client, order: Order, seen: int | None = None):
    return customer.post(path(order), {"do": "confirm", "seen": seen or order.revision})


# --- Who may open it --------------------------------------------------------------------------------------------------


def test_the_link_in_the_message_opens_it(customer, order):
    text = order.conversation.messages.from_us().get().text
    (address,) = [word for word in text.split() if "/o/" in word]
    shown = customer.get(urlsplit(address).path)
    assert shown.status_code == 200
    assert "Mug" in shown.content.decode()


def test_nothing_of_it_is_kept_or_told_on(customer, order):
    shown = customer.get(path(order))
    assert "no-store" in shown["Cache-Control"]
    assert (shown["Referrer-Policy"], shown["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: f"{token}x", lambda token: token.swapcase()]
)
def test_an_address_that_was_changed_opens_nothing(customer, order, change):
    token = links.token(order.uuid, till.offer(order).until)
    assert customer.get(f"/o/{change(token)}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "\x00", "%2e", "é" * 300])
def test_rubbish_is_a_clear_page_and_no_crash(customer, db, token):
    shown = customer.get(f"/o/{token}/")
    assert shown.status_code == 404
    assert "There is no order here" in shown.content.decode()


def test_a_signature_is_good_for_its_order_only(customer, order, whatsapp, ana):
    other = till.shown(make.conversation(whatsapp), by=ana)
    name, until, signature = links.token(order.uuid, till.offer(order).until).split(".")
    theirs = links.token(other.uuid, till.offer(other).until).split(".")
    assert customer.get(f"/o/{theirs[0]}.{until}.{signature}/").status_code == 404
    assert customer.get(f"/o/{name}.{theirs[1]}9.{signature}/").status_code == 404


def test_what_something_else_of_monty_s_signed_opens_nothing(customer, order):
    name, until, _signature = links.token(order.uuid, till.offer(order).until).split(".")
    other = Signer(salt="conversations.files.visitor", sep=".").sign(f"{name}.{until}")
    assert customer.get(f"/o/{other}/").status_code == 404


def test_after_its_day_it_says_that_it_is_over(customer, order):
    address = path(order)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        shown = customer.get(address)
        assert shown.status_code == 410
        assert "This link is over" in shown.content.decode()
        assert confirm(customer, order).status_code == 410
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_an_order_that_was_never_sent_has_no_page(customer, whatsapp, ana):
    order = till.draft(make.conversation(whatsapp), by=ana)
    assert customer.get(path(order, timezone.now() + timedelta(days=1))).status_code == 404
    assert customer.get(f"/o/{links.token(uuid4(), timezone.now() + timedelta(days=1))}/").status_code == 404


# --- What it says -----------------------------------------------------------------------------------------------------


def test_it_shows_lines_sums_and_state(customer, order):
    order.change({"shipping": 490, "address": "Hafen 1"}, by=None)
    shown = page(customer, order)
    assert "We are changing this order" in shown
    assert "Hafen 1" not in shown


def test_it_shows_what_is_in_it_with_pictures(customer, order):
    assert shop.pictured() in page(customer, order)


def test_it_speaks_the_customer_s_language(customer, order):
    contact = order.conversation.contact
    contact.language = "ar"
    contact.save()
    assert 'lang="ar" dir="rtl"' in page(customer, order)


def test_it_speaks_the_browser_s_where_nothing_is_known(customer, order):
    shown = customer.get(path(order), headers={"Accept-Language": "de"})
    assert 'lang="de"' in shown.content.decode()


def test_changes_after_placing_are_told(customer, order):
    confirm(customer, order)
    order.refresh_from_db()
    order.change({"shipping": 490}, by=None)
    assert "What was changed" in page(customer, order)


def test_markup_in_names_is_text(customer, order):
    Order.objects.filter(pk=order.pk).update(name="<script>alert(1)</script>")
    assert "<script>alert" not in page(customer, order)


# --- What one can do there --------------------------------------------------------------------------------------------


def test_they_confirm_it(customer, order):
    assert confirm(customer, order).status_code == 302
    order.refresh_from_db()
    assert order.state == OrderState.PLACED
    assert f"Order {order.number}" in page(customer, order)
    assert "Confirm order" not in page(customer, order)


def test_what_has_changed_meanwhile_is_refused_and_shown_anew(customer, order):
    refused = confirm(customer, order, seen=order.revision + 1)
    assert refused.status_code == 409
    assert "changed meanwhile" in refused.content.decode()


def test_what_is_sold_out_is_said(customer, whatsapp, ana):
    order = till.shown(make.conversation(whatsapp), shop.variant(stock=0, product_name="Mug"), by=ana)
    refused = confirm(customer, order)
    assert (refused.status_code, "sold out" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_confirmation_of_nothing_is_refused(customer, order, seen):
    refused = customer.post(path(order), {"do": "confirm", "seen": seen})
    assert refused.status_code == 400


def test_they_wish_for_a_change(customer, order):
    assert customer.post(path(order), {"do": "wish", "text": "In blue"}).status_code == 302
    assert order.conversation.events.get(verb="request_change_order").data["text"] == "In blue"


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_wish_without_words_or_with_too_many_is_refused(customer, order, text):
    assert customer.post(path(order), {"do": "wish", "text": text}).status_code == 400


def test_too_many_wishes_are_refused(customer, order):
    for _ in range(10):
        customer.post(path(order), {"do": "wish", "text": "In blue"})
    assert customer.post(path(order), {"do": "wish", "text": "In red"}).status_code == 429


def test_it_needs_no_cookie_and_sets_none(order):
    strict = Client(enforce_csrf_checks=True)
    shown = strict.get(path(order))
    assert not shown.cookies
    assert strict.post(path(order), {"do": "confirm", "seen": order.revision}).status_code == 302


def test_the_page_costs_the_same_however_much_is_in_it(customer, whatsapp, ana, django_assert_max_num_queries):
    things = [shop.variant(product_name=f"Thing {each}") for each in range(20)]
    order = till.shown(make.conversation(whatsapp), *things, by=ana)
    with django_assert_max_num_queries(4):
        customer.get(path(order))
