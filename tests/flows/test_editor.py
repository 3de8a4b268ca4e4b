"""What the editor asks of the server: keeping without undoing others, the rules of publishing, and a talk on trial."""

import json

import pytest

from flows.models import Flow, FlowVersion
from monty.admin import address
from teams.models import AuditEntry
from tests.flows.flow import MENU, document, flow, say

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("webchat")]


# What PostgreSQL keeps in no JSON.
UNKEPT = document(say("a", "\0"))


@pytest.fixture
def draft(supervisor) -> FlowVersion:
    return Flow.objects.create(key="welcome", name="Welcome").edit(by=None)


def url(row: FlowVersion, name: str) -> str:
    return address(FlowVersion, name, row.pk)


def ask(client, row, page, raw, **fields):
    answer = client.post(
        url(row, page), {"document": json.dumps(raw), **fields}, headers={"Accept": "application/json"}
    )
    return answer.status_code, answer.json()


def over(row: FlowVersion) -> str:
    row.refresh_from_db()
    return row.edited_at.isoformat()


def test_the_page_brings_all_that_its_script_needs(client, draft):
    page = client.get(url(draft, "editor")).content.decode()
    told = json.loads(page.split('<script id="flow-known" type="application/json">')[1].split("</script>")[0])
    assert {each["type"] for each in told["palette"]} >= {"ask", "branch", "hand_over"}
    assert told["offered"]["team"][0]["words"] == "Sales"
    assert told["document"] == draft.document


def test_a_drawing_is_kept(client, draft, supervisor):
    status, told = ask(client, draft, "keep", MENU, over=over(draft))
    assert (status, told["over"]) == (200, over(draft))
    assert (draft.document, draft.edited_by) == (MENU, supervisor)


def test_what_somebody_else_has_drawn_meanwhile_is_not_undone(client, draft, sara):
    before = over(draft)
    draft.edit(MENU, by=sara)
    status, told = ask(client, draft, "keep", document(say("a", "x")), over=before)
    assert (status, told["code"]) == (409, "somebody_edited")
    assert told["detail"] == f"{sara.name} changed this draft meanwhile."
    assert (draft.document, ask(client, draft, "let-out", MENU, over=before)[0]) == (MENU, 409)


def test_whoever_insists_keeps_theirs(client, draft, sara):
    draft.edit(MENU, by=sara)
    assert ask(client, draft, "keep", document(say("a", "x")), over="")[0] == 200
    draft.refresh_from_db()
    assert draft.document["start"] == "a"


@pytest.mark.parametrize("raw", [{"nodes": []}, 3, {"schema": 1, "start": "", "nodes": [{"id": "A B"}]}, UNKEPT])
def test_what_is_no_flow_is_not_kept(client, draft, raw):
    assert ask(client, draft, "keep", raw)[0] == 400
    assert ask(client, draft, "check", raw)[1]["problems"]


def test_problems_are_those_of_publishing(client, draft):
    raw = document(say("a", "Hi", "nowhere"))
    found = ask(client, draft, "check", raw)[1]["problems"]
    assert [(each["node"], each["field"]) for each in found] == [("a", "exits.next")]
    draft.edit(raw, by=None)
    status, told = ask(client, draft, "let-out", raw, over=over(draft))
    assert (status, told["problems"]) == (400, found)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_drawing_without_problems_is_published(client, draft):
    draft.edit(MENU, by=None)
    assert ask(client, draft, "let-out", MENU, over=over(draft))[0] == 200
    draft.refresh_from_db()
    assert draft.state == "published"
    assert AuditEntry.objects.get(kind="flows.flowversion").data == {"did": "Publish"}


def test_a_published_version_is_not_drawn_on(client, supervisor):
    row = flow().current
    assert client.get(url(row, "editor")).status_code == 302
    assert all(ask_plainly(client, row, name) == 403 for name in ("keep", "check", "let-out", "rehearse"))


def ask_plainly(client, row, name) -> int:
    return client.post(url(row, name), {"document": "{}"}).status_code


def test_who_may_not_write_flows_draws_none(client, draft, ana):
    client.force_login(ana)
    assert client.get(url(draft, "editor")).status_code in (302, 403)
    assert ask_plainly(client, draft, "keep") in (302, 403)


def test_a_talk_is_played_as_far_as_it_went(client, draft):
    acts = [{"act": "say", "text": "My order", "payload": "menu:order"}, {"act": "say", "text": "10482"}]
    told = rehearse(client, draft, MENU, acts)
    assert [line["text"] for line in told["lines"] if line["who"] == "customer"] == ["Hi", "My order", "10482"]
    assert (told["under_way"], told["answers"]) == (False, {"topic": "My order", "number": "10482"})
    assert [step["node"] for step in told["way"]] == ["menu", "number", "thanks", "desk"]


def rehearse(client, row, raw, acts, kind="webchat"):
    fields = {"kind": kind, "name": "Nora", "opening": "Hi", "acts": json.dumps(acts)}
    return ask(client, row, "rehearse", raw, **fields)[1]["talk"]


def test_time_can_be_made_to_pass(client, draft):
    assert rehearse(client, draft, MENU, [])["waits"] == "10\xa0minutes"
    told = rehearse(client, draft, MENU, [{"act": "time"}])
    assert (told["lines"][-2]["text"], told["way"][0]["fate"]) == ("Bye then.", "timed_out")


@pytest.mark.parametrize("acts", [[{"act": "run"}], {"act": "say"}, ["say"], [{"act": "time"}] * 201])
def test_strange_acts_are_refused(client, draft, acts):
    status, told = ask(client, draft, "rehearse", MENU, kind="webchat", acts=json.dumps(acts))
    assert (status, told["code"]) == (400, "invalid")


def test_without_a_start_there_is_no_talk(client, draft):
    assert rehearse(client, draft, document(), []) is None
