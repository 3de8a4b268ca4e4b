"""An order from draft to fulfilled: what each verb does, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from conversations.inbox import timeline
from conversations.models import Conversation
from monty.errors import BadInput, Forbidden, Overtaken, VerbNotAllowed
from orders.errors import DraftOpen, OutOfStock
from orders.models import Order, OrderYear, Pick, Variant
from tests import make
from tests.orders import shop


def told(conversation) -> list[str]:
    events = conversation.events.filter(data__has_key="order").in_thread()
    return [line.sentence for line in timeline.lines(events)]


def left(variant: Variant) -> int | None:
    return Variant.objects.get(pk=variant.pk).stock


# --- Drawing it up --------------------------------------------------------------------------------------------------


def test_a_draft_is_made_out_to_the_customer_with_copies_of_the_catalogue(conversation, ana):
    mug = shop.variant(2200, tax=19, product_name="Mug", name="blue", sku="MUG")
    order = shop.draft(conversation, (mug, 2), by=ana, shipping=490)
    line = order.lines.get()
    assert (order.state, order.number, order.name, order.made_by) == ("draft", "", "Nora Visitor", ana)
    assert (line.label, line.sku, line.price, line.quantity, line.tax_rate) == ("Mug, blue", "MUG", 2200, 2, 19)
    assert (order.subtotal, order.total, order.tax) == (4400, 4890, 703)


def test_a_later_order_goes_where_the_last_one_went(webchat, ana, cara):
    first = make.conversation(webchat, who="nora")
    shop.placed(first, shop.variant(), by=ana, address="1 Long Road")
    first.close(by=ana)
    make.long_ago(first, timezone.now() - timedelta(days=9))
    second = make.conversation(webchat, who="nora")
    assert second.pk != first.pk
    order = shop.draft(second, by=ana)
    assert order.address == "1 Long Road"
    # Nobody learns by it what they may not see.
    order.cancel(by=ana)
    assert not Conversation.objects.visible_to(cara).filter(pk=first.pk)
    assert shop.draft(second, by=cara).address == ""


def test_one_draft_is_open_in_a_conversation_unless_another_is_wanted(conversation, ana, ben):
    first = shop.draft(conversation, by=ana)
    with pytest.raises(DraftOpen) as refused:
        Order.start(conversation, by=ben)
    assert refused.value.facts == {"order": first.pk}
    another = Order.start(conversation, by=ben, another=True)
    assert Order.objects.open_draft(conversation) == first
    assert another.pk != first.pk


def test_the_same_key_makes_one_order(conversation, ana, ben):
    first = Order.start(conversation, by=ana, key="press-1")
    again = Order.start(conversation, by=ben, key="press-1")
    assert (again.pk, first.is_new, again.is_new) == (first.pk, True, False)


def test_a_draft_is_changed_and_keeps_the_prices_it_had(conversation, ana):
    mug, bowl = shop.variant(2200), shop.variant(2800)
    order = shop.draft(conversation, mug, by=ana)
    Variant.objects.filter(pk=mug.pk).update(price=9900)
    order.change({"discount_percent": Decimal(10)}, [Pick(mug.pk, 3), Pick(bowl.pk)], by=ana)
    assert [(line.price, line.quantity) for line in order.lines.all()] == [(2200, 3), (2800, 1)]
    assert (order.subtotal, order.discount, order.total, order.revision) == (9400, 940, 8460, 2)


def test_a_change_to_what_it_is_already_leaves_no_trace(conversation, ana):
    mug = shop.variant()
    order = shop.draft(conversation, mug, by=ana)
    assert order.change({"shipping": 0}, [Pick(mug.pk)], by=ana) is None
    assert order.revision == 1


def test_one_discount_takes_the_place_of_the_other(conversation, ana):
    order = shop.draft(conversation, shop.variant(1000), by=ana, discount_amount=300)
    order.change({"discount_percent": Decimal(50)}, by=ana)
    assert (order.discount_amount, order.discount) == (0, 500)
    with pytest.raises(BadInput, match="not both"):
        order.change({"discount_percent": Decimal(1), "discount_amount": 1}, by=ana)


def test_whoever_changes_what_has_been_changed_meanwhile_is_told(conversation, ana, ben):
    order = shop.draft(conversation, shop.variant(), by=ana)
    order.change({"notes": "Ring twice"}, by=ben, seen=1)
    with pytest.raises(Overtaken):
        order.change({"notes": "Ring once"}, by=ana, seen=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"shipping": -1}, "shipping"),
        ({"discount_percent": Decimal(101)}, "discount_percent"),
        ({"email": "nobody"}, "email"),
        ({"state": "paid"}, "state"),
        ({"shipping": 10**15 + 1}, "shipping"),
    ],
)
def test_what_no_order_can_have_is_refused_with_its_field(conversation, ana, facts, field):
    with pytest.raises(BadInput) as refused:
        shop.draft(conversation, by=ana, **facts)
    assert field in refused.value.facts["errors"]
    assert not Order.objects.exists()


def test_what_is_not_on_sale_or_in_another_currency_is_refused(conversation, ana):
    with pytest.raises(BadInput, match="no longer on sale"):
        shop.draft(conversation, shop.variant(active=False), by=ana)
    with pytest.raises(BadInput, match="one currency"):
        shop.draft(conversation, shop.variant(), shop.variant(currency="JPY"), by=ana)
    with pytest.raises(BadInput, match="no such product"):
        Order.start(conversation, picks=[Pick(10**9)], by=ana)
    with pytest.raises(BadInput, match="quantity"):
        shop.draft(conversation, (shop.variant(), 10_000), by=ana)


def test_an_order_is_in_the_currency_of_what_is_in_it(conversation, ana):
    assert shop.draft(conversation, shop.variant(currency="KWD"), by=ana).currency == "KWD"


def test_amounts_of_one_currency_never_become_those_of_another(conversation, ana):
    mug, bowl = shop.variant(currency="EUR"), shop.variant(currency="JPY")
    order = shop.draft(conversation, mug, by=ana, shipping=490)
    for picks in ([Pick(bowl.pk)], [Pick(mug.pk), Pick(bowl.pk)]):
        with pytest.raises(BadInput, match="one currency"):
            order.change(picks=picks, by=ana)
    order.change({"shipping": 0}, [], by=ana)
    order.change(picks=[Pick(bowl.pk)], by=ana)
    assert (order.currency, order.total) == ("JPY", 1000)


# --- Placing --------------------------------------------------------------------------------------------------------


def test_placing_gives_a_number_and_takes_from_the_stock(conversation, ana):
    mug, wrapping = shop.variant(stock=5), shop.variant()
    order = shop.placed(conversation, (mug, 2), wrapping, by=ana)
    assert (order.state, order.number) == ("placed", f"{timezone.now().year}-00001")
    assert (left(mug), left(wrapping)) == (3, None)


def test_numbers_of_a_year_have_no_gaps(webchat, ana):
    mug = shop.variant(stock=1)
    for wanted in (shop.variant(), (mug, 2), shop.variant()):
        order = shop.draft(make.conversation(webchat), wanted, by=ana)
        try:
            order.place(by=ana)
        except OutOfStock:
            assert order.number == ""
    numbers = Order.objects.exclude(number="").order_by("number").values_list("number", flat=True)
    assert [number[-5:] for number in numbers] == ["00001", "00002"]
    assert OrderYear.objects.get().last == 2


def test_what_is_not_there_is_not_placed(conversation, ana):
    mug = shop.variant(stock=1, sku="MUG")
    order = shop.draft(conversation, (mug, 2), by=ana)
    with pytest.raises(OutOfStock) as refused:
        order.place(by=ana)
    assert refused.value.facts == {"sku": "MUG", "left": 1}
    assert (order.state, left(mug)) == ("draft", 1)


def test_nothing_is_no_order(conversation, ana):
    order = shop.draft(conversation, by=ana)
    with pytest.raises(BadInput, match="nothing in this order"):
        order.place(by=ana)
    with pytest.raises(BadInput, match="nothing in this order"):
        order.send(by=ana)


def test_what_went_off_sale_since_is_not_placed(conversation, ana):
    mug = shop.variant()
    order = shop.draft(conversation, mug, by=ana)
    mug.product.active = False
    mug.product.save()
    with pytest.raises(BadInput, match="no longer on sale"):
        order.place(by=ana)


def test_later_prices_do_not_touch_what_was_placed(conversation, ana):
    mug = shop.variant(2200, tax=19)
    order = shop.placed(conversation, mug, by=ana)
    Variant.objects.update(price=9900)
    order.change({"notes": "Ring twice"}, by=ana)
    assert (order.total, order.lines.get().price) == (2200, 2200)
    with pytest.raises(ProtectedError):
        mug.delete()


def test_the_customer_confirms_what_they_see(conversation, ana):
    order = shop.draft(conversation, shop.variant(), by=ana)
    with pytest.raises(Overtaken):
        order.confirm(seen=7, by=None)
    order.confirm(seen=1, by=None)
    assert (order.state, order.confirmed_at is not None) == ("placed", True)
    assert order.confirm(seen=1, by=None) is None  # A double click.
    assert Order.objects.get().number == order.number


# --- Changing what was placed ---------------------------------------------------------------------------------------


def test_a_change_after_placing_is_a_difference_to_read(conversation, ana):
    mug, bowl = shop.variant(2200, product_name="Mug"), shop.variant(2800, product_name="Bowl")
    order = shop.draft(conversation, (mug, 2), by=ana)
    order.confirm(seen=1, by=None)
    order.change({"address": "1 Long Road"}, [Pick(mug.pk, 1), Pick(bowl.pk, 3)], by=ana)
    version = order.versions.get()
    assert (version.number, version.by, order.confirmed_at) == (2, ana, None)
    assert version.sentences == [
        "Mug: 2 → 1",
        "Added: 3 × Bowl",
        "Total: €44.00 → €106.00",
        "Address: 1 Long Road",
    ]


def test_a_draft_that_is_changed_has_nothing_to_read(conversation, ana):
    order = shop.draft(conversation, shop.variant(), by=ana)
    order.change({"notes": "Ring twice"}, by=ana)
    assert not order.versions.exists()
    assert "changed" not in " ".join(told(conversation))


def test_the_stock_follows_a_change(conversation, ana):
    mug, bowl = shop.variant(stock=5), shop.variant(stock=5)
    order = shop.placed(conversation, (mug, 2), by=ana)
    order.change(picks=[Pick(mug.pk, 4), Pick(bowl.pk, 1)], by=ana)
    assert (left(mug), left(bowl)) == (1, 4)
    order.change(picks=[Pick(bowl.pk, 1)], by=ana)
    assert (left(mug), left(bowl)) == (5, 4)
    with pytest.raises(OutOfStock):
        order.change(picks=[Pick(bowl.pk, 6)], by=ana)
    assert (left(mug), left(bowl)) == (5, 4)
    order.cancel(by=ana)
    assert (left(mug), left(bowl)) == (5, 5)


def test_what_was_not_counted_is_not_put_back(conversation, ana):
    mug = shop.variant()
    order = shop.placed(conversation, mug, by=ana)
    Variant.objects.update(stock=5)
    order.cancel(by=ana)
    assert left(mug) == 5


# --- Money in and out -----------------------------------------------------------------------------------------------


def test_paid_fulfilled_and_told(conversation, ana):
    order = shop.placed(conversation, shop.variant(2200), by=ana)
    order.ask_payment("link", "https://pay.example.org/1", by=ana)
    order.pay(by=ana, reference="p-1")
    order.fulfil(by=ana)
    number = order.number
    assert (order.state, order.payment_method, order.paid_at is not None) == ("fulfilled", "link", True)
    assert told(conversation) == [
        "Ana drew up an order",
        f"Ana placed the order {number} (€22.00)",
        f"Ana asked for the payment of the order {number}",
        f"The order {number} is paid (€22.00)",
        f"Ana fulfilled the order {number}",
    ]


def test_one_payment_pays_one_order(webchat, ana):
    one, other = (shop.placed(make.conversation(webchat), shop.variant(), by=ana) for _ in range(2))
    one.pay(by=None, way="link", reference="p-1")
    with pytest.raises(VerbNotAllowed):
        other.pay(by=None, way="link", reference="p-1")


@pytest.mark.parametrize("link", ["http://pay.example.org/", "javascript:alert(1)", "https://"])
def test_a_payment_link_is_an_address_by_https(conversation, ana, link):
    order = shop.placed(conversation, shop.variant(), by=ana)
    with pytest.raises(BadInput):
        order.ask_payment("link", link, by=ana)


def test_part_refunds_never_exceed_what_was_paid(conversation, ana):
    order = shop.paid(conversation, shop.variant(2200), by=ana)
    order.refund(700, reason="A crack", by=None)
    assert (order.state, order.refunded, order.refundable) == ("paid", 700, 1500)
    for amount in (1501, 0, -1):
        with pytest.raises(BadInput, match="at most"):
            order.refund(amount, reason="More", by=None)
    order.refund(reason="All of it", by=None)
    assert (order.state, order.refunded) == ("refunded", 2200)
    with pytest.raises(VerbNotAllowed):
        order.refund(1, reason="Again", by=None)


def test_a_refund_takes_the_right_to_and_a_reason(conversation, ana):
    order = shop.paid(conversation, shop.variant(2200), by=ana)
    with pytest.raises(Forbidden):
        order.refund(reason="A crack", by=ana)
    refunder = make.staff("rita", "orders.refund_order", teams=[conversation.team])
    with pytest.raises(BadInput, match="why"):
        order.refund(reason=" ", by=refunder)
    order.refund(700, reason="A crack", by=refunder)
    assert told(conversation)[-1] == f"Rita refunded €7.00 of the order {order.number}: A crack"


def test_what_was_refunded_before_it_was_handed_over_is_in_stock_again(webchat, ana):
    mug = shop.variant(stock=5)
    for handed_over, there in ((False, 5), (True, 4)):
        order = shop.paid(make.conversation(webchat), mug, by=ana)
        if handed_over:
            order.fulfil(by=ana)
        order.refund(reason="Changed their mind", by=None)
        assert left(mug) == there


# --- What a state does not allow ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        ("draft", ["cancel", "change", "place", "send"]),
        ("placed", ["ask_payment", "cancel", "change", "pay", "send"]),
        ("paid", ["fulfil", "refund"]),
        ("fulfilled", ["refund"]),
        ("cancelled", []),
        ("refunded", []),
    ],
)
def test_each_state_has_its_verbs_and_refuses_the_others(conversation, ana, state, verbs):
    order = in_state(conversation, state, ana)
    assert sorted(order.allowed_verbs()) == verbs
    asked = {"refund": {"reason": "x"}, "ask_payment": {"way": "cash"}}
    for name in {"place", "pay", "fulfil", "cancel", "refund", "send", "ask_payment"} - {*verbs}:
        with pytest.raises(VerbNotAllowed) as refused:
            getattr(order, name)(by=None, **asked.get(name, {}))
        assert (refused.value.facts["state"], refused.value.facts["verb"]) == (state, name)
        assert sorted(refused.value.facts["allowed"]) == verbs


def in_state(conversation, state, by) -> Order:
    order = shop.draft(conversation, shop.variant(), by=by)
    if state not in ("draft", "cancelled"):
        order.place(by=by)
    if state in ("paid", "fulfilled", "refunded"):
        order.pay(by=by)
    if state == "fulfilled":
        order.fulfil(by=by)
    if state == "refunded":
        order.refund(reason="x", by=None)
    if state == "cancelled":
        order.cancel(by=by)
    return order


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"number": ""},
        {"refunded": 2201},
        {"total": 1},
    ],
)
def test_the_database_holds_the_invariants(conversation, ana, wrong):
    order = shop.placed(conversation, shop.variant(2200), by=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**wrong)


# --- Who sees it, and figures ---------------------------------------------------------------------------------------


def test_orders_are_seen_by_whoever_sees_their_conversation(conversation, ana, cara, sara):
    order = shop.placed(conversation, shop.variant(), by=ana)
    assert conversation.team not in cara.teams.all()
    seen = {person.username: list(Order.objects.visible_to(person)) for person in (ana, cara, sara)}
    assert seen == {"ana": [order], "cara": [], "sara": [order]}


def test_placing_takes_as_many_queries_however_many_lines(webchat, ana, django_assert_max_num_queries):
    small = shop.draft(make.conversation(webchat), shop.variant(stock=9), by=ana)
    large = shop.draft(make.conversation(webchat), *(shop.variant(stock=9) for _ in range(20)), by=ana)
    shop.placed(make.conversation(webchat), shop.variant(), by=ana)  # The year has its row.
    counts = []
    for order in (small, large):
        with django_assert_max_num_queries(18) as seen:
            order.place(by=ana)
        counts.append(len(seen))
    assert counts[0] == counts[1]
