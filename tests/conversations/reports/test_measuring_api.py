"""REST: everything is measured anew for whoever may ask for it in the admin, and they see how far it is."""

import pytest

from conversations.models import Fact, Meter
from conversations.reports import measuring
from teams.models import AuditEntry
from tests import make
from tests.conversations.reports.conftest import measured
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


def test_everything_is_measured_anew_and_it_is_seen_how_far_it_is(boss, conversation):
    measured()
    Fact.objects.all().delete()
    (meter,) = boss.get("measuring").json()["results"]
    assert meter["percent"] == 100
    told = boss.post(f"measuring/{meter['id']}/measure").json()
    assert (told["percent"], told["asked_at"] > meter["asked_at"]) == (0, True)
    measuring.keep_up()
    assert boss.get(f"measuring/{meter['id']}").json()["percent"] == 100
    assert Fact.objects.filter(conversation=conversation).exists()


def test_that_somebody_asked_for_it_is_in_the_audit_log(boss, conversation):
    measured()
    boss.post(f"measuring/{Meter.objects.get().pk}/measure")
    assert AuditEntry.objects.filter(kind="conversations.meter", deed="did", door="rest").exists()


def test_whoever_may_only_look_does_not_ask_for_it(conversation):
    measured()
    program, meter = Program(make.somebody("Viewer")), Meter.objects.get()
    assert program.ids("measuring") == [meter.pk]
    assert is_problem(program.post(f"measuring/{meter.pk}/measure"), 403, "permission_denied")
    meter.refresh_from_db()
    assert meter.is_done


def test_it_is_for_everybody_s_reports_so_a_lead_of_one_team_does_not(conversation, sales):
    measured()
    lead = Program(make.somebody("Supervisor", sales, own=True))
    assert is_problem(lead.post(f"measuring/{Meter.objects.get().pk}/measure"), 403, "permission_denied")


@pytest.mark.parametrize("role", ["Agent", "Analyst"])
def test_it_is_nobody_else_s_to_see(role, conversation):
    measured()
    assert is_problem(Program(make.somebody(role)).get("measuring"), 403, "permission_denied")
