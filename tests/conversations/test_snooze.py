"""Putting a conversation off: what leaves the inboxes, what brings it back, and what it weighs meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conversations import snoozing, tasks
from conversations.balancer.assignment import assign_waiting
from conversations.inbox import timeline
from conversations.inbox.inboxes import LeftPane
from conversations.models import Absence, Conversation
from monty.errors import BadInput, VerbNotAllowed
from tests import make

HOUR = timedelta(hours=1)


@pytest.fixture
def mine(webchat, ana) -> Conversation:
    return make.conversation(webchat, who="visitor-1", state="assigned", assignee=ana)


@pytest.fixture
def asleep(mine, ana) -> Conversation:
    mine.snooze(timezone.now() + HOUR, by=ana)
    return mine


def fresh(row: Conversation) -> Conversation:
    return Conversation.objects.get(pk=row.pk)


def is_due(row: Conversation) -> None:
    Conversation.objects.filter(pk=row.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))


# --- What leaves, and what stays ------------------------------------------------------------------------------------


def test_it_keeps_state_team_and_teammate(asleep, ana, sales):
    row = fresh(asleep)
    assert (row.state, row.assignee, row.team) == ("assigned", ana, sales)


def test_it_leaves_mine_and_the_teams_inbox_for_the_view_of_what_sleeps(asleep, ana, sales):
    rows = Conversation.objects.all()
    assert [list(found) for found in (rows.of_teammate(ana), rows.of_team(sales.pk))] == [[], []]
    assert list(rows.snoozed()) == [asleep]


def test_it_leaves_the_unassigned(conversation, ana):
    conversation.snooze(None, by=ana)
    assert list(Conversation.objects.unassigned()) == []


def test_the_counters_follow(asleep, ana, sales):
    counts = LeftPane.of(ana).counts()
    assert counts == {
        f"team-{sales.pk}": 0,
        "mine": 0,
        "unassigned": 0,
        "expiring": 0,
        "unread": 0,
        "bot": 0,
        "mentions": 0,
        "cut_off": 0,
        "snoozed": 1,
    }


def test_a_window_that_ends_does_not_wait(asleep):
    Conversation.objects.update(window_until=timezone.now() + timedelta(minutes=30))
    assert list(Conversation.objects.expiring()) == [asleep]


def test_it_weighs_as_a_quiet_one(asleep, ana):
    assert Conversation.objects.load_of([ana.pk]) == {ana.pk: 25}
    asleep.wake(by=ana)
    assert Conversation.objects.load_of([ana.pk]) == {ana.pk: 100}


def test_it_is_not_handed_out(conversation, sales, ana):
    sales.auto_assign = True
    sales.save()
    make.ready(ana)
    conversation.snooze(None, by=ana)
    assert assign_waiting(sales.pk) == 0
    conversation.wake(by=ana)
    assert assign_waiting(sales.pk) == 1


def test_it_is_not_taken_back(asleep, sales, ana):
    gone = timezone.now() + HOUR
    assert list(Conversation.objects.left_by_vanished(sales, gone)) == []
    assert asleep.take_back(Absence.VANISHED, by=None, given_at=asleep.assigned_at) is None


def test_the_thread_says_until_when(mine, ana):
    mine.snooze(timezone.now() + timedelta(days=2), by=ana)
    mine.snooze(None, by=ana)
    first, second = timeline.lines(mine.events.filter(verb="snooze"))
    assert first.sentence.startswith("Ana put this off until ") and first.sentence.endswith(f"{mine.snoozed_at:%M}")
    assert second.sentence == "Ana put this off until the customer answers"


# --- What is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [-HOUR, timedelta(days=400)])
def test_a_time_that_has_passed_or_is_far_off_is_refused(mine, ana, away):
    with pytest.raises(BadInput, match="within the next year"):
        mine.snooze(timezone.now() + away, by=ana)
    assert fresh(mine).snoozed_at is None


def test_what_has_ended_cannot_be_put_off(mine, ana):
    mine.close(by=ana)
    with pytest.raises(VerbNotAllowed):
        mine.snooze(None, by=ana)


def test_the_database_lets_nothing_sleep_that_has_ended(mine, ana):
    mine.close(by=ana)
    with pytest.raises(IntegrityError):
        Conversation.objects.filter(pk=mine.pk).update(snoozed_at=timezone.now())


def test_the_same_again_leaves_no_trace(mine, ana):
    mine.snooze(None, by=ana)
    assert mine.snooze(None, by=ana) is None


# --- What wakes it --------------------------------------------------------------------------------------------------


def test_its_time_wakes_it_unread_and_the_thread_says_so(asleep, ana):
    asleep.mark_read(by=ana)
    is_due(asleep)
    tasks.wake_snoozed()
    row = fresh(asleep)
    assert (row.snoozed_at, row.snoozed_until, row.unread) == (None, None, 1)
    assert timeline.lines(row.events.filter(verb="wake"))[0].sentence == "Back again: it was put off until now"


def test_the_sweep_lets_the_others_sleep(asleep, conversation, ana):
    conversation.snooze(None, by=ana)
    tasks.wake_snoozed()
    assert fresh(asleep).snoozed_at and fresh(conversation).snoozed_at


def test_a_sweep_that_comes_too_late_does_not_wake_what_was_put_off_again(asleep, ana):
    found = fresh(asleep)
    asleep.snooze(timezone.now() + 2 * HOUR, by=ana)
    assert found.wake(by=None) is None


def test_the_customer_wakes_it(asleep, webchat):
    make.message(webchat, "Hello again", who="visitor-1")
    row = fresh(asleep)
    assert (row.snoozed_at, row.snoozed_until) == (None, None)


def test_a_person_wakes_it_without_marking_it_as_unread(asleep, ana):
    asleep.mark_read(by=ana)
    asleep.wake(by=ana)
    assert (fresh(asleep).snoozed_at, fresh(asleep).unread) == (None, 0)


def test_what_is_awake_cannot_be_woken(mine, ana):
    assert mine.wake(by=ana) is None


@pytest.mark.parametrize("how", ["assign", "hand_to", "unassign", "close", "drop"])
def test_whoever_gets_it_or_ends_it_wakes_it(asleep, ana, ben, support, how):
    verbs = {
        "assign": lambda: asleep.assign_to(ben, by=ana),
        "hand_to": lambda: asleep.hand_to(support, by=ana),
        "unassign": lambda: asleep.unassign(by=ana),
        "close": lambda: asleep.close(by=ana),
        "drop": lambda: asleep.drop(by=ana),
    }
    verbs[how]()
    assert fresh(asleep).snoozed_at is None


def test_our_own_answer_lets_it_sleep(asleep, ana):
    asleep.reply("I shall ask", by=ana)
    assert fresh(asleep).snoozed_at is not None


def test_what_wakes_in_a_teams_inbox_is_handed_out_at_once(
    conversation, webchat, sales, ana, worker, django_capture_on_commit_callbacks
):
    sales.auto_assign = True
    sales.save()
    conversation.snooze(None, by=ana)
    make.ready(ana)
    with django_capture_on_commit_callbacks(execute=True):
        make.message(webchat, "Hello again", who="visitor-1")
    assert fresh(conversation).assignee == ana


# --- The choices ----------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(moments)
def test_every_preset_lies_ahead_and_within_a_week(now):
    for preset in snoozing.presets(now):
        assert preset.until is None or now < preset.until <= now + timedelta(days=8)


def test_on_a_monday_morning_monday_is_the_next_one():
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    found = {preset.key: preset.until for preset in snoozing.presets(monday)}
    assert found["monday"] == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert found["evening"] == datetime(2026, 11, 23, 18, tzinfo=UTC)


def test_late_in_the_day_this_evening_is_not_offered():
    late = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert "evening" not in [preset.key for preset in snoozing.presets(late)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_nine_is_nine_by_the_readers_clock_also_when_the_clocks_change(zone):
    with timezone.override(zone):
        # The night in which summer time ends in Europe, and a week before it does in America.
        saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)
        tomorrow = next(each.until for each in snoozing.presets(saturday) if each.key == "tomorrow")
        assert timezone.localtime(tomorrow).hour == 9
