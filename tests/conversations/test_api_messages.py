"""REST: reading what was said and what happened; answering, once, inside the window, unless somebody wrote."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from conversations.models import Message
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def program(ana) -> Program:
    return Program(ana)


@pytest.fixture
def path(conversation) -> str:
    return f"conversations/{conversation.pk}/messages"


def test_an_answer_has_the_fields_of_the_contract(program, path, conversation, ana):
    [question] = program.ids(path)
    response = program.post(path, text="It is on its way", reply_to=question)
    body = response.json()
    assert response.status_code == 201
    assert body.pop("id") > question
    assert body.pop("at")
    assert body == {
        "from": "teammate",
        "text": "It is on its way",
        "attachments": [],
        "status": "queued",
        "reply_to": question,
        "author": ana.pk,
        "private": False,
        "error": "",
        "details": {},
        "reaction": "",
        "edited_at": None,
        "unsent_at": None,
        "elsewhere": False,
        "not_before": None,
    }


def test_messages_are_read_newest_first_with_the_customers_own(program, path):
    program.post(path, text="Hello Nora")
    rows = program.get(path).json()["results"]
    assert [(row["from"], row["text"], row["status"]) for row in rows] == [
        ("teammate", "Hello Nora", "queued"),
        ("contact", "Hello", "received"),
    ]


def test_a_space_at_the_end_is_meant(program, path):
    assert program.post(path, text="Hello \n").json()["text"] == "Hello \n"


def test_files_go_along_and_can_be_fetched_with_the_token(program, path):
    files = [SimpleUploadedFile("list.txt", b"bread"), SimpleUploadedFile("../../notes.txt", b"milk")]
    response = program.upload(path, text="Here", attachments=files)
    assert response.status_code == 201
    first, second = response.json()["attachments"]
    assert (first["name"], first["type"], first["size"]) == ("list.txt", "text/plain", 5)
    assert second["name"] == "notes.txt"
    assert first["url"] == f"/files/{first['id']}/"
    assert b"".join(program.client.get(first["url"])) == b"bread"


def test_a_file_is_there_for_whoever_sees_its_conversation(program, path, cara):
    url = program.upload(path, attachments=SimpleUploadedFile("a.txt", b"a")).json()["attachments"][0]["url"]
    assert program.client.get(url).status_code == 200
    assert Program(cara).client.get(url).status_code == 404
    assert Program(None).client.get(url).status_code == 302
    assert Client(headers={"Authorization": "Token made-up"}).get(url).status_code == 401


def test_a_file_needs_no_words_but_nothing_at_all_is_no_message(program, path):
    assert program.upload(path, attachments=SimpleUploadedFile("a.txt", b"a")).status_code == 201
    for nothing in ({}, {"text": ""}, {"text": " \n"}, {"attachments": []}):
        assert is_problem(program.post(path, nothing), 400, "invalid")


def test_a_file_of_an_unknown_kind_is_refused(program, path):
    response = program.upload(path, attachments=SimpleUploadedFile("a.txt", b"<script>"))
    assert is_problem(response, 415, "media_refused")
    assert Message.objects.count() == 1


def test_a_file_that_is_too_large_is_refused(program, path, settings):
    settings.MEDIA_MAX_BYTES = 3
    assert is_problem(program.upload(path, attachments=SimpleUploadedFile("a.txt", b"four")), 413, "media_too_large")


def test_files_do_not_travel_in_json(program, path):
    response = program.post(path, text="Here", attachments=["list.txt"])
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["attachments"]


# --- Once, and not over somebody's head -----------------------------------------------------------------------------


def test_the_same_client_id_again_is_the_same_message(program, path):
    body = {"text": "Hello", "client_id": str(uuid.uuid4())}
    first, again = program.post(path, body), program.post(path, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.from_us().count() == 1


def test_a_client_id_is_not_used_for_two_conversations(program, path, webchat):
    body = {"text": "Hello", "client_id": str(uuid.uuid4())}
    assert program.post(path, body).status_code == 201
    other = make.conversation(webchat)
    response = program.post(f"conversations/{other.pk}/messages", body)
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["client_id"]


def test_two_people_may_happen_on_the_same_client_id(path, ana, ben):
    body = {"text": "Hello", "client_id": str(uuid.uuid4())}
    assert [Program(person).post(path, body).status_code for person in (ana, ben)] == [201, 201]


def test_nothing_is_sent_when_somebody_wrote_meanwhile(program, path, webchat):
    [seen] = program.ids(path)
    make.message(webchat, "One more thing", files=(make.text_file(),))
    response = program.post(path, text="Goodbye", seen=seen)
    assert is_problem(response, 409, "somebody_wrote")
    newest = program.get(path).json()["results"][0]
    assert newest["text"] == "One more thing" and newest["attachments"]
    assert response.json()["messages"] == [newest]
    assert not Message.objects.from_us().exists()


def test_of_a_long_talk_that_nobody_read_the_latest_page_comes(program, path, webchat):
    [seen] = program.ids(path)
    written = [make.message(webchat, f"{number}").pk for number in range(51)]
    messages = program.post(path, text="Goodbye", seen=seen).json()["messages"]
    assert [each["id"] for each in messages] == written[1:]


def test_it_is_sent_all_the_same_by_force_or_when_everything_was_seen(program, path, webchat):
    [seen] = program.ids(path)
    newer = make.message(webchat, "One more thing")
    assert program.post(path, text="Goodbye", seen=seen, force=True).status_code == 201
    assert program.post(path, text="Goodbye", seen=newer.pk).status_code == 201


# --- Refusals -------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_after_the_window(program, path, conversation):
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    response = program.post(path, text="Hello?")
    assert is_problem(response, 422, "window_shut")
    assert {"reason", "until", "possible"} <= set(response.json())


def test_whatsapp_leaves_the_template_after_its_window(program, sales):
    conversation = make.conversation(make.channel("whatsapp", sales))
    make.long_ago(conversation, timezone.now() - timedelta(hours=25))
    response = program.post(f"conversations/{conversation.pk}/messages", text="Hello?")
    assert response.json()["possible"] == ["template"]


def test_a_closed_conversation_is_not_answered(program, webchat, ana):
    conversation = make.conversation(webchat, state="closed", assignee=ana)
    response = program.post(f"conversations/{conversation.pk}/messages", text="Hello?")
    assert is_problem(response, 409, "verb_not_allowed")
    assert (response.json()["state"], response.json()["allowed"]) == ("closed", ["label", "reopen"])


@pytest.mark.parametrize("part", ["messages", "events"])
def test_to_a_stranger_there_is_nothing_to_read(part, conversation, ana, sara, cara):
    path = f"conversations/{conversation.pk}/{part}"
    assert Program(ana).ids(path) and Program(sara).ids(path)
    assert is_problem(Program(cara).get(path), 404, "not_found")


def test_a_stranger_and_nobody_cannot_answer(path, cara):
    assert is_problem(Program(cara).post(path, text="Psst"), 404, "not_found")
    assert is_problem(Program(None).post(path, text="Psst"), 401, "not_authenticated")
    assert Message.objects.count() == 1


WRONG = {
    "text": [None, [], {}, "\0", "a\0b", "x" * 5001],
    "reply_to": ["x", -1, 2**63, 10**30, 1e300, [], 999_999],
    "seen": ["x", -1, 2**63, 10**30, 1e300, []],
    "force": [[], {}, "perhaps", 7],
    "client_id": ["x", -1, 10**50, [], "\0"],
}


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_field_is_named(field, program, path):
    for value in WRONG[field]:
        response = program.post(path, {"text": "Hello"} | {field: value})
        assert is_problem(response, 400, "invalid"), value
        assert list(response.json()["errors"]) == [field], value


NOT_JSON = [b"{", b"[]", b"7", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"seen": NaN}', b'{"seen": 1e999}']
HALF_A_CHARACTER, LONG_NUMBER = b'{"text": "\\ud800"}', b'{"seen": ' + b"9" * 5000 + b"}"
TOO_LARGE = json.dumps({"text": "x" * 5_000_000}).encode()


@pytest.mark.parametrize("body", [*NOT_JSON, HALF_A_CHARACTER, LONG_NUMBER, TOO_LARGE], ids=lambda body: f"{body[:16]}")
def test_what_is_no_json_object_is_a_problem_and_not_a_crash(body, program, path):
    response = program.client.post(f"/api/v1/{path}", body, content_type="application/json")
    assert response.status_code in (400, 413)
    assert is_problem(response, response.status_code, response.json()["code"])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"])
def test_another_kind_of_body_is_refused(kind, program, path):
    response = program.client.post(f"/api/v1/{path}", b"text=Hello", content_type=kind)
    assert is_problem(response, 415, "unsupported_media_type")


def test_a_broken_form_is_a_problem(program, path):
    response = program.client.post(f"/api/v1/{path}", b"--x\r\nnonsense", content_type="multipart/form-data")
    assert is_problem(response, 400, "parse_error")


def test_a_form_of_too_many_fields_is_a_problem(program, path):
    response = program.upload(path, text="Hello", **{f"field{number}": "x" for number in range(2100)})
    assert is_problem(response, 400, "bad_request")


# --- What happened --------------------------------------------------------------------------------------------------


def test_an_event_has_the_fields_of_the_live_one_and_who_did_it(program, conversation, ana):
    waiting_since = conversation.waiting_since.isoformat()
    program.post(f"conversations/{conversation.pk}/close", reason="Solved")
    last = program.get(f"conversations/{conversation.pk}/events").json()["results"][-1]
    assert last.pop("id") and last.pop("at")
    assert last == {
        "verb": "close",
        "conversation": conversation.pk,
        "state": "closed",
        "team": conversation.team_id,
        "assignee": None,
        "actor": ana.pk,
        "message": None,
        "data": {
            "reason": "Solved",
            "was": {"state": "open"},
            "unsettled": {"unread": 1, "waiting_since": waiting_since},
        },
    }


def test_events_come_oldest_first_and_only_those_after_an_id(program, conversation):
    path = f"conversations/{conversation.pk}/events"
    verbs = {row["verb"]: row["id"] for row in program.get(path).json()["results"]}
    assert list(verbs) == ["start", "receive"]
    assert program.ids(path, after=verbs["start"]) == [verbs["receive"]]
    assert program.ids(path, after=verbs["receive"]) == []


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "1.5", "\0"])
def test_events_after_nonsense_are_an_error(after, program, conversation):
    assert is_problem(program.get(f"conversations/{conversation.pk}/events", after=after), 400, "invalid")
