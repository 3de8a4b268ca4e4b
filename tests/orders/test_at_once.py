"""Several in the same moment: real threads, real transactions."""

from functools import partial

import pytest

from conversations.models import Conversation
from monty.errors import MontyError
from orders.errors import OutOfStock
from orders.models import Order, Pick, Variant
from orders.payment_pages import take
from orders.payments.base import Paid
from tests import make
from tests.at_once import at_once
from tests.orders import shop

pytestmark = pytest.mark.django_db(transaction=True)


def refused(outcomes: list) -> list:
    return [each for each in outcomes if isinstance(each, MontyError)]


def test_eight_who_place_at_once_get_no_more_than_there_is(webchat, ana):
    mug, bowl = shop.variant(stock=3), shop.variant(stock=100)
    wanted = [mug, bowl]
    # Half of them have it the other way round: locks that were taken as they come would wait in a circle.
    orders = [
        shop.draft(make.conversation(webchat), *(wanted if place % 2 else wanted[::-1]), by=ana) for place in range(8)
    ]
    outcomes = at_once(*(partial(order.place, by=ana) for order in orders))
    assert [type(each) for each in refused(outcomes)] == [OutOfStock] * 5
    assert list(Variant.objects.order_by("pk").values_list("stock", flat=True)) == [0, 97]
    numbers = Order.objects.exclude(number="").values_list("number", flat=True)
    assert sorted(number[-5:] for number in numbers) == ["00001", "00002", "00003"]


def test_two_who_create_with_one_key_make_one(conversation, ana, ben):
    mug = shop.variant()
    outcomes = at_once(
        *(
            partial(Order.start, Conversation.objects.get(), {}, [Pick(mug.pk)], by=person, key="press-1")
            for person in (ana, ben)
        )
    )
    assert len({order.pk for order in outcomes}) == Order.objects.count() == 1
    assert sorted(order.is_new for order in outcomes) == [False, True]


def test_two_who_create_without_a_key_have_one_draft(conversation, ana, ben):
    outcomes = at_once(*(partial(Order.start, Conversation.objects.get(), by=person) for person in (ana, ben)))
    assert [error.code for error in refused(outcomes)] == ["draft_open"]
    assert Order.objects.count() == 1


def test_notices_of_one_payment_at_once_pay_once_and_leave_no_note(conversation, ana):
    order = shop.placed(conversation, shop.variant(2000), by=ana)
    told = Paid("evt_1", order.uuid, 2000, "EUR")
    assert at_once(*(partial(take, told, "hosted") for _ in range(4))) == [None] * 4
    assert order.conversation.events.filter(verb="pay_order").count() == 1
    assert not order.conversation.messages.filter(private=True).exists()


def test_of_two_payments_at_once_one_pays_and_people_hear_of_the_other(conversation, ana):
    order = shop.placed(conversation, shop.variant(2000), by=ana)
    at_once(*(partial(take, Paid(each, order.uuid, 2000, "EUR"), "hosted") for each in ("evt_1", "evt_2")))
    order.refresh_from_db()
    (other,) = {"evt_1", "evt_2"} - {order.payment_reference}
    assert f"({other})" in order.conversation.messages.get(private=True).text


def test_part_refunds_at_once_never_exceed_what_was_paid(conversation, ana):
    order = shop.paid(conversation, shop.variant(2000), by=ana)
    copies = [Order.objects.get(pk=order.pk) for _ in range(4)]
    outcomes = at_once(*(partial(copy.refund, 700, reason="A crack", by=None) for copy in copies))
    order.refresh_from_db()
    assert len(refused(outcomes)) == 2
    assert order.refunded == 1400


def test_of_a_confirmation_and_a_change_at_once_the_customer_confirms_only_what_they_saw(conversation, ana):
    order = shop.draft(conversation, shop.variant(2000), by=ana)
    copies = [Order.objects.get(pk=order.pk) for _ in range(2)]
    at_once(partial(copies[0].confirm, seen=1, by=None), partial(copies[1].change, {"shipping": 500}, by=ana))
    order.refresh_from_db()
    assert (order.confirmed_at is None) or order.total == 2000
    assert order.total == 2500


def test_an_order_and_its_conversation_move_at_once(conversation, ana):
    order = shop.draft(conversation, shop.variant(), by=ana)
    mine = Conversation.objects.get()
    outcomes = at_once(partial(order.place, by=ana), partial(mine.assign_to, ana, by=ana))
    assert refused(outcomes) == []
    order.refresh_from_db()
    mine.refresh_from_db()
    assert (order.state, mine.assignee) == ("placed", ana)
