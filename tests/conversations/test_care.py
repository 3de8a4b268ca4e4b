"""Customers' data: handed out whole, erased for good, and forgotten after its time; figures stay."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.utils import timezone

from channels_app.border import File
from channels_app.models import Channel, Delivery, Visitor, hashed
from conversations.contacts import belongings, care, describing
from conversations.models import (
    Alias,
    Attachment,
    Attempt,
    Contact,
    Conversation,
    Draft,
    Episode,
    Event,
    Identity,
    Message,
    Scheduled,
    ScheduledFile,
)
from conversations.sending import scheduling
from flows import engine, starting
from monty.admin import page_of
from monty.errors import Forbidden
from teams import roles
from teams.models import AuditEntry, Teammate, keeping
from tests import make
from tests.flows.flow import MENU, flow

pytestmark = pytest.mark.django_db
OF_CUSTOMERS: tuple[Any, ...] = (Contact, Identity, Alias, Conversation, Message, Attachment, Attempt, Event)
OF_CUSTOMERS += (Scheduled, ScheduledFile, Draft)
SECRETS = ("nora", "teapot", "+4930", "list.txt", "hush", "tomorrow", "dear")


@pytest.fixture
def boss(db) -> Teammate:
    person = make.teammate("alex")
    roles.give(person, "Admin")
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def talk(herald: Channel, ana: Teammate) -> Conversation:
    """A conversation with Nora in which there is a bit of everything."""
    row = make.conversation(herald, who="nora-at-herald", name="Nora Lind", text="Where is my teapot?")
    row.assign_to(ana, by=None)
    describing.describe(row, {"phone": "+49 30 123456"}, by=ana)
    row.reply("In list.txt", by=ana, files=(File("list.txt", b"teapots", "text/plain"),))
    row.note("hush", by=ana)
    scheduling.schedule(row, "tomorrow", timezone.now() + timedelta(hours=1), by=ana)
    Draft.objects.keep(row, by=ana, version=1, text="Dear")
    Alias.objects.create(identity=row.identity, channel=herald, external_id="nora-other")
    Delivery.objects.create(channel=herald, body=b'{"from": "nora-at-herald"}', state="done")
    Delivery.objects.create(channel=herald, body=b'{"from": "somebody-else"}', state="done")
    row.refresh_from_db()
    return row


def everything(*models: Any) -> str:
    """Every value of every row, as one lower text."""
    return " ".join(str(row) for model in models for row in model._base_manager.values()).lower()


def test_nothing_of_an_erased_customer_is_left(talk, boss, django_capture_on_commit_callbacks) -> None:
    stored = [str(each.file.name) for each in talk.messages.get(text="In list.txt").attachments.all()]
    assert all(default_storage.exists(name) for name in stored)
    with django_capture_on_commit_callbacks(execute=True):
        care.erase(talk.contact, by=boss)
    from conversations.models import Attachment, Attempt, Event, ScheduledFile

    models = (
        Contact,
        Identity,
        Alias,
        Conversation,
        Message,
        Attachment,
        Attempt,
        Event,
        Scheduled,
        ScheduledFile,
        Draft,
    )
    left = everything(*models, AuditEntry)
    assert [secret for secret in SECRETS if secret in left] == []
    assert not any(default_storage.exists(name) for name in stored)


def test_raw_webhooks_of_theirs_go_and_those_of_others_stay(talk, boss) -> None:
    care.erase(talk.contact, by=boss)
    assert [bytes(row.body) for row in Delivery.objects.all()] == [b'{"from": "somebody-else"}']


def test_that_there_was_a_conversation_stays_for_the_figures(talk, boss, ana) -> None:
    before = Episode.objects.values("started_at", "first_reply_at", "first_reply_by").get()
    care.erase(talk.contact, by=boss)
    talk.refresh_from_db()
    assert (talk.state, talk.messages.count()) == ("dropped", 3)
    assert Episode.objects.values("started_at", "first_reply_at", "first_reply_by").get() == before


def test_its_page_opens_still(talk, boss, client) -> None:
    care.erase(talk.contact, by=boss)
    client.force_login(boss)
    page = client.get(f"/conversations/{talk.pk}/").content.decode()
    assert "erased what was said" in page
    assert client.get(page_of(talk)).status_code == client.get(page_of(talk.contact)).status_code == 200


def test_a_visitor_s_browsers_are_forgotten(webchat, boss) -> None:
    visitor = Visitor.objects.create(channel=webchat, token_hash=hashed("x"), name="Nora")
    other = Visitor.objects.create(channel=webchat, token_hash=hashed("y"), name="Ole")
    row = make.conversation(webchat, who=visitor.external_id)
    care.erase(row.contact, by=boss)
    assert list(Visitor.objects.all()) == [other]


def test_what_they_answered_a_bot_is_forgotten(webchat, boss, django_capture_on_commit_callbacks) -> None:
    talk = flow("Welcome", MENU, on=(webchat,))
    row = make.conversation(webchat)
    run = starting.send(row, talk, by=None)
    engine.advance(run)
    type(run).objects.filter(pk=run.pk).update(answers={"name": "Nora"})
    with django_capture_on_commit_callbacks(execute=True):
        care.erase(row.contact, by=boss)
    run.refresh_from_db()
    assert run.answers == {}


def test_who_writes_again_is_somebody_new(talk, boss, herald) -> None:
    care.erase(talk.contact, by=boss)
    again = make.message(herald, "Hello again", who="nora-at-herald")
    assert again.conversation.contact != talk.contact


def test_only_an_admin_erases_and_exports(talk, ana, supervisor) -> None:
    for person in (ana, Teammate.objects.get(pk=supervisor.pk)):
        with pytest.raises(Forbidden):
            care.erase(talk.contact, by=person)
        with pytest.raises(Forbidden):
            belongings.take(talk.contact, by=person)
    assert Message.objects.filter(text="hush").exists()


# --- In the admin -----------------------------------------------------------------------------------------------------


def test_erasing_takes_one_more_click_and_leaves_no_name_in_the_history(talk, boss, client) -> None:
    client.force_login(boss)
    url = f"/admin/conversations/contact/{talk.contact.pk}/press/erase/"
    client.post(url)
    assert Contact.objects.get(pk=talk.contact.pk).name == "Nora Lind"
    client.post(url, {"sure": "on"})
    assert Contact.objects.get(pk=talk.contact.pk).name == ""
    assert not LogEntry.objects.filter(object_repr__contains="Nora").exists()
    told = AuditEntry.objects.filter(kind="conversations.contact").values_list("subject", flat=True)
    assert set(told) == {f"#{talk.contact.pk}"}


def test_everything_known_is_one_file_without_private_notes(talk, boss, client) -> None:
    client.force_login(boss)
    answer = client.get(f"/admin/conversations/contact/{talk.contact.pk}/export/")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        card = json.loads(archive.read("contact.json"))
        said = json.loads(archive.read(f"conversations/{talk.pk}.json"))["messages"]
        (file,) = [name for name in archive.namelist() if name.startswith("files/")]
        assert archive.read(file) == b"teapots"
    assert (card["name"], card["addresses"][0]["other_ids"]) == ("Nora Lind", ["nora-other"])
    assert [each["text"] for each in said] == ["Where is my teapot?", "In list.txt"]
    assert said[1]["files"] == [file]
    assert AuditEntry.objects.filter(deed="exported", key=str(talk.contact.pk)).exists()


# --- After its time ---------------------------------------------------------------------------------------------------


@pytest.fixture
def old(talk, ana) -> Conversation:
    talk.close(by=ana)
    Conversation.objects.filter(pk=talk.pk).update(last_message_at=timezone.now() - timedelta(days=91))
    return talk


def test_what_was_said_is_kept_unless_somebody_wants_otherwise(old) -> None:
    keeping.forget_old("conversations.conversation")
    assert old.messages.filter(text="hush").exists()


def test_after_its_time_what_was_said_is_forgotten_once(old, django_assert_max_num_queries) -> None:
    make.setting("talks_kept", 90)
    keeping.forget_old("conversations.conversation")
    assert set(old.messages.values_list("text", flat=True)) == {""}
    assert old.contact.name == "Nora Lind"
    kind = keeping.KINDS["conversations.conversation"]
    with django_assert_max_num_queries(1):
        assert kind.forget(kind.due()) == 0
    assert old.events.filter(verb="forget").count() == 1


def test_what_is_younger_or_goes_on_is_kept(old, herald) -> None:
    make.setting("talks_kept", 92)
    live = make.conversation(herald, who="ole", text="Hello")
    Conversation.objects.filter(pk=live.pk).update(last_message_at=timezone.now() - timedelta(days=300))
    keeping.forget_old("conversations.conversation")
    assert old.messages.filter(text="hush").exists() and live.messages.filter(text="Hello").exists()


def test_what_is_said_after_that_is_forgotten_in_its_turn(old, ana) -> None:
    make.setting("talks_kept", 90)
    keeping.forget_old("conversations.conversation")
    row = Conversation.objects.get(pk=old.pk)
    row.reopen(by=ana)
    row.reply("Dear Nora", by=ana)
    row.close(by=ana)
    Conversation.objects.filter(pk=row.pk).update(last_message_at=timezone.now() - timedelta(days=91))
    keeping.forget_old("conversations.conversation")
    assert not row.messages.filter(text="Dear Nora").exists()
    assert row.events.filter(verb="forget").count() == 2
