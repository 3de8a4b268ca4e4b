"""A conversation in the admin: read on its page, changed by its verbs' buttons and by nothing else."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from channels_app.models import Channel
from conversations.admin.conversation import ConversationAdmin
from conversations.models import Conversation, State
from monty.admin import page_of
from teams.models import Team, Teammate
from tests import make

pytestmark = pytest.mark.once

BUTTONS = ConversationAdmin.buttons


def press(client: Client, row: Conversation, verb: str, **answers: object):
    return client.post(f"/admin/conversations/conversation/{row.pk}/press/{verb}/", answers, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def offered(client: Client, row: Conversation) -> list[str]:
    return [str(offer.button.label) for offer in client.get(page_of(row)).context["offers"]]


def test_every_verb_that_people_press_has_a_button(webchat: Channel, ana: Teammate) -> None:
    rows = [make.conversation(webchat, state=state, assignee=ana) for state in ("assigned", "closed")]
    by_hand = {verb for row in rows for verb in row.allowed_verbs()}
    # Those are offered by what sleeps, and by whether its customer is blocked.
    assert by_hand | {"wake", "block", "unblock"} == set(BUTTONS)


def test_an_assigned_conversation_offers_all_but_reopening(client, supervisor, webchat, ana) -> None:
    row = make.conversation(webchat, state="assigned", assignee=ana)
    assert offered(client, row) == [
        "Assign",
        "Hand to team",
        "Unassign",
        "Label",
        "Priority",
        "Snooze",
        "Close",
        "Drop",
        "Block customer",
        "Send Flow",
    ]


def test_a_closed_conversation_offers_reopening_and_what_is_said_of_it(client, supervisor, webchat, ana) -> None:
    assert offered(client, make.conversation(webchat, state="closed", assignee=ana)) == [
        "Label",
        "Block customer",
        "Reopen",
    ]


def test_assigning_names_the_supervisor(client, supervisor, conversation, ana) -> None:
    press(client, conversation, "assign", teammate=ana.pk)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assignee) == (State.ASSIGNED, ana)
    assert conversation.events.newest_first()[0].actor == supervisor


def test_assigning_within_a_team_moves_it_there(client, supervisor, conversation, cara, support) -> None:
    press(client, conversation, "assign", teammate=cara.pk, team=support.pk)
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team) == (cara, support)


def test_assigning_within_a_team_they_are_not_in_is_refused_in_words(client, supervisor, conversation, ana, support):
    answer = press(client, conversation, "assign", teammate=ana.pk, team=support.pk)
    conversation.refresh_from_db()
    assert said(answer) == ["Ana is not in the team Support."]
    assert conversation.state == State.OPEN


def test_assigning_to_nobody_asks_for_somebody(client, supervisor, conversation) -> None:
    answer = press(client, conversation, "assign")
    conversation.refresh_from_db()
    assert said(answer) == ["This field is required."]
    assert conversation.state == State.OPEN


def test_handing_to_a_team(client, supervisor, conversation, support: Team) -> None:
    press(client, conversation, "hand_to", team=support.pk)
    conversation.refresh_from_db()
    assert conversation.team == support


def test_closing_keeps_the_reason(client, supervisor, conversation) -> None:
    press(client, conversation, "close", reason="answered by phone")
    conversation.refresh_from_db()
    assert conversation.state == State.CLOSED
    assert conversation.events.newest_first()[0].data["reason"] == "answered by phone"


def test_a_press_stands_in_the_history(client, supervisor, conversation) -> None:
    press(client, conversation, "close")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.get_change_message()) == (supervisor, str(conversation.pk), "Close.")


def test_a_stale_page_gets_a_sentence_and_changes_nothing(client, supervisor, webchat, ana) -> None:
    row = make.conversation(webchat, state="closed", assignee=ana)
    before = row.events.count()
    answer = press(client, row, "drop")
    row.refresh_from_db()
    assert said(answer) == ["“drop” is not possible while this is closed."]
    assert row.state == State.CLOSED
    assert row.events.count() == before
    assert not LogEntry.objects.exists()


def test_reopening_after_the_window_is_refused_in_words(client, supervisor, webchat, ana) -> None:
    row = make.long_ago(make.conversation(webchat, state="closed", assignee=ana), timezone.now() - timedelta(days=3))
    answer = press(client, row, "reopen")
    row.refresh_from_db()
    assert said(answer) == ["Webchat: the time to answer has passed."]
    assert row.state == State.CLOSED


def test_a_verb_that_only_monty_uses_is_not_there(client, supervisor, conversation) -> None:
    assert press(client, conversation, "shut_window").status_code == 404


def test_looking_at_a_button_presses_nothing(client, supervisor, conversation) -> None:
    answer = client.get(f"/admin/conversations/conversation/{conversation.pk}/press/close/")
    conversation.refresh_from_db()
    assert answer.status_code == 405
    assert conversation.state == State.OPEN


def test_who_may_only_look_gets_no_buttons_and_a_press_is_refused(client, conversation) -> None:
    client.force_login(make.staff("vera", "teams.oversee", "conversations.view_conversation"))
    assert offered(client, conversation) == []
    assert press(client, conversation, "close").status_code == 403
    conversation.refresh_from_db()
    assert conversation.state == State.OPEN


def test_an_agent_cannot_press(client, conversation, ana) -> None:
    client.force_login(ana)
    press(client, conversation, "close")
    conversation.refresh_from_db()
    assert conversation.state == State.OPEN


def test_a_press_from_another_site_is_refused(supervisor, conversation) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(supervisor)
    assert press(strict, conversation, "close").status_code == 403


def test_no_form_writes_the_row(client, supervisor, conversation, ana) -> None:
    answer = client.post(page_of(conversation), {"state": "closed", "assignee": ana.pk, "priority": 4})
    conversation.refresh_from_db()
    assert answer.status_code == 403
    assert (conversation.state, conversation.assignee, conversation.priority) == (State.OPEN, None, 2)


def test_not_even_a_superuser_edits_the_row(client, conversation) -> None:
    client.force_login(Teammate.objects.create_superuser("root"))
    assert client.post(page_of(conversation), {"state": "closed"}).status_code == 403


def test_a_press_never_leads_to_another_site(client, supervisor, conversation) -> None:
    url = f"/admin/conversations/conversation/{conversation.pk}/press/close/"
    assert client.post(url, {"next": "https://evil.example/"})["Location"] == page_of(conversation)


def test_the_page_shows_the_thread_and_escapes_it(client, supervisor, webchat) -> None:
    row = make.message(webchat, "<script>alert(1)</script>", name="<b>Nora</b>").conversation
    page = client.get(page_of(row)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "<b>Nora</b>" not in page


def test_a_supervisor_cannot_delete_what_a_customer_wrote(client, supervisor, conversation) -> None:
    answer = client.post(f"/admin/conversations/conversation/{conversation.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    assert Conversation.objects.filter(pk=conversation.pk).exists()


def test_a_superuser_deletes_a_conversation_with_all_its_parts(client, conversation) -> None:
    client.force_login(Teammate.objects.create_superuser("root"))
    client.post(f"/admin/conversations/conversation/{conversation.pk}/delete/", {"post": "yes"})
    assert not Conversation.objects.filter(pk=conversation.pk).exists()
