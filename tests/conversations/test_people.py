"""One person is one contact, whichever of their ids comes; two that turn out to be one are joined."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app.border import Moved, Sender
from conversations.incoming import intake, people
from conversations.models import Alias, Contact, Conversation, Identity, Message
from tests import make
from tests.at_once import at_once

BSUID, PHONE = "BR.1502576394655843", "5511987654321"
BOTH = Sender(BSUID, name="Nora", also=(PHONE,), username="nora.s", phone="+5511987654321")

pytestmark = pytest.mark.django_db


@pytest.fixture
def whatsapp(sales):
    return make.channel("whatsapp", sales)


def write(channel, sender: Sender, text: str = "Hello", **fields) -> Message:
    made = make.inbound(text, **fields)
    return intake.receive(channel, made.__class__(made.external_id, sender, made.at, text))[0]


def ids(channel) -> set[str]:
    """Every id that names somebody on the channel."""
    mains = Identity.objects.filter(channel=channel).values_list("external_id", flat=True)
    return {*mains, *Alias.objects.filter(channel=channel).values_list("external_id", flat=True)}


def test_both_ids_of_somebody_new_name_one_person(whatsapp):
    write(whatsapp, BOTH)

    identity = Identity.objects.get()
    assert (identity.external_id, identity.username) == (BSUID, "nora.s")
    assert [alias.external_id for alias in identity.aliases.all()] == [PHONE]
    assert (identity.contact.name, identity.contact.phone) == ("Nora", "+5511987654321")


@pytest.mark.parametrize("sender", [Sender(BSUID), Sender(PHONE), Sender(PHONE, also=(BSUID,)), BOTH])
def test_whichever_comes_next_it_is_the_same_conversation(whatsapp, sender):
    first = write(whatsapp, BOTH)

    assert write(whatsapp, sender).conversation == first.conversation
    assert Identity.objects.count() == 1


def test_a_further_id_is_learned_when_it_comes(whatsapp):
    first = write(whatsapp, Sender(PHONE))

    write(whatsapp, BOTH)

    assert write(whatsapp, Sender(BSUID)).conversation == first.conversation
    assert ids(whatsapp) == {BSUID, PHONE}


def test_in_one_delivery_too(whatsapp):
    """The one with both ids may come last."""
    made = [make.inbound(who=PHONE), make.inbound(who=BSUID), make.inbound(who="somebody else")]
    both = make.inbound().__class__("m.both", BOTH, timezone.now())

    rows = [message.conversation_id for message, _new in intake.receive_all(whatsapp, [*made, both])]

    assert rows[0] == rows[1] == rows[3] != rows[2]
    assert Identity.objects.count() == Contact.objects.count() == 2


def test_the_same_id_on_another_channel_is_somebody_else(whatsapp, sales):
    write(whatsapp, BOTH)
    other = make.channel("whatsapp", sales)

    write(other, Sender(PHONE))

    assert Identity.objects.count() == 2


# --- Joined -------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(whatsapp):
    """Written once under each id, so that Monty knows two people."""
    return write(whatsapp, Sender(PHONE), "first").conversation, write(whatsapp, Sender(BSUID), "second").conversation


def test_two_who_turn_out_to_be_one_have_one_live_conversation(whatsapp, two):
    other, kept = two

    message = write(whatsapp, BOTH, "third")

    kept.refresh_from_db()
    other.refresh_from_db()
    assert message.conversation == kept
    assert [each.text for each in kept.messages.order_by("pk")] == ["first", "second", "third"]
    assert (kept.state, kept.unread, kept.last_text) == ("open", 3, "third")
    assert (other.state, other.identity, other.messages.count()) == ("dropped", kept.identity, 0)
    assert Identity.objects.count() == Contact.objects.count() == 1
    assert ids(whatsapp) == {BSUID, PHONE}


def test_the_thread_says_so_and_shows_what_was_said(whatsapp, two):
    other, kept = two
    seen = kept.events.latest("pk").pk

    write(whatsapp, BOTH)

    news = kept.events.changed_after(seen)
    assert [event.verb for event in news] == ["receive", "join", "receive"]
    assert news[1].data["other"] == other.pk


def test_whoever_has_waited_longest_still_has(whatsapp, two):
    other, kept = two
    long_ago = timezone.now() - timedelta(hours=3)
    Conversation.objects.filter(pk=other.pk).update(waiting_since=long_ago)

    write(whatsapp, BOTH)

    kept.refresh_from_db()
    assert kept.waiting_since == long_ago


@pytest.mark.parametrize("whose", [0, 1])
def test_whoever_has_one_of_them_has_it_from_then_on(whatsapp, two, ana, whose):
    two[whose].assign_to(ana, by=ana)

    row = write(whatsapp, BOTH).conversation

    assert (row, row.state, row.assignee) == (two[1], "assigned", ana)


def test_once_it_has_ended_it_is_the_one_to_be_reopened(whatsapp, two, ana):
    row = write(whatsapp, BOTH).conversation
    row.close(by=ana)

    row.reopen(by=ana)

    assert write(whatsapp, BOTH).conversation == row


def test_what_had_ended_stays_as_it_was(whatsapp, two, ana):
    first, second = two
    second.close(by=ana)

    write(whatsapp, BOTH)

    second.refresh_from_db()
    assert (second.state, second.identity, second.messages.count()) == ("closed", first.identity, 1)
    assert write(whatsapp, BOTH).conversation == first


def test_the_card_keeps_what_either_said(whatsapp, two):
    first, second = (row.contact for row in two)
    Contact.objects.filter(pk=first.pk).update(name="", email="nora@example.org")
    Contact.objects.filter(pk=second.pk).update(name="Nora", email="")

    write(whatsapp, BOTH)

    assert [(card.name, card.email) for card in Contact.objects.all()] == [("Nora", "nora@example.org")]


@pytest.mark.django_db(transaction=True)
def test_workers_who_meet_one_person_under_three_names_agree(whatsapp):
    senders = [BOTH, Sender(PHONE), Sender(BSUID), Sender(PHONE, also=(BSUID,))] * 3

    at_once(*(lambda sender=sender: write(whatsapp, sender) for sender in senders[:8]))
    write(whatsapp, BOTH)

    assert Identity.objects.count() == 1
    assert Conversation.objects.live().count() == 1
    assert Message.objects.count() == 9
    assert ids(whatsapp) == {BSUID, PHONE}


# --- Moved --------------------------------------------------------------------------------------------------------

NEW = Sender("BR.2200000000000001", also=("5511900000000",))


def test_somebody_who_moved_is_known_by_the_new_ids(whatsapp):
    first = write(whatsapp, BOTH)

    for _ in range(2):
        people.move(whatsapp, [Moved(PHONE, NEW, timezone.now())])

    identity = Identity.objects.get()
    assert identity.external_id == NEW.external_id
    assert write(whatsapp, Sender("5511900000000")).conversation == first.conversation


def test_the_old_number_is_let_go(whatsapp):
    """It may be somebody else's tomorrow, who must not see what was said."""
    first = write(whatsapp, BOTH)
    people.move(whatsapp, [Moved(PHONE, NEW, timezone.now())])

    assert write(whatsapp, Sender(PHONE)).conversation != first.conversation


def test_who_wrote_under_the_new_one_before_it_was_told_is_joined(whatsapp):
    write(whatsapp, BOTH)
    write(whatsapp, NEW)

    people.move(whatsapp, [Moved(PHONE, NEW, timezone.now())])

    assert Identity.objects.count() == 1
    assert Conversation.objects.live().get().messages.count() == 2


def test_a_move_of_nobody_known_is_nothing(whatsapp):
    people.move(whatsapp, [Moved(PHONE, NEW, timezone.now())])

    assert not Identity.objects.exists()
