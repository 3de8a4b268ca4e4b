"""Flows in the admin: written as JSON with every problem named, published by a button, compared and counted."""

import json

import pytest

from flows.models import Flow, FlowVersion
from monty.admin import address, list_of, page_of
from tests import make
from tests.flows.flow import MENU, document, flow, run_of, say

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def draft(webchat, supervisor) -> FlowVersion:
    return Flow.objects.create(key="welcome", name="Welcome").edit(by=None)


def press(client, row, name):
    return client.post(f"{page_of(row).removesuffix('change/')}press/{name}/", follow=True).content.decode()


def write(client, row, text, **files):
    return client.post(page_of(row), {"text": text, **files}, follow=True).content.decode()


def triggers(*rows):
    """The inline's own fields."""
    told = {"triggers-TOTAL_FORMS": len(rows), "triggers-INITIAL_FORMS": 0}
    for number, (kind, word) in enumerate(rows):
        told |= {f"triggers-{number}-kind": kind, f"triggers-{number}-word": word}
    return told


def test_a_flow_is_made_with_its_triggers_and_a_draft(client, webchat, supervisor):
    fields = {"name": "Welcome", "key": "welcome", "description": "A menu"} | triggers(("keyword", "menu"))
    client.post(address(Flow, "add"), fields)
    row = Flow.objects.get()
    assert [str(each) for each in row.triggers.all()] == ["Keyword: menu"]
    assert row.draft is not None


def test_a_keyword_without_a_word_is_refused(client, webchat, supervisor):
    fields = {"name": "Welcome", "key": "welcome"} | triggers(("keyword", ""))
    assert "needs a word" in client.post(address(Flow, "add"), fields).content.decode()
    assert not Flow.objects.exists()


def test_a_document_is_kept_and_its_problems_are_named(client, draft):
    content = write(client, draft, json.dumps(document(say("a", "x", "nowhere"))))
    assert "nowhere" in content and "exits.next" in content
    draft.refresh_from_db()
    assert draft.document["start"] == "a"
    assert "nowhere" in press(client, draft, "publish")
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}', "[" * 100_000])
def test_what_is_no_document_is_not_kept(client, draft, text):
    write(client, draft, text)
    draft.refresh_from_db()
    assert draft.document["nodes"] == []


def test_a_file_is_imported_and_comes_out_again(client, draft):
    from django.core.files.uploadedfile import SimpleUploadedFile

    write(client, draft, "", upload=SimpleUploadedFile("menu.json", json.dumps(MENU).encode()))
    exported = client.get(page_of(draft).replace("change", "export"))
    assert exported.json() == MENU
    assert 'filename="welcome-1.json"' in exported["Content-Disposition"]


def test_it_is_published_and_archived_by_buttons(client, draft):
    draft.edit(MENU, by=None)
    press(client, draft, "publish")
    draft.refresh_from_db()
    assert (draft.state, draft.published_by.username) == ("published", "sven")
    press(client, draft, "archive")
    draft.refresh_from_db()
    assert draft.state == "archived"


def test_what_is_published_cannot_be_written(client, webchat, supervisor):
    version = flow().current
    client.post(page_of(version), {"text": json.dumps(document(say("a", "x")))})
    version.refresh_from_db()
    assert version.document == MENU


def test_versions_are_compared_and_counted(client, conversation, supervisor):
    from flows import engine, starting

    row = flow()
    engine.advance(starting.send(conversation, row, by=None))
    second = row.edit(by=None)
    second.edit(document(say("a", "x")), by=None)
    assert "added" in client.get(page_of(second).replace("change", "differences")).content.decode()
    figures = client.get(page_of(row.current).replace("change", "figures")).content.decode()
    assert "What is it about?" in figures
    assert (
        client.get(page_of(row.current).replace("change", "figures") + "?since=soon&until=2026-99-99").status_code
        == 200
    )


def test_every_page_opens(client, conversation, supervisor):
    from flows import engine, starting

    row = flow()
    engine.advance(starting.send(conversation, row, by=None))
    for page in (
        list_of(Flow),
        list_of(FlowVersion),
        page_of(row),
        page_of(row.current),
        page_of(run_of(conversation)),
    ):
        assert client.get(page).status_code == 200


def test_whoever_may_not_sees_and_changes_nothing(client, draft):
    client.force_login(make.staff("eve", "flows.view_flow"))
    assert client.get(page_of(draft)).status_code == 403
    assert client.get(page_of(draft).replace("change", "export")).status_code == 403
    press(client, draft, "publish")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_flow_is_sent_from_the_conversation_s_page(client, conversation, supervisor):
    row = flow()
    client.post(page_of(conversation).replace("change/", "press/send_flow/"), {"flow": row.pk, "node": "number"})
    assert (run_of(conversation).node, run_of(conversation).by) == ("number", supervisor)


def test_one_that_is_not_for_people_to_send_is_refused_there(client, conversation, supervisor):
    row = flow("By itself", MENU, "keyword:menu")
    client.post(page_of(conversation).replace("change/", "press/send_flow/"), {"flow": row.pk})
    assert not row.runs.exists()
