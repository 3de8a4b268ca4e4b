"""Two things in the same moment: real threads, real transactions."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from channels_app.models import Channel
from conversations.balancer import assignment
from conversations.incoming import intake
from flows import engine, starting
from flows.models import FlowRun, FlowStep
from tests import make
from tests.at_once import at_once
from tests.flows.flow import MENU, flow, message, run_of, said

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("words")]


@pytest.fixture
def talk(webchat):
    flow("Welcome", MENU, "first_message")
    row = message(webchat).conversation
    engine.attend(row.pk)
    row.refresh_from_db()
    assert said(row) == ["Hello Nora, what is it about?"]
    return row


def answer(row, text: str) -> None:
    intake.receive(Channel.objects.get(pk=row.channel_id), make.inbound(text, row.identity.external_id))
    engine.attend(row.pk)


def test_two_messages_at_once_advance_once(talk):
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        at_once(partial(answer, talk, "1"), partial(answer, talk, "1"))
    assert said(talk)[1:] == ["Which number?"]
    assert FlowStep.objects.filter(run=run_of(talk)).count() == 2


def test_four_workers_at_one_message_advance_once(talk):
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        intake.receive(Channel.objects.get(pk=talk.channel_id), make.inbound("1", "visitor-1"))
        at_once(*[partial(engine.attend, talk.pk)] * 4)
    assert said(talk)[1:] == ["Which number?"]


def test_a_flow_that_is_considered_twice_at_once_begins_once(webchat):
    flow("Welcome", MENU, "first_message")
    row = message(webchat).conversation
    at_once(*[partial(engine.attend, row.pk)] * 3)
    assert FlowRun.objects.count() == 1
    assert len(said(row)) == 1


def test_two_people_who_send_a_flow_at_once_leave_one_under_way(webchat, ana, ben):
    welcome = flow()
    row = make.conversation(webchat)
    at_once(
        partial(starting.send, row, welcome, by=ana), partial(starting.send, type(row).objects.get(), welcome, by=ben)
    )
    assert sorted(FlowRun.objects.values_list("state", flat=True)) == ["running", "stopped"]


def test_a_person_who_takes_over_while_the_bot_answers_has_the_last_word(talk, ana):
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        intake.receive(Channel.objects.get(pk=talk.channel_id), make.inbound("1", "visitor-1"))
        mine = type(talk).objects.get(pk=talk.pk)
        at_once(partial(mine.take_over, by=ana), partial(engine.attend, talk.pk))
        engine.attend(talk.pk)
    talk.refresh_from_db()
    assert (talk.assignee, talk.bot, run_of(talk).state) == (ana, "", "stopped")


def test_auto_assign_waits_for_the_bots_word(webchat, sales, ana):
    flow("Welcome", MENU, "keyword:menu")
    sales.auto_assign = True
    sales.save()
    make.ready(ana)
    row = message(webchat, "Hello").conversation
    assert assignment.assign_waiting(sales.pk) == 0
    engine.attend(row.pk)
    assert assignment.assign_waiting(sales.pk) == 1


def test_a_bot_that_died_keeps_nobody_waiting(webchat, sales, ana):
    flow("Welcome", MENU, "keyword:menu")
    sales.auto_assign = True
    sales.save()
    message(webchat, "Hello")
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        make.ready(ana)
        assert assignment.assign_waiting(sales.pk) == 1
