"""An answer on its way out of somebody's hands: once, and not past what others wrote meanwhile."""

from uuid import uuid4

import pytest

from channels_app.border import File
from conversations.models import Conversation
from conversations.sending import composer
from monty.errors import BadInput, MontyError, SomebodyWrote, VerbNotAllowed, WindowShut
from tests import make


def test_an_answer_is_queued_and_the_list_shows_it(conversation, ana):
    message, new = composer.send(conversation, "Hello!", by=ana)

    conversation.refresh_from_db()
    assert new
    assert (message.status, message.author, message.author_kind) == ("queued", ana, "teammate")
    assert (conversation.last_text, conversation.last_from) == ("Hello!", "teammate")


def test_the_same_answer_again_is_the_same_answer(conversation, ana):
    client_id = uuid4()
    first, _ = composer.send(conversation, "Hello!", by=ana, client_id=client_id)

    assert composer.send(conversation, "Hello!", by=ana, client_id=client_id) == (first, False)


def test_the_same_answer_again_is_known_even_after_the_conversation_was_closed(conversation, ana):
    client_id = uuid4()
    first, _ = composer.send(conversation, "Hello!", by=ana, client_id=client_id)
    conversation.close(by=ana)

    assert composer.send(conversation, "Hello!", by=ana, client_id=client_id) == (first, False)


def test_two_people_may_happen_to_use_one_client_id(conversation, ana, ben):
    client_id = uuid4()

    assert composer.send(conversation, "Hello!", by=ana, client_id=client_id)[1]
    assert composer.send(conversation, "Hi!", by=ben, client_id=client_id)[1]


def test_a_client_id_used_in_another_conversation_swallows_nothing(webchat, conversation, ana):
    client_id = uuid4()
    composer.send(conversation, "Hello!", by=ana, client_id=client_id)
    other = make.conversation(webchat)

    with pytest.raises(MontyError):
        composer.send(other, "Something else", by=ana, client_id=client_id)


def test_what_others_wrote_meanwhile_stops_the_answer_and_is_named(webchat, conversation, ana, ben):
    seen = conversation.messages.get().pk
    theirs = [make.message(webchat, "Wait!", who="visitor-1").pk, conversation.note("Careful", by=ben).message.pk]

    with pytest.raises(SomebodyWrote) as stopped:
        composer.send(conversation, "Done", by=ana, seen=seen)

    assert stopped.value.facts == {"messages": theirs}
    assert not conversation.messages.from_us().exists()


def test_what_i_wrote_meanwhile_does_not(conversation, ana):
    seen = conversation.messages.get().pk
    composer.send(conversation, "One", by=ana, seen=seen)

    assert composer.send(conversation, "Two", by=ana, seen=seen)[1]


def test_it_can_be_sent_anyway(webchat, conversation, ana):
    seen = conversation.messages.get().pk
    make.message(webchat, "Wait!", who="visitor-1")

    assert composer.send(conversation, "Done", by=ana, seen=seen, force=True)[1]


def test_having_seen_everything_nothing_stops_it(webchat, conversation, ana):
    seen = make.message(webchat, "Wait!", who="visitor-1").pk

    assert composer.send(conversation, "Done", by=ana, seen=seen)[1]


def test_an_answer_may_quote_a_message_of_its_conversation(conversation, ana):
    quoted = conversation.messages.get()

    assert composer.send(conversation, "This one?", by=ana, reply_to=quoted.pk)[0].reply_to == quoted


def test_it_cannot_quote_another_conversations(webchat, conversation, ana):
    foreign = make.conversation(webchat).messages.get()

    with pytest.raises(BadInput) as refused:
        composer.send(conversation, "This one?", by=ana, reply_to=foreign.pk)
    assert "reply_to" in refused.value.facts["errors"]


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001, "nul \0", "half a letter \ud83d"], ids=ascii)
def test_what_cannot_be_sent_is_refused_in_words(conversation, ana, text):
    with pytest.raises(BadInput) as refused:
        composer.send(conversation, text, by=ana)
    assert "text" in refused.value.facts["errors"]
    assert not conversation.messages.from_us().exists()


@pytest.mark.parametrize("text", ["\0", "x" * 10_001, ""], ids=ascii)
def test_the_same_goes_for_a_note(conversation, ana, text):
    with pytest.raises(BadInput):
        conversation.note(text, by=ana)


def test_a_file_needs_no_words(conversation, ana):
    file = File("plan.pdf", b"%PDF-1.7", "application/pdf")

    message, _ = composer.send(conversation, "", by=ana, files=(file,))

    assert message.attachments.get().name == "plan.pdf"


def test_what_ended_takes_no_answer(conversation, ana):
    conversation.close(by=ana)

    with pytest.raises(VerbNotAllowed):
        composer.send(conversation, "PS", by=ana)


def test_outside_the_window_it_takes_none_either(conversation, ana):
    make.long_ago(conversation, conversation.inquiry_at - conversation.channel.adapter.window.product)

    with pytest.raises(WindowShut):
        composer.send(Conversation.objects.get(pk=conversation.pk), "Late", by=ana)


def test_a_note_is_for_us_alone(conversation, ana):
    before = Conversation.objects.filter(pk=conversation.pk).values().get()

    note = conversation.note("VIP", by=ana).message

    assert note.private
    assert note not in conversation.messages.public()
    assert Conversation.objects.filter(pk=conversation.pk).values().get() == before


def test_the_same_note_again_is_the_same_note(conversation, ana):
    client_id = uuid4()
    first, _ = composer.note(conversation, "VIP", by=ana, client_id=client_id)

    assert composer.note(conversation, "VIP", by=ana, client_id=client_id) == (first, False)


def test_the_first_reply_claims_what_nobody_has(conversation, ana):
    composer.send(conversation, "Hello!", by=ana)

    conversation.refresh_from_db()
    assert (conversation.state, conversation.assignee) == ("assigned", ana)
    assert [each.verb for each in conversation.events.order_by("pk")][-2:] == ["pick_up", "reply"]


def test_a_reply_to_what_somebody_else_has_takes_nothing_from_them(webchat, ana, ben):
    row = make.conversation(webchat, state="assigned", assignee=ana)

    composer.send(row, "May I add something?", by=ben)

    assert Conversation.objects.get(pk=row.pk).assignee == ana
