"""Webhooks by REST: made, changed, tried, replayed; by whoever may, and as far as their role reaches."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monty.known import Known
from teams import roles
from teams.models import AuditEntry, Teammate
from tests import make
from tests.rest import Program, is_problem
from tests.webhooks.conftest import URL, only
from webhooks import posting
from webhooks.models import Delivery, Subscription

pytestmark = pytest.mark.once
ASKED: dict[str, Any] = {"name": "CRM", "url": URL, "verbs": ["close"], "teams": None}


@pytest.fixture
def program(admin: Teammate) -> Program:
    return Program(admin)


@pytest.fixture
def lead(sales) -> Teammate:
    """May arrange webhooks, of Sales alone."""
    person = make.teammate("leo", sales)
    roles.give(person, "Admin", own_teams_only=True)
    return Teammate.objects.get(pk=person.pk)


def patch(program: Program, path: str, **fields: Any) -> Any:
    return program.client.patch(f"/api/v1/{path}", fields, content_type="application/json")


def test_one_is_made_and_its_secret_told_once(program, admin, sales):
    answer = program.post("webhooks/", {**ASKED, "teams": [sales.pk]})
    made = answer.json()
    assert answer.status_code == 201
    assert made.pop("secret") == Subscription.objects.get().newest_key
    assert {name: made[name] for name in ("name", "url", "verbs", "teams", "active")} == {
        "name": "CRM",
        "url": URL,
        "verbs": ["close"],
        "teams": [sales.pk],
        "active": True,
    }
    assert program.get(f"webhooks/{made['id']}/").json() == made
    assert program.get("webhooks/").json()["results"] == [made]
    assert Subscription.objects.get().owner == admin


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "http://crm.example/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"verbs": ["explode"]}, "verbs"),
        ({"teams": []}, "teams"),
        ({"teams": [10**6]}, "teams"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(program, wrong, field):
    answer = program.post("webhooks/", {**ASKED, **wrong})
    assert is_problem(answer, 400, "invalid")
    assert field in answer.json()["errors"]
    assert not Subscription.objects.exists()


def test_a_change_leaves_out_what_stays(program, subscribe):
    row = subscribe("close")
    answer = patch(program, f"webhooks/{row.pk}/", name="ERP")
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["verbs"], answer.json()["teams"]) == ("ERP", ["close"], None)
    assert is_problem(patch(program, f"webhooks/{row.pk}/", url="http://crm.example/"), 400, "invalid")


def test_it_is_switched_off_and_on(program, subscribe):
    row = subscribe()
    assert patch(program, f"webhooks/{row.pk}/", active=False).json()["active"] is False
    assert is_problem(program.post(f"webhooks/{row.pk}/test/"), 409, "verb_not_allowed")
    row.refresh_from_db()
    row.off_because = "Nothing got through"
    row.save()
    on = patch(program, f"webhooks/{row.pk}/", active=True).json()
    assert (on["active"], on["off_because"]) == (True, "")


def test_it_is_deleted_with_its_log(program, subscribe, receiver, talk, ana, commit):
    row = subscribe()
    commit(lambda: talk.close(by=ana))
    assert program.client.delete(f"/api/v1/webhooks/{row.pk}/").status_code == 204
    assert not Delivery.objects.exists()


def test_a_new_secret_is_told_once_and_the_former_one_ends_later(program, subscribe):
    row = subscribe()
    secret = program.post(f"webhooks/{row.pk}/rotate/").json()["secret"]
    row.refresh_from_db()
    assert secret == row.newest_key
    shown = program.get(f"webhooks/{row.pk}/").json()
    assert "secret" not in shown
    assert shown["former_until"] is not None


def test_a_test_and_the_log(program, subscribe, receiver, worker, commit):
    row = subscribe()
    receiver.answers = [503]
    answer = commit(lambda: program.post(f"webhooks/{row.pk}/test/"))
    assert answer.status_code == 201
    (logged,) = program.get(f"webhooks/{row.pk}/deliveries/").json()["results"]
    assert (logged["id"], logged["verb"], logged["state"]) == (answer.json()["id"], "test", "failed")
    assert [(each["code"], each["detail"]) for each in logged["attempts"]] == [(503, "It answered 503.")]
    assert program.get(f"webhooks/{row.pk}/deliveries/", state="delivered").json()["results"] == []
    assert is_problem(program.get(f"webhooks/{row.pk}/deliveries/", state="lost"), 400, "invalid")


def test_a_replay(program, subscribe, receiver, worker, talk, ana, commit):
    row = subscribe()
    commit(lambda: talk.close(by=ana))
    assert len(receiver.requests) == 1
    address = f"webhooks/{row.pk}/deliveries/{only(row).uuid}/replay/"
    answer = commit(lambda: program.post(address))
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    assert len(receiver.requests) == 2
    Delivery.objects.update(state="queued")
    assert is_problem(program.post(address), 409, "verb_not_allowed")


def test_what_is_not_there_is_not_there(program, subscribe):
    row = subscribe()
    paths = ("webhooks/0/", "webhooks/x/", "webhooks/0/deliveries/", "webhooks/x/deliveries/")
    assert [program.get(path).status_code for path in paths] == [404] * 4
    for number in (uuid4(), "x"):
        assert program.post(f"webhooks/{row.pk}/deliveries/{number}/replay/").status_code == 404


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "may"), [("Admin", True), ("App Manager", True)])
def test_who_may_arrange(role, may, subscribe):
    person = make.teammate("pat")
    roles.give(person, role)
    program = Program(person)
    assert program.post("webhooks/", ASKED).status_code == 201
    assert program.get("webhooks/").status_code == 200


@pytest.mark.parametrize("role", ["Editor", "Agent", "Analyst", "Viewer", "Supervisor"])
def test_who_may_not(role, subscribe):
    row = subscribe()
    person = make.teammate("pat")
    roles.give(person, role)
    program = Program(person)
    at = f"webhooks/{row.pk}/"
    answers = [program.get("webhooks/"), program.get(at), program.get(f"{at}deliveries/")]
    answers += [program.post("webhooks/", ASKED), program.post(f"{at}rotate/"), program.post(f"{at}test/")]
    answers += [patch(program, at, name="Mine"), program.client.delete(f"/api/v1/{at}")]
    assert all(is_problem(answer, 403, "permission_denied") for answer in answers)


def test_a_stranger_is_asked_who_they_are(subscribe):
    assert Program(None).get("webhooks/").status_code == 401


def test_whoever_is_held_to_their_teams_sees_only_what_hears_of_no_other(lead, subscribe, sales, support):
    ours = subscribe(teams=[sales])
    hidden = [subscribe(teams=[support]), subscribe(teams=[sales, support]), subscribe()]
    program = Program(lead)
    assert program.ids("webhooks/") == [ours.pk]
    for row in hidden:
        assert program.get(f"webhooks/{row.pk}/").status_code == 404
        assert program.get(f"webhooks/{row.pk}/deliveries/").status_code == 404
        assert program.post(f"webhooks/{row.pk}/rotate/").status_code == 404


def test_and_makes_none_that_does(lead, sales, support):
    program = Program(lead)
    for teams in (None, [support.pk], [sales.pk, support.pk]):
        assert is_problem(program.post("webhooks/", {**ASKED, "teams": teams}), 400, "invalid")
    made = program.post("webhooks/", {**ASKED, "teams": [sales.pk]})
    assert made.status_code == 201
    assert is_problem(patch(program, f"webhooks/{made.json()['id']}/", teams=None), 400, "invalid")


# --- Log, cost --------------------------------------------------------------------------------------------------------


def test_the_audit_log_tells_what_was_done_and_no_secret(program, admin):
    made = program.post("webhooks/", ASKED).json()
    patch(program, f"webhooks/{made['id']}/", name="ERP")
    rotated = program.post(f"webhooks/{made['id']}/rotate/").json()
    program.client.delete(f"/api/v1/webhooks/{made['id']}/")
    entries = AuditEntry.objects.filter(kind="webhooks.subscription").order_by("pk")
    assert list(entries.values_list("deed", flat=True)) == ["added", "changed", "did", "deleted"]
    written = str(list(entries.values()))
    assert made["secret"] not in written
    assert rotated["secret"] not in written


def test_lists_cost_the_same_however_long_they_are(program, subscribe, receiver, webchat, commit, sales):
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert program.get(path).status_code == 200
        return len(captured)

    row = subscribe(teams=[sales])
    commit(lambda: make.conversation(webchat))
    posting.attend(row.pk)
    paths = ["webhooks/", f"webhooks/{row.pk}/deliveries/"]
    program.get(paths[0])
    few = [queries(path) for path in paths]
    for number in range(5):
        subscribe(teams=[sales], name=f"Another {number}")
        commit(lambda: make.conversation(webchat))
    posting.attend(row.pk)
    assert [queries(path) for path in paths] == few


def test_what_every_process_knows_is_asked_for_seldom_and_of_the_rows_if_the_cache_is_ill(db, monkeypatch):
    asked: list[int] = []
    known = Known("tests.known", lambda: asked.append(1) or [len(asked)])
    assert (known(), known()) == ([1], [1])
    other = Known("tests.known", lambda: asked.append(1) or [len(asked)])
    assert other() == [1]
    known.forget()
    assert known() == [2]
    monkeypatch.setattr("monty.known.cache.get", lambda key: None)
    known.kept = None
    assert known() == [3]
