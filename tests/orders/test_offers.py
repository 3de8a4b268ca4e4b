"""An order shown to its customer: how they confirm it, and how they hear what becomes of it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from conversations.models import Event, Message
from monty.errors import BadInput, Overtaken, WindowShut
from orders import hearing, listening, offers, requests, tasks, wording
from orders.models import Offer, Order, OrderState
from tests import make
from tests.orders import shop, till


@pytest.fixture
def whatsapp(sales):
    return make.channel("whatsapp", sales)


@pytest.fixture
def talk(whatsapp):
    return make.conversation(whatsapp)


def write(row, text="", *, press=""):
    """The customer of this conversation writes, or presses a button; somebody looks at it."""
    details = {"button": {"title": text or press, "payload": press}} if press else {}
    message = make.message(row.channel, text or press, row.identity.external_id, details=details)
    for offer in Offer.objects.to_hear():
        hearing.hear(offer.pk)
    return message


def hear_news(order):
    """What the signal would have told, and the task that it asks for."""
    listening.after_events(list(Event.objects.filter(conversation=order.conversation)))
    offers.tell(till.offer(order).pk)


# --- Showing it -------------------------------------------------------------------------------------------------------


def test_where_cards_are_shown_the_card_says_it_all(conversation, ana):
    order = till.shown(conversation, by=ana)
    message = Message.objects.latest("pk")
    assert message.details == {"card": {"kind": "order", "id": str(order.uuid)}}
    assert message.text == "Here is your order. Please look at it and confirm it."


def test_elsewhere_it_is_a_text_with_a_link_and_a_button(talk, ana):
    order = till.shown(talk, shop.variant(1900, product_name="Mug"), shop.variant(4250, product_name="Tea pot"), by=ana)
    message = Message.objects.latest("pk")
    lines = message.text.splitlines()
    assert lines[:4] == ["Your order:", "1 × Mug: €19.00", "1 × Tea pot: €42.50", "Total: €61.50"]
    assert "/o/" in lines[5]
    assert message.details["quick_replies"] == [{"title": "Confirm order", "payload": wording.payload(order.uuid, 1)}]


def test_a_long_order_is_shortened(talk, ana):
    till.shown(talk, *[shop.variant(product_name=f"Thing {number} {'x' * 100}") for number in range(14)], by=ana)
    text = Message.objects.latest("pk").text
    assert "4 more" in text
    assert len(text) < 1024


def test_it_speaks_the_customer_s_language(talk, ana):
    talk.contact.language = "de_AT"
    talk.contact.save()
    till.shown(talk, shop.variant(1900, product_name="Tasse"), by=ana)
    with translation.override("de"):
        assert "19,00\xa0€" in Message.objects.latest("pk").text


def test_whoever_sends_it_has_the_conversation(conversation, ana):
    till.shown(conversation, by=ana)
    conversation.refresh_from_db()
    assert conversation.assignee == ana


def test_sent_twice_with_one_press_it_is_one_message(conversation, ana):
    order = till.draft(conversation, by=ana)
    press = order.uuid
    offers.send(order, by=ana, client_id=press)
    offers.send(order, by=ana, client_id=press)
    assert len(till.said(conversation)) == 1


def test_nothing_is_sent_of_an_empty_order(conversation, ana):
    order = Order.start(conversation, by=ana)
    with pytest.raises(BadInput):
        offers.send(order, by=ana)
    assert till.said(conversation) == []


def test_nothing_is_sent_after_the_window(conversation, ana):
    order = till.draft(conversation, by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(days=9))
    with pytest.raises(WindowShut):
        offers.send(order, by=ana)
    order.refresh_from_db()
    assert order.sent_at is None


# --- Confirming it ----------------------------------------------------------------------------------------------------


def test_the_customer_confirms_by_the_button(talk, ana):
    order = till.shown(talk, by=ana)
    write(talk, "Confirm order", press=wording.payload(order.uuid, order.revision))
    order.refresh_from_db()
    assert order.state == OrderState.PLACED
    assert order.number


@pytest.mark.parametrize("word", ["yes", " YES! ", "I  confirm.", "ok 👍"])
def test_or_by_a_word(talk, ana, word):
    order = till.shown(talk, by=ana)
    write(talk, word)
    order.refresh_from_db()
    assert order.state == OrderState.PLACED


@pytest.mark.parametrize("words", ["yes, but in blue", "no", "yesterday", ""])
def test_what_is_no_consent_is_none(talk, ana, words):
    order = till.shown(talk, by=ana)
    write(talk, words or "…")
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_a_yes_to_another_question_confirms_nothing(talk, ana):
    order = till.shown(talk, by=ana)
    talk.reply("Do you like the rain?", by=ana)
    write(talk, "yes")
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_a_button_under_an_older_version_confirms_nothing(talk, ana):
    order = till.shown(talk, by=ana)
    old = wording.payload(order.uuid, order.revision)
    order.change({"shipping": 500}, by=ana)
    offers.send(order, by=ana)
    write(talk, "Confirm order", press=old)
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_the_button_of_another_order_confirms_only_that(talk, conversation, ana):
    mine, theirs = till.shown(talk, by=ana), till.shown(conversation, by=ana)
    write(talk, "Confirm order", press=wording.payload(theirs.uuid, theirs.revision))
    assert {Order.objects.get(pk=each.pk).state for each in (mine, theirs)} == {OrderState.DRAFT}


def test_confirming_twice_places_it_once(talk, ana):
    order = till.shown(talk, by=ana)
    order.confirm(seen=order.revision, by=None)
    write(talk, "yes")
    assert Event.objects.filter(verb="confirm_order").count() == 1
    assert not talk.messages.filter(private=True).exists()


def test_what_cannot_be_placed_is_a_note_for_people(talk, ana):
    order = till.shown(talk, shop.variant(stock=0, product_name="Mug"), by=ana)
    write(talk, "yes")
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT
    assert "“Mug” is sold out." in talk.messages.get(private=True).text


def test_an_answer_that_nobody_heard_is_found_again(talk, ana, worker):
    order = till.shown(talk, by=ana)
    make.message(talk.channel, "yes", talk.identity.external_id)
    tasks.hear_missed()
    order.refresh_from_db()
    assert order.state == OrderState.PLACED
    assert not Offer.objects.to_hear().exists()


def test_what_a_teammate_has_changed_meanwhile_is_not_confirmed(conversation, ana):
    order = till.shown(conversation, by=ana)
    order.change({"shipping": 500}, by=ana)
    with pytest.raises(Overtaken):
        order.confirm(seen=order.revision - 1, by=None)


# --- What becomes of it -----------------------------------------------------------------------------------------------


def test_the_customer_hears_of_it_once(conversation, ana):
    order = till.shown(conversation, by=ana)
    order.confirm(seen=order.revision, by=None)
    hear_news(order)
    hear_news(order)
    order.refresh_from_db()
    assert till.said(conversation)[1:] == [f"Thank you! We have your order {order.number}."]


def test_what_happened_at_once_is_told_as_it_is_now(conversation, ana):
    order = till.shown(conversation, by=ana)
    order.place(by=ana)
    order.pay(by=ana)
    hear_news(order)
    assert till.said(conversation)[1:] == [f"Thank you! Your order {order.number} is paid."]


def test_an_order_that_was_never_shown_is_never_told_of(conversation, ana):
    order = till.draft(conversation, by=ana)
    order.place(by=ana)
    listening.after_events(list(Event.objects.filter(conversation=conversation)))
    assert till.said(conversation) == []


def test_it_is_told_after_the_end_too(conversation, ana):
    order = till.shown(conversation, by=ana)
    order.place(by=ana)
    conversation.close(by=ana)
    hear_news(order)
    assert len(till.said(conversation)) == 2
    conversation.refresh_from_db()
    assert conversation.state == "closed"


def test_after_the_window_it_is_kept_and_said_so(conversation, ana):
    order = till.shown(conversation, by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(days=9))
    order.place(by=ana)
    hear_news(order)
    assert len(till.said(conversation)) == 1
    assert till.offer(order).kept_because == "Webchat: the time to answer has passed."


def test_and_told_when_they_write_again(conversation, ana, worker):
    order = till.shown(conversation, by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(days=9))
    order.place(by=ana)
    hear_news(order)
    tasks.tell_missed()
    assert len(till.said(conversation)) == 1

    make.message(conversation.channel, "Hello?", conversation.identity.external_id)
    tasks.tell_missed()
    assert f"order {order.number}" in till.said(conversation)[1]
    assert till.offer(order).kept_at is None


def test_a_lost_task_is_found_again(conversation, ana, worker):
    order = till.shown(conversation, by=ana)
    order.place(by=ana)
    event = Event.objects.get(verb="place_order")
    Offer.objects.note_news(order.pk, event.pk)
    Offer.objects.update(news_at=timezone.now() - timedelta(minutes=1))
    tasks.tell_missed()
    tasks.tell_missed()
    assert len(till.said(conversation)) == 2


def test_by_the_usual_road_everything_follows(conversation, ana, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = till.shown(conversation, by=ana)
    with django_capture_on_commit_callbacks(execute=True):
        make.message(conversation.channel, "yes", conversation.identity.external_id)
    order.refresh_from_db()
    assert order.state == OrderState.PLACED
    assert till.said(conversation)[1:] == [f"Thank you! We have your order {order.number}."]


def test_how_to_pay_is_told_with_the_link_where_no_card_leads_there(talk, conversation, ana):
    for row in (talk, conversation):
        order = till.shown(row, by=ana)
        order.place(by=ana)
        order.ask_payment("offline", "https://pay.example.org/7", by=ana)
        hear_news(order)
    assert "https://pay.example.org/7" in till.said(talk)[1]
    assert till.said(conversation)[1] == f"Please pay €10.00 for your order {order.number}."


def test_a_change_after_placing_asks_to_confirm_anew(talk, ana):
    order = till.shown(talk, by=ana)
    order.confirm(seen=order.revision, by=None)
    order.change({"shipping": 490}, by=ana)
    hear_news(order)
    message = Message.objects.latest("pk")
    assert "confirm it again" in message.text
    write(talk, message.details["quick_replies"][0]["title"], press=message.details["quick_replies"][0]["payload"])
    order.refresh_from_db()
    assert order.confirmed_at is not None


def test_its_lines_of_the_thread_are_fetched_again(conversation, ana):
    order = till.shown(conversation, by=ana)
    last = conversation.events.latest("pk").pk
    order.place(by=ana)
    changed = conversation.events.changed_after(last)
    assert {event.message_id for event in changed} == {None, *till.offer(order).messages}


def test_a_wish_for_a_change_waits_for_people(conversation, ana):
    order = till.shown(conversation, by=ana)
    requests.ask_for_change(order, "In blue, please")
    conversation.refresh_from_db()
    assert conversation.unread == 1
    assert conversation.waiting_since is not None
    assert conversation.events.get(verb="request_change_order").data["text"] == "In blue, please"


def test_joined_conversations_take_their_orders_along(conversation, webchat, ana):
    other = make.conversation(webchat)
    order, open_one = till.draft(other, by=ana), till.draft(conversation, by=ana)
    Order.objects.follow(other.pk, conversation.pk)
    order.refresh_from_db()
    assert (order.conversation, order.beside) == (conversation, True)
    assert Order.objects.open_draft(conversation) == open_one
