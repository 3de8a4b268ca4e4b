"""“Create Order” in the conversation, and the order's card in its thread."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Message
from orders.models import Order, OrderState
from tests import make
from tests.orders import shop, till

pytestmark = pytest.mark.once
BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


@pytest.fixture
def mug(db):
    return shop.variant(1900, product_name="Mug", sku="MUG-1")


@pytest.fixture
def desk(client, ana, conversation):
    """Ana at her page, with the conversation open."""
    client.force_login(ana)
    return client


@pytest.fixture
def do(desk, conversation):
    """What the dialog sends."""

    def send(deed: str, **fields):
        facts = {"do": deed, "key": str(uuid4()), "discount": "", "discount_in": "amount", "shipping": ""}
        if draft := Order.objects.open_draft(conversation):
            facts |= {"order": draft.pk, "seen": draft.revision}
        return desk.post(f"/conversations/{conversation.pk}/order/", facts | fields, headers=BY_SCRIPT)

    return send


def dialog(client, conversation, **query) -> str:
    return client.get(f"/conversations/{conversation.pk}/order/", query, headers=BY_SCRIPT).content.decode()


def lines(order: Order) -> list[tuple[str, int]]:
    return [(line.sku, line.quantity) for line in order.lines.all()]


def the_draft() -> Order:
    return Order.objects.get()


# --- The dialog -------------------------------------------------------------------------------------------------------


def test_it_opens_filled_in_and_writes_nothing(desk, conversation):
    shown = dialog(desk, conversation)
    assert 'value="Nora Visitor"' in shown
    assert not Order.objects.exists()


def test_a_product_is_put_in_and_the_draft_is_there(do, mug):
    answer = do("add", variant=mug.pk).content.decode()
    assert lines(the_draft()) == [("MUG-1", 1)]
    assert "€19.00" in answer


def test_again_makes_two_of_it(do, mug):
    do("add", variant=mug.pk)
    do("add", variant=mug.pk, **{f"quantity-{mug.pk}": "1"})
    assert lines(the_draft()) == [("MUG-1", 2)]


def test_a_double_click_makes_one_draft(do, mug):
    key = str(uuid4())
    for _ in range(2):
        do("add", variant=mug.pk, key=key, order="", seen="")
    assert lines(the_draft()) == [("MUG-1", 1)]


def test_a_colleague_s_new_draft_is_not_overwritten(do, conversation, mug, ben):
    shop.draft(conversation, (mug, 5), by=ben)
    answer = do("add", variant=mug.pk, order="", seen="").content.decode()
    assert "open draft already" in answer
    assert lines(the_draft()) == [("MUG-1", 5)]


def test_totals_follow_what_is_typed(do, mug):
    do("add", variant=mug.pk)
    typed = {f"quantity-{mug.pk}": "3", "discount": "10", "discount_in": "percent", "shipping": "4.90"}
    answer = do("typed", **typed).content.decode()
    assert "€56.20" in answer
    assert the_draft().total == 5620


def test_an_amount_is_read_as_its_writer_writes_it(do, mug, ana):
    ana.language = "de"
    ana.save()
    do("add", variant=mug.pk)
    do("typed", **{f"quantity-{mug.pk}": "1", "shipping": "4,90"})
    assert the_draft().shipping == 490


def test_closing_loses_nothing(do, desk, conversation, mug):
    do("add", variant=mug.pk)
    do("typed", **{f"quantity-{mug.pk}": "2", "notes": "Ring twice"})
    shown = dialog(desk, conversation)
    assert "Ring twice" in shown
    assert f'name="quantity-{mug.pk}" value="2"' in shown


def test_a_line_goes_and_a_variant_changes(do, mug):
    blue = shop.variant(2100, product=mug.product, name="blue", sku="MUG-2")
    do("lines", **{f"quantity-{mug.pk}": "2", f"variant-{mug.pk}": str(blue.pk)})
    assert lines(the_draft()) == [("MUG-2", 2)]
    do("lines")
    assert lines(the_draft()) == []


def test_an_earlier_order_is_repeated(do, desk, conversation, mug, ana):
    earlier = shop.placed(conversation, (mug, 4), by=ana)
    assert earlier.number in dialog(desk, conversation)
    do("repeat", earlier=earlier.pk)
    assert lines(Order.objects.open_draft(conversation)) == [("MUG-1", 4)]


def test_the_draft_is_saved_and_sent(do, conversation, mug):
    do("add", variant=mug.pk)
    fields = {f"quantity-{mug.pk}": "1"}
    assert do("save", **fields).status_code == 204
    assert do("send", client_id=str(uuid4()), **fields).status_code == 204
    assert Message.objects.latest("pk").details["card"]["id"] == str(the_draft().uuid)


def test_a_draft_is_discarded(do, conversation, mug):
    do("add", variant=mug.pk)
    assert do("discard", order=the_draft().pk).status_code == 204
    assert Order.objects.open_draft(conversation) is None


def test_sent_by_two_clicks_it_is_one_message(do, conversation, mug):
    do("add", variant=mug.pk)
    press = str(uuid4())
    for _ in range(2):
        do("send", client_id=press, **{f"quantity-{mug.pk}": "1"})
    assert len(till.said(conversation)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"discount": "x"},
        {"discount": "-1"},
        {"discount": "101", "discount_in": "percent"},
        {"shipping": "4.905"},
        {"shipping": "9" * 18},
        {"email": "nora@"},
        {"discount_in": "magic"},
        {"key": "x"},
        {"order": "x"},
        {"quantity-1": "1"},
        {"quantity-x": "1"},
        {"quantity-1": "-1"},
        {"quantity-1": "99999"},
    ],
)
def test_what_is_wrong_is_said_in_the_dialog(do, typed):
    answer = do("typed", **typed)
    assert answer.status_code == 200
    assert "order-problem" in answer.content.decode()


def test_a_placed_order_is_only_reckoned_until_that_is_said(do, conversation, mug, ana):
    order = shop.placed(conversation, mug, by=ana)
    fields = {"order": order.pk, f"quantity-{mug.pk}": "2", "name": order.name}
    assert "€38.00" in do("typed", **fields).content.decode()
    order.refresh_from_db()
    assert order.total == 1900
    do("save", **fields)
    order.refresh_from_db()
    assert order.total == 3800


def test_what_somebody_else_has_changed_is_not_overwritten(do, mug, ben):
    do("add", variant=mug.pk)
    order = the_draft()
    order.change({"notes": "From Ben"}, by=ben)
    answer = do("typed", order=order.pk, seen=1, notes="From Ana").content.decode()
    assert "changed meanwhile" in answer
    assert the_draft().notes == "From Ben"


@pytest.mark.parametrize("typed", ["mug", "MUG-", "mu"])
def test_products_are_found_by_name_and_sku(desk, conversation, mug, typed):
    shop.variant(product_name="Tea pot")
    found = desk.get(f"/conversations/{conversation.pk}/order/products/", {"q": typed}).content.decode()
    assert "Mug" in found
    assert "Tea pot" not in found


def test_what_is_off_sale_is_not_found(desk, conversation, mug):
    mug.active = False
    mug.save()
    found = desk.get(f"/conversations/{conversation.pk}/order/products/", {"q": "mug"}).content.decode()
    assert "Nothing of that name" in found


def test_the_dialog_costs_the_same_however_much_is_in_it(desk, conversation, ana, django_assert_max_num_queries):
    shop.draft(conversation, *[shop.variant() for _ in range(20)], by=ana)
    dialog(desk, conversation)
    with django_assert_max_num_queries(16):
        dialog(desk, conversation)


# --- The card ---------------------------------------------------------------------------------------------------------


def page(client, conversation) -> str:
    return client.get(f"/conversations/{conversation.pk}/").content.decode()


def test_the_card_offers_what_the_order_s_state_allows(desk, conversation, ana):
    order = till.shown(conversation, by=ana)
    assert f"/orders/{order.pk}/place/" in page(desk, conversation)
    assert desk.post(f"/orders/{order.pk}/place/", headers=BY_SCRIPT).status_code == 204
    shown = page(desk, conversation)
    assert f"/orders/{order.pk}/pay/" in shown
    assert f"/orders/{order.pk}/place/" not in shown


def test_what_a_button_asks_comes_first(desk, conversation, ana):
    order = till.shown(conversation, by=ana)
    asked = desk.get(f"/orders/{order.pk}/cancel/", headers=BY_SCRIPT).content.decode()
    assert 'name="reason"' in asked
    desk.post(f"/orders/{order.pk}/cancel/", {"reason": "Sold out"}, headers=BY_SCRIPT)
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


def test_dialog_and_card_show_what_it_is_with_pictures(desk, conversation, ana):
    till.shown(conversation, by=ana)
    address = shop.pictured()
    assert address in dialog(desk, conversation)
    assert address in page(desk, conversation)


def test_a_button_that_is_none_is_not_there(desk, conversation, ana):
    order = till.shown(conversation, by=ana)
    assert desk.post(f"/orders/{order.pk}/explode/", headers=BY_SCRIPT).status_code == 404


def test_what_the_customer_does_not_know_is_said_on_the_card(desk, conversation, ana):
    order = till.shown(conversation, by=ana)
    till.offer(order).keep("The window is shut.")
    assert "The window is shut." in page(desk, conversation)


def test_a_thread_of_cards_is_as_many_queries_as_one(desk, conversation, ana):
    def cost() -> int:

        with CaptureQueriesContext(connection) as asked:
            page(desk, conversation)
        return len(asked)

    till.shown(conversation, by=ana)
    page(desk, conversation)
    before = cost()
    for _ in range(4):
        Order.objects.latest("pk").place(by=ana)
        till.shown(conversation, by=ana)
    assert cost() <= before


def test_the_panel_shows_the_contact_s_orders(desk, conversation, ana):
    order = shop.placed(conversation, shop.variant(), by=ana)
    assert order.number in desk.get(f"/conversations/{conversation.pk}/panel/").content.decode()


# --- Another team ---------------------------------------------------------------------------------------------------


@pytest.fixture
def stranger(client, conversation, ana, cara):
    """Cara, who is in another team and does not see Sales' conversations."""
    client.force_login(cara)
    return client


