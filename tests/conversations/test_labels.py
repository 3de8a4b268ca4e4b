"""Labels: who makes them, who puts them where, and that a team may want one before it closes a conversation."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from conversations.inbox import timeline
from conversations.incoming.joining import unite
from conversations.models import Conversation, Label
from monty.errors import BadInput, VerbNotAllowed
from tests import make


@pytest.fixture
def refund(db) -> Label:
    return Label.objects.create(name="Refund", colour="red")


@pytest.fixture
def lead(sales) -> Label:
    return Label.objects.create(name="Lead", colour="green", team=sales)


def names(row: Conversation) -> list[str]:
    return [label.name for label in Conversation.objects.get(pk=row.pk).labels.all()]


def told(row: Conversation) -> str:
    return timeline.lines(row.events.filter(verb="label").newest_first()[:1])[0].sentence


# --- The rule -------------------------------------------------------------------------------------------------------


def test_a_conversation_gets_exactly_the_labels_named(conversation, ana, refund, lead):
    conversation.label(["Refund"], by=ana)
    conversation.label(["Lead"], by=ana)
    assert names(conversation) == ["Lead"]
    assert told(conversation) == "Ana labelled this Lead, no longer Refund"


def test_what_two_people_add_at_once_is_all_there(conversation, ana, ben, refund, lead):
    seen_by_ben = Conversation.objects.get(pk=conversation.pk)
    conversation.label(add=["Refund"], by=ana)
    seen_by_ben.label(add=["Lead"], by=ben)
    assert names(conversation) == ["Lead", "Refund"]
    seen_by_ben.label(remove=["Refund"], by=ben)
    assert told(conversation) == "Ben removed the label Refund"


def test_a_label_that_is_there_already_leaves_no_trace(conversation, ana, refund):
    conversation.label(add=["Refund"], by=ana)
    assert conversation.label(add=["Refund"], remove=["Lead"], by=ana) is None


def test_an_ended_conversation_can_be_labelled(conversation, ana, refund):
    conversation.close(by=ana)
    conversation.label(["Refund"], by=ana)
    assert names(conversation) == ["Refund"]


@pytest.mark.parametrize("name", ["Unheard of", "Away", "Old"])
def test_only_what_is_offered_in_its_team_can_be_put_on_it(conversation, ana, support, refund, name):
    Label.objects.create(name="Away", team=support)
    Label.objects.create(name="Old", offered=False)
    with pytest.raises(BadInput, match=f"no label “{name}”"):
        conversation.label(["Refund", name], by=ana)
    assert names(conversation) == []


def test_a_label_of_the_old_team_stays_after_a_hand_over_and_can_be_removed(conversation, ana, support, lead):
    conversation.label(["Lead"], by=ana)
    conversation.hand_to(support, by=ana)
    assert names(conversation) == ["Lead"]
    conversation.label(remove=["Lead"], by=ana)
    assert names(conversation) == []


def test_two_conversations_that_become_one_have_the_labels_of_both(conversation, webchat, ana, refund, lead):
    double = make.conversation(webchat)
    conversation.label(["Refund"], by=ana)
    double.label(["Lead"], by=ana)
    with transaction.atomic():
        unite(conversation, double)
    assert names(conversation) == ["Lead", "Refund"]


def test_the_database_knows_a_name_once_however_it_is_written(refund):
    with pytest.raises(IntegrityError):
        Label.objects.create(name="REFUND")


def test_a_label_in_use_cannot_be_deleted(conversation, ana, refund):
    conversation.label(["Refund"], by=ana)
    with pytest.raises(ProtectedError):
        refund.delete()


# --- Before closing -------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(sales, conversation) -> Conversation:
    """Its team wants a label before it is closed."""
    sales.label_required = True
    sales.save()
    return conversation


def test_without_the_label_its_team_wants_nobody_closes_it(strict, ana):
    with pytest.raises(VerbNotAllowed, match="Sales wants a label on it before it is closed"):
        strict.close(by=ana)
    assert Conversation.objects.get(pk=strict.pk).state == "open"


def test_with_a_label_it_is_closed(strict, ana, refund):
    strict.label(["Refund"], by=ana)
    strict.close(by=ana)
    assert strict.state == "closed"


def test_dropping_it_and_closing_by_monty_itself_need_none(strict, webchat, ana):
    other = make.conversation(webchat)
    strict.drop(by=ana)
    other.close(by=None)
    assert (strict.state, other.state) == ("dropped", "closed")
