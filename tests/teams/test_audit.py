"""The audit log: what people configure and export, by whichever door; and that nobody changes it."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from channels_app.models import Channel
from conversations.models import Conversation, Fact, Label
from conversations.transcripts import document
from monty.admin import HouseAdmin, RecordAdmin, address, page_of
from monty.admin_buttons import ButtonAdmin, VerbAdmin
from orders.models import Order
from teams import audit, roles
from teams.models import ApiToken, AuditEntry, Deed, Door, Team, Teammate, keeping
from teams.models.audit import AppendOnly
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Teammate:
    person = make.teammate("alex")
    roles.give(person, "Admin")
    client.force_login(person)
    return person


def latest() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk")[0]


def rename(client: Client, label: Label, name: str) -> None:
    client.post(page_of(label), {"name": name, "colour": "red", "offered": "on"}, REMOTE_ADDR="203.0.113.7")


@pytest.fixture
def label() -> Label:
    return Label.objects.create(name="Idea", colour="red")


def test_a_change_tells_who_what_when_from_where_and_how_it_was(client, boss, label) -> None:
    rename(client, label, "Wish")
    entry = latest()
    assert (entry.actor, entry.actor_name, entry.address) == (boss, "Alex (alex)", "203.0.113.7")
    assert (entry.deed, entry.kind, entry.key) == (Deed.CHANGED, "conversations.label", str(label.pk))
    assert entry.subject == "Wish"
    assert entry.data == {"name": ["Idea", "Wish"]}
    assert entry.door == Door.ADMIN
    assert timezone.now() - entry.at < timedelta(minutes=1)


def test_adding_and_deleting_are_told(client, boss, label) -> None:
    client.post(address(Label, "add"), {"name": "New", "colour": "teal", "offered": "on"})
    assert (latest().deed, latest().data["name"]) == (Deed.ADDED, "New")
    client.post(address(Label, "delete", label.pk), {"post": "yes"})
    assert (latest().deed, latest().subject) == (Deed.DELETED, "Idea")


def test_what_stays_as_it_is_is_not_told(client, boss, label) -> None:
    rename(client, label, "Idea")
    assert not AuditEntry.objects.exists()


def test_what_monty_does_by_itself_is_not_told(label) -> None:
    label.name = "Wish"
    label.save()
    assert not AuditEntry.objects.exists()


def test_no_secret_is_in_the_log(client, boss, ana) -> None:
    channel = make.channel("facebook")
    page = client.get(page_of(channel)).context["adminform"].form
    data = {name: page[name].value() or "" for name in page.fields}
    client.post(page_of(channel), data | {"config-app_secret": "hush-hush", "config-access_token": "token-hush"})
    password = {"password1": "qu1te-secret", "password2": "qu1te-secret", "usable_password": "true"}
    client.post(f"/admin/teams/teammate/{ana.pk}/password/", password)
    told = [str(entry.data) for entry in AuditEntry.objects.all()]
    assert any("config.app_secret" in each for each in told) and any("password" in each for each in told)
    channel.refresh_from_db()
    assert not any(hidden in each for each in told for hidden in ("hush", "qu1te", channel.config["app_secret"]))


def test_roles_and_groups_are_told(client, boss, ana) -> None:
    client.post(f"/admin/teams/teammate/{ana.pk}/press/role/", {"role": "Viewer"})
    told = [entry.data for entry in AuditEntry.objects.filter(kind="teams.teammate", key=str(ana.pk))]
    assert {"with group": "Viewer"} in told
    assert {"did": "Give role", "role": "Viewer"} in told
    assert any(each.get("inbox") == ["answers", "looks"] for each in told)


def test_tokens_are_told_without_their_key(client, boss, ana) -> None:
    client.post("/api/v1/tokens/", {"username": "ana", "password": "monty"}, content_type="application/json")
    made = latest()
    assert (made.actor, made.data, made.door) == (ana, {"token": "made"}, Door.REST)
    start = ApiToken.objects.get(teammate=ana).start
    client.post(f"/admin/teams/teammate/{ana.pk}/press/token/")
    assert {"token": "revoked"} in [entry.data for entry in AuditEntry.objects.all()]
    assert not any(start in str(entry.data) for entry in AuditEntry.objects.all())


def test_a_transcript_is_an_export(ana, conversation) -> None:
    document.take(conversation, "txt", notes=True, by=ana)
    entry = latest()
    assert (entry.actor, entry.deed, entry.data) == (ana, Deed.EXPORTED, {"form": "txt", "notes": True})
    assert (entry.door, entry.address) == (Door.MONTY, None)


def test_what_was_done_stays_when_its_doer_goes(client, boss, label) -> None:
    rename(client, label, "Wish")
    boss.delete()
    assert latest().actor_name == "Alex (alex)"


# --- Nobody changes it ------------------------------------------------------------------------------------------------


@pytest.fixture
def entry(ana, sales) -> AuditEntry:
    audit.note(Deed.DID, sales, by=ana)
    return latest()


def test_code_cannot_change_it(entry) -> None:
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(actor_name="Nobody"),
    ):
        with pytest.raises(AppendOnly):
            attempt()


def test_the_database_refuses_to_change_it(entry) -> None:
    with pytest.raises(DatabaseError, match="only written to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE teams_auditentry SET actor_name = 'Nobody'")


@pytest.mark.postgresql
def test_the_database_refuses_to_delete_what_is_young(entry) -> None:
    with pytest.raises(DatabaseError, match="only written to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM teams_auditentry")


def test_old_entries_are_forgotten_and_young_ones_kept(ana, sales, entry) -> None:
    old = AuditEntry.objects.create(
        actor=ana, actor_name="Ana", door="page", deed="did", at=timezone.now() - timedelta(days=366)
    )
    keeping.forget_old("teams.auditentry")
    assert list(AuditEntry.objects.all()) == [entry]
    assert old not in AuditEntry.objects.all()


def test_how_long_it_is_kept_is_a_setting(ana, entry) -> None:
    make.setting("audit_kept", 40)
    AuditEntry.objects.create(
        actor=ana, actor_name="Ana", door="page", deed="did", at=timezone.now() - timedelta(days=41)
    )
    keeping.forget_old("teams.auditentry")
    assert list(AuditEntry.objects.all()) == [entry]


# --- In the admin -----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_it_is_searched_and_only_read(client, boss, label) -> None:
    rename(client, label, "Wish")
    page = address(AuditEntry, "changelist")
    for wish, found in [({"q": "alex"}, 1), ({"q": "wish"}, 1), ({"q": "203.0.113.7"}, 1), ({"q": "nobody"}, 0)]:
        assert client.get(page, wish).context["cl"].result_count == found, wish
    assert client.get(page, {"kind": "teams.team"}).context["cl"].result_count == 0
    assert "Idea → Wish" in client.get(page).content.decode()
    assert client.post(page_of(latest()), {"actor_name": "x"}).status_code == 403
    assert client.post(address(AuditEntry, "delete", latest().pk), {"post": "yes"}).status_code == 403


# Their own row says who wrote it and when, or their timeline does.
TOLD_ELSEWHERE = {"flows.flowversion", "conversations.contact"}


@pytest.mark.once
def test_everything_that_a_form_of_the_admin_writes_is_watched(rf) -> None:
    request = rf.get("/admin/")
    request.user = Teammate.objects.create_superuser("root")
    for model, page in admin.site._registry.items():
        by_form = isinstance(page, HouseAdmin) and not isinstance(page, RecordAdmin | VerbAdmin)
        name = model._meta.label_lower
        if by_form and page.has_change_permission(request) and name not in TOLD_ELSEWHERE:
            assert model in audit.WATCHED, name


@pytest.mark.once
def test_whatever_has_buttons_can_be_searched_for_by_its_kind() -> None:
    pressed = {model for model, page in admin.site._registry.items() if isinstance(page, ButtonAdmin)}
    assert pressed | {Fact, Order} <= audit.KINDS


def test_the_channel_s_counters_are_no_configuration(client, boss) -> None:
    channel = make.channel("webchat")
    Channel.objects.filter(pk=channel.pk).update(paused_until=timezone.now())
    assert not AuditEntry.objects.filter(kind="channels_app.channel").exists()
    assert Team in audit.WATCHED and Conversation in audit.WATCHED