def test_another_team_sees_neither_dialog_nor_products(stranger, conversation):
    for path in ("", "products/"):
        assert stranger.get(f"/conversations/{conversation.pk}/order/{path}").status_code == 404


def test_nor_can_it_put_anything_in(stranger, conversation, mug):
    refused = stranger.post(f"/conversations/{conversation.pk}/order/", {"do": "add", "variant": mug.pk})
    assert refused.status_code == 404
    assert not Order.objects.exists()


def test_nor_press_a_button(stranger, conversation, ana):
    order = till.shown(conversation, by=ana)
    for ask in (stranger.get, stranger.post):
        assert ask(f"/orders/{order.pk}/place/", headers=BY_SCRIPT).status_code == 404
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_nor_open_the_order_through_a_conversation_of_its_own(stranger, conversation, ana, support):
    order = till.draft(conversation, by=ana)
    own = make.conversation(make.channel("webchat", support))
    assert stranger.get(f"/conversations/{own.pk}/order/", {"order": order.pk}).status_code == 404


def test_the_panel_leaves_out_what_its_reader_may_not_see(client, conversation, ana, cara, support):
    order = shop.placed(conversation, shop.variant(), by=ana)
    own = make.conversation(make.channel("webchat", support))
    own.identity.contact = conversation.contact
    own.identity.save()
    client.force_login(cara)
    assert order.number not in client.get(f"/conversations/{own.pk}/panel/").content.decode()


def test_nobody_without_log_in_sees_it(client, conversation):
    assert client.get(f"/conversations/{conversation.pk}/order/").status_code == 302
