"""The flight recorder: every decision of Auto Assign is kept, can be worked out again, and costs no query each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.balancer import assignment
from conversations.balancer.balance import FULL, deal
from conversations.models import Conversation, Decision, Round
from teams.models import Schedule, Team, Teammate, keeping
from tests import make


@pytest.fixture(autouse=True)
def switched_on(sales):
    Team.objects.filter(pk=sales.pk).update(auto_assign=True)


def test_a_round_keeps_its_members_as_they_stood_and_who_got_what(webchat, sales, ana, ben):
    make.ready(ana)
    row = make.conversation(webchat)

    assignment.assign_waiting(sales.pk)

    round = Round.objects.get()
    assert (round.team, round.open, round.dealt) == (sales, True, 1)
    assert [(each.id, each.available, each.connected, each.load) for each in round.seats] == [
        (ana.pk, True, True, 0),
        (ben.pk, True, False, 0),
    ]
    assert round.hurdles == {ana.pk: None, ben.pk: "offline"}
    decision = round.decisions.get()
    assert (decision.place, decision.conversation, decision.teammate) == (1, row, ana)
    assert decision.waiting_since == row.waiting_since
    assert timedelta() < round.took < timedelta(seconds=5)


def test_the_record_gives_the_same_decisions_again(webchat, sales, ana, ben):
    for person in (ana, ben):
        make.ready(person)
    make.conversation(webchat, state="assigned", assignee=ana)
    for _ in range(5):
        make.conversation(webchat)

    assignment.assign_waiting(sales.pk)

    round = Round.objects.get()
    again = [each.teammate for each in deal(round.table(up_to=5))]
    assert again == list(round.decisions.order_by("place").values_list("teammate", flat=True))


def test_that_nobody_could_is_kept_too_but_not_said_again_and_again(webchat, sales, ana):
    row = make.conversation(webchat)

    for _ in range(3):
        assert assignment.assign_waiting(sales.pk) == 0

    decision = Decision.objects.get()
    assert (decision.conversation, decision.teammate) == (row, None)
    assert decision.round.hurdles == {ana.pk: "offline"}


def test_another_reason_is_said(webchat, sales, ana):
    make.conversation(webchat)
    assignment.assign_waiting(sales.pk)
    make.ready(ana)
    Teammate.objects.update(capacity=0)

    assignment.assign_waiting(sales.pk)

    assert [each.hurdles[ana.pk] for each in Round.objects.order_by("pk")] == ["offline", "full"]


def test_nothing_is_kept_when_nothing_waits(sales, ana):
    make.ready(ana)

    assignment.assign_waiting(sales.pk)

    assert not Round.objects.exists()


def test_outside_the_working_hours_nobody_gets_anything(webchat, sales, ana):
    make.ready(ana)
    Team.objects.filter(pk=sales.pk).update(schedule=Schedule.objects.create(name="Never", time_zone="UTC"))
    make.conversation(webchat)

    assert assignment.assign_waiting(sales.pk) == 0
    assert Round.objects.get().hurdles == {ana.pk: "closed"}


def test_old_rounds_are_forgotten_with_their_decisions(webchat, sales, ana):
    make.conversation(webchat)
    assignment.assign_waiting(sales.pk)
    Round.objects.update(at=timezone.now() - timedelta(days=91))

    keeping.forget_old("conversations.round")

    assert not Round.objects.exists()
    assert not Decision.objects.exists()
    assert Conversation.objects.count() == 1


def queries_of_a_drain(sales: Team) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assignment.assign_waiting(sales.pk)
    return len(queries)


def test_a_batch_costs_as_many_queries_as_one_and_many_members_as_few(webchat, sales, ana):
    make.ready(ana)
    make.conversation(webchat)
    for_one = queries_of_a_drain(sales)
    for number in range(12):
        make.ready(make.teammate(f"agent-{number}", sales))
    # SQLite takes 999 values in a query.
    make.many_waiting(webchat, 60 if connection.vendor == "postgresql" else 30)

    assert queries_of_a_drain(sales) == for_one
    assert Conversation.objects.unassigned().count() == 0


def test_a_quiet_customer_weighs_a_quarter(webchat, ana):
    rows = [make.conversation(webchat, state="assigned", assignee=ana) for _ in range(3)]
    quiet, answered, _waiting = rows
    Conversation.objects.filter(pk__in=[quiet.pk, answered.pk]).update(waiting_since=None)
    Conversation.objects.filter(pk=quiet.pk).update(last_message_at=timezone.now() - timedelta(minutes=11))

    assert Conversation.objects.load_of([ana.pk]) == {ana.pk: 2 * FULL + 25}


def test_how_much_and_how_soon_are_settings(webchat, ana, settings):
    settings.QUIET_AFTER, settings.QUIET_WEIGHT = timedelta(minutes=1), 0.5
    row = make.conversation(webchat, state="assigned", assignee=ana)
    Conversation.objects.filter(pk=row.pk).update(
        waiting_since=None, last_message_at=timezone.now() - timedelta(minutes=2)
    )

    assert Conversation.objects.load_of([ana.pk]) == {ana.pk: 50}


def test_what_a_team_allows_each_member_bounds_what_they_get_there(webchat, sales, support, ana):
    make.ready(ana)
    Team.objects.filter(pk=sales.pk).update(capacity=1)
    make.conversation(make.channel("webchat", support), state="assigned", assignee=ana)
    for _ in range(2):
        make.conversation(webchat)

    assert assignment.assign_waiting(sales.pk) == 1
    assert Round.objects.latest_of(sales.pk).seats[0].limit == 1


def test_a_membership_may_allow_more(webchat, sales, ana):
    make.ready(ana)
    Team.objects.filter(pk=sales.pk).update(capacity=1)
    sales.memberships.update(capacity=2)
    for _ in range(3):
        make.conversation(webchat)

    assert assignment.assign_waiting(sales.pk) == 2


def test_whoever_is_given_one_hears_of_it_and_nobody_else(
    webchat, sales, ana, ben, ears, django_capture_on_commit_callbacks
):
    mine, theirs = ears.listen(f"person.{ana.pk}"), ears.listen(f"person.{ben.pk}")
    row = make.conversation(webchat)

    with django_capture_on_commit_callbacks(execute=True):
        row.assign_to(ana, by=ben)

    assert {"hint": "assigned", "conversation": row.pk, "by": ben.pk} in ears.heard(mine)
    assert all(frame.get("hint") != "assigned" for frame in ears.heard(theirs))


def test_whoever_takes_one_needs_no_telling(webchat, ana, ears, django_capture_on_commit_callbacks):
    mine = ears.listen(f"person.{ana.pk}")
    row = make.conversation(webchat)

    with django_capture_on_commit_callbacks(execute=True):
        row.assign_to(ana, by=ana)

    assert all(frame.get("hint") != "assigned" for frame in ears.heard(mine))
