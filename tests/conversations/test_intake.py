"""What a customer writes lands in the right conversation, once, whatever it contains."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from channels_app.border import File, Inbound, Sender
from conversations.incoming import intake
from conversations.models import Contact, Conversation, Message
from monty.errors import VerbNotAllowed
from tests import make


def test_somebody_new_becomes_a_contact_with_an_open_conversation(webchat, sales):
    message, new = intake.receive(webchat, make.inbound("Hello", "nora", name="Nora"))

    row = message.conversation
    assert new
    assert (row.contact.name, row.state, row.team, row.unread) == ("Nora", "open", sales, 1)
    assert (message.text, message.status, message.author_kind) == ("Hello", "received", "contact")
    assert (row.last_text, row.last_from, row.last_message_at) == ("Hello", "contact", message.at)


def test_a_second_message_goes_into_the_live_conversation(webchat, conversation):
    message = make.message(webchat, "Are you there?", who="visitor-1")

    assert message.conversation == conversation
    assert message.conversation.unread == 2


def test_the_same_person_on_another_channel_is_another_identity(webchat, conversation):
    other = make.message(make.channel("facebook"), who="visitor-1")

    assert other.conversation != conversation


def test_the_same_message_again_is_the_same_message(webchat):
    first = make.message(webchat, "Hello", external_id="m.1")

    again, new = intake.receive(webchat, make.inbound("Hello", external_id="m.1"))

    assert (again, new) == (first, False)
    assert first.conversation.events.filter(verb="receive").count() == 1


def test_the_same_id_on_another_channel_is_another_message(webchat):
    make.message(webchat, external_id="m.1")

    assert intake.receive(make.channel("facebook"), make.inbound(external_id="m.1"))[1]


def test_messages_without_a_providers_id_are_all_kept(webchat, ana):
    """Ours carry no id until they are sent: none of them is the customer's."""
    row = make.message(webchat, who="nora").conversation
    row.reply("Yes?", by=ana)

    for text in ("One", "Two"):
        assert intake.receive(webchat, make.inbound(text, "nora", external_id=""))[1]

    assert list(row.messages.of_contact().order_by("pk").values_list("text", flat=True)) == ["Hello", "One", "Two"]


@pytest.mark.parametrize("end", ["close", "drop"])
def test_writing_again_inside_the_window_brings_the_conversation_back(webchat, conversation, ana, end):
    getattr(conversation, end)(by=ana)

    message = make.message(webchat, "One more thing", who="visitor-1")

    assert message.conversation == conversation
    assert message.conversation.state == "reopened"
    assert [event.verb for event in conversation.events.order_by("pk")][-2:] == ["revive", "receive"]


def test_writing_again_outside_it_starts_a_new_conversation_linked_to_the_old(webchat, conversation, ana, sales):
    conversation.close(by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(hours=48))

    row = make.message(webchat, "Me again", who="visitor-1").conversation

    assert (row.previous, row.state, row.team, row.assignee) == (conversation, "open", sales, None)
    conversation.refresh_from_db()
    assert conversation.state == "closed"


def test_a_live_conversation_goes_on_even_when_its_window_had_passed(webchat, conversation):
    make.long_ago(conversation, timezone.now() - timedelta(hours=99))

    row = make.message(webchat, "Still waiting", who="visitor-1").conversation

    assert row == conversation
    assert row.policy().reopen


def test_it_comes_back_to_its_teammate_if_that_one_is_ready(webchat, sales, ana):
    row = make.conversation(webchat, state="closed", assignee=make.ready(ana), who="nora")

    back = make.message(webchat, who="nora").conversation

    assert back == row
    assert (back.state, back.assignee, back.team) == ("reopened", ana, sales)


@pytest.mark.parametrize("reason", ["away", "offline", "gone"])
def test_else_it_comes_back_to_the_teams_inbox(webchat, sales, ana, reason):
    row = make.conversation(webchat, state="closed", assignee=make.ready(ana), who="nora")
    changes = {"away": {"availability": "away"}, "offline": {"last_seen_at": None}, "gone": {"is_active": False}}
    type(ana).objects.filter(pk=ana.pk).update(**changes[reason])

    back = make.message(webchat, who="nora").conversation

    assert back == row
    assert (back.state, back.assignee, back.team) == ("reopened", None, sales)
    assert back in Conversation.objects.in_turn(sales.pk)


def test_an_older_conversation_cannot_be_reopened_past_a_newer_one(webchat, conversation, ana):
    """Else the customer's next message would find two that want it."""
    conversation.close(by=ana)
    make.long_ago(conversation, timezone.now() - timedelta(hours=50))
    newer = make.message(webchat, "Me again", who="visitor-1").conversation
    newer.close(by=ana)
    type(webchat).objects.filter(pk=webchat.pk).update(window=timedelta(hours=72))
    conversation.refresh_from_db()
    assert conversation.policy().reopen

    with pytest.raises(VerbNotAllowed, match="newer conversation"):
        conversation.reopen(by=ana)

    assert make.message(webchat, "And again", who="visitor-1").conversation == newer


def test_waiting_counts_from_the_first_message_nobody_answered(webchat, conversation, ana):
    since = conversation.waiting_since
    make.message(webchat, "Hello?", who="visitor-1")
    conversation.refresh_from_db()
    assert conversation.waiting_since == since

    conversation.reply("Here I am", by=ana)

    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.unread) == (None, 0)


def test_a_message_that_was_held_up_does_not_bury_the_conversation(webchat, conversation):
    """A provider repeats for hours what it could not deliver: the row stays where the newest message put it."""
    newest = conversation.last_message_at

    row = make.message(webchat, "Written before", who="visitor-1", at=newest - timedelta(hours=2)).conversation

    assert row.last_message_at == newest
    assert row.last_text == "Written before"


def test_files_come_with_their_message(webchat):
    file = File("plan.pdf", b"%PDF-1.7", "application/pdf")

    message = make.message(webchat, "", who="nora", files=(file,))

    stored = message.attachments.get()
    assert (stored.name, stored.size, stored.file.read()) == ("plan.pdf", 8, b"%PDF-1.7")
    assert "plan" not in stored.file.name
    assert message.conversation.last_text == "Attachment"


# The ids of providers are plain and short.
IDS = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=255)


class TestWhateverTheyWrite(HypothesisTestCase):
    """No text, name or address that a channel can deliver is refused: a customer's message is never lost."""

    @given(st.text(), st.text(), st.text(), IDS)
    def test_it_is_stored(self, text: str, name: str, email: str, who: str) -> None:
        channel = make.channel()
        sender = Sender(external_id=who, name=name, email=email)

        message, new = intake.receive(channel, Inbound("m.1", sender, timezone.now(), text))

        assert new
        stored = Message.objects.get(pk=message.pk)
        assert stored.text == text.replace("\0", "")
        again, new = intake.receive(channel, Inbound("m.1", sender, timezone.now(), text))
        assert (again, new) == (message, False)

    @given(st.text(alphabet=st.characters(categories=("Cs", "Cc", "Lu")), min_size=1))
    def test_also_with_what_no_database_stores(self, text: str) -> None:
        message, _ = intake.receive(make.channel(), make.inbound(text, "nora", name=text))

        readable = [letter for letter in text if letter.isprintable() and letter.isupper()]
        stored = Message.objects.get(pk=message.pk).text
        assert [letter for letter in stored if letter.isprintable() and letter.isupper()] == readable

    def test_names_longer_than_any_card(self) -> None:
        intake.receive(make.channel(), make.inbound(who="nora", name="N" * 5000))

        assert len(Contact.objects.get().name) == 200
