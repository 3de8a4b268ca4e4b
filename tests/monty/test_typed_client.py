"""The typed client that integrators make from the schema: it is made, it is used, and its types are true."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command

from tests import make

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PROGRAM = EXAMPLES / "typed_client.py"


@pytest.fixture(scope="session")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make client` does it."""
    folder = tmp_path_factory.mktemp("client")
    call_command("spectacular", format="openapi-json", file=str(folder / "openapi.json"))
    made, config = folder / "made", EXAMPLES / "client.yaml"
    where = ["--path", str(folder / "openapi.json"), "--output-path", str(made), "--config", str(config)]
    generate = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *where]
    subprocess.run(generate, check=True, capture_output=True)
    return made


@pytest.fixture
def program(client_folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example in the docs, which uses it."""
    monkeypatch.syspath_prepend(str(client_folder))
    spec = importlib.util.spec_from_file_location("typed_client", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client(program: Any, live_server, ana) -> Any:
    return program.log_in(live_server.url, "ana", "monty")


def test_it_lists_who_waits_and_answers_them_once(program: Any, client: Any, conversation):
    (row,) = program.waiting(client)
    assert (row.id, row.state.value) == (conversation.pk, "open")
    first, again = (program.answer(client, row.id, "We are on it.", key="press-1") for _ in range(2))
    assert (first.text, first.id) == ("We are on it.", again.id)
    assert conversation.messages.filter(author_kind="teammate").count() == 1


def test_a_key_that_was_used_for_something_else_is_a_problem(program: Any, client: Any, conversation):
    program.answer(client, conversation.pk, "We are on it.", key="press-1")
    refused = program.answer(client, conversation.pk, "Something else", key="press-1")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


def test_what_the_state_forbids_says_what_it_allows(program: Any, client: Any, conversation):
    closed = program.close(client, conversation.pk)
    assert closed.state.value == "closed"
    refused = program.close(client, conversation.pk)
    assert (type(refused).__name__, refused.status) == ("VerbProblem", 409)
    assert "reopen" in refused.allowed


def test_what_has_changed_is_not_closed(program: Any, client: Any, conversation, ben):
    seen = client.get_httpx_client().get(f"/api/v1/conversations/{conversation.pk}/").headers["ETag"]
    conversation.assign_to(ben, by=None)
    refused = program.close(client, conversation.pk, seen=seen)
    assert (refused.status, refused.code) == (412, "changed")


def test_a_wrong_password_ends_the_program(program: Any, live_server, db):
    make.teammate("dora")
    with pytest.raises(SystemExit):
        program.log_in(live_server.url, "dora", "wrong")


@pytest.mark.django_db
def test_what_uses_it_is_checked_by_its_types(client_folder: Path, tmp_path: Path):
    asked = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), str(PROGRAM)]
    told = subprocess.run(asked, env={"MYPYPATH": str(client_folder)}, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
