"""The schema is true: whatever it allows, and much that it does not, gets an answer that it describes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import CHECKS

from channels_app.models import Visitor, hashed
from conversations.models import Label, SavedReply
from tests import make

pytestmark = pytest.mark.once

schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
# Of what is not there only a few examples: every one of them comes to the same.
at_random = schemathesis.openapi.from_dict(
    schema.raw_schema, config=schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})
)
at_random.app = schema.app
PROMISES = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)
few_examples = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request gives its connection back at its end; here it is the test's, with an open transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(ana, webchat) -> dict[str, dict[str, str]]:
    """Who knocks at which of the two doors: Ana's program, and a visitor's browser."""
    Visitor.objects.create(channel=webchat, token_hash=hashed("visitor"))
    token = Token.objects.create(user=ana)
    return {"api": {"Authorization": f"Token {token.key}"}, "webchat": {"Authorization": "Visitor visitor"}}


@pytest.fixture
def there(conversation, webchat, ana, ben, sales) -> dict[str, Any]:
    """What really is there, by the name under which an address or a body asks for it, or by the verb that needs it."""
    message = conversation.messages.get()
    return {
        "reopen": make.conversation(webchat, state="closed", assignee=ana).pk,
        "unassign": make.conversation(webchat, state="assigned", assignee=ben).pk,
        "conversation": conversation.pk,
        "uuid": str(webchat.uuid),
        "teammate": ben.pk,
        "team": sales.pk,
        "reply_to": message.pk,
        "seen": message.pk,
        "conversations": conversation.pk,
        "retry": make.undelivered(conversation, "failed").pk,
        "confirm": make.undelivered(conversation, "unknown").pk,
        # Both a label's own address and the verb's end so: one number stands for the two.
        "labels": Label.objects.create(pk=conversation.pk, name="Refund").pk,
        "contacts": conversation.contact.pk,
        "channel": webchat.pk,
        "channels": webchat.pk,
        "teams": sales.pk,
        "teammates": ana.pk,
        "mentions": conversation.note("@ana", by=ben).message.mentions.get().pk,
        "saved_replies": SavedReply.objects.create(shortcut="hello", title="Hello", text="Hello").pk,
    }


@at_random.include(path_regex="^/api/.*{").parametrize()
@few_examples
def test_whatever_is_asked_gets_an_answer_that_the_schema_describes(case, headers):
    with as_if_it_never_happened():
        case.call_and_validate(headers=headers[door(case)], checks=PROMISES)


@schema.parametrize()
@few_examples
def test_whatever_is_asked_of_what_is_there_gets_such_an_answer_too(case, headers, there):
    aim(case, there)
    with as_if_it_never_happened():
        case.call_and_validate(headers=headers[door(case)], checks=PROMISES)


def door(case: Any) -> str:
    return case.operation.path.split("/")[1]


def aim(case: Any, there: dict[str, Any]) -> None:
    """Put ids that exist wherever an id is asked for."""
    parts = case.operation.path.strip("/").split("/")
    for name in case.path_parameters:
        case.path_parameters[name] = there.get(parts[-1]) or there[parts[2] if name == "id" else name]
    if isinstance(case.body, dict):
        asked = [name for name, value in case.body.items() if name in there and isinstance(value, int)]
        case.body |= {name: there[name] for name in asked}


@contextmanager
def as_if_it_never_happened() -> Iterator[None]:
    """Each request finds the same world, and no rate limit used up by those before it."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_it_is_openapi_3_1_in_json_and_in_yaml(db):
    as_json = Client().get("/api/schema/")
    assert as_json["Content-Type"] == "application/json"
    assert as_json.json()["openapi"].startswith("3.1")
    as_yaml = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})
    assert as_yaml.content.startswith(b"openapi: 3.1")


def test_it_names_every_address_of_the_contract(db):
    paths = {path.removeprefix("/api/v1/").rstrip("/") for path in Client().get("/api/schema/").json()["paths"]}
    names = ["assign", "hand_to", "unassign", "close", "reopen", "drop", "note"]
    verbs = {f"conversations/{{id}}/{name}" for name in names}
    lists = {"conversations", "contacts", "teams", "teammates", "channels", "tokens", "me/presence"}
    assert verbs | lists <= paths
    assert {"conversations/{conversation}/messages", "conversations/{conversation}/events"} <= paths


def test_its_pages_need_a_log_in_and_no_looser_policy(client, ana):
    assert client.get("/api/docs/").status_code == 302
    client.force_login(ana)
    page = client.get("/api/docs/")
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe-inline" not in policy
    assert b"<style" not in page.content and b'<div id="swagger-ui">' in page.content
