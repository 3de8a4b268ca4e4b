"""REST: a draft is drawn, tried out and published, and versions are looked at, by the rules of the editor."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from flows import engine, starting, tasks
from flows.models import DryRun, Flow, FlowRun, FlowVersion
from teams.models import ApiToken, AuditEntry
from tests import make
from tests.at_once import at_once
from tests.flows.flow import MENU, document, flow, say
from tests.monty.test_api_examples import examples, send
from tests.rest import Program, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FLOWS = Path(__file__).parents[2] / "docs" / "flows.md"
LOOSE = document(say("a", "Hi", "nowhere"))


@pytest.fixture
def editor(webchat) -> Program:
    return Program(make.somebody("Editor"))


@pytest.fixture
def draft(webchat) -> FlowVersion:
    return Flow.objects.create(key="welcome", name="Welcome").edit(by=None)


def path(row: FlowVersion, *more: str) -> str:
    return "/".join([f"flows/{row.flow_id}/versions/{row.number}", *more])


def put(program: Program, row: FlowVersion, raw: object, **headers: str):
    return program.client.put(f"/api/v1/{path(row)}", {"document": raw}, "application/json", headers=headers)


# --- Drawing ----------------------------------------------------------------------------------------------------------


def test_a_draft_is_read_and_its_document_replaced(editor, draft):
    told = editor.get(path(draft)).json()
    assert (told["state"], told["document"]["nodes"]) == ("draft", [])
    answer = put(editor, draft, MENU)
    assert (answer.status_code, answer.json()["document"], answer.json()["problems"]) == (200, MENU, [])
    draft.refresh_from_db()
    assert (draft.document, draft.edited_by.role) == (MENU, "Editor")


def test_what_is_not_finished_is_kept_and_what_is_missing_is_named(editor, draft):
    (problem,) = put(editor, draft, LOOSE).json()["problems"]
    assert (problem["node"], problem["field"], problem["warning"]) == ("a", "exits.next", False)
    assert "nowhere" in problem["text"]
    draft.refresh_from_db()
    assert draft.document == LOOSE


@pytest.mark.parametrize(
    "raw",
    [
        3,
        [],
        {"nodes": []},
        {"schema": 1, "start": "", "nodes": [{"id": "A B"}]},
        document(say("a", "\0")),
        document(say("a", "\ud800")),
    ],
)
def test_what_is_no_flow_is_not_kept(editor, draft, raw):
    refused = put(editor, draft, raw)
    assert is_problem(refused, 400, "invalid_flow")
    assert all(each["text"] for each in refused.json()["problems"])
    draft.refresh_from_db()
    assert draft.document["nodes"] == []


def test_a_text_may_tell_how_a_character_is_written(editor, draft):
    """A backslash and what follows it are six characters, not the one that cannot be kept."""
    assert put(editor, draft, document(say("a", "Write \\u0000"))).status_code == 200


def test_what_is_nested_too_deeply_is_refused_in_words(editor, draft):
    for depth in (400, 800, 900, 940, 960, 980, 1000, 5000):
        text = '{"document": ' + "[" * depth + "]" * depth + "}"
        answer = editor.client.put(f"/api/v1/{path(draft)}", text, "application/json")
        assert answer.status_code == 400, depth


def test_without_a_document_nothing_is_kept(editor, draft):
    assert list(editor.put(path(draft)).json()["errors"]) == ["document"]


def test_two_who_draw_do_not_undo_each_other(editor, draft, sara):
    seen = editor.get(path(draft))["ETag"]
    draft.edit(MENU, by=sara)
    refused = put(editor, draft, LOOSE, **{"If-Match": seen})
    assert is_problem(refused, 412, "changed")
    assert refused.json()["current"]["document"] == MENU
    again = put(editor, draft, LOOSE, **{"If-Match": refused["ETag"]})
    assert (again.status_code, again["ETag"]) == (200, editor.get(path(draft))["ETag"])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_saw_the_same_one_keeps_theirs(draft):
    editors = [Program(make.somebody("Editor")) for _ in range(3)]
    seen = editors[0].get(path(draft))["ETag"]
    drawings = [document(say(f"n{number}", "Hi")) for number in range(3)]

    def keep(number: int) -> int:
        return put(editors[number], draft, drawings[number], **{"If-Match": seen}).status_code

    assert sorted(at_once(*[lambda number=number: keep(number) for number in range(3)])) == [200, 412, 412]


def test_only_a_draft_is_drawn_on(editor, webchat):
    row = flow("Welcome", MENU).current
    refused = put(editor, row, LOOSE)
    assert is_problem(refused, 409, "verb_not_allowed")
    assert (refused.json()["state"], refused.json()["allowed"]) == ("published", ["archive"])


# --- Trying out -------------------------------------------------------------------------------------------------------


def test_a_drawing_is_checked_without_being_kept(editor, draft):
    found = editor.post(path(draft, "check"), document=LOOSE).json()["problems"]
    assert [each["node"] for each in found] == ["a"]
    assert [each["text"] for each in editor.post(path(draft, "check")).json()["problems"]] == [
        "The flow has no nodes yet."
    ]
    draft.refresh_from_db()
    assert draft.document["nodes"] == []


def test_a_talk_is_played_as_far_as_it_went_and_nothing_is_sent(editor, draft):
    acts = [{"act": "say", "text": "My order", "payload": "menu:order"}, {"act": "say", "text": "10482"}]
    body = {"document": MENU, "kind": "webchat", "name": "Nora", "opening": "Hi", "acts": acts}
    told = editor.post(path(draft, "rehearse"), body).json()["talk"]
    assert [line["text"] for line in told["lines"] if line["who"] == "customer"] == ["Hi", "My order", "10482"]
    assert (told["under_way"], told["answers"]) == (False, {"topic": "My order", "number": "10482"})
    assert not FlowRun.objects.exists()


def test_without_a_document_the_talk_is_with_the_draft_as_it_is_kept(editor, draft):
    assert editor.post(path(draft, "rehearse"), kind="webchat").json() == {"talk": None}
    draft.edit(MENU, by=None)
    told = editor.post(path(draft, "rehearse"), kind="webchat", node="number").json()["talk"]
    assert (told["here"], told["lines"][0]["text"]) == ("number", "Which number?")


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "pigeons"}, {"node": "A B"}, {"acts": [{"act": "run"}]}, {"acts": [{"act": "time"}] * 201}, {"acts": 3}],
)
def test_a_talk_that_cannot_be_is_refused(wrong, editor, draft):
    refused = editor.post(path(draft, "rehearse"), {"kind": "webchat", "document": MENU} | wrong)
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == list(wrong)


def test_a_draft_is_tried_on_what_customers_wrote(editor, conversation, django_capture_on_commit_callbacks):
    row = flow("Welcome", MENU).edit(by=None)
    row.edit(document(say("bye", "Bye.")), by=None)
    answer = editor.post(path(row, "dry_run"), number=5)
    assert (answer.status_code, answer.json()["total"], answer.json()["finished_at"]) == (202, 1, None)
    run = answer.json()["id"]
    assert editor.get(f"flows/{row.flow_id}/dry_runs/{run}").json()["tries"] == []
    tasks.dry_run(run)
    told = editor.get(f"flows/{row.flow_id}/dry_runs/{run}").json()
    (only,) = told["tries"]
    assert (told["done"], told["version"], told["against"]) == (1, 2, 1)
    assert (only["conversation"], only["after"]["ending"], only["after"]["way"]) == (
        conversation.pk,
        "dead_end",
        ["bye"],
    )
    assert editor.ids(f"flows/{row.flow_id}/dry_runs") == [run]


def test_of_a_dry_run_one_reads_only_conversations_that_one_sees(conversation, sales, support):
    row = flow("Welcome", MENU).edit(by=None)
    editor = Program(make.somebody("Editor"))
    run = editor.post(path(row, "dry_run"), number=5).json()["id"]
    tasks.dry_run(run)
    held = make.somebody("Editor", support, own=True)
    assert Program(held).get(f"flows/{row.flow_id}/dry_runs/{run}").status_code == 403
    assert len(editor.get(f"flows/{row.flow_id}/dry_runs/{run}").json()["tries"]) == 1
    assert DryRun.objects.with_tries(held).get().seen == []


def test_a_dry_run_without_a_version_to_compare_with_tells_of_the_draft_alone(editor, conversation, draft):
    draft.edit(MENU, by=None)
    run = editor.post(path(draft, "dry_run"), number=1).json()
    tasks.dry_run(run["id"])
    (only,) = editor.get(f"flows/{draft.flow_id}/dry_runs/{run['id']}").json()["tries"]
    assert (run["against"], only["before"], only["differs"]) == (None, None, [])


@pytest.mark.parametrize("number", [0, 201, None])
def test_a_dry_run_has_its_bounds(number, editor, conversation, draft):
    assert list(editor.post(path(draft, "dry_run"), {"number": number}).json()["errors"]) == ["number"]


def test_what_is_published_needs_no_dry_run(editor, conversation):
    row = flow("Welcome", MENU).current
    assert is_problem(editor.post(path(row, "dry_run"), number=5), 409, "verb_not_allowed")
    assert not DryRun.objects.exists()


# --- Publishing, and going back ---------------------------------------------------------------------------------------


def test_a_draft_is_published_and_the_log_says_by_whom(editor, draft):
    put(editor, draft, MENU)
    told = editor.post(path(draft, "publish")).json()
    assert (told["state"], told["problems"]) == ("published", [])
    assert draft.flow.current == draft
    entry = AuditEntry.objects.get(kind="flows.flowversion")
    assert (entry.door, entry.data) == ("rest", {"did": "Publish"})


def test_a_draft_with_problems_is_not_published_and_they_are_named(editor, draft):
    put(editor, draft, LOOSE)
    refused = editor.post(path(draft, "publish"))
    assert is_problem(refused, 400, "invalid_flow")
    assert [each["node"] for each in refused.json()["problems"]] == ["a"]
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_somebody_has_changed_meanwhile_is_not_published(editor, draft, sara):
    put(editor, draft, MENU)
    seen = editor.get(path(draft))["ETag"]
    draft.edit(document(say("a", "x")), by=sara)
    refused = editor.client.post(
        f"/api/v1/{path(draft, 'publish')}", "{}", "application/json", headers={"If-Match": seen}
    )
    assert is_problem(refused, 412, "changed")


def test_nothing_is_published_twice_but_the_same_press_is_told_again(editor, draft):
    put(editor, draft, MENU)
    address, key = f"/api/v1/{path(draft, 'publish')}", {"Idempotency-Key": "press-1"}
    answers = [editor.client.post(address, "{}", "application/json", headers=key) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert is_problem(editor.post(path(draft, "publish")), 409, "verb_not_allowed")


def test_archiving_the_newest_goes_back_to_the_one_before_and_archiving_all_switches_it_off(editor, webchat, ana):
    row = flow("Welcome", MENU)
    first = row.current
    second = row.edit(by=None)
    second.edit(document(say("a", "x")), by=None)
    second.publish(by=None)
    assert editor.get(f"flows/{row.pk}").json()["version"] == 2
    assert editor.post(path(second, "archive")).json()["state"] == "archived"
    assert editor.get(f"flows/{row.pk}").json()["version"] == 1
    editor.post(path(first, "archive"))
    assert editor.get(f"flows/{row.pk}").json()["version"] is None
    assert Program(ana).ids("flows") == []


# --- Looking ----------------------------------------------------------------------------------------------------------


def test_versions_are_listed_newest_first_without_their_documents(editor, webchat):
    row = flow("Welcome", MENU)
    row.edit(by=None)
    rows = editor.get(f"flows/{row.pk}/versions").json()["results"]
    assert [(each["number"], each["state"]) for each in rows] == [(2, "draft"), (1, "published")]
    assert "document" not in rows[0]
    assert editor.get(path(row.current)).json()["document"] == MENU


def test_a_version_of_another_flow_is_not_this_one_s(editor, draft):
    other = flow("Other", MENU)
    other.edit(by=None)
    assert editor.get(f"flows/{draft.flow_id}/versions/2").status_code == 404
    for strange in ("0", "x", "99999999999999999999"):
        assert editor.get(f"flows/{draft.flow_id}/versions/{strange}").status_code == 404
        assert editor.get(f"flows/{strange}/versions").status_code == 404


def test_versions_are_compared(editor, webchat):
    row = flow("Welcome", MENU)
    second = row.edit(by=None)
    second.edit(document(say("a", "x")), by=None)
    told = editor.get(path(second, "differences")).json()
    assert told["than"] == 1
    assert ("added", "a") in {(each["what"], each["node"]) for each in told["differences"]}
    assert editor.get(path(second, "differences"), than=2).json() == {"than": None, "differences": []}
    assert editor.get(path(row.current, "differences")).json()["than"] is None
    assert is_problem(editor.get(path(second, "differences"), than="first"), 400, "invalid")


def test_figures_tell_what_became_of_customers_at_each_node(editor, conversation):
    row = flow("Welcome", MENU)
    engine.advance(starting.send(conversation, row, by=None))
    (menu,) = editor.get(path(row.current, "figures")).json()["nodes"]
    assert (menu["node"], menu["reached"], menu["there"], menu["left"]) == ("menu", 1, 1, 0)
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    assert editor.get(path(row.current, "figures"), since=tomorrow, until=tomorrow).json()["nodes"] == []
    assert is_problem(editor.get(path(row.current, "figures"), since="soon"), 400, "invalid")
    assert editor.get(path(row.current, "figures"), until="0001-01-01T00:00:00Z").json()["nodes"] == []


def test_a_program_that_draws_is_told_what_there_is_to_refer_to(editor, draft, sales):
    offered = editor.get(path(draft, "offered")).json()
    assert offered["team"] == [{"value": sales.pk, "words": "Sales"}]


def test_a_long_list_of_versions_costs_no_more_than_a_short_one(editor, webchat):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            editor.get(f"flows/{row.pk}/versions")
        return len(captured)

    row = flow("Welcome", MENU)
    before = cost()
    for number in range(3):
        version = row.edit(by=None)
        version.edit(document(say("a", f"x{number}")), by=None)
        version.publish(by=None)
    assert cost() == before


# --- Whoever may not --------------------------------------------------------------------------------------------------

WRITING = ("check", "rehearse", "dry_run", "publish", "archive")
LOOKING = ("", "differences", "figures", "offered")


@pytest.mark.parametrize("role", ["Viewer", "lead"])
def test_whoever_looks_reads_a_draft_and_draws_nothing(role, draft, sales, conversation):
    person = make.somebody("Supervisor", sales, own=True) if role == "lead" else make.somebody(role)
    program = Program(person)
    assert [program.get(path(draft, name)).status_code for name in LOOKING] == [200] * 4
    assert put(program, draft, MENU).status_code == 403
    assert [program.post(path(draft, name)).status_code for name in WRITING] == [403] * 5
    assert program.get(f"flows/{draft.flow_id}/dry_runs").status_code == 403
    draft.refresh_from_db()
    assert (draft.state, draft.document["nodes"]) == ("draft", [])


@pytest.mark.parametrize("role", ["Agent", "Analyst", "App Manager"])
def test_whoever_has_no_part_in_flows_reads_no_version(role, draft, sales):
    program = Program(make.somebody(role, sales))
    assert [program.get(path(draft, name)).status_code for name in LOOKING] == [403] * 4
    assert put(program, draft, MENU).status_code == 403
    assert [program.post(path(draft, name)).status_code for name in WRITING] == [403] * 5


def test_a_token_to_answer_with_draws_nothing(draft):
    program = Program(make.somebody("Editor"), "write")
    assert is_problem(put(program, draft, MENU), 403, "insufficient_scope")
    assert is_problem(program.post(path(draft, "publish")), 403, "insufficient_scope")


def test_nobody_unknown_looks(draft):
    assert Program(None).get(path(draft)).status_code == 401


def test_the_examples_of_the_docs_are_answered_as_they_say(webchat):
    page = FLOWS.read_text().partition("## By REST")[2].partition("## Send Flow")[0]
    key = ApiToken.objects.make(make.somebody("Editor")).key
    shown = examples(page)
    assert len(shown) == 4
    number = 0
    for each in shown:
        answer = send(each.command, {"flows/5": f"flows/{number}"}, key)
        number = number or answer.json()["id"]
        assert each.answer is not None
        assert answer.status_code == each.answer.get("status", answer.status_code)
        assert_told(each.answer, answer.json())


def assert_told(shown: object, told: object) -> None:
    """All that is shown of an answer is in it; ids, times and people are other ones."""
    if isinstance(shown, dict) and isinstance(told, dict):
        for name in shown:
            assert name in told
            if name not in ("id", "edited_at", "edited_by"):
                assert_told(shown[name], told[name])
    elif isinstance(shown, list) and isinstance(told, list):
        for one, other in zip(shown, told, strict=False):
            assert_told(one, other)
    else:
        assert shown == told


def test_there_is_no_other_way_to_change_a_version(editor, draft):
    assert editor.patch(path(draft), state="published").status_code == 405
    assert editor.delete(path(draft)).status_code == 405
    assert editor.post(f"flows/{draft.flow_id}/versions").status_code == 405
