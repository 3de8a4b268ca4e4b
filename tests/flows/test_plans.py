"""Runs that wait cost nothing before their time, however many there are."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation
from flows.models import FlowRun
from tests import make
from tests.flows.flow import flow

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
WAITING = 3_000


def nodes(plan):
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def explained(rows):
    found = json.loads(rows.explain(format="json", analyze=True))
    return [each for each in nodes(found[0]["Plan"]) if "Index Name" in each or each["Node Type"] == "Seq Scan"]


@pytest.fixture
def many(webchat):
    version, now = flow().current, timezone.now()
    rows = make.many_waiting(webchat, WAITING)
    Conversation.objects.filter(pk__in=[row.pk for row in rows]).update(bot="Welcome")
    FlowRun.objects.bulk_create(
        FlowRun(
            conversation=row,
            flow=version.flow,
            version=version,
            node="menu",
            state="waiting",
            due_at=now + timedelta(hours=1),
        )
        for row in rows
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_the_sweep_reads_what_is_due_and_nothing_else(many):
    [scan] = explained(FlowRun.objects.due()[:500])
    assert (scan["Index Name"], scan["Actual Rows"]) == ("run_due", 0)


def test_who_asks_for_a_bot_is_found_by_an_index(many):
    [scan] = explained(Conversation.objects.asking_bots(timedelta(seconds=2)).values_list("pk", flat=True)[:500])
    assert scan["Index Name"] == "conversation_asks_bots"


def test_what_bots_have_is_not_waded_through_by_auto_assign(many, sales):
    [scan] = explained(Conversation.objects.in_turn(sales.pk)[:200])
    # Both hold what people may be given, and nothing that a bot has.
    assert scan["Index Name"] in ("conversation_waiting", "conversation_view_unassigned")
    assert (scan["Actual Rows"], scan.get("Rows Removed by Filter", 0)) == (0, 0)
