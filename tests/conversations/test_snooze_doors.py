"""Snoozing from the page, REST and the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from conversations.models import Conversation
from monty.admin import page_of
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
AS_JSON = {"Accept": "application/json"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def snooze(page, row, **fields):
    return page.post(f"/conversations/{row.pk}/snooze/", fields, headers=AS_JSON)


def test_the_menu_says_when_each_choice_ends(page, conversation):
    content = page.get(f"/conversations/{conversation.pk}/snoozing/").content.decode()
    assert "Tomorrow" in content and "09:00" in content and "Until the customer answers" in content


@pytest.mark.parametrize(("choice", "ends"), [("hour", True), ("tomorrow", True), ("monday", True), ("answer", False)])
def test_a_press_puts_it_off(page, conversation, choice, ends):
    snooze(page, conversation, choice=choice)
    row = Conversation.objects.get(pk=conversation.pk)
    assert row.snoozed_at is not None
    assert (row.snoozed_until is not None) == ends


def test_ones_own_time_puts_it_off(page, conversation):
    own = (timezone.localtime() + timedelta(days=3)).replace(second=0, microsecond=0)
    snooze(page, conversation, choice="own", until=own.strftime("%Y-%m-%dT%H:%M"))
    assert Conversation.objects.get(pk=conversation.pk).snoozed_until == own


@pytest.mark.parametrize(
    "fields",
    [
        {"choice": "own"},
        {"choice": "never"},
        {},
        {"choice": "own", "until": "soon"},
        {"choice": "own", "until": "2001-01-01T00:00"},
    ],
)
def test_what_is_no_time_is_refused_in_words(page, conversation, fields):
    assert is_problem(snooze(page, conversation, **fields), 400, "invalid")
    assert Conversation.objects.get(pk=conversation.pk).snoozed_at is None


def test_row_and_head_say_that_it_sleeps_and_offer_to_wake_it(page, ana, conversation):
    conversation.snooze(None, by=ana)
    content = page.get(f"/conversations/{conversation.pk}/?view=snoozed").content.decode()
    assert content.count("Snoozed until the customer answers") == 3  # The row's title and hidden words, and the head.
    assert "Wake now" in content
    page.post(f"/conversations/{conversation.pk}/wake/")
    assert Conversation.objects.get(pk=conversation.pk).snoozed_at is None


def test_who_does_not_see_it_neither_sees_it_sleep_nor_puts_it_off(client, cara, ana, conversation):
    client.force_login(cara)
    assert snooze(client, conversation, choice="answer").status_code == 404
    assert client.get(f"/conversations/{conversation.pk}/snoozing/").status_code == 404
    conversation.snooze(None, by=ana)
    assert client.get("/?view=snoozed").context["page"].conversations == []


def test_rest_puts_it_off_and_wakes_it(ana, conversation):
    program, until = Program(ana), timezone.now() + timedelta(days=1)
    asleep = program.post(f"conversations/{conversation.pk}/snooze", until=until.isoformat()).json()
    assert parse_datetime(asleep["snoozed_until"]) == until
    assert program.ids("conversations", snoozed="true") == [conversation.pk]
    awake = program.post(f"conversations/{conversation.pk}/wake").json()
    assert (awake["snoozed_at"], awake["snoozed_until"]) == (None, None)
    assert program.ids("conversations", snoozed="true") == []


@pytest.mark.parametrize("body", [{}, {"until": "soon"}, {"until": "2001-01-01T00:00:00Z"}])
def test_rest_refuses_what_is_no_time(ana, conversation, body):
    assert is_problem(Program(ana).post(f"conversations/{conversation.pk}/snooze", body), 400, "invalid")


def test_the_admin_puts_it_off_and_offers_to_wake_it(client, supervisor, webchat, ana):
    row = make.conversation(webchat, state="assigned", assignee=ana)
    client.post(f"/admin/conversations/conversation/{row.pk}/press/snooze/", {"until": ""})
    assert Conversation.objects.get(pk=row.pk).snoozed_at is not None
    assert "Wake now" in client.get(page_of(row)).content.decode()
    client.post(f"/admin/conversations/conversation/{row.pk}/press/wake/")
    assert Conversation.objects.get(pk=row.pk).snoozed_at is None
