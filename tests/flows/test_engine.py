"""Customers going through flows: what is said, what is kept, and where the conversation is then."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations.models import Conversation
from flows import starting, tasks
from flows.models import FlowRun, FlowStep
from monty.errors import VerbNotAllowed, WindowShut
from tests import make
from tests.flows.flow import MENU, document, flow, message, node, notes, publish, run_of, said, say, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker", "words")]


@pytest.fixture
def welcome(db):
    return flow("Welcome", MENU, "first_message", "by_hand")


@pytest.fixture
def talk(webchat, welcome) -> Conversation:
    """A customer has just written, and the bot has asked."""
    row = message(webchat, "Hi", "visitor-1").conversation
    row.refresh_from_db()
    return row


def test_a_first_message_begins_the_flow(talk):
    assert talk.bot == "Welcome"
    assert said(talk) == ["Hello Nora, what is it about?"]
    assert run_of(talk).state == "waiting"


def test_buttons_go_out_where_the_channel_has_them(talk):
    message = talk.messages.get(author_kind="bot")
    assert [each["payload"] for each in message.details["quick_replies"]] == ["menu:order", "menu:else"]


def test_a_channel_without_buttons_gets_numbers(pigeon):
    flow("Welcome", MENU, "first_message")
    row = message(pigeon, "Hi").conversation
    assert said(row) == ["Hello Nora, what is it about?\n\n1. My order\n2. Something else"]
    write(row, "1")
    assert said(row)[-1] == "Which number?"


@pytest.mark.parametrize("answer", [{"press": "menu:order"}, {"text": "my ORDER"}, {"text": "1."}])
def test_a_choice_is_pressed_written_or_numbered(talk, answer):
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        write(talk, **answer)
    assert run_of(talk).answers == {"topic": "My order"}
    assert said(talk)[-1] == "Which number?"


def test_what_does_not_fit_is_asked_again_and_then_a_person_is_asked(talk):
    for second in (2, 4, 6):
        with time_machine.travel(timezone.now() + timedelta(seconds=second)):
            write(talk, "Blue")
    talk.refresh_from_db()
    assert said(talk)[1:] == ["Please choose one of these answers."] * 2
    assert (talk.bot, talk.state, talk.asked_for_person) == ("", "open", True)
    assert run_of(talk).state == "handed_over"


def test_answers_reach_people_as_a_note(talk):
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        write(talk, press="menu:order")
    with time_machine.travel(timezone.now() + timedelta(seconds=4)):
        write(talk, "10482")
    talk.refresh_from_db()
    assert said(talk)[-2:] == ["Thanks, we look at 10482.", "Nobody is here now."]
    assert notes(talk) == ["From the flow Welcome:\nWhat is it about? My order\nOrder number: 10482"]
    assert talk.asked_for_person


def test_a_word_asks_for_a_person_wherever_the_flow_is(talk):
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        write(talk, "I want to talk to a human!")
    talk.refresh_from_db()
    assert (talk.bot, talk.asked_for_person) == ("", True)
    assert len(said(talk)) == 1


def test_an_offered_answer_leads_where_its_arrow_does_whatever_it_is_called(webchat):
    ask = node(
        "menu",
        "ask",
        text="Whom do you want?",
        kind="choice",
        choices=[{"id": "human", "title": "A human"}, {"id": "bot", "title": "The bot"}],
        exits={"choice:human": "desk", "choice:bot": "desk"},
    )
    flow("Desk", document(ask, node("desk", "hand_over", text="One moment please.")), "first_message")
    row = message(webchat, "Hi", "visitor-2").conversation

    write(row, "A human", press="menu:human")

    row.refresh_from_db()
    assert said(row)[-1] == "One moment please."
    assert row.asked_for_person


def test_silence_leaves_by_the_exit_for_it(talk):
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        tasks.go_on_missed()
        assert said(talk)[-1] == "Bye then."
    talk.refresh_from_db()
    assert talk.bot == ""
    assert FlowStep.objects.get(run=run_of(talk), number=1).fate == "timed_out"


def test_before_its_time_nothing_happens(talk):
    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        tasks.go_on_missed()
    assert len(said(talk)) == 1


def test_a_person_who_writes_takes_the_conversation(talk, ana):
    from conversations.sending import composer

    composer.send(talk, "Ana here", by=ana)
    talk.refresh_from_db()
    assert (talk.bot, talk.assignee, run_of(talk).state) == ("", ana, "stopped")


def test_take_over_stops_the_bot(talk, ana):
    talk.take_over(by=ana)
    write(talk, press="menu:order")
    assert (talk.state, talk.assignee) == ("assigned", ana)
    assert run_of(talk).state == "stopped"
    assert len(said(talk)) == 1


def test_without_a_bot_nothing_can_be_taken_over(webchat, ana):
    with pytest.raises(VerbNotAllowed):
        make.conversation(webchat).take_over(by=ana)


@pytest.mark.parametrize("end", ["close", "drop"])
def test_the_end_of_the_conversation_is_the_end_of_the_run(talk, ana, end):
    getattr(talk, end)(by=ana)
    assert run_of(talk).state == "stopped"


def test_whoever_is_in_a_version_stays_in_it(talk, welcome):
    publish(welcome, document(say("other", "Something new")))
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        write(talk, press="menu:order")
    assert said(talk)[-1] == "Which number?"


def test_an_assigned_conversation_goes_back_to_the_bot(webchat, welcome, ana):
    row = make.conversation(webchat)
    row.assign_to(ana, by=ana)
    run = starting.send(row, welcome, by=ana)
    row.refresh_from_db()
    assert (row.state, row.bot, row.assignee) == ("open", "Welcome", None)
    assert run.by == ana


def test_a_flow_may_be_entered_in_its_middle(webchat, ana):
    welcome = flow()
    row = make.conversation(webchat)
    starting.send(row, welcome, by=ana, node="number")
    assert said(row) == ["Which number?"]


def test_where_bots_may_not_write_no_flow_begins(webchat, ana):
    welcome = flow()
    row = make.long_ago(make.conversation(webchat), timezone.now() - timedelta(days=3))
    with pytest.raises(WindowShut):
        starting.send(row, welcome, by=ana)
    assert not FlowRun.objects.exists()


def test_a_window_that_shuts_meanwhile_hands_over(webchat, ana):
    slow = flow(
        "Slow", document(node("w", "wait", amount=3, unit="days", exits={"next": "s"}), say("s", "Still there?"))
    )
    row = make.conversation(webchat)
    starting.send(row, slow, by=ana)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        tasks.go_on_missed()
    row.refresh_from_db()
    assert (row.bot, said(row), run_of(row).state) == ("", [], "handed_over")
    assert "the time to answer has passed" in notes(row)[0]


def test_a_lost_task_is_found_again(webchat, settings):
    from celery import current_app

    flow("Welcome", MENU, "first_message")
    current_app.conf.task_always_eager = False
    row = message(webchat, "Hi").conversation
    assert not FlowRun.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=3)):
        current_app.conf.task_always_eager = True
        tasks.go_on_missed()
    assert said(row) == ["Hello Nora, what is it about?"]
