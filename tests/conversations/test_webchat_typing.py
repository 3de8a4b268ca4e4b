"""Typing, seen from the other side: told at once, kept nowhere."""

import pytest

from channels_app import live
from channels_app.models import Visitor
from conversations.models import Conversation, Event
from conversations.sending import signs
from tests import make
from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once


@pytest.fixture
def pushed(monkeypatch) -> list:
    """What goes to open pages: (groups, frame)."""
    seen = []

    def push(groups, frame) -> bool:
        seen.append((sorted(groups), frame))
        return True

    monkeypatch.setattr(live, "push", push)
    return seen


def test_teammates_who_see_the_conversation_are_told(visitor, sales, pushed):
    visitor.say("Hello")
    row, events = Conversation.objects.get(), Event.objects.count()

    assert visitor.post("typing/", {}).status_code == 204
    told = ([live.OVERSEERS, live.team(sales.pk)], {"hint": "typing", "conversation": row.pk})
    assert pushed == [told]
    assert Event.objects.count() == events


def test_before_the_first_message_there_is_nobody_to_tell(visitor, pushed):
    assert visitor.post("typing/", {}).status_code == 204
    assert pushed == []


def test_of_an_ended_conversation_nobody_is_told(visitor, ana, pushed):
    visitor.say("Hello")
    Conversation.objects.get().close(by=ana)
    visitor.post("typing/", {})
    assert pushed == []


def test_a_stranger_types_for_nobody(visitor, webchat, pushed):
    visitor.say("Hello")
    VisitorClient(webchat).post("typing/", {})
    visitor.http.credentials()
    assert visitor.post("typing/", {}).status_code == 401
    assert pushed == []


def test_the_visitor_is_told_that_a_teammate_types(visitor, webchat, pushed):
    visitor.say("Hello")
    signs.show_typing(Conversation.objects.get())
    group = live.visitor(Visitor.objects.get().external_id, webchat.pk)
    assert pushed == [([group], {"hint": "typing"})]


def test_typing_costs_the_same_whatever_was_said(visitor, webchat, pushed, django_assert_num_queries):
    visitor.say("Hello")
    for _ in range(2):
        with django_assert_num_queries(4):
            visitor.post("typing/", {})
        for _ in range(20):
            make.message(webchat, who=Visitor.objects.get().external_id)
