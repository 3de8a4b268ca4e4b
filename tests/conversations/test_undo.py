"""Undoing what was just done: everything as it stood before, and only while nothing else has happened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Episode
from monty.errors import VerbNotAllowed
from tests import make


def stands(row: Conversation) -> dict:
    names = ("state", "team_id", "assignee_id", "unread", "waiting_since", "priority")
    return Conversation.objects.filter(pk=row.pk).values(*names).get()


DEEDS = {
    "assign": lambda row, ben, support: row.assign_to(ben, by=ben),
    "hand_to": lambda row, ben, support: row.hand_to(support, by=ben),
    "close": lambda row, ben, support: row.close(by=ben),
    "drop": lambda row, ben, support: row.drop("silent", by=ben),
}


@pytest.mark.parametrize("state", ["open", "assigned", "reopened"])
@pytest.mark.parametrize("deed", DEEDS)
def test_undone_it_stands_as_before(deed, state, webchat, ana, ben, support):
    row = make.conversation(webchat, state=state, assignee=ana)
    make.message(webchat, "Still there?", who=row.identity.external_id)
    before, running = stands(row), list(Episode.objects.running().values())
    event = DEEDS[deed](row, ben, support)
    assert stands(row) != before

    undone = row.undo(event, by=ben)

    assert stands(row) == before
    assert list(Episode.objects.running().values()) == running
    assert (undone.verb, undone.actor, undone.state) == ("undo", ben, state)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_undone_once_something_else_has_happened(deed, webchat, ana, ben, support):
    row = make.conversation(webchat)
    event = DEEDS[deed](row, ben, support)
    row.note("I know better", by=ana)
    after = stands(row)

    assert row.undo(event, by=ben) is None
    assert stands(row) == after


def test_a_tick_or_somebody_reading_it_is_nothing_that_has_happened(webchat, ana, ben, support):
    row = make.conversation(webchat, state="assigned", assignee=ana)
    reply = row.reply("Hello", by=ana)
    event = row.hand_to(support, by=ben)
    row.deliver([reply.message], "sent", by=None)
    assert row.undo(event, by=ben) is not None
    assert stands(row)["assignee_id"] == ana.pk


def test_closing_is_undone_also_after_the_window(conversation, ben):
    make.long_ago(conversation, timezone.now() - timedelta(days=3))
    event = conversation.close(by=ben)
    assert conversation.undo(event, by=ben).state == "open"


def test_an_ended_one_stays_ended_when_its_customer_has_a_newer_one(conversation, ben):
    make.long_ago(conversation, timezone.now() - timedelta(days=3))
    event = conversation.close(by=ben)
    newer = make.message(conversation.channel, "A new question", who="visitor-1").conversation
    assert newer != conversation
    with pytest.raises(VerbNotAllowed):
        conversation.undo(event, by=ben)
    assert stands(conversation)["state"] == "closed"


def test_the_timeline_tells_of_it(client, conversation, ana):
    event = conversation.close(by=ana)
    conversation.undo(event, by=ana)
    client.force_login(ana)
    lines = [line.sentence for line in client.get(f"/conversations/{conversation.pk}/").context["lines"]]
    assert [line for line in lines if line][-2:] == ["Ana closed this", "Ana took that back"]
