"""Whether anybody is there, and when somebody will be."""

from datetime import UTC, datetime, time

import pytest
import time_machine

from conversations.webchat.hours import There, there
from teams.models import Team
from tests import make
from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once

MONDAY_MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPENS = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def weekdays(sales) -> Team:
    """Sales is there from Monday to Friday, 9 to 17."""
    sales.schedule = make.schedule(dict.fromkeys(range(5), (time(9), time(17))))
    sales.away_message = "We are here on weekdays."
    sales.save()
    return sales


@time_machine.travel(MONDAY_MORNING, tick=False)
def test_before_the_hours_it_says_when_somebody_is_back(weekdays, ana):
    make.ready(ana)
    assert there(weekdays) == There(online=False, open=False, back_at=OPENS)


@time_machine.travel(MONDAY_NOON, tick=False)
def test_within_the_hours_it_says_who_is_there(weekdays, ana):
    assert there(weekdays) == There(online=False, open=True, back_at=None)
    make.ready(ana)
    assert there(weekdays) == There(online=True, open=True, back_at=None)


def test_a_team_without_a_schedule_is_always_open(sales):
    assert there(sales) == There(online=False, open=True, back_at=None)


def test_a_team_that_never_opens_promises_nothing(sales):
    sales.schedule = make.schedule({})
    assert there(sales) == There(online=False, open=False, back_at=None)


def test_in_nobodys_inbox_anybody_who_is_ready_counts(cara):
    assert not there(None).online
    make.ready(cara)
    assert there(None) == There(online=True, open=True, back_at=None)


@time_machine.travel(MONDAY_MORNING, tick=False)
def test_a_visitor_is_told_and_may_write_all_the_same(weekdays, webchat):
    visitor = VisitorClient(webchat)
    assert visitor.say("Anybody?").status_code == 201
    told = visitor.get().data["conversation"]
    assert (told["online"], told["open"], told["back_at"]) == (False, False, "2026-11-23T09:00:00Z")


@time_machine.travel(MONDAY_MORNING, tick=False)
def test_the_page_says_so_before_anything_is_written(weekdays, webchat, client):
    page = client.get(f"/webchat/{webchat.uuid}/").content.decode()
    assert "We are here on weekdays." in page
    assert '"backAt": "2026-11-23T09:00:00+00:00"' in page


@time_machine.travel(MONDAY_NOON, tick=False)
def test_while_it_is_open_the_page_says_nothing_of_it(weekdays, webchat, client):
    assert "We are here on weekdays." not in client.get(f"/webchat/{webchat.uuid}/").content.decode()


def test_the_page_costs_the_same_at_any_hour(weekdays, webchat, client, django_assert_max_num_queries):
    for moment in (MONDAY_MORNING, MONDAY_NOON):
        with time_machine.travel(moment, tick=False), django_assert_max_num_queries(4):
            client.get(f"/webchat/{webchat.uuid}/")
