"""A flow after the end: it asks, and what the customer answers reopens nothing, unless a person is wanted."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations import events
from conversations.models import Event
from flows.models import FlowRun
from tests import make
from tests.flows.flow import document, flow, node, run_of, said, say, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker", "words")]

SURVEY = document(
    node(
        "score",
        "ask",
        name="How content?",
        text="How content are you?",
        kind="choice",
        save_as="rating",
        choices=[{"id": str(each), "title": str(each)} for each in range(1, 6)],
        retries=0,
        timeout_minutes=60,
        exits={"next": "keep"},
    ),
    node("keep", "rate", rating="{{answers.rating}}", exits={"next": "thanks"}),
    say("thanks", "Thank you!"),
)


@pytest.fixture
def closed(webchat, ana):
    flow("Survey", SURVEY, "after_close")
    row = make.conversation(webchat, state="assigned", assignee=ana)
    row.close(by=ana)
    row.refresh_from_db()
    return row


def later(row, **answer):
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        write(row, **answer)
    row.refresh_from_db()


def test_it_asks_and_the_conversation_stays_closed(closed):
    assert (closed.state, closed.bot, said(closed)) == ("closed", "Survey", ["How content are you?"])


def test_an_answer_is_kept_with_the_episode_and_reopens_nothing(closed):
    later(closed, text="4")
    assert (closed.state, closed.bot, said(closed)[-1]) == ("closed", "", "Thank you!")
    assert closed.episodes.get().rating == 4
    assert run_of(closed).state == "done"


def test_something_else_is_for_people(closed, ana):
    make.ready(ana)
    later(closed, text="It is broken again")
    assert (closed.state, closed.assignee, closed.unread) == ("reopened", ana, 1)
    assert closed.waiting_since is not None
    assert run_of(closed).state == "handed_over"


def test_after_the_answer_the_next_message_comes_back_as_ever(closed):
    later(closed, text="5")
    later(closed, text="One more thing")
    assert closed.state == "reopened"


def test_told_twice_of_one_close_it_asks_once(closed):
    events.tell([Event.objects.select_related("conversation__channel").get(conversation=closed, verb="close")])
    assert FlowRun.objects.count() == 1
    assert len(said(closed)) == 1


def test_what_a_bot_has_closed_is_not_asked_about(webchat):
    flow("Survey", SURVEY, "after_close")
    row = make.conversation(webchat)
    row.close(by=None)
    assert not FlowRun.objects.exists()
