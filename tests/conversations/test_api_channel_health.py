"""REST: how a channel is, and what its provider is asked, for whoever sees and does so in the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app.models import Delivery, Template
from conversations.models import Message
from teams.models import AuditEntry, Teammate
from tests import make
from tests.parrot import Parrot, known
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


@pytest.fixture
def manager(db) -> Program:
    return Program(make.somebody("App Manager"))


def test_one_that_is_well_says_so(boss, parrot):
    told = boss.get(f"channels/{parrot.pk}/health").json()
    assert (told["id"], told["tone"], told["complaints"]) == (parrot.pk, "well", [])
    assert told["numbers"]["arrived"] == 0


def test_what_a_person_should_look_at_is_said_the_gravest_first(boss, parrot):
    parrot.suspend("The token has expired.")
    Delivery.objects.create(channel=parrot, body=b"{}", state="failed")
    told = boss.get(f"channels/{parrot.pk}/health").json()
    assert (told["tone"], [each["grave"] for each in told["complaints"]]) == ("grave", [True, False])
    assert told["complaints"][0]["sentence"].endswith("The token has expired.")
    assert (told["numbers"]["unreadable"], told["suspended_at"] is not None) == (1, True)


def test_a_test_says_whose_account_it_is_and_the_log_who_asked(boss, parrot):
    answer = boss.post(f"channels/{parrot.pk}/test")
    assert answer.json() == {"account": "Polly", "message": None}
    assert not Message.objects.from_us().exists()
    assert AuditEntry.objects.get(kind="channels_app.channel", deed="did").door == "rest"


def test_or_why_it_does_not_work(boss, parrot, monkeypatch):
    monkeypatch.setattr(Parrot, "ill", True)
    refused = boss.post(f"channels/{parrot.pk}/test")
    assert is_problem(refused, 400, "refused") and refused.json()["detail"] == "The token has expired."


def test_it_sends_a_message_to_whoever_was_chosen(boss, parrot):
    row = make.conversation(parrot)
    told = boss.post(f"channels/{parrot.pk}/test", conversation=row.pk).json()
    assert Message.objects.from_us().get().pk == told["message"]


def test_only_to_somebody_of_this_channel_who_wrote_within_a_day(boss, parrot, webchat):
    elsewhere, old = make.conversation(webchat), make.conversation(parrot)
    make.long_ago(old, timezone.now() - timedelta(hours=30))
    for row in (elsewhere, old):
        refused = boss.post(f"channels/{parrot.pk}/test", conversation=row.pk)
        assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == ["conversation"]
    assert not Message.objects.from_us().exists()


def test_reconnecting_lets_out_what_waits(manager, parrot):
    parrot.suspend("The token has expired.")
    assert manager.post(f"channels/{parrot.pk}/reconnect").json()["suspended_at"] is None
    parrot.refresh_from_db()
    assert parrot.suspended_at is None


def test_it_does_not_while_the_provider_refuses(manager, parrot, monkeypatch):
    parrot.suspend("The token has expired.")
    monkeypatch.setattr(Parrot, "ill", True)
    assert is_problem(manager.post(f"channels/{parrot.pk}/reconnect"), 400, "refused")
    parrot.refresh_from_db()
    assert parrot.suspended_at is not None


def test_templates_are_asked_for_anew(manager, parrot, monkeypatch):
    monkeypatch.setattr(Parrot, "listed", [known()])
    assert manager.post(f"channels/{parrot.pk}/sync").json() == {"templates": 1}
    assert Template.objects.get().channel == parrot


def test_whoever_may_not_change_a_channel_does_not_reconnect_it(boss, parrot):
    assert is_problem(boss.post(f"channels/{parrot.pk}/reconnect"), 403, "permission_denied")


def test_whoever_only_looks_asks_no_provider(parrot):
    viewer = Program(make.somebody("Viewer"))
    assert viewer.get(f"channels/{parrot.pk}/health").status_code == 200
    for act in ("test", "sync", "reconnect"):
        assert is_problem(viewer.post(f"channels/{parrot.pk}/{act}"), 403, "permission_denied")


def test_an_agent_sees_no_health(ana, parrot):
    program = Program(ana)
    assert is_problem(program.get(f"channels/{parrot.pk}/health"), 403, "permission_denied")
    assert is_problem(program.post(f"channels/{parrot.pk}/test"), 403, "permission_denied")


def test_staff_without_the_right_do_not_either(parrot):
    program = Program(make.staff("clerk"))
    assert is_problem(program.get(f"channels/{parrot.pk}/health"), 403, "permission_denied")
    assert is_problem(program.post(f"channels/{parrot.pk}/test"), 403, "permission_denied")


def test_of_a_channel_of_other_teams_a_lead_sees_nothing(parrot, support):
    lead = Program(make.somebody("Supervisor", support, own=True))
    assert is_problem(lead.get(f"channels/{parrot.pk}/health"), 404, "not_found")
    assert is_problem(lead.post(f"channels/{parrot.pk}/test"), 404, "not_found")


def test_it_takes_a_token_that_is_good_for_everything(supervisor, parrot):
    reader = Program(Teammate.objects.get(pk=supervisor.pk), scope="write")
    assert reader.get(f"channels/{parrot.pk}/health").status_code == 200
    assert is_problem(reader.post(f"channels/{parrot.pk}/test"), 403, "insufficient_scope")
