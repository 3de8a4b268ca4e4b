"""REST: what is known of a customer is handed out or erased by those who may do so in the admin, and by nobody else."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from conversations.models import Contact, Message
from teams.models import AuditEntry, Teammate
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def boss(db) -> Teammate:
    return make.somebody("Admin")


@pytest.fixture
def nora(conversation) -> Contact:
    Contact.objects.filter(pk=conversation.contact.pk).update(name="Nora Lind", email="nora@example.org")
    return Contact.objects.get(pk=conversation.contact.pk)


def test_everything_that_is_known_is_one_file_and_the_log_tells_who_took_it(boss, nora, conversation):
    answer = Program(boss).get(f"contacts/{nora.pk}/export")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert json.loads(archive.read("contact.json"))["name"] == "Nora Lind"
        assert f"conversations/{conversation.pk}.json" in archive.namelist()
    assert AuditEntry.objects.get(deed="exported", key=str(nora.pk)).door == "rest"


def test_a_program_may_wish_for_the_type_of_the_file(boss, nora):
    answer = Program(boss).client.get(f"/api/v1/contacts/{nora.pk}/export", headers={"Accept": "application/zip"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")


def test_an_erased_customer_is_nobody_and_the_log_knows_only_a_number(boss, nora):
    answer = Program(boss).post(f"contacts/{nora.pk}/erase", sure=True)
    assert (answer.status_code, answer.json()["name"], answer.json()["email"]) == (200, "", "")
    assert set(Message.objects.values_list("text", flat=True)) == {""}
    rows = AuditEntry.objects.filter(kind="conversations.contact")
    assert set(rows.values_list("deed", "door", "subject")) == {
        ("deleted", "rest", f"#{nora.pk}"),
        ("did", "rest", f"#{nora.pk}"),
    }


def test_somebody_with_whom_there_is_no_conversation_is_erased_too(boss, db):
    alone = Contact.objects.create(name="Imported")
    assert Program(boss).post(f"contacts/{alone.pk}/erase", sure=True).json()["name"] == ""


@pytest.mark.parametrize("body", [{}, {"sure": False}, {"sure": "perhaps"}])
def test_it_is_for_good_so_it_wants_to_be_said(body, boss, nora):
    refused = Program(boss).post(f"contacts/{nora.pk}/erase", body)
    assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == ["sure"]
    assert Contact.objects.get(pk=nora.pk).name == "Nora Lind"


@pytest.mark.parametrize("role", ["Agent", "Viewer", "Supervisor", "Editor", "App Manager"])
def test_whoever_may_not_do_so_in_the_admin_neither_takes_nor_erases(role, nora, sales):
    program = Program(make.somebody(role, sales))
    assert program.get(f"contacts/{nora.pk}/export").status_code == 403
    assert program.post(f"contacts/{nora.pk}/erase", sure=True).status_code == 403
    assert Contact.objects.get(pk=nora.pk).name == "Nora Lind"


def test_whoever_is_held_to_their_teams_does_not_either(nora, sales):
    """Somebody may have written to any team."""
    program = Program(make.somebody("Admin", sales, own=True))
    assert is_problem(program.get(f"contacts/{nora.pk}/export"), 403, "forbidden")
    assert program.post(f"contacts/{nora.pk}/erase", sure=True).status_code == 403


@pytest.mark.parametrize("scope", ["read", "write"])
def test_it_takes_a_token_that_is_good_for_everything(scope, boss, nora):
    program = Program(boss, scope=scope)
    assert is_problem(program.get(f"contacts/{nora.pk}/export"), 403, "insufficient_scope")
    assert is_problem(program.post(f"contacts/{nora.pk}/erase", sure=True), 403, "insufficient_scope")


def test_erased_by_one_key_twice_is_erased_once(boss, nora):
    program = Program(boss)
    headers = {"Idempotency-Key": "one"}
    for _ in range(2):
        path, body = f"/api/v1/contacts/{nora.pk}/erase/", {"sure": True}
        assert program.client.post(path, body, content_type="application/json", headers=headers).status_code == 200
    assert AuditEntry.objects.filter(deed="deleted", key=str(nora.pk)).count() == 1
