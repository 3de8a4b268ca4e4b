"""Idempotency keys: what was asked for under one is done once, whoever dies, however many ask."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conversations.models import Conversation, Message
from teams import once
from teams.models import IdempotencyKey
from tests.at_once import at_once
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
KEY = {"Idempotency-Key": "press-1"}


@pytest.fixture
def program(ana) -> Program:
    return Program(ana)


def ask(program: Program, path: str, body: object = None, headers: dict[str, str] = KEY):
    return program.client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def test_the_same_again_is_told_again_and_not_done_again(program, conversation):
    notes = f"conversations/{conversation.pk}/note"
    first, again = (ask(program, notes, {"text": "Call her"}) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (first.headers.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert Message.objects.filter(text="Call her").count() == 1


def test_without_a_key_the_same_again_is_done_again(program, conversation):
    for _ in range(2):
        ask(program, f"conversations/{conversation.pk}/note", {"text": "Call her"}, headers={})
    assert Message.objects.filter(text="Call her").count() == 2


@pytest.mark.parametrize(("path", "body"), [("note", {"text": "Other"}), ("close", {"text": "Call her"})])
def test_a_key_is_for_one_thing_only(path, body, program, conversation):
    ask(program, f"conversations/{conversation.pk}/note", {"text": "Call her"})
    refused = ask(program, f"conversations/{conversation.pk}/{path}", body)
    assert is_problem(refused, 422, "idempotency_key_reused")
    conversation.refresh_from_db()
    assert conversation.state == "open"


def test_everybody_has_keys_of_their_own(program, ben, conversation):
    for each in (program, Program(ben)):
        assert ask(each, f"conversations/{conversation.pk}/note", {"text": "Mine"}).status_code == 200
    assert Message.objects.filter(text="Mine").count() == 2


def test_what_is_still_being_done_is_not_done_beside_it(program, ana, conversation):
    path, body = f"conversations/{conversation.pk}/note", {"text": "Call her"}
    ask(program, path, body)
    IdempotencyKey.objects.update(status=None)
    refused = ask(program, path, body)
    assert is_problem(refused, 409, "still_running")
    assert refused["Retry-After"] == "1"


def test_what_somebody_died_at_is_taken_over(program, conversation):
    path, body = f"conversations/{conversation.pk}/note", {"text": "Call her"}
    ask(program, path, body)
    IdempotencyKey.objects.update(status=None, claimed_at=timezone.now() - timedelta(minutes=2))
    assert ask(program, path, body).status_code == 200
    assert IdempotencyKey.objects.get().status == 200


def test_whoever_was_taken_for_dead_leaves_nothing_behind(program, conversation, monkeypatch):
    """Between what is done and its being written down somebody else has taken the key over."""
    monkeypatch.setattr(IdempotencyKey, "keep", lambda *_args: False)
    refused = ask(program, f"conversations/{conversation.pk}/note", {"text": "Call her"})
    assert is_problem(refused, 409, "still_running")
    assert not Message.objects.filter(text="Call her").exists()


def test_what_was_refused_may_be_tried_again(program, ana, conversation):
    path = f"conversations/{conversation.pk}/unassign"
    assert ask(program, path).status_code == 409
    assert not IdempotencyKey.objects.exists()
    Conversation.objects.get(pk=conversation.pk).pick_up(by=ana)
    assert ask(program, path).status_code == 200


def test_files_are_the_same_by_what_is_in_them(program, conversation):
    def send(content: bytes):
        fields = {"text": "The list", "attachments": SimpleUploadedFile("list.txt", content, "text/plain")}
        return program.client.post(f"/api/v1/conversations/{conversation.pk}/messages/", fields, headers=KEY)

    first, again, other = send(b"tea"), send(b"tea"), send(b"coffee")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert is_problem(other, 422, "idempotency_key_reused")


def test_a_file_that_was_answered_is_answered_again(program, conversation):
    path, body = f"conversations/{conversation.pk}/transcript", {"form": "txt"}
    first, again = (ask(program, path, body) for _ in range(2))
    assert again.content == first.content and again["Content-Type"] == first["Content-Type"]


def test_an_answer_without_a_body_is_answered_so_again(program, conversation):
    later = {"text": "Soon", "send_at": (timezone.now() + timedelta(minutes=5)).isoformat()}
    row = program.post(f"conversations/{conversation.pk}/scheduled", later).json()
    answers = [ask(program, f"scheduled/{row['id']}/discard") for _ in range(2)]
    assert [(each.status_code, each.content) for each in answers] == [(204, b""), (204, b"")]


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tbed"])
def test_a_key_that_is_none_is_named(key, program, conversation):
    refused = ask(program, f"conversations/{conversation.pk}/close", headers={"Idempotency-Key": key})
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == ["Idempotency-Key"]


def test_what_is_kept_is_encrypted(program, conversation):
    ask(program, f"conversations/{conversation.pk}/note", {"text": "Call her"})
    kept = bytes(IdempotencyKey.objects.get().answer)
    assert b'"state"' not in kept
    assert b'"state"' in once.safe.locks().decrypt(kept)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_does_it(ana, conversation):
    def press() -> int:
        return ask(Program(ana), f"conversations/{conversation.pk}/note", {"text": "Call her"}).status_code

    answers = at_once(*[press] * 4)
    assert set(answers) <= {200, 409} and 200 in answers
    assert Message.objects.filter(text="Call her").count() == 1
    assert press() == 200
