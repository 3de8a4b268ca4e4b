"""REST: a file from another program is brought, looked at, taken in or thrown away, as in the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.models import Contact, Import
from teams.models import AuditEntry, Teammate
from tests import make
from tests.importing import bring, carried_out
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
CSV = "identifier,name,email\np1,Nora,\np2,Omar,no-mail\n"


@pytest.fixture
def boss(webchat) -> Teammate:
    return make.somebody("App Manager")


@pytest.fixture
def program(boss) -> Program:
    return Program(boss)


@pytest.fixture
def page(sales):
    return make.channel("facebook", sales)


def file(content: str = CSV) -> SimpleUploadedFile:
    return SimpleUploadedFile("old contacts.csv", content.encode(), "text/csv")


def test_a_file_is_brought_looked_at_begun_and_done(program, page, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        brought = program.upload("imports", kind="contacts", channel=page.pk, file=file())
    assert (brought.status_code, brought.json()["state"]) == (201, "looking")
    path = f"imports/{brought.json()['id']}"
    told = program.get(path).json()
    assert (told["state"], told["new"], told["refused"], told["allowed"]) == ("looked", 1, 1, ["begin", "drop"])
    assert told["columns"][0] == "Name" and told["sample"][0]["cells"][:2] == ["Nora", ""]
    assert [(each["line"], each["column"]) for each in told["problems"]] == [(3, "email")]
    assert not Contact.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert program.post(f"{path}/begin").json()["state"] == "working"
    told = program.get(path).json()
    assert (told["state"], told["done"], told["total"], told["allowed"]) == ("done", 2, 2, [])
    assert Contact.objects.get().name == "Nora"
    assert AuditEntry.objects.filter(kind="conversations.import", deed="did", door="rest").exists()


def test_brought_twice_with_one_key_it_is_one_import(program, page):
    headers = {"Idempotency-Key": "one"}
    for _ in range(2):
        fields = {"kind": "contacts", "channel": page.pk, "file": file()}
        assert program.client.post("/api/v1/imports/", fields, headers=headers).status_code == 201
    assert Import.objects.count() == 1


def test_what_was_refused_is_a_csv_to_be_put_right_and_brought_again(program, boss, page):
    row = carried_out(bring(CSV, page, boss))
    answer = program.get(f"imports/{row.pk}/refused")
    assert answer["Content-Type"].startswith("text/csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "\ufeffidentifier,name,email,problem" and lines[1].startswith("p2,Omar,no-mail,")
    assert AuditEntry.objects.filter(kind="conversations.import", deed="exported", door="rest").exists()


def test_a_token_to_look_with_takes_no_file_along(boss, page):
    row = bring(CSV, page, boss)
    reader = Program(boss, scope="read")
    assert reader.get(f"imports/{row.pk}").status_code == 200
    assert is_problem(reader.get(f"imports/{row.pk}/refused"), 403, "insufficient_scope")
    assert is_problem(Program(boss, scope="write").post(f"imports/{row.pk}/begin"), 403, "insufficient_scope")


def test_what_was_only_looked_at_can_be_thrown_away_and_once_only(program, boss, page):
    row = bring(CSV, page, boss)
    assert program.post(f"imports/{row.pk}/drop").status_code == 204
    assert not Import.objects.exists()
    assert program.post(f"imports/{row.pk}/drop").status_code == 404


def test_what_is_over_is_neither_begun_nor_thrown_away(program, boss, page):
    row = carried_out(bring(CSV, page, boss))
    for verb in ("begin", "drop"):
        assert is_problem(program.post(f"imports/{row.pk}/{verb}"), 409, "overtaken")


def test_what_cannot_be_read_says_why(program, boss, page):
    told = program.get(f"imports/{bring('{', page, boss).pk}").json()
    assert (told["state"], told["allowed"]) == ("broken", ["drop"])
    assert "JSON" in told["problem"]


@pytest.mark.parametrize("wrong", ["kind", "channel", "file"])
def test_what_is_missing_is_named(wrong, program, page):
    fields = {"kind": "contacts", "channel": page.pk, "file": file()}
    refused = program.upload("imports", **{name: value for name, value in fields.items() if name != wrong})
    assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == [wrong]


def test_a_file_that_is_too_large_is_refused(program, page, monkeypatch):
    monkeypatch.setattr("conversations.forms.importing.MOST_BYTES", 10)
    refused = program.upload("imports", kind="contacts", channel=page.pk, file=file())
    assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == ["file"]
    assert not Import.objects.exists()


def test_nobody_sees_what_another_has_brought(program, page):
    row = bring(CSV, page, make.teammate("other"))
    assert program.ids("imports") == []
    for asked in (program.get(f"imports/{row.pk}"), program.post(f"imports/{row.pk}/begin")):
        assert is_problem(asked, 404, "not_found")
    assert is_problem(program.get(f"imports/{row.pk}/refused"), 404, "not_found")


@pytest.mark.parametrize("role", ["Agent", "Supervisor", "Editor", "Viewer"])
def test_who_has_not_that_right_brings_nothing(role, page):
    program = Program(make.somebody(role))
    refused = program.upload("imports", kind="contacts", channel=page.pk, file=file())
    assert is_problem(refused, 403, "permission_denied")
    assert is_problem(program.get("imports"), 403, "permission_denied")
    assert not Import.objects.exists()


def test_whoever_is_held_to_their_teams_imports_into_these_channels(page, support):
    elsewhere = make.channel("facebook", support, name="Elsewhere")
    program = Program(make.somebody("Admin", page.team, own=True))
    refused = program.upload("imports", kind="contacts", channel=elsewhere.pk, file=file())
    assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == ["channel"]
    assert program.upload("imports", kind="contacts", channel=page.pk, file=file()).status_code == 201


def test_thirty_imports_take_as_many_queries_as_one(program, boss, page, django_assert_max_num_queries):
    rows = [Import(channel=page, by=boss, name="old.csv", file="imports/old", state="looked") for _ in range(30)]
    Import.objects.bulk_create(rows)
    with django_assert_max_num_queries(6):
        assert len(program.get("imports").json()["results"]) == 30
