"""Drafts: one for each person and conversation, for their eyes only, the newest version of it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app import live
from conversations.models import Conversation, Draft, SavedReply
from teams.models import keeping
from tests import make
from tests.at_once import at_once

HTMX = {"HX-Request": "true", "Accept": "application/json"}


def kept(conversation, by, version=1, text="Dear Nora") -> bool:
    return Draft.objects.keep(conversation, by=by, version=version, text=text)


def text_of(conversation, person) -> str:
    return Draft.objects.of(conversation, person).text


def test_everybody_has_their_own(conversation, ana, ben):
    kept(conversation, ana, text="Ana's")
    kept(conversation, ben, text="Ben's")
    assert (text_of(conversation, ana), text_of(conversation, ben)) == ("Ana's", "Ben's")


def test_the_newest_version_wins_in_whichever_order_they_come(conversation, ana):
    assert kept(conversation, ana, 3, "newest")
    assert not kept(conversation, ana, 2, "overtaken")
    assert not kept(conversation, ana, 3, "another tab")
    assert text_of(conversation, ana) == "newest"
    assert kept(conversation, ana, 4, "newer still")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_at_once_the_higher_version_stays(conversation, ana):
    at_once(*(lambda number=number: kept(conversation, ana, number, str(number)) for number in range(1, 9)))
    assert Draft.objects.count() == 1
    assert text_of(conversation, ana) == "8"


def test_its_writers_pages_are_told_and_nobody_elses(conversation, ana, ears, django_capture_on_commit_callbacks):
    mine, others = ears.listen(live.person(ana.pk)), ears.listen(live.team(conversation.team_id))
    with django_capture_on_commit_callbacks(execute=True):
        kept(conversation, ana)
    assert ears.heard(mine) == [{"hint": "draft", "conversation": conversation.pk, "version": 1, "written": True}]
    assert ears.heard(others) == []


def test_after_90_days_it_is_forgotten_and_not_before(conversation, webchat, ana):
    kept(conversation, ana)
    other = make.conversation(webchat)
    kept(other, ana)
    Draft.objects.filter(conversation=conversation).update(at=timezone.now() - timedelta(days=90, seconds=1))
    Draft.objects.exclude(conversation=conversation).update(at=timezone.now() - timedelta(days=90, seconds=-60))
    keeping.forget_old("conversations.draft")
    assert [each.conversation_id for each in Draft.objects.all()] == [other.pk]


def test_the_list_shows_it_to_its_writer_only(conversation, ana, ben):
    kept(conversation, ana)
    of = {person: Conversation.objects.as_known_to(person).get().has_draft for person in (ana, ben)}
    assert of == {ana: True, ben: False}
    kept(conversation, ana, 2, "")
    assert not Conversation.objects.as_known_to(ana).get().has_draft


# --- The page ---------------------------------------------------------------------------------------------------------

pages = pytest.mark.once


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def put(client, conversation, **fields):
    body = "&".join(f"{name}={value}" for name, value in ({"version": 1, "text": "Dear Nora"} | fields).items())
    address = f"/conversations/{conversation.pk}/draft/"
    return client.put(address, body, content_type="application/x-www-form-urlencoded", headers=HTMX)


@pages
def test_it_is_kept_and_comes_back_with_the_page(as_ana, conversation):
    reply = SavedReply.objects.create(shortcut="a", title="A", text="A")
    reply.attach([make.text_file("a.txt")])
    answer = put(as_ana, conversation, note="for us", saved_reply=reply.pk)
    there = {"version": 1, "text": "Dear Nora", "note": "for us"}
    there |= {"saved": {"reply": reply.pk, "title": "A", "files": "a.txt"}}
    assert (answer.status_code, answer.json()) == (200, there)
    assert as_ana.get(f"/conversations/{conversation.pk}/draft/").json() == there
    assert "Dear Nora" in as_ana.get(f"/conversations/{conversation.pk}/").content.decode()


@pages
def test_it_is_not_on_anybody_elses_page(as_ana, client, conversation, ben):
    put(as_ana, conversation)
    client.force_login(ben)
    assert "Dear Nora" not in client.get(f"/conversations/{conversation.pk}/").content.decode()
    assert client.get(f"/conversations/{conversation.pk}/draft/").json()["text"] == ""


@pages
def test_an_older_version_is_told_the_newer(as_ana, conversation):
    put(as_ana, conversation, version=5, text="newer")
    answer = put(as_ana, conversation, version=4)
    assert (answer.status_code, answer.json()["text"], answer.json()["version"]) == (409, "newer", 5)


@pages
def test_where_somebody_sees_nothing_they_keep_nothing(client, conversation, cara):
    client.force_login(cara)
    assert put(client, conversation).status_code == 404
    assert not Draft.objects.exists()


@pages
@pytest.mark.parametrize("wrong", [{"version": 0}, {"version": "x"}, {"text": "x" * 10_001}, {"text": "a%00b"}])
def test_what_cannot_be_kept_is_refused_in_words(as_ana, conversation, wrong):
    answer = put(as_ana, conversation, **wrong)
    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True)
    assert not Draft.objects.exists()


@pages
@pytest.mark.parametrize(("verb", "left"), [("send", ("", "for us")), ("note", ("Dear Nora", ""))])
def test_what_is_sent_is_no_draft_any_more(as_ana, conversation, ana, verb, left):
    put(as_ana, conversation, note="for us")
    fields = {"text": "Dear Nora", "draft": 2}
    assert as_ana.post(f"/conversations/{conversation.pk}/{verb}/", fields, headers=HTMX).status_code == 204
    row = Draft.objects.get()
    assert ((row.text, row.note), row.version) == (left, 2)
    # What was under way to the server when it was sent does not bring it back.
    assert put(as_ana, conversation, version=2).status_code == 409


@pages
def test_what_is_refused_stays_a_draft(as_ana, conversation, ana):
    put(as_ana, conversation)
    conversation.close(by=ana)
    fields = {"text": "Dear Nora", "draft": 2}
    assert as_ana.post(f"/conversations/{conversation.pk}/send/", fields, headers=HTMX).status_code == 409
    assert text_of(conversation, ana) == "Dear Nora"


@pages
def test_the_row_says_draft_in_no_more_queries(as_ana, webchat, conversation, ana):
    def list_page() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = as_ana.get("/?view=all").content.decode()
        return len(captured), page.count("row-draft")

    kept(conversation, ana)
    few, shown = list_page()
    assert shown == 1
    for _number in range(5):
        kept(make.conversation(webchat), ana)
    assert list_page() == (few, 6)


@pages
def test_the_admin_does_not_tell_what_is_being_written(client, conversation, ana, admin_user):
    kept(conversation, ana)
    client.force_login(admin_user)
    for page in ("", f"{Draft.objects.get().pk}/change/"):
        assert "Dear Nora" not in client.get(f"/admin/conversations/draft/{page}").content.decode()


def test_its_facts_are_plain(conversation, ana):
    assert json.loads(json.dumps(Draft.objects.of(conversation, ana).facts)) == {
        "version": 0,
        "text": "",
        "note": "",
        "saved": None,
    }
