"""REST: flows are made, arranged and deleted by the rules of their page in the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from channels_app.models import Channel
from flows import starting
from flows.models import Flow, FlowFile, HumanWord, Trigger
from teams.models import AuditEntry
from tests import make
from tests.flows.flow import MENU, document, flow, node, say
from tests.rest import Program, is_problem
from tests.test_who_may import picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
KEYWORD = {"kind": "keyword", "word": "menu"}


@pytest.fixture
def editor(webchat) -> Program:
    return Program(make.somebody("Editor"))


@pytest.fixture
def made(editor) -> int:
    return editor.post("flows", name="Welcome", key="welcome").json()["id"]


def test_a_flow_is_made_with_what_it_is_for_and_a_draft(editor, webchat):
    fields = {"name": "Welcome", "key": "welcome", "channels": [webchat.pk], "triggers": [KEYWORD]}
    answer = editor.post("flows", fields)
    assert answer.status_code == 201
    told = answer.json()
    assert told.items() >= fields.items()
    assert (told["version"], told["draft"], told["nodes"], told["picture"]) == (None, 1, [], None)
    assert Flow.objects.get().draft.edited_by.role == "Editor"


def test_what_is_not_published_is_seen_by_whoever_draws_and_by_nobody_in_the_inbox(editor, made, ana):
    assert editor.ids("flows") == [made]
    assert Program(ana).ids("flows") == []
    assert Program(ana).get(f"flows/{made}").status_code == 404
    assert editor.get(f"flows/{made}/document").status_code == 404


def test_what_is_left_out_stays_as_it_is(editor, webchat):
    row = flow("Welcome", MENU, "by_hand", on=(webchat,))
    told = editor.patch(f"flows/{row.pk}", description="A menu").json()
    assert (told["description"], told["channels"]) == ("A menu", [webchat.pk])
    assert told["triggers"] == [{"kind": "by_hand", "word": ""}]
    assert (told["name"], told["version"]) == ("Welcome", 1)


def test_a_list_of_triggers_takes_the_place_of_the_old_one_and_channels_say_so(editor, webchat):
    row = flow("Welcome", MENU, "by_hand")
    told = editor.patch(f"flows/{row.pk}", triggers=[KEYWORD, {"kind": "first_message"}]).json()
    assert told["triggers"] == [KEYWORD, {"kind": "first_message", "word": ""}]
    assert Channel.objects.get(pk=webchat.pk).greeted
    editor.patch(f"flows/{row.pk}", triggers=[])
    assert not Channel.objects.get(pk=webchat.pk).greeted


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "no key"},
        {"name": ""},
        {"channels": [0]},
        {"triggers": [{"kind": "keyword"}]},
        {"triggers": [{"kind": "by_hand", "word": "menu"}]},
        {"triggers": [KEYWORD, KEYWORD]},
        {"triggers": [{"kind": "sunrise"}]},
    ],
)
def test_what_cannot_be_is_named_and_nothing_of_it_kept(wrong, editor):
    refused = editor.post("flows", {"name": "Welcome", "key": "welcome"} | wrong)
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == list(wrong)
    assert not Flow.objects.exists()


def test_two_flows_have_two_keys(editor, made):
    assert list(editor.post("flows", name="Other", key="welcome").json()["errors"]) == ["key"]


def test_whoever_saw_an_older_one_changes_nothing(editor, made):
    seen = editor.get(f"flows/{made}")["ETag"]
    editor.patch(f"flows/{made}", name="Hello")
    refused = editor.client.patch(
        f"/api/v1/flows/{made}", {"name": "Mine"}, content_type="application/json", headers={"If-Match": seen}
    )
    assert is_problem(refused, 412, "changed")


def test_asked_twice_under_one_key_one_is_made(editor):
    body = {"name": "Welcome", "key": "welcome"}
    headers = {"Idempotency-Key": "flow-1"}
    answers = [editor.client.post("/api/v1/flows/", body, "application/json", headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert Flow.objects.count() == 1


def test_what_a_program_arranges_stands_in_the_log(editor, made):
    editor.patch(f"flows/{made}", triggers=[KEYWORD])
    entries = AuditEntry.objects.filter(door="rest", kind__startswith="flows.")
    assert {(each.kind, each.deed) for each in entries} == {("flows.flow", "added"), ("flows.trigger", "added")}


def test_edit_copies_the_newest_version_once(editor, webchat):
    row = flow("Welcome", MENU)
    assert editor.get(f"flows/{row.pk}").json()["draft"] is None
    for _ in range(2):
        assert editor.post(f"flows/{row.pk}/edit").json()["draft"] == 2
    assert row.draft.document == MENU


def test_one_that_nobody_went_through_is_deleted(editor, made):
    assert editor.delete(f"flows/{made}").status_code == 204
    assert not Flow.objects.exists()


def test_one_that_customers_went_through_stays(editor, conversation):
    row = flow("Welcome", MENU)
    starting.send(conversation, row, by=None)
    refused = editor.delete(f"flows/{row.pk}")
    assert is_problem(refused, 409, "in_use")
    assert "Archive its versions" in refused.json()["detail"]
    assert Flow.objects.exists()


def test_a_file_is_known_to_nodes_by_its_id(editor, made):
    sent = editor.upload(f"flows/{made}/files", file=SimpleUploadedFile("list.txt", b"tea", "text/plain"))
    assert sent.status_code == 201
    told = sent.json()
    assert (told["name"], told["type"], told["size"]) == ("list.txt", "text/plain", 3)
    assert FlowFile.objects.get().flow_id == made
    raw = document(node("a", "send_message", text="Look", media=[told["id"]]))
    assert editor.post(f"flows/{made}/versions/1/check", document=raw).json()["problems"] == []
    offered = editor.get(f"flows/{made}/versions/1/offered").json()
    assert offered["media"] == [{"value": told["id"], "words": "list.txt"}]


def test_a_file_of_a_kind_that_is_not_passed_on_is_refused(editor, made):
    refused = editor.upload(f"flows/{made}/files", file=SimpleUploadedFile("page.txt", b"<html>", "text/plain"))
    assert is_problem(refused, 415, "media_refused")


def test_a_picture_is_put_in_and_taken_away(editor, made):
    told = editor.put_file(f"flows/{made}/picture", SimpleUploadedFile("a.png", picture(), "image/png")).json()
    assert told["picture"].startswith(f"/flows/{made}/picture/")
    assert editor.delete(f"flows/{made}/picture").status_code == 204
    assert editor.get(f"flows/{made}").json()["picture"] is None
    refused = editor.put_file(f"flows/{made}/picture", SimpleUploadedFile("a.png", b"no picture", "image/png"))
    assert is_problem(refused, 415, "media_refused")


def test_words_that_ask_for_a_person_come_and_go(editor):
    word = editor.post("human_words", language="en", word="somebody real")
    assert word.status_code == 201
    path = f"human_words/{word.json()['id']}"
    assert is_problem(editor.post("human_words", language="en", word="Somebody Real"), 400, "invalid")
    assert editor.patch(path, word="a human being").json()["word"] == "a human being"
    assert editor.delete(path).status_code == 204
    assert not HumanWord.objects.filter(word="a human being").exists()


@pytest.mark.parametrize("role", ["Agent", "Analyst", "Viewer"])
def test_whoever_only_looks_arranges_no_flow(role, made, sales):
    program = Program(make.somebody(role, sales))
    row = flow("Menu", MENU)
    assert program.post("flows", name="Mine", key="mine").status_code == 403
    assert program.patch(f"flows/{row.pk}", name="Mine").status_code == 403
    assert program.post(f"flows/{row.pk}/edit").status_code == 403
    assert program.delete(f"flows/{row.pk}/picture").status_code == 403
    assert program.delete(f"flows/{row.pk}").status_code == 403
    assert program.post("human_words", language="en", word="me").status_code == 403
    assert Flow.objects.get(pk=row.pk).name == "Menu"
    assert row.draft is None


def test_a_lead_of_one_team_looks_and_leaves_alone_what_is_everybody_s(made, sales):
    lead = Program(make.somebody("Supervisor", sales, own=True))
    assert lead.get(f"flows/{made}").status_code == 200
    assert lead.patch(f"flows/{made}", name="Mine").status_code == 403
    assert lead.post("flows", name="Mine", key="mine").status_code == 403


def test_a_token_to_answer_with_arranges_no_flow(made):
    program = Program(make.somebody("Editor"), "write")
    assert is_problem(program.patch(f"flows/{made}", name="Mine"), 403, "insufficient_scope")
    assert is_problem(program.post(f"flows/{made}/edit"), 403, "insufficient_scope")


def test_many_flows_cost_no_more_queries_than_one(editor, webchat, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            editor.get("flows")
        return len(captured)

    flow("First", document(say("a", "Hi")))
    cost()
    before = cost()
    for name in ("Second", "Third"):
        flow(name, document(say("a", "Hi")), "keyword:tea", on=(webchat,)).edit(by=None)
    assert cost() - before <= 2  # Each published document is read once in a process.
    assert cost() == before
    assert Trigger.objects.count() == 3
