"""What a visitor's browser reports of our messages."""

import pytest

from conversations.models import Conversation, Message, Status
from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once


@pytest.fixture
def answered(visitor, ana) -> list[Message]:
    """A conversation in which Ana answered twice."""
    visitor.say("Hello")
    conversation = Conversation.objects.get()
    return [conversation.reply(text, by=ana).message for text in ("Good morning!", "How can I help?")]


def statuses() -> list[str]:
    return list(Message.objects.from_us().order_by("pk").values_list("status", flat=True))


def test_a_receipt_marks_everything_up_to_it(visitor, answered):
    assert visitor.post("receipts/", {"read": answered[0].pk}).status_code == 204
    assert statuses() == [Status.READ, Status.QUEUED]
    visitor.post("receipts/", {"delivered": answered[1].pk})
    assert statuses() == [Status.READ, Status.DELIVERED]


def test_a_receipt_never_goes_back(visitor, answered):
    visitor.post("receipts/", {"read": answered[1].pk})
    visitor.post("receipts/", {"delivered": answered[1].pk})
    assert statuses() == [Status.READ, Status.READ]


def test_a_receipt_twice_is_one_event(visitor, answered):
    visitor.post("receipts/", {"read": answered[1].pk})
    visitor.post("receipts/", {"read": answered[1].pk})
    assert Conversation.objects.get().events.filter(verb="deliver").count() == 1


def test_nobody_else_marks_my_messages(webchat, answered):
    other = VisitorClient(webchat)
    other.say("I am somebody else")
    assert other.post("receipts/", {"read": answered[1].pk}).status_code == 204
    assert statuses() == [Status.QUEUED, Status.QUEUED]


@pytest.mark.parametrize("receipt", [{"read": 0}, {"read": "x"}, {"read": 10**30}, []])
def test_what_is_no_receipt_is_refused(visitor, answered, receipt):
    assert visitor.post("receipts/", receipt).status_code == 400
