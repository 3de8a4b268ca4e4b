"""Answers that we offer as buttons, and the one that was pressed."""

import uuid

import pytest

from channels_app.border import QuickReply
from conversations.models import Conversation, Message
from monty.errors import BadInput
from tests import make
from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once

YES, NO = QuickReply("Yes, please", "YES"), QuickReply("No", "NO")


@pytest.fixture
def asked(visitor, ana) -> Message:
    """Ana's question, with two answers under it."""
    visitor.say("Do you have it in blue?")
    return Conversation.objects.get().reply("Shall I order it?", by=ana, quick_replies=[YES, NO]).message


def press(visitor: VisitorClient, message: int, payload: str, **body):
    return visitor.post(
        "messages/",
        {"client_id": str(uuid.uuid4()), "button": {"message": message, "payload": payload}} | body,
    )


def test_the_visitor_sees_what_is_offered(visitor, asked):
    assert [each["quick_replies"] for each in visitor.thread()] == [
        [],
        [{"title": "Yes, please", "payload": "YES"}, {"title": "No", "payload": "NO"}],
    ]


def test_the_one_that_was_pressed_is_their_message(visitor, asked):
    assert press(visitor, asked.pk, "YES").status_code == 201
    message = Message.objects.latest("pk")
    assert (message.text, message.details) == ("Yes, please", {"button": {"title": "Yes, please", "payload": "YES"}})


def test_their_words_are_ours_whatever_the_browser_says(visitor, asked):
    press(visitor, asked.pk, "NO", text="I accept all conditions")
    assert Message.objects.latest("pk").text == "No"


def test_what_was_not_offered_is_refused(visitor, asked):
    mine = visitor.thread()[0]["id"]
    for message, payload in [(asked.pk, "MAYBE"), (mine, "YES"), (asked.pk + 1000, "YES")]:
        refused = press(visitor, message, payload)
        assert (refused.status_code, refused.data["detail"]) == (400, "This answer was not offered.")


def test_what_was_offered_to_somebody_else_is_refused(visitor, asked, webchat):
    other = VisitorClient(webchat)
    assert press(other, asked.pk, "YES").status_code == 400
    other.say("Hello")
    assert press(other, asked.pk, "YES").status_code == 400


def test_teammates_see_what_they_offered(asked, client, ana):
    client.force_login(ana)
    page = client.get(f"/conversations/{asked.conversation_id}/").content.decode()
    assert "Yes, please" in page


@pytest.mark.parametrize(
    "offered",
    [[QuickReply(str(number), str(number)) for number in range(14)], [YES, YES], [QuickReply(" ", "X")]],
)
def test_too_many_or_ambiguous_ones_are_refused(conversation, ana, offered):
    with pytest.raises(BadInput):
        conversation.reply("Shall I?", by=ana, quick_replies=offered)
    assert conversation.messages.count() == 1


def test_a_channel_without_buttons_says_so(pigeon, ana):
    with pytest.raises(BadInput):
        make.conversation(pigeon).reply("Shall I?", by=ana, quick_replies=[YES])
