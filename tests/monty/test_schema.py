"""The schema is true: whatever it allows, and much that it does not, gets an answer that it describes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS

from channels_app.models import Delivery as RawDelivery
from channels_app.models import Visitor, hashed
from conversations import bulk
from conversations.models import Attribute, Import, Label, Macro, Meter, SavedReply, SavedView, Scheduled
from flows.models import DryRun, FlowRun, HumanWord
from orders.models import Product
from teams import invitations, roles
from teams.models import ApiToken, AuditEntry, Keeping, Membership, Teammate
from tests import make
from tests.flows.flow import MENU, flow
from tests.orders import shop
from webhooks.models import Delivery, Subscription

pytestmark = pytest.mark.once

schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
# At random, not every combination there is: an address with a dozen filters alone has hundreds.
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
def boss(db) -> Teammate:
    person = make.teammate("alex")
    roles.give(person, "Admin")
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def headers(boss, webchat) -> dict[str, dict[str, str]]:
    """Who knocks at which of the two doors: an Admin's program, and a visitor's browser."""
    Visitor.objects.create(channel=webchat, token_hash=hashed("visitor"))
    return {"api": token_of(boss), "webchat": {"Authorization": "Visitor visitor"}}


def token_of(person: Teammate) -> dict[str, str]:
    return {"Authorization": f"Token {ApiToken.objects.make(person).key}"}


@pytest.fixture
def everybody(ana, sara, sales) -> dict[str, dict[str, str]]:
    """The other roles, a program that may only look, and somebody without a log-in."""
    people = {"agent": ana, "overseer": sara}
    for name, role in {"viewer": "Viewer", "supervisor": "Supervisor", "manager": "App Manager"}.items():
        people[name] = make.teammate(name)
        roles.give(people[name], role)
    people["lead"] = make.teammate("lead", sales)
    roles.give(people["lead"], "Supervisor", own_teams_only=True)
    reader = {"Authorization": f"Token {ApiToken.objects.make(ana, scope='read').key}"}
    return {"stranger": {}, "reader": reader} | {name: token_of(person) for name, person in people.items()}


@pytest.fixture
def there(conversation, webchat, ana, ben, boss, sales) -> dict[str, Any]:
    """What really is there, by the name under which an address or a body asks for it, or by the verb that needs it."""
    message = conversation.messages.get()
    in_an_hour = timezone.now() + timedelta(hours=1)
    order = shop.placed(conversation, shop.variant(1000, stock=5), by=ana)
    # What has an address of its own and stands at the end of a conversation's: one number stands for the two.
    same = {"pk": conversation.pk}
    schedule = make.schedule({0: (time(9), time(17))})
    product = Product.objects.create(name="Mug")
    welcome = flow("Welcome")
    draft = welcome.edit(by=ana)
    hook = Subscription.make(by=boss, teams=None, name="CRM", url="https://crm.example/", verbs=[])
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
        "labels": Label.objects.create(**same, name="Refund").pk,
        "scheduled": Scheduled.objects.create(**same, conversation=conversation, by=ana, send_at=in_an_hour).pk,
        "macro": Macro.objects.create(**same, name="Mine", steps=[{"do": "assign", "teammate": "me"}]).pk,
        "macros": conversation.pk,
        "discard": make.undelivered(conversation, "failed").pk,
        "contacts": conversation.contact.pk,
        "other": make.conversation(webchat).contact.pk,
        "attributes": Attribute.objects.create(key="size", label="Size").pk,
        "channel": webchat.pk,
        "channels": webchat.pk,
        "teams": sales.pk,
        "teammates": ana.pk,
        "mentions": conversation.note("@alex", by=ben).message.mentions.get().pk,
        "flows": welcome.pk,
        "flow": welcome.pk,
        "number": draft.number,
        "dry_runs": DryRun.objects.create(pk=welcome.pk, version=draft, document=MENU, by=boss, total=1).pk,
        "flow_runs": FlowRun.objects.create(
            conversation=conversation, flow=welcome, version=draft, state="done", ended_at=timezone.now()
        ).pk,
        "human_words": HumanWord.objects.create(language="en", word="somebody real").pk,
        "name": "volume",
        "webhooks": hook.pk,
        "subscription": hook.pk,
        "delivery": str(Delivery.objects.test(hook, by=ana).uuid),
        "orders": order.pk,
        "order": str(order.uuid),
        "products": product.pk,
        "product": product.pk,
        "variants": product.variants.create(sku="MUG", price=100).pk,
        "schedule": schedule.pk,
        "schedules": schedule.pk,
        "memberships": Membership.objects.get(teammate=ana).pk,
        "invitations": invitations.invite("Nora", "Agent", by=boss, lasts=timedelta(days=1)).pk,
        "settings": make.setting("runs_kept", 100).pk,
        "audit": AuditEntry.objects.create(kind="teams.team", deed="changed", door="admin").pk,
        "views": SavedView.objects.make(boss, "Mine", base="all", wishes={}).pk,
        "bulk": bulk.ask("close", [conversation.pk], {}, by=boss).pk,
        "tokens": ApiToken.objects.make(boss).pk,
        "raw_deliveries": RawDelivery.objects.create(channel=webchat, body=b"{}", state="done").pk,
        "measuring": Meter.objects.get_or_create(pk=1)[0].pk,
        "kept": Keeping.objects.get_or_create(name="conversations.draft")[0].pk,
        "imports": Import.objects.create(by=boss, channel=webchat, name="a.csv", file="imports/a", state="looked").pk,
        "saved_replies": SavedReply.objects.create(shortcut="hello", title="Hello", text="Hello").pk,
    }


@at_random.include(path_regex="^/api/.*{").parametrize()
@settings(few_examples, max_examples=3)
def test_whatever_is_asked_gets_an_answer_that_the_schema_describes(case, headers):
    with as_if_it_never_happened():
        case.call_and_validate(headers=headers[door(case)], checks=PROMISES)


@at_random.parametrize()
@few_examples
def test_whatever_is_asked_of_what_is_there_gets_such_an_answer_too(case, headers, there):
    aim(case, there)
    with as_if_it_never_happened():
        case.call_and_validate(headers=headers[door(case)], checks=PROMISES)


@at_random.include(path_regex="^/api/").parametrize()
@settings(few_examples, max_examples=2)
def test_whoever_asks_gets_such_an_answer(case, everybody, there):
    aim(case, there)
    for headers in everybody.values():
        with as_if_it_never_happened():
            case.call_and_validate(headers=headers, checks=PROMISES)


def door(case: Any) -> str:
    return case.operation.path.split("/")[1]


def aim(case: Any, there: dict[str, Any]) -> None:
    """Put ids that exist wherever an id is asked for."""
    # A version made up is nobody's: most cases are to get further than that.
    (case.headers or {}).pop("If-Match", None)
    parts = case.operation.path.strip("/").split("/")
    for name in case.path_parameters:
        of = parts[parts.index("{id}") - 1] if name == "id" else name
        case.path_parameters[name] = there.get(parts[-1]) or there[of]
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
    lists |= {"orders", "products"}
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
