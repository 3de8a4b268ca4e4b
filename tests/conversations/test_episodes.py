"""What reports count: one episode from each start or return to its close or drop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make


def test_a_conversation_starts_with_a_running_episode(conversation):
    episode = conversation.episodes.get()

    assert episode.started_at == conversation.events.get(verb="start").at
    assert (episode.ended_at, episode.outcome, episode.first_reply_at) == (None, "", None)


@pytest.mark.parametrize(("verb", "outcome"), [("close", "closed"), ("drop", "dropped")])
def test_its_end_names_outcome_and_person(conversation, ana, verb, outcome):
    event = getattr(conversation, verb)(by=ana)

    episode = conversation.episodes.get()
    assert (episode.outcome, episode.ended_by, episode.ended_at) == (outcome, ana, event.at)


def test_reopening_starts_another_and_leaves_the_first_as_it_was(conversation, ana, ben):
    conversation.close(by=ana)
    conversation.reopen(by=ben)

    first, second = conversation.episodes.order_by("pk")
    assert (first.outcome, first.ended_by) == ("closed", ana)
    assert (second.outcome, second.ended_at) == ("", None)


def test_the_customers_return_starts_another(webchat, conversation, ana):
    conversation.drop(by=ana)
    make.message(webchat, who="visitor-1")

    assert [each.outcome for each in conversation.episodes.order_by("pk")] == ["dropped", ""]


def test_a_new_conversation_has_an_episode_of_its_own(webchat, conversation, ana):
    conversation.close(by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))

    newer = make.message(webchat, who="visitor-1").conversation

    assert newer.episodes.count() == conversation.episodes.count() == 1


def test_the_first_answer_of_a_person_is_kept_and_no_later_one(conversation, ana, ben):
    first = conversation.reply("Hello", by=ana)
    conversation.reply("And hello from me", by=ben)

    episode = conversation.episodes.get()
    assert (episode.first_reply_at, episode.first_reply_by) == (first.at, ana)


@pytest.mark.parametrize(
    "say", [lambda row, ana: row.reply("Automatic", by=None), lambda row, ana: row.note("Look", by=ana)]
)
def test_neither_montys_answer_nor_a_note_is_a_first_answer(conversation, ana, say):
    say(conversation, ana)

    assert conversation.episodes.get().first_reply_at is None


def test_each_episode_has_a_first_answer_of_its_own(conversation, ana, ben):
    conversation.reply("Hello", by=ana)
    conversation.close(by=ana)
    conversation.reopen(by=ben)
    conversation.reply("Again", by=ben)

    assert [each.first_reply_by for each in conversation.episodes.order_by("pk")] == [ana, ben]


def test_passing_it_on_is_still_the_same_episode(conversation, support, ana):
    conversation.assign_to(ana, by=ana)
    conversation.hand_to(support, by=ana)

    assert conversation.episodes.count() == 1
