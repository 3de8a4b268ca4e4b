"""What came of flows, as a report beside the others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation
from flows import engine, starting
from flows.models import FlowRun
from tests import make
from tests.conversations.reports.conftest import may_read
from tests.flows.flow import MENU, document, flow, say
from tests.rest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def runs(webchat, sara, ana, words):
    """One that comes to its end, one that Ana takes over; and one of last year."""
    hello, menu = flow("Hello", document(say("hello", "Hello!"))), flow("Menu", MENU)
    engine.advance(starting.send(make.conversation(webchat), hello, by=None))
    row = make.conversation(webchat)
    engine.advance(starting.send(row, menu, by=None))
    Conversation.objects.get(pk=row.pk).take_over(by=ana)
    engine.advance(FlowRun.objects.get(conversation=row))
    old = starting.send(make.conversation(webchat), menu, by=None)
    FlowRun.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=300))
    return Program(may_read(sara)), hello, menu


def test_each_flow_is_told_with_what_came_of_it(runs):
    boss, hello, menu = runs
    answer = boss.get("reports/flows").json()
    assert (answer["by"], answer["whole"]["runs"]) == ("kind", 2)
    rows = {row["key"]: row["values"] for row in answer["rows"]}
    assert (rows[hello.pk]["runs"], rows[hello.pk]["done"], rows[hello.pk]["done_share"]) == (1, 1, 1.0)
    assert (rows[menu.pk]["runs"], rows[menu.pk]["stopped"], rows[menu.pk]["done"]) == (1, 1, 0)
    assert [row["name"] for row in answer["rows"]] == ["Hello", "Menu"]


@pytest.mark.parametrize("by", ["day", "month", "hour", "team", "channel", "kind"])
def test_rows_of_any_kind_add_up(runs, by):
    boss, _hello, _menu = runs
    answer = boss.get("reports/flows", by=by).json()
    assert sum(row["values"]["runs"] or 0 for row in answer["rows"]) == answer["whole"]["runs"] == 2


def test_a_number_opens_its_conversations(runs, client, sara):
    _boss, hello, _menu = runs
    client.force_login(sara)
    shown = client.get("/reports/flows/conversations/", {"figure": "done", "kind": hello.pk}).context["page"]
    assert [entry.told for entry in shown.entries] == ["Done"]


def test_who_may_not_read_reports_is_refused(runs, ana):
    assert Program(ana).get("reports/flows").status_code == 403
