"""The side panel: what it says of a customer, to whom, and what that costs; closing with a reason; taking back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.inbox import panel
from conversations.models import Attribute, Conversation, Event, Identity, Label, Message
from teams import roles
from tests import make
from tests.rest import is_problem

pytestmark = pytest.mark.once
BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def act(page, row, verb, **fields):
    return page.post(f"/conversations/{row.pk}/{verb}/", fields, headers=BY_SCRIPT)


def same_customer(first: Conversation, on, **fields) -> Conversation:
    """Another conversation of theirs, on another channel."""
    row = make.conversation(on, **fields)
    Identity.objects.filter(pk=row.identity_id).update(contact=first.identity.contact_id)
    return Conversation.objects.get(pk=row.pk)


# --- What it says -----------------------------------------------------------------------------------------------------


def test_it_says_what_is_known_the_labels_the_window_and_why(page, ana, conversation):
    Attribute.objects.create(key="size", label="Size")
    Label.objects.create(name="Refund", colour="red")
    conversation.label(["Refund"], by=ana)
    conversation.assign_to(ana, by=ana)
    said = page.get(f"/conversations/{conversation.pk}/panel/").content.decode()
    for words in (
        "Nora Visitor",
        "Size",
        "Refund",
        "Why me?",
        "Ana took this",
        "On Webchat an answer is possible for 48 hours",
    ):
        assert words in said


def test_who_may_only_look_is_offered_nothing_to_press(client, ana, conversation):
    conversation.label([Label.objects.create(name="Refund").name], by=ana)
    viewer = make.teammate("vera")
    roles.give(viewer, "Viewer")
    viewer.user_permissions.add(Permission.objects.get(codename="merge_contact"))
    client.force_login(viewer)
    said = client.get(f"/conversations/{conversation.pk}/panel/").content.decode()
    assert "Nora Visitor" in said and "Refund" in said
    for door in ("<form", "hx-post", "merge", 'popovertarget="labels"', "fact-form"):
        assert door not in said


def test_who_does_not_see_the_conversation_sees_no_panel(client, cara, conversation):
    client.force_login(cara)
    for part in ("panel", "others", "gallery", "transcript", "merge"):
        assert client.get(f"/conversations/{conversation.pk}/{part}/").status_code == 404


def test_other_conversations_stand_there_from_every_channel_that_one_sees(page, ana, conversation, pigeon, support):
    closed = same_customer(conversation, pigeon, state="closed", assignee=ana)
    same_customer(conversation, make.channel("webchat", support))
    make.conversation(pigeon)
    assert panel.others(conversation, ana).rows == [closed]
    assert "pigeon" in page.get(f"/conversations/{conversation.pk}/panel/").content.decode().lower()


def test_they_are_read_page_by_page_each_once(page, ana, conversation, webchat):
    rows = [same_customer(conversation, webchat).pk for _ in range(panel.PAGE + 3)]
    first = panel.others(conversation, ana)
    second = page.get(f"/conversations/{conversation.pk}/others/", {"after": first.more}).context["others"]
    assert [row.pk for row in (*first.rows, *second.rows)] == rows[::-1]
    assert second.more == ""
    assert page.get(f"/conversations/{conversation.pk}/others/", {"after": "x"}, headers=BY_SCRIPT).status_code == 400


def test_it_costs_as_many_queries_with_much_as_with_little(page, ana, conversation, webchat):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get(f"/conversations/{conversation.pk}/panel/").status_code == 200
        return len(captured)

    same_customer(conversation, webchat)
    before = queries()
    for number in range(4):
        same_customer(conversation, webchat).label([Label.objects.create(name=f"L{number}").name], by=ana)
        Attribute.objects.create(key=f"a{number}", label=f"A{number}")
    assert queries() == before
    assert before <= 16


# --- Closing, dropping, taking back -----------------------------------------------------------------------------------


def test_closing_with_a_reason_and_a_note_writes_both(page, conversation):
    answer = act(page, conversation, "close", reason="Refunded", note="By voucher")
    assert answer.status_code == 204
    assert Conversation.objects.get(pk=conversation.pk).state == "closed"
    assert conversation.events.latest("pk").data["reason"] == "Refunded"
    assert conversation.messages.get(private=True).text == "By voucher"


def test_what_may_not_be_closed_gets_no_note_either(page, sales, conversation):
    sales.label_required = True
    sales.save()
    assert is_problem(act(page, conversation, "close", note="By voucher"), 409, "verb_not_allowed")
    assert not Message.objects.filter(private=True).exists()


@pytest.mark.parametrize(("verb", "words"), [("close", "Closed."), ("drop", "Dropped.")])
def test_it_is_taken_back_a_moment_later(page, conversation, verb, words):
    answer = act(page, conversation, verb, reason="A slip")
    event = conversation.events.latest("pk")
    assert f'"sentence": "{words}"' in answer["HX-Trigger"]
    assert act(page, conversation, "undo", event=event.pk).status_code == 204
    assert Conversation.objects.get(pk=conversation.pk).state == "open"


def test_it_is_not_taken_back_later_nor_by_somebody_else_nor_after_something_else(client, page, ben, conversation):
    act(page, conversation, "drop")
    event = conversation.events.latest("pk")
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(seconds=14))
    assert is_problem(act(page, conversation, "undo", event=event.pk), 409, "overtaken")
    Event.objects.filter(pk=event.pk).update(at=timezone.now())
    page.force_login(ben)
    assert is_problem(act(page, conversation, "undo", event=event.pk), 409, "overtaken")
    conversation.note("I know better", by=ben)
    page.force_login(event.actor)
    assert is_problem(act(page, conversation, "undo", event=event.pk), 409, "overtaken")
    assert Conversation.objects.get(pk=conversation.pk).state == "dropped"


def test_what_cannot_be_taken_back_is_not_offered_so(page, ana, conversation):
    assert "undo" not in act(page, conversation, "pick_up")["HX-Trigger"]
    event = conversation.events.latest("pk")
    assert is_problem(act(page, conversation, "undo", event=event.pk), 409, "overtaken")
