"""The team's away message: once per episode, with the customer's message, and never in its way."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Status
from tests import make
from tests.at_once import at_once
from tests.conversations.webchat_visitor import VisitorClient


@pytest.fixture
def closed(sales):
    """Sales keeps a schedule without any opening, and says so."""
    sales.schedule, sales.away_message = make.schedule({}), "We are back tomorrow."
    sales.save()
    return sales


def said(row: Conversation) -> list[str]:
    return list(row.messages.filter(author_kind="system").values_list("text", flat=True))


def test_who_writes_outside_the_hours_is_told_once(closed, webchat):
    row = make.message(webchat, "Anybody?").conversation
    make.message(webchat, "Hello?")

    assert said(row) == ["We are back tomorrow."]
    assert row.episodes.get().away_said_at is not None
    assert row.messages.get(author_kind="system").status == Status.QUEUED


def test_a_new_episode_is_told_again(closed, webchat, ana):
    row = make.message(webchat).conversation
    row.close(by=ana)
    make.message(webchat)

    assert len(said(row)) == 2


def test_inside_the_hours_nothing_is_said(sales, webchat):
    sales.schedule = make.schedule({day: (time(0), time(0)) for day in range(7)})
    sales.away_message = "We are back tomorrow."
    sales.save()

    assert said(make.message(webchat).conversation) == []


@pytest.mark.parametrize("change", [{"away_message": ""}, {"schedule": None}])
def test_without_a_message_or_a_schedule_nothing_is_said(closed, webchat, change):
    for field, value in change.items():
        setattr(closed, field, value)
    closed.save()

    assert said(make.message(webchat).conversation) == []


def test_in_no_team_s_inbox_nothing_is_said(db):
    assert said(make.message(make.channel("webchat")).conversation) == []


def test_the_customer_still_waits_for_a_person(closed, webchat):
    row = make.message(webchat).conversation
    row.refresh_from_db()

    assert row.waiting_since is not None
    assert row.unread == 1
    assert row.episodes.get().first_reply_at is None


def test_a_person_s_answer_ends_the_wait(closed, webchat, ana):
    row = make.message(webchat).conversation
    row.reply("Good morning", by=ana)

    assert (row.waiting_since, row.unread) == (None, 0)


def test_where_no_bot_may_write_the_message_comes_all_the_same(closed):
    page = make.channel("facebook", closed)
    message = make.message(page, "Late", at=timezone.now() - timedelta(days=3))

    assert said(message.conversation) == []
    assert message.conversation.episodes.get().away_said_at is None


@pytest.mark.parametrize("team_s", [True, False])
def test_a_message_costs_no_query_more_where_no_schedule_is_kept(sales, team_s, django_assert_num_queries):
    webchat = make.channel("webchat", sales if team_s else None)
    make.message(webchat)
    with django_assert_num_queries(8):
        make.message(webchat)


@pytest.mark.django_db(transaction=True)
def test_messages_at_once_are_answered_once(closed, webchat):
    at_once(*(lambda: make.message(webchat) for _ in range(4)))

    assert said(Conversation.objects.get()) == ["We are back tomorrow."]


def test_the_visitor_of_the_website_sees_it(closed, webchat):
    visitor = VisitorClient(webchat)
    visitor.say("Anybody?")

    assert [each["text"] for each in visitor.thread()] == ["Anybody?", "We are back tomorrow."]
