"""Flows tried without a conversation: the same rules, and nothing left behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app.models import Channel
from conversations.models import Contact, Conversation, Event, Message
from flows.calling import Told
from flows.document import Document
from flows.models import Flow, FlowRun, FlowStep, HumanWord
from flows.pretended import Setting
from flows.rehearsal import Play, Rehearsal
from tests.flows.flow import MENU, document, node, say

pytestmark = pytest.mark.django_db


def rehearsal(raw=MENU, kind="webchat", broken=(), **told) -> Rehearsal:
    HumanWord.objects.get_or_create(language="en", word="human")
    setting = Setting(Channel(kind=kind, name=kind.title()), Contact(name="Nora Lind"))
    play = Play(Flow(name="Welcome"), -1, Document.of(raw), frozenset(broken))
    return Rehearsal(play, setting, timezone.now(), **told)


def said(tried: Rehearsal) -> list[str]:
    return [line.text for line in tried.lines if line.who == "bot"]


def test_a_customer_goes_through_and_no_row_is_left():
    tried = rehearsal(opening="Hi")
    tried.hear("My order", "menu:order")
    tried.hear("10482")
    assert said(tried) == ["Hello Nora, what is it about?", "Which number?", *said(tried)[2:]]
    assert said(tried)[2] == "Thanks, we look at 10482."
    assert (tried.answers, tried.run.state) == ({"topic": "My order", "number": "10482"}, "handed_over")
    assert [step.node for step in tried.way] == ["menu", "number", "thanks", "desk"]
    assert not any(model.objects.exists() for model in (Conversation, Message, Event, FlowRun, FlowStep, Contact))


def test_buttons_are_those_of_the_channel():
    assert [each.payload for each in rehearsal().lines[-1].buttons] == ["menu:order", "menu:else"]


def test_without_buttons_there_are_numbers():
    tried = rehearsal(kind="twitter", raw=many_choices())
    assert tried.lines[-1].buttons == ()
    assert "1. Choice 1" in said(tried)[0]
    tried.hear("2")
    assert tried.answers == {"menu": "Choice 2"}


def many_choices():
    choices = [{"id": f"c{number}", "title": f"Choice {number}"} for number in range(1, 21)]
    return document(node("menu", "ask", text="Which?", kind="choice", choices=choices))


def test_what_does_not_fit_is_asked_again_and_then_handed_over():
    tried = rehearsal()
    for word in ("Blue", "Red", "Green"):
        tried.hear(word)
    assert said(tried)[1:] == ["Please choose one of these answers."] * 2
    assert (tried.run.state, tried.way[-1].fate) == ("handed_over", "handed_over")


def test_a_word_asks_for_a_person():
    tried = rehearsal()
    tried.hear("I want a human")
    assert tried.run.state == "handed_over"


def test_time_passes_when_it_is_told_to():
    tried = rehearsal()
    tried.pass_time()
    assert (said(tried)[-1], tried.way[0].fate, tried.run.state) == ("Bye then.", "timed_out", "done")


def test_a_message_that_comes_too_late_finds_the_flow_over():
    tried = rehearsal()
    tried.hear("My order", at=timezone.now() + timedelta(hours=1))
    assert said(tried)[-1] == "Bye then."


def test_another_system_is_never_asked():
    call = node(
        "ask",
        "http_call",
        url="https://shop.example.org/",
        save=[{"path": "state", "save_as": "state"}],
        exits={"ok": "told"},
    )
    tried = rehearsal(document(call, say("told", "It is {{answers.state}}.")))
    assert tried.calling.url == "https://shop.example.org/"
    tried.hear("Hello?")
    assert said(tried) == []
    tried.answer(Told({"state": "packed"}))
    assert said(tried) == ["It is packed."]


def test_a_node_that_is_not_right_yet_ends_the_rehearsal():
    tried = rehearsal(broken=["number"])
    tried.hear("My order")
    assert tried.run.state == "failed"
    assert "number" in tried.run.reason or "Order number" in tried.run.reason


def test_labels_and_what_is_known_of_the_customer_count_at_once():
    raw = document(
        node("l", "set_label", add=["VIP"], exits={"next": "n"}),
        node("n", "set_attribute", attribute="contact.name", value="Cleo Park", exits={"next": "b"}),
        node(
            "b",
            "branch",
            branches=[
                {"id": "vip", "conditions": [{"subject": "conversation.labels", "operator": "is", "value": "VIP"}]}
            ],
            exits={"branch:vip": "hello"},
        ),
        say("hello", "Hello {{contact.first_name}}"),
    )
    assert said(rehearsal(raw)) == ["Hello Cleo"]


def test_where_the_window_is_shut_nothing_is_said():
    slow = document(node("w", "wait", amount=30, unit="days", exits={"next": "s"}), say("s", "Still there?"))
    tried = rehearsal(slow)
    tried.pass_time()
    assert (said(tried), tried.run.state) == ([], "handed_over")
