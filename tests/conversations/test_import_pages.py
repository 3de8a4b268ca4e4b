"""The admin's page of an import: bringing a file, what it shows before and after, and for whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.importing import source
from conversations.models import Contact, Import
from teams import roles
from teams.models import AuditEntry
from tests import make
from tests.importing import bring, carried_out

pytestmark = pytest.mark.once
ADD = "/admin/conversations/import/add/"
CSV = "identifier,name,email\n=1+1,Nora,\np2,Omar,no-mail\n"


@pytest.fixture
def boss(client, webchat):
    person = make.teammate("boss")
    roles.give(person, "App Manager")
    client.force_login(person)
    return person


@pytest.fixture
def page(sales):
    return make.channel("facebook", sales)


def brought(client, channel, committed, content: bytes = CSV.encode(), **fields):
    upload = SimpleUploadedFile("old contacts.csv", content, "text/csv")
    with committed(execute=True):
        return client.post(ADD, {"kind": "contacts", "channel": channel.pk, "file": upload, **fields})


def test_a_file_is_brought_looked_at_confirmed_and_done(client, boss, page, worker, django_capture_on_commit_callbacks):
    answer = brought(client, page, django_capture_on_commit_callbacks)
    row = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/conversations/import/{row.pk}/change/")
    shown = client.get(answer["Location"]).content.decode()
    assert "This would come of it" in shown
    assert "Enter a valid email address" in shown
    assert row.file.name.startswith("imports/") and "contacts" not in row.file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/conversations/import/{row.pk}/press/begin/")
    assert "Done at" in client.get(answer["Location"]).content.decode()
    assert Contact.objects.get().name == "Nora"
    assert AuditEntry.objects.filter(kind="conversations.import", deed="did").exists()


def test_refused_lines_are_a_csv_to_be_put_right_and_brought_again(client, boss, page):
    row = carried_out(bring(CSV, page, boss))
    answer = client.get(f"/admin/conversations/import/{row.pk}/refused.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.splitlines()[0] == "\ufeffidentifier,name,email,problem"
    assert text.splitlines()[1].startswith("p2,Omar,no-mail,")
    assert AuditEntry.objects.filter(kind="conversations.import", deed="exported").exists()
    again = carried_out(bring(text.replace("no-mail", "omar@example.org"), page, boss))
    assert (again.new, again.wrong, again.left_out) == (1, 0, {})


def test_refused_objects_of_a_json_are_told_as_they_were(client, boss, page):
    row = bring({"contacts": [{"name": "=Nora"}]}, page, boss)
    text = b"".join(client.get(f"/admin/conversations/import/{row.pk}/refused.csv").streaming_content).decode()
    assert text.splitlines()[1].startswith('"{""name"": ""=Nora""}",identifier: ')


def test_what_was_only_looked_at_can_be_thrown_away(client, boss, page):
    row = bring(CSV, page, boss)
    client.post(f"/admin/conversations/import/{row.pk}/press/drop/")
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_the_form(
    client, boss, page, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("conversations.forms.importing.MOST_BYTES", 10)
    page = brought(client, page, django_capture_on_commit_callbacks)
    assert page.status_code == 200
    assert "divide it" in page.content.decode()
    assert not Import.objects.exists()


def test_more_records_than_are_taken_are_refused(boss, page, monkeypatch):
    monkeypatch.setattr(source, "MOST_RECORDS", 1)
    assert "At most 1 lines" in bring(CSV, page, boss).problem


def test_nobody_sees_what_another_has_brought(client, boss, page):
    row = bring(CSV, page, make.teammate("other"))
    assert client.get(f"/admin/conversations/import/{row.pk}/change/").status_code == 302
    assert client.get(f"/admin/conversations/import/{row.pk}/refused.csv").status_code == 404


@pytest.mark.parametrize("role", ["Supervisor", "Editor", "Viewer"])
def test_who_has_not_that_right_brings_nothing(client, db, role):
    person = make.teammate("somebody")
    roles.give(person, role)
    client.force_login(person)
    assert client.get(ADD).status_code == 403


def test_whoever_is_held_to_their_teams_chooses_among_these_channels(client, page, support):
    elsewhere = make.channel("facebook", support, name="Elsewhere")
    person = make.teammate("ada", page.team)
    roles.give(person, "Admin", own_teams_only=True)
    client.force_login(person)
    shown = client.get(ADD).content.decode()
    assert page.name in shown
    assert elsewhere.name not in shown
    upload = SimpleUploadedFile("a.csv", CSV.encode(), "text/csv")
    client.post(ADD, {"kind": "contacts", "channel": elsewhere.pk, "file": upload})
    assert not Import.objects.exists()
