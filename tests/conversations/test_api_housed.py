"""REST: saved replies and macros. One's own are one's own; the shared ones are arranged as in the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.models import Label, Macro, SavedFile, SavedReply
from teams import roles
from teams.models import Teammate
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
HELLO = {"shortcut": "hello", "title": "Hello", "text": "Hello {{contact.first_name}}"}
TEA = {"name": "Tea", "steps": [{"do": "note", "text": "Tea"}, {"do": "assign", "teammate": "me"}]}


@pytest.fixture
def program(ana) -> Program:
    return Program(ana)


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


def test_one_s_own_reply_is_written_changed_and_thrown_away(program, ana):
    made = program.post("saved_replies", HELLO).json()
    assert (made["owner"], made["team"], made["text"]) == (ana.pk, None, HELLO["text"])
    path = f"saved_replies/{made['id']}"
    changed = program.patch(path, title="Hi").json()
    assert (changed["title"], changed["text"]) == ("Hi", HELLO["text"])
    assert program.delete(path).status_code == 204
    assert not SavedReply.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"text": "{{nonsense}}"}, "text"), ({"shortcut": "two words"}, "shortcut"), ({"title": ""}, "title")],
)
def test_what_is_wrong_with_a_reply_is_named(wrong, field, program):
    refused = program.post("saved_replies", HELLO | wrong)
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == [field]


def test_a_shortcut_is_somebody_s_once(program):
    program.post("saved_replies", HELLO)
    assert list(program.post("saved_replies", HELLO).json()["errors"]) == ["shortcut"]


def test_a_reply_takes_files_along(program):
    files = {"attachments": SimpleUploadedFile("list.txt", b"tea", "text/plain")}
    made = program.upload("saved_replies/", **HELLO, **files).json()
    assert [file["name"] for file in made["attachments"]] == ["list.txt"]
    program.delete(f"saved_replies/{made['id']}")
    assert not SavedFile.objects.exists()


def test_what_is_shared_takes_who_arranges_it(program, boss, sales):
    assert is_problem(program.post("saved_replies", HELLO | {"shared": True}), 403, "forbidden")
    made = boss.post("saved_replies", HELLO | {"shared": True, "team": sales.pk}).json()
    assert (made["owner"], made["team"]) == (None, sales.pk)
    assert is_problem(program.patch(f"saved_replies/{made['id']}", title="Mine"), 403, "forbidden")
    assert boss.patch(f"saved_replies/{made['id']}", title="Ours").json()["title"] == "Ours"


def test_a_token_to_answer_with_keeps_one_s_own_only(db):
    narrow = Program(make.somebody("Supervisor"), "write")
    assert narrow.post("saved_replies", HELLO).status_code == 201
    assert is_problem(narrow.post("saved_replies", HELLO | {"shared": True}), 403, "insufficient_scope")


def test_nobody_touches_somebody_else_s(program, ben):
    made = program.post("saved_replies", HELLO).json()
    assert Program(ben).patch(f"saved_replies/{made['id']}", title="Mine").status_code == 404


def test_whoever_is_held_to_their_teams_shares_with_these(sales, support):
    lead = make.teammate("lead", sales)
    roles.give(lead, "Supervisor", own_teams_only=True)
    program = Program(Teammate.objects.get(pk=lead.pk))
    for where in ({}, {"team": support.pk}):
        refused = program.post("saved_replies", HELLO | {"shared": True} | where)
        assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == ["team"]
    assert program.post("saved_replies", HELLO | {"shared": True, "team": sales.pk}).status_code == 201


def test_a_macro_is_kept_and_run(program, conversation, ana):
    made = program.post("macros", TEA).json()
    assert made["steps"] == TEA["steps"]
    program.post(f"conversations/{conversation.pk}/macro", macro=made["id"])
    conversation.refresh_from_db()
    assert conversation.assignee == ana


def test_a_macro_is_changed_step_by_step(program, db):
    label = Label.objects.create(name="Tea")
    made = program.post("macros", TEA).json()
    steps = [{"do": "label", "add": [label.pk], "remove": []}, {"do": "close", "reason": ""}]
    assert program.patch(f"macros/{made['id']}", steps=steps).json()["steps"] == steps
    assert program.patch(f"macros/{made['id']}", name="Coffee").json()["steps"] == steps
    assert program.delete(f"macros/{made['id']}").status_code == 204


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"do": "dance"}],
        [{"text": "Tea"}],
        [{"do": "assign"}],
        [{"do": "assign", "teammate": 999}],
        [{"do": "note", "text": "One"}, {"do": "note", "text": "Two"}],
        [{"do": "assign", "teammate": "me"}, {"do": "note", "text": "Tea"}],
        [{"do": ["note"], "text": "Tea"}],
    ],
)
def test_steps_that_no_macro_has_are_refused(steps, program):
    refused = program.post("macros", TEA | {"steps": steps})
    assert is_problem(refused, 400, "invalid")
    assert not Macro.objects.exists()
