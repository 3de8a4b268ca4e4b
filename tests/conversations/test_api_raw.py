"""REST: what providers posted is looked at and read again by whoever may do so in the admin."""

import json
from datetime import UTC, datetime

import pytest

from channels_app.models import Delivery
from conversations import tasks
from conversations.models import Message
from teams.models import Teammate
from tests import make
from tests.herald import said
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HELLO = json.dumps([said("Inbound", external_id="m.1", who="nora", text="Grüße")]).encode()


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


@pytest.fixture
def failed(herald) -> Delivery:
    facts = {"state": "failed", "error": "It broke.", "received_at": LONG_AGO}
    return Delivery.objects.create(channel=herald, body=HELLO, **facts)


def test_those_that_failed_are_found_and_say_why(boss, failed, webchat):
    Delivery.objects.create(channel=webchat, body=b"{}", state="done")
    (row,) = boss.get("raw_deliveries", state="failed").json()["results"]
    assert (row["id"], row["channel"], row["error"]) == (failed.pk, failed.channel_id, "It broke.")
    assert "content" not in row
    assert len(boss.ids("raw_deliveries", channel=webchat.pk)) == 1


def test_its_body_is_told_as_people_read_it(boss, failed):
    assert '"text": "Grüße"' in boss.get(f"raw_deliveries/{failed.pk}").json()["content"]


def test_it_is_read_again_and_comes_to_nobody_twice(boss, failed):
    told = boss.post(f"raw_deliveries/{failed.pk}/again").json()
    assert (told["state"], told["tries"], told["error"]) == ("new", 0, "")
    tasks.read_missed()
    assert boss.get(f"raw_deliveries/{failed.pk}").json()["state"] == "done"
    boss.post(f"raw_deliveries/{failed.pk}/again")
    tasks.read_missed()
    assert Message.objects.filter(external_id="m.1").count() == 1


@pytest.mark.parametrize("wrong", [{"state": "lost"}, {"channel": "none"}])
def test_a_filter_that_is_none_is_refused(wrong, boss):
    assert is_problem(boss.get("raw_deliveries", **wrong), 400, "invalid")


def test_whoever_may_only_look_does_not_read_again(failed):
    viewer = Program(make.somebody("Viewer"))
    assert viewer.ids("raw_deliveries") == [failed.pk]
    assert is_problem(viewer.post(f"raw_deliveries/{failed.pk}/again"), 403, "permission_denied")
    failed.refresh_from_db()
    assert failed.state == "failed"


@pytest.mark.parametrize("role", ["Agent", "App Manager"])
def test_it_is_nobody_else_s_to_see(role, failed):
    program = Program(make.somebody(role))
    assert is_problem(program.get("raw_deliveries"), 403, "permission_denied")
    assert is_problem(program.get(f"raw_deliveries/{failed.pk}"), 403, "permission_denied")


def test_of_other_teams_channels_a_lead_sees_nothing(failed, support):
    lead = Program(make.somebody("Supervisor", support, own=True))
    assert lead.ids("raw_deliveries") == []
    assert is_problem(lead.post(f"raw_deliveries/{failed.pk}/again"), 404, "not_found")


def test_it_takes_a_token_that_is_good_for_everything(supervisor, failed):
    writer = Program(Teammate.objects.get(pk=supervisor.pk), scope="write")
    assert is_problem(writer.post(f"raw_deliveries/{failed.pk}/again"), 403, "insufficient_scope")


def test_thirty_take_as_many_queries_as_one(boss, failed, django_assert_max_num_queries):
    Delivery.objects.bulk_create(Delivery(channel=failed.channel, body=HELLO, state="done") for _ in range(30))
    with django_assert_max_num_queries(5):
        assert len(boss.ids("raw_deliveries")) == 31
