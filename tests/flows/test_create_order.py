"""The node that draws up an order."""

import pytest

from conversations.models import Conversation, Message
from flows import engine, starting
from flows.models import Flow
from flows.problems import problems
from orders import hearing
from orders.models import Offer, Order, OrderState
from tests import make
from tests.flows.flow import document, flow, node, said, say
from tests.flows.test_rehearsal import rehearsal
from tests.orders import shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug():
    return shop.variant(1900, product_name="Mug", sku="MUG-1")


def selling(*skus: str, **fields):
    """Two of each, and what is said afterwards."""
    items = [{"sku": sku, "quantity": 2} for sku in skus]
    made = node("o", "create_order", items=items, exits={"ok": "yes", "failed": "no"}, **fields)
    return document(made, say("yes", "Made"), say("no", "Sorry"))


def run(conversation: Conversation, row: Flow) -> None:
    engine.advance(starting.send(conversation, row, by=None))


def test_it_is_sent_to_the_customer(conversation, mug):
    run(conversation, flow("Shop", selling("MUG-1")))
    order = Order.objects.get()
    assert (order.flow, order.made_by, order.total) == ("Shop", None, 3800)
    card = Message.objects.get(details__card__kind="order")
    assert (card.author_kind, card.details["card"]["id"]) == ("bot", str(order.uuid))
    assert said(conversation)[-1] == "Made"


def test_or_left_as_a_draft(conversation, mug):
    run(conversation, flow("Shop", selling("MUG-1", then="draft")))
    assert Order.objects.get().sent_at is None
    assert said(conversation) == ["Made"]


def test_what_is_no_longer_on_sale_leaves_by_the_other_exit(conversation, mug):
    row = flow("Shop", selling("MUG-1"))
    mug.active = False
    mug.save()
    run(conversation, row)
    assert said(conversation) == ["Sorry"]
    assert not Order.objects.exists()


def test_so_does_a_second_draft(conversation, mug, ana):
    shop.draft(conversation, mug, by=ana)
    run(conversation, flow("Shop", selling("MUG-1")))
    assert said(conversation) == ["Sorry"]
    assert Order.objects.count() == 1


def test_the_customer_confirms_it_with_a_word(conversation, mug):
    run(conversation, flow("Shop", document(node("o", "create_order", items=[{"sku": "MUG-1"}]))))
    make.message(conversation.channel, "Yes!", conversation.identity.external_id)
    hearing.hear(Offer.objects.get().pk)
    assert Order.objects.get().state == OrderState.PLACED


def test_a_product_that_is_not_there_is_a_problem(mug):
    row = flow("Hello", document(say("a", "Hello")))
    assert [each.text for each in problems(selling("MUG-1", "GONE"), row.surroundings)] == [
        "“o”: “GONE” is not on sale."
    ]


def test_tried_out_it_makes_nothing(mug):
    tried = rehearsal(selling("MUG-1"))
    assert "An order for the customer to confirm: 2 × Mug" in [line.text for line in tried.lines]
    assert not Order.objects.exists()
