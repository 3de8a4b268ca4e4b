"""What docs/api.md shows is what happens: every example in it is sent, and answered as it says."""

import json
import re
import shlex
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from teams.models import ApiToken
from tests import make
from tests.rest import Program

pytestmark = [pytest.mark.once, pytest.mark.django_db]

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
# When the examples were written.
THEN = datetime(2026, 11, 22, 17, 45, tzinfo=UTC)
CURL = ArgumentParser()
for short in ("-H", "-d", "-X", "-F"):
    CURL.add_argument(short, action="append", default=[])
CURL.add_argument("-s", action="store_true")
CURL.add_argument("url")


@dataclass
class Example:
    """A command of the page, and the answer under it, if one is shown."""

    command: str
    answer: dict[str, Any] | None = None


def examples(page: str = "") -> list[Example]:
    found: list[Example] = []
    for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", page or PAGE.read_text(), re.MULTILINE):
        for part in re.split(r"\n\s*\n", block):
            text = "\n".join(line[4:] for line in part.splitlines())
            if text.startswith("{"):
                found[-1].answer = json.loads(re.sub(r",?\s*…", "", text))
            commands = re.split(r"\n(?=api |curl )", text.replace("\\\n", " "))
            found += [Example(each.strip()) for each in commands if each.startswith(("api ", "curl "))]
    return found


@pytest.fixture
def then():
    with time_machine.travel(THEN, tick=True):
        yield


@pytest.fixture
def ids(then, webchat, ana, ben) -> dict[str, Any]:
    """What really is there, by what stands for it on the page; the first that fits."""
    row = make.conversation(webchat)
    closed = make.conversation(webchat, state="closed", assignee=ana)
    waits = Program(ana).post(f"conversations/{row.pk}/scheduled", text="Later", send_at="2026-11-23T09:00:00+01:00")
    return {
        "conversations/231/reopen": f"conversations/{closed.pk}/reopen",
        "conversations/231/unassign": f"conversations/{closed.pk}/unassign",
        "messages/1032/retry": f"messages/{make.undelivered(row, 'failed').pk}/retry",
        "messages/1032/confirm": f"messages/{make.undelivered(row, 'unknown').pk}/confirm",
        "messages/1032/discard": f"messages/{make.undelivered(row, 'failed').pk}/discard",
        "scheduled/7/": f"scheduled/{waits.json()['id']}/",
        "tokens/8/": f"tokens/{ApiToken.objects.make(ana, name='Nightly export').pk}/",
        '"teammate": 3': f'"teammate": {ben.pk}',
        "975": str(row.messages.latest("pk").pk),
        "231": str(row.pk),
    }


@pytest.mark.parametrize("number", range(len(examples())))
def test_an_example_is_answered_as_the_page_says(number, ids, ana):
    example = examples()[number]
    answer = send(example.command, ids, ApiToken.objects.make(ana, name="Examples").key)
    shown = example.answer or {}
    expected = shown.get("status") if "code" in shown else None
    assert answer.status_code == expected if expected else answer.status_code < 300, answer.content
    if shown:
        told = answer.json()
        assert shown.keys() <= told.keys()
        for name, row in shown.items():
            if name == "results":
                assert row[0].keys() <= told["results"][0].keys()


def send(command: str, ids: dict[str, Any], key: str) -> Any:
    """As curl would; `api` is curl with the token."""
    for shown, real in ids.items():
        command = command.replace(shown, real)
    word, *words = shlex.split(command)
    asked = CURL.parse_args(words)
    named = [header.partition(": ")[::2] for header in asked.H]
    headers = {name: value.replace("$TOKEN", key) for name, value in named if name != "Content-Type"}
    if word == "api":
        headers["Authorization"] = f"Token {key}"
    path = asked.url.replace("$MONTY", "")
    if asked.F:
        return Client(headers=headers).post(path, dict(map(field, asked.F)))
    method = asked.X[0] if asked.X else "POST" if asked.d else "GET"
    body = asked.d[0] if asked.d else ""
    return Client(headers=headers).generic(method, path, body, "application/json")


def field(text: str) -> tuple[str, Any]:
    name, _equals, value = text.partition("=")
    return name, SimpleUploadedFile(value[1:], b"tea", "text/plain") if value.startswith("@") else value


def test_the_page_shows_every_kind_of_example():
    shown = " ".join(example.command for example in examples())
    assert len(examples()) > 20
    for word in ("tokens/", "Idempotency-Key", "If-Match", "bulk/", "attachments=@", "retry", "scheduled/"):
        assert word in shown


def test_what_a_person_does_and_what_a_program_does_have_each_their_place():
    """The map names no address that is not there."""
    page = PAGE.with_name("api-map.md").read_text()
    named = set(re.findall(r"`(?:[A-Z]+ )?([a-z_]+)/(?:\{[a-z]+\}/(?:…|[a-z_]+)?/?)?`", page))
    there = {path.split("/")[3] for path in Client().get("/api/schema/").json()["paths"] if path.startswith("/api/v1/")}
    assert named <= there | {"messages", "events"}
