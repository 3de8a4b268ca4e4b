"""Blocking from the page, REST and the admin; what the customer's own page shows of it."""

import pytest

from conversations.contacts import blocking
from conversations.models import Conversation
from monty.admin import page_of
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


def is_blocked(row: Conversation) -> bool:
    return Conversation.objects.get(pk=row.pk).identity.is_blocked


def test_the_page_blocks_shows_it_and_unblocks(client, ana, conversation):
    client.force_login(ana)
    client.post(f"/conversations/{conversation.pk}/block/")
    assert is_blocked(conversation)
    content = client.get(f"/conversations/{conversation.pk}/?view=dropped").content.decode()
    assert content.count(">Blocked<") == 2  # The row and the head.
    assert "Unblock" in content
    client.post(f"/conversations/{conversation.pk}/unblock/")
    assert not is_blocked(conversation)


def test_reopen_is_off_and_says_why(client, ana, conversation):
    client.force_login(ana)
    blocking.block(conversation, by=ana)
    desk = client.get(f"/conversations/{conversation.pk}/").context["desk"]
    assert not desk.reopening.possible
    assert desk.reopening.hint == "This customer is blocked. Unblock them first."


def test_who_does_not_see_the_conversation_blocks_nobody(client, cara, conversation):
    client.force_login(cara)
    assert client.post(f"/conversations/{conversation.pk}/block/").status_code == 404
    assert is_problem(Program(cara).post(f"conversations/{conversation.pk}/block"), 404, "not_found")
    assert not is_blocked(conversation)


def test_rest_blocks_and_unblocks(ana, conversation):
    program = Program(ana)
    answer = program.post(f"conversations/{conversation.pk}/block").json()
    assert (answer["state"], answer["blocked"]) == ("dropped", True)
    assert program.post(f"conversations/{conversation.pk}/unblock").json()["blocked"] is False


def test_the_admin_blocks_and_unblocks(client, supervisor, conversation):
    press = f"/admin/conversations/conversation/{conversation.pk}/press"
    assert "Block customer" in client.get(page_of(conversation)).content.decode()
    client.post(f"{press}/block/")
    assert is_blocked(conversation)
    assert "Unblock" in client.get(page_of(conversation)).content.decode()
    client.post(f"{press}/unblock/")
    assert not is_blocked(conversation)


def test_the_blocked_visitors_page_keeps_what_they_write(visitor, ana):
    visitor.say("Hello")
    row = Conversation.objects.get()
    blocking.block(row, by=ana)
    assert visitor.say("Are you there?").status_code == 201
    assert Conversation.objects.get().messages.filter(text="Are you there?").exists()
