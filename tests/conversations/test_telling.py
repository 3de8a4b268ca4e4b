"""Whom a change calls, beside those who have it on screen: seven hints, with ids and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app import live
from conversations.models import Conversation, Message
from conversations.sending import outbox
from tests import make

pytestmark = pytest.mark.once

ABOUT = {"failed", "mentioned", "assigned", "wrote", "expires", "woke", "waits"}


@pytest.fixture
def hints(ears, sales, ana, ben, django_capture_on_commit_callbacks):
    """Do something, and hear what calls Ana, Ben and their team: {who: [hint, …]}."""
    heard = {
        name: ears.listen(group)
        for name, group in {
            "ana": live.person(ana.pk),
            "ben": live.person(ben.pk),
            "sales": live.team(sales.pk),
            "overseers": live.OVERSEERS,
        }.items()
    }

    def during(action):
        before = {name: len(ears.heard(ear)) for name, ear in heard.items()}
        with django_capture_on_commit_callbacks(execute=True):
            action()
        frames = {name: ears.heard(ear)[before[name] :] for name, ear in heard.items()}
        told = {name: [each["hint"] for each in rows if each.get("hint") in ABOUT] for name, rows in frames.items()}
        return {name: rows for name, rows in told.items() if rows}

    return during


@pytest.fixture
def mine(webchat, ana) -> Conversation:
    return make.conversation(webchat, state="assigned", assignee=ana, who="nora")


def test_a_customer_who_writes_calls_whoever_has_the_conversation(hints, mine, webchat):
    assert hints(lambda: make.message(webchat, who="nora")) == {"ana": ["wrote"]}


def test_a_new_conversation_calls_the_team_once(hints, webchat):
    assert hints(lambda: make.message(webchat, who="somebody")) == {"sales": ["waits"]}
    assert hints(lambda: make.message(webchat, who="somebody")) == {}


def test_what_is_in_nobody_s_inbox_calls_nobody(hints):
    nowhere = make.channel("webchat")
    assert hints(lambda: make.message(nowhere, who="somebody")) == {}


def test_what_comes_back_calls_the_team(hints, mine, ana):
    assert hints(lambda: mine.unassign(by=ana)) == {"sales": ["waits"]}


def test_what_is_put_into_another_team_s_inbox_calls_that_one(hints, mine, support, ana):
    assert hints(lambda: mine.hand_to(support, by=ana)) == {}


def test_being_given_one_calls_and_taking_one_does_not(hints, webchat, ana, ben):
    row = make.conversation(webchat)
    assert hints(lambda: row.assign_to(ana, by=ben)) == {"ana": ["assigned"]}
    assert hints(lambda: row.assign_to(ben, by=ben)) == {}


def test_a_note_calls_whom_it_names(hints, mine, ana):
    assert hints(lambda: mine.note("@ben look", by=ana)) == {"ben": ["mentioned"]}


def test_a_window_that_ends_soon_calls_whoever_has_the_conversation(hints, mine):
    make.long_ago(mine, timezone.now() - timedelta(hours=47, minutes=20))
    assert hints(lambda: mine.warn_of_window(by=None)) == {"ana": ["expires"]}


def test_what_wakes_by_its_time_calls_and_what_somebody_wakes_does_not(hints, mine, ana, ben):
    mine.snooze(timezone.now() + timedelta(hours=1), by=ana)
    Conversation.objects.filter(pk=mine.pk).update(snoozed_until=timezone.now())
    assert hints(lambda: mine.wake(by=None)) == {"ana": ["woke"]}
    mine.snooze(timezone.now() + timedelta(hours=1), by=ana)
    assert hints(lambda: mine.wake(by=ben)) == {}


def test_a_message_that_fails_calls_its_writer_whoever_has_the_conversation(hints, pigeon, ana, ben):
    row = make.conversation(pigeon, state="assigned", assignee=ana)
    row.reply("Beware of the hawk", by=ben)
    assert hints(lambda: outbox.deliver(row)) == {"ben": ["failed"]}
    assert Message.objects.get(author=ben).status == "failed"


def test_a_message_that_arrives_calls_nobody(hints, pigeon, ana):
    row = make.conversation(pigeon, state="assigned", assignee=ana)
    row.reply("All is well", by=ana)
    assert hints(lambda: outbox.deliver(row)) == {}


def test_a_hint_says_ids_and_no_word(ears, mine, webchat, ana, django_capture_on_commit_callbacks):
    ear = ears.listen(live.person(ana.pk))
    with django_capture_on_commit_callbacks(execute=True):
        make.message(webchat, "My secret", who="nora")
    told = [each for each in ears.heard(ear) if each.get("hint") in ABOUT]
    assert told == [{"hint": "wrote", "conversation": mine.pk, "by": None}]
    assert "secret" not in str(ears.heard(ear))
