"""What the database itself refuses, whoever asks and however."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_fsm import ConcurrentTransition

from conversations.models import Conversation, Episode, Identity, Message
from tests import make


def refused() -> AbstractContextManager:
    return pytest.raises(IntegrityError)


def update(row, **fields) -> None:
    """As careless as it gets: past the model, straight into the table."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)


def test_a_stale_copys_save_cannot_bring_an_old_state_back(conversation, ana):
    stale = Conversation.objects.get(pk=conversation.pk)
    conversation.close(by=ana)

    with pytest.raises(ConcurrentTransition), transaction.atomic():
        stale.save()

    conversation.refresh_from_db()
    assert conversation.state == "closed"


def test_a_fresh_copy_may_be_saved(conversation):
    Conversation.objects.get(pk=conversation.pk).save()


def test_a_stale_copys_verb_sees_the_row_as_it_is(conversation, ana, ben):
    stale = Conversation.objects.get(pk=conversation.pk)
    conversation.assign_to(ana, by=ana)

    event = stale.assign_to(ben, by=ana)

    assert event.was == {"assignee": ana.pk}


def test_what_was_changed_on_a_copy_without_a_verb_is_not_saved_by_a_verb(conversation, ana):
    conversation.priority = 4

    conversation.close(by=ana)

    assert Conversation.objects.get(pk=conversation.pk).priority == 2


def test_an_assigned_conversation_has_a_teammate(conversation):
    with refused():
        update(conversation, state="assigned")


def test_an_open_conversation_has_none(conversation, ana):
    with refused():
        update(conversation, assignee=ana)


def test_there_is_no_sixth_state(conversation):
    with refused():
        update(conversation, state="paused")


def test_a_person_has_one_live_conversation_on_a_channel(conversation):
    with refused(), transaction.atomic():
        Conversation.objects.create(channel=conversation.channel, identity=conversation.identity)


def test_a_person_may_have_many_that_ended(conversation, ana):
    conversation.close(by=ana)

    Conversation.start(conversation.identity, by=None).close(by=ana)

    assert conversation.identity.conversations.count() == 2


def test_an_identity_exists_once_on_a_channel(conversation):
    known = conversation.identity
    with refused(), transaction.atomic():
        Identity.objects.create(channel=known.channel, external_id=known.external_id, contact=known.contact)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "lost"},
        {"author_kind": "parrot"},
        {"status": "queued"},  # the customer's message is received, nothing else
        {"private": True},  # the customer writes no private notes
        {"author_kind": "teammate"},  # ours are sent, not received
    ],
    ids=lambda fields: "-".join(f"{name}-{value}" for name, value in fields.items()),
)
def test_a_customers_message_is_what_it_is(conversation, fields):
    with refused():
        update(conversation.messages.get(), **fields)


def test_a_providers_message_exists_once_on_a_channel(conversation):
    message = conversation.messages.get()
    message.pk = None
    with refused(), transaction.atomic():
        message.save()


def test_messages_that_a_provider_gave_no_id_do_not_collide(conversation, ana):
    for text in ("One", "Two"):
        conversation.reply(text, by=ana)

    assert Message.objects.filter(channel=conversation.channel, external_id="").count() == 2


def test_a_conversation_has_one_running_episode(conversation):
    with refused(), transaction.atomic():
        Episode.objects.create(conversation=conversation, started_at=timezone.now())


@pytest.mark.parametrize("outcome", ["", "reopened"])
def test_an_episode_ends_closed_or_dropped(conversation, outcome):
    with refused():
        update(conversation.episodes.get(), ended_at=timezone.now(), outcome=outcome)


def test_a_running_episode_has_no_outcome(conversation):
    with refused():
        update(conversation.episodes.get(), outcome="closed")


def test_an_availability_is_active_or_away(ana):
    with refused():
        update(ana, availability="asleep")


def test_a_window_lasts_longer_than_nothing(webchat):
    with refused():
        update(webchat, window=timedelta(0))


def test_a_teammate_is_in_a_team_once(ana, sales):
    with refused(), transaction.atomic():
        sales.memberships.create(teammate=ana)


def test_an_account_is_connected_once_for_each_kind(db):
    make.channel("facebook", external_id="page-1")
    make.channel("instagram", external_id="page-1")
    with refused(), transaction.atomic():
        make.channel("facebook", external_id="page-1")
