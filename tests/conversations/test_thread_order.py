"""A thread reads in the order in which it was written, however it came; what is new is still found by when it came."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.inbox import timeline
from conversations.pages.threads import THREAD_PAGE
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def written(webchat, *minutes: int):
    """Messages of one visitor, coming in this order, written so many minutes ago."""
    now = timezone.now()
    for each in minutes:
        row = make.message(webchat, f"{each} ago", who="nora", at=now - timedelta(minutes=each)).conversation
    return row


def said(lines) -> list[str]:
    return [line.message.text for line in lines if line.message]


def test_the_thread_is_in_the_order_of_writing(webchat, as_ana):
    row = written(webchat, 1, 5, 3)

    assert said(as_ana.get(f"/conversations/{row.pk}/").context["lines"]) == ["5 ago", "3 ago", "1 ago"]


def test_the_start_stands_above_what_began_it(webchat, as_ana):
    row = written(webchat, 3)

    verbs = [line.event.verb for line in as_ana.get(f"/conversations/{row.pk}/").context["lines"]]
    assert verbs == ["start", "receive"]


def test_older_pages_go_on_in_that_order_and_lose_nothing(webchat, as_ana):
    minutes = list(range(1, 2 * THREAD_PAGE + 10))
    random.Random(3).shuffle(minutes)
    row = written(webchat, *minutes)
    page = as_ana.get(f"/conversations/{row.pk}/").context
    found = page["lines"]
    while page["oldest"]:
        page = as_ana.get(f"/conversations/{row.pk}/older/", {"before": page["oldest"]}).context
        found = [*page["lines"], *found]

    assert said(found) == [f"{each} ago" for each in sorted(minutes, reverse=True)]


def test_a_key_of_nowhere_is_refused(webchat, as_ana):
    row = written(webchat, 1)

    assert as_ana.get(f"/conversations/{row.pk}/older/", {"before": "17"}).status_code == 400


def test_of_the_same_moment_the_first_to_come_is_first(webchat, as_ana):
    at = timezone.now()
    for text in ("one", "two", "three"):
        row = make.message(webchat, text, who="nora", at=at).conversation

    assert said(as_ana.get(f"/conversations/{row.pk}/").context["lines"]) == ["one", "two", "three"]


def test_what_came_late_is_news_although_it_stands_above(webchat, as_ana):
    row = written(webchat, 5)
    seen = row.events.latest("pk").pk
    written(webchat, 9)

    answer = as_ana.get(f"/conversations/{row.pk}/news/?after={seen}")

    assert said(answer.context["lines"]) == ["9 ago"]


def test_new_is_what_came_last_wherever_it_stands(webchat, as_ana):
    row = written(webchat, 5, 4)
    type(row).objects.update(unread=0)
    row = written(webchat, 9)

    marked = [
        line.message.text for line in as_ana.get(f"/conversations/{row.pk}/").context["lines"] if line.first_unread
    ]
    assert marked == ["9 ago"]


def test_a_page_of_the_thread_costs_the_same_in_any_order(webchat, as_ana, django_assert_num_queries):
    row = written(webchat, 1, 2)
    with CaptureQueriesContext(connection) as few:
        as_ana.get(f"/conversations/{row.pk}/")
    written(webchat, *range(40, 10, -3))
    with django_assert_num_queries(len(few)):
        as_ana.get(f"/conversations/{row.pk}/")


def test_the_interface_gives_the_same_order(webchat, as_ana):
    row = written(webchat, 1, 5, 3)

    found = as_ana.get(f"/api/v1/conversations/{row.pk}/messages/").json()["results"]

    assert [each["text"] for each in found] == ["1 ago", "3 ago", "5 ago"]


def test_its_pages_lose_nothing(webchat, as_ana):
    minutes = list(range(1, 120))
    random.Random(5).shuffle(minutes)
    row = written(webchat, *minutes)
    url, found = f"/api/v1/conversations/{row.pk}/messages/", []
    while url:
        page = as_ana.get(url).json()
        found += [each["text"] for each in page["results"]]
        url = page["next"]

    assert found == [f"{each} ago" for each in sorted(minutes)]


def test_days_are_those_of_writing(webchat):
    row = written(webchat, 1, 60 * 24 * 3)

    days = [line.day for line in timeline.lines(row.events.in_thread().with_message()) if line.day]

    assert days == sorted(days)
    assert len(days) == 2
