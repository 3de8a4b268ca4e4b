"""An order's card in the webchat: seen by its customer, confirmed by nobody else."""

import pytest

from conversations.models import Conversation
from orders import listening, offers
from orders.models import Order, OrderState
from tests.conversations.webchat_visitor import VisitorClient
from tests.orders import shop, till

pytestmark = pytest.mark.once


@pytest.fixture
def visitor(webchat) -> VisitorClient:
    guest = VisitorClient(webchat)
    guest.say("I want a mug")
    return guest


@pytest.fixture
def order(visitor, ana) -> Order:
    return till.shown(Conversation.objects.get(), shop.variant(1900, product_name="Mug", name="blue"), by=ana)


def card(visitor: VisitorClient) -> dict:
    return visitor.thread()[-1]["card"]


def confirm(visitor: VisitorClient, order: Order, version: object = 1):
    return visitor.post(f"orders/{order.uuid}/confirmation/", {"version": version})


def test_the_visitor_sees_the_order_as_it_is_now(visitor, order):
    shown = card(visitor)
    assert (shown["id"], shown["state"], shown["confirm"]) == (str(order.uuid), "Please confirm", "Confirm order")
    assert shown["lines"] == [{"picture": "", "quantity": "1", "name": "Mug", "detail": "blue", "total": "€19.00"}]
    assert shown["total"] == {"name": "Total", "amount": "€19.00"}
    order.place(by=None)
    shown = card(visitor)
    assert (shown["title"], shown["state"], shown["confirm"]) == (f"Order {order.number}", "Ordered", None)


def test_what_is_in_it_comes_with_a_picture_if_there_is_one(visitor, order):
    assert card(visitor)["lines"][0]["picture"] == ""
    address = shop.pictured()
    assert card(visitor)["lines"][0]["picture"].endswith(address)


def test_what_was_changed_after_placing_is_to_be_confirmed_anew(visitor, order, ana):
    order.place(by=ana)
    order.change({"shipping": 490}, by=ana)
    assert card(visitor)["confirm"] is None
    listening.after_events(list(order.conversation.events.all()))
    offers.tell(order.offer.pk)
    assert (card(visitor)["state"], card(visitor)["confirm"]) == ("Please confirm", "Confirm order")


def test_messages_without_one_have_none(visitor, db):
    assert visitor.thread()[0]["card"] is None


def test_they_confirm_it_on_the_card(visitor, order):
    answer = confirm(visitor, order)
    assert (answer.status_code, answer.data["state"], answer.data["confirm"]) == (200, "Ordered", None)
    order.refresh_from_db()
    assert order.state == OrderState.PLACED


def test_twice_is_once(visitor, order):
    confirm(visitor, order)
    assert confirm(visitor, order).status_code == 200
    assert Conversation.objects.get().events.filter(verb="confirm_order").count() == 1


def test_half_of_what_a_teammate_types_is_not_shown(visitor, order):
    order.change({"shipping": 490}, by=None)
    shown = card(visitor)
    assert (shown["lines"], shown["total"], shown["confirm"]) == ([], None, None)
    assert confirm(visitor, order, version=1).status_code == 409


def test_somebody_else_s_order_is_not_there(order, webchat):
    stranger = VisitorClient(webchat)
    assert confirm(stranger, order).status_code == 404
    stranger.say("Hello")
    assert confirm(stranger, order).status_code == 404
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_nor_without_a_session(order, webchat, client):
    refused = client.post(f"/webchat/{webchat.uuid}/orders/{order.uuid}/confirmation/", {"version": 1})
    assert refused.status_code == 401


def test_nor_one_that_was_never_sent(visitor, ana):
    order = till.draft(Conversation.objects.get(), by=ana)
    assert confirm(visitor, order).status_code == 404


@pytest.mark.parametrize("version", ["", "x", 0, None])
def test_a_version_that_is_none_is_refused(visitor, order, version):
    assert confirm(visitor, order, version=version).status_code == 400


def test_a_page_of_cards_is_as_many_queries_as_one(visitor, order, ana, django_assert_max_num_queries):
    for _ in range(4):
        Order.objects.latest("pk").place(by=ana)
        till.shown(Conversation.objects.get(), by=ana)
    with django_assert_max_num_queries(10):
        assert len([each for each in visitor.thread() if each["card"]]) == 5
