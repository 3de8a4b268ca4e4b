"""Auto Assign: a team's waiting conversations to those who are ready and have room, fairly."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations import tasks
from conversations.balancer import assignment
from conversations.balancer.balance import FULL
from conversations.models import Conversation, Round
from teams import presence
from teams.models import Team, Teammate
from tests import make


@pytest.fixture(autouse=True)
def switched_on(sales):
    """Without signals: tests say themselves when the team is drained."""
    Team.objects.filter(pk=sales.pk).update(auto_assign=True)


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


def drain(team) -> int:
    return assignment.assign_waiting(team.pk)


def assignee(row) -> Teammate | None:
    return Conversation.objects.get(pk=row.pk).assignee


def test_a_waiting_conversation_goes_to_somebody_ready(conversation, sales, ana):
    make.ready(ana)

    assert drain(sales) == 1

    event = conversation.events.get(verb="assign")
    assert assignee(conversation) == ana
    assert event.actor is None
    round = Round.objects.get()
    assert event.data["why"] == {"load": "0", "capacity": 10, "ready": 1, "round": round.pk}


def test_it_stays_in_the_teams_inbox_when_the_switch_is_off(conversation, sales, ana):
    make.ready(ana)
    change(sales, auto_assign=False)

    assert drain(sales) == 0
    assert assignee(conversation) is None


@pytest.mark.parametrize(
    "fields", [{"availability": "away"}, {"last_seen_at": None}, {"is_active": False}, {"capacity": 0}]
)
def test_it_stays_there_when_nobody_is_ready(conversation, sales, ana, fields):
    make.ready(ana)
    change(ana, **fields)

    assert drain(sales) == 0
    assert assignee(conversation) is None


def test_somebody_whose_heartbeat_stopped_is_not_ready(conversation, sales, ana):
    make.ready(ana)
    change(ana, last_seen_at=timezone.now() - timedelta(seconds=91))

    assert drain(sales) == 0


def test_people_of_other_teams_get_nothing(conversation, sales, cara):
    make.ready(cara)

    assert drain(sales) == 0


def test_a_teams_drain_leaves_other_inboxes_alone(support, sales, ana):
    make.ready(ana)
    elsewhere, nowhere = make.conversation(make.channel("webchat", support)), make.conversation(make.channel())

    assert drain(sales) == 0
    assert (assignee(elsewhere), assignee(nowhere)) == (None, None)


def test_the_least_loaded_comes_first(webchat, sales, ana, ben):
    for person in (ana, ben):
        make.ready(person)
    make.conversation(webchat, state="assigned", assignee=ana)
    row = make.conversation(webchat)

    drain(sales)

    assert assignee(row) == ben


def test_load_counts_over_all_teams_and_only_what_is_live(webchat, sales, support, ana, ben):
    for person in (ana, ben):
        make.ready(person)
    make.conversation(make.channel("webchat", support), state="assigned", assignee=ana)
    for state in ("closed", "dropped"):
        make.conversation(webchat, state=state, assignee=ben)
    row = make.conversation(webchat)

    drain(sales)

    assert assignee(row) == ben


def test_with_equal_load_whoever_got_one_longest_ago_comes_first(webchat, sales, ana, ben):
    now = timezone.now()
    for person, ago in ((ana, 5), (ben, 10)):
        change(make.ready(person), last_assigned_at=now - timedelta(minutes=ago))
    row = make.conversation(webchat)

    drain(sales)

    assert assignee(row) == ben
    ben.refresh_from_db()
    assert ben.last_assigned_at >= now


def test_whoever_never_got_one_comes_before_all_who_did(webchat, sales, ana, ben):
    change(make.ready(ana), last_assigned_at=timezone.now() - timedelta(days=9))
    make.ready(ben)
    row = make.conversation(webchat)

    drain(sales)

    assert assignee(row) == ben


def test_else_the_first_who_joined_comes_first(webchat, sales, ana, ben):
    for person in (ben, ana):
        make.ready(person)
    row = make.conversation(webchat)

    drain(sales)

    assert assignee(row) == min(ana, ben, key=lambda each: each.pk)


def test_many_are_spread_evenly(webchat, sales, ana, ben):
    for person in (ana, ben):
        make.ready(person)
    for _ in range(6):
        make.conversation(webchat)

    assert drain(sales) == 6
    assert Conversation.objects.load_of([ana.pk, ben.pk]) == {ana.pk: 3 * FULL, ben.pk: 3 * FULL}


def test_nobody_gets_more_than_their_capacity(webchat, sales, ana, ben):
    for person, capacity in ((ana, 1), (ben, 2)):
        change(make.ready(person), capacity=capacity)
    for _ in range(5):
        make.conversation(webchat)

    assert drain(sales) == 3
    assert drain(sales) == 0
    assert Conversation.objects.load_of([ana.pk, ben.pk]) == {ana.pk: FULL, ben.pk: 2 * FULL}
    assert Conversation.objects.unassigned().of_team(sales.pk).count() == 2


def test_somebody_overloaded_by_hand_just_gets_nothing_more(webchat, sales, ana, ben):
    change(make.ready(ana), capacity=1)
    make.ready(ben)
    for _ in range(3):
        make.conversation(webchat, state="assigned", assignee=ana)
    rows = [make.conversation(webchat) for _ in range(2)]

    assert drain(sales) == 2
    assert {assignee(row) for row in rows} == {ben}


def test_who_waited_longest_is_served_first(webchat, sales, ana):
    change(make.ready(ana), capacity=1)
    late, early = make.conversation(webchat), make.conversation(webchat)
    change(early, waiting_since=timezone.now() - timedelta(hours=1))

    drain(sales)

    assert (assignee(early), assignee(late)) == (ana, None)


def test_what_is_urgent_is_served_before_who_waited_longest(webchat, sales, ana):
    change(make.ready(ana), capacity=1)
    early, urgent = make.conversation(webchat), make.conversation(webchat)
    change(early, waiting_since=timezone.now() - timedelta(hours=1))
    change(urgent, priority=4)

    drain(sales)

    assert (assignee(urgent), assignee(early)) == (ana, None)


def test_who_has_an_answer_already_comes_last(webchat, sales, ana):
    change(make.ready(ana), capacity=1)
    answered, waiting = make.conversation(webchat), make.conversation(webchat)
    change(answered, waiting_since=None)

    drain(sales)

    assert (assignee(waiting), assignee(answered)) == (ana, None)


def test_what_came_back_to_the_inbox_is_given_out_too(webchat, sales, ana, ben):
    row = make.conversation(webchat, state="reopened", assignee=ben)
    assert (row.state, row.assignee) == ("reopened", None)
    make.ready(ana)

    drain(sales)

    row.refresh_from_db()
    assert (row.state, row.assignee) == ("assigned", ana)


# --- What sets it going ---------------------------------------------------------------------------------------------


@pytest.fixture
def follow_up(worker, django_capture_on_commit_callbacks):
    """Do something, and then what Monty does after its commit."""

    def follow_up(deed):
        with django_capture_on_commit_callbacks(execute=True):
            return deed()

    return follow_up


def test_a_customers_arrival_does(webchat, ana, follow_up):
    make.ready(ana)

    assert assignee(follow_up(lambda: make.message(webchat)).conversation) == ana


def test_a_customers_return_does(webchat, ana, ben, follow_up):
    make.conversation(webchat, state="closed", assignee=ben, who="nora")
    make.ready(ana)

    assert assignee(follow_up(lambda: make.message(webchat, who="nora")).conversation) == ana


def test_handing_over_to_the_team_does(support, sales, ana, cara, follow_up):
    row = make.conversation(make.channel("webchat", support))
    make.ready(ana)

    follow_up(lambda: row.hand_to(sales, by=cara))

    assert assignee(row) == ana


def test_giving_it_back_does(webchat, ana, ben, follow_up):
    row = make.conversation(webchat, state="assigned", assignee=ben)
    make.ready(ana)

    follow_up(lambda: row.unassign(by=ben))

    assert assignee(row) == ana


@pytest.mark.parametrize(
    "make_room",
    [
        lambda row, ben, support: row.close(by=None),
        lambda row, ben, support: row.drop(by=None),
        lambda row, ben, support: row.assign_to(ben, by=None),
        lambda row, ben, support: row.hand_to(support, by=None),
    ],
    ids=["close", "drop", "assign", "hand_to"],
)
def test_somebodys_having_room_again_does(webchat, support, ana, ben, follow_up, make_room):
    change(make.ready(ana), capacity=1)
    row, waiting = make.conversation(webchat, state="assigned", assignee=ana), make.conversation(webchat)

    follow_up(lambda: make_room(row, ben, support))

    assert assignee(waiting) == ana


def test_becoming_active_does(conversation, ana, follow_up):
    presence.choose(make.ready(ana), "away", by=ana)

    follow_up(lambda: presence.choose(ana, "active", by=ana))

    assert assignee(conversation) == ana


def test_connecting_does(conversation, ana, follow_up):
    follow_up(lambda: presence.seen(ana))

    assert assignee(conversation) == ana


def test_a_larger_capacity_does(conversation, ana, follow_up):
    change(make.ready(ana), capacity=0)

    def enlarge():
        ana.capacity = 1
        ana.save()

    follow_up(enlarge)

    assert assignee(conversation) == ana


def test_joining_the_team_does(conversation, sales, cara, follow_up):
    make.ready(cara)

    follow_up(lambda: sales.memberships.create(teammate=cara))

    assert assignee(conversation) == cara


def test_switching_it_on_does(conversation, sales, ana, follow_up):
    change(sales, auto_assign=False)
    make.ready(ana)

    def switch_on():
        sales.auto_assign = True
        sales.save()

    follow_up(switch_on)

    assert assignee(conversation) == ana


def test_the_sweep_does_for_what_all_these_lost(conversation, support, ana):
    make.ready(ana)

    tasks.assign_missed()

    assert assignee(conversation) == ana


def test_assigning_by_hand_works_also_to_somebody_away_or_full(conversation, ana, ben):
    change(ben, availability="away", capacity=0)

    conversation.assign_to(ben, by=ana)

    assert conversation.state == "assigned"
