"""What makes a flow begin, and what does not."""

from datetime import UTC, datetime, time

import pytest
import time_machine

from flows.models import FlowRun
from tests import make
from tests.flows.flow import document, flow, message, said, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker", "words")]

HELLO = document(say("hello", "Hello"))
# A Thursday.
NOON, NIGHT = datetime(2026, 11, 26, 12, tzinfo=UTC), datetime(2026, 11, 26, 22, tzinfo=UTC)


@pytest.mark.parametrize("text", ["order", "Where is my ORDER?"])
def test_a_keyword_is_a_whole_word_in_any_case(webchat, text):
    flow("Order", HELLO, "keyword:order")

    assert said(message(webchat, text).conversation) == ["Hello"]


def test_a_part_of_a_word_is_no_keyword(webchat):
    flow("Order", HELLO, "keyword:order")

    assert said(message(webchat, "At the border").conversation) == []


def test_a_keyword_begins_a_flow_later_in_the_conversation_too(webchat):
    flow("Order", HELLO, "keyword:order")
    message(webchat, "Hi")

    assert said(message(webchat, "order").conversation) == ["Hello"]


@pytest.mark.parametrize(
    "details",
    [{"button": {"title": "Go", "payload": "START"}}, {"referral": {"ref": "START", "source": "AD"}}],
    ids=["postback", "referral"],
)
def test_a_button_or_an_advertisement_begins_it_by_its_payload(webchat, details):
    flow("Ad", HELLO, "postback:START")

    assert said(message(webchat, "Go", details=details).conversation) == ["Hello"]


def test_another_payload_does_not(webchat):
    flow("Ad", HELLO, "postback:START")
    other = {"button": {"title": "Go", "payload": "STOP"}}

    assert said(message(webchat, "Go", details=other).conversation) == []


@pytest.mark.parametrize(("now", "answers"), [(NIGHT, ["Hello"]), (NOON, [])], ids=["outside", "within"])
def test_outside_hours_it_answers_the_first_message(webchat, sales, now, answers):
    sales.schedule = make.schedule({now.weekday(): (time(9), time(17))})
    sales.save()
    flow("Night", HELLO, "outside_hours")

    with time_machine.travel(now):
        assert said(message(webchat, "Hi").conversation) == answers


def test_the_second_message_is_no_first_one(webchat):
    flow("Welcome", HELLO, "first_message")
    row = message(webchat, "Hi").conversation
    message(webchat, "And?")

    assert said(row) == ["Hello"]


def test_only_on_the_channels_it_is_for(webchat, pigeon):
    flow("Order", HELLO, "keyword:order", on=(pigeon,))

    assert said(message(webchat, "order").conversation) == []


def test_what_is_for_people_to_send_never_begins_by_itself(webchat):
    flow("By hand", HELLO, "by_hand")
    message(webchat, "Hi")

    assert not FlowRun.objects.exists()


def test_an_archived_flow_begins_no_more(webchat):
    row = flow("Order", HELLO, "keyword:order")
    row.versions.get().archive(by=None)

    assert said(message(webchat, "order").conversation) == []
