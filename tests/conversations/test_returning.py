"""Customers whose teammate left or does not answer come back to the team's inbox, and are handed out again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations import tasks
from conversations.balancer import assignment, returning
from conversations.models import Absence, Conversation
from teams import presence
from teams.models import Team, Teammate
from tests import make

GRACE = timedelta(minutes=5)


@pytest.fixture
def held(webchat, ana):
    """Ana has it, she is at work, and the customer waits for her; nothing is ever taken back by itself yet."""
    Team.objects.update(return_after_away=None, return_after_vanished=None, response_time=None)
    make.ready(ana)
    return make.conversation(webchat, state="assigned", assignee=ana)


def rule(team: Team, **times) -> Team:
    Team.objects.filter(pk=team.pk).update(**times)
    return Team.objects.get(pk=team.pk)


def went_away(person: Teammate, ago: timedelta) -> None:
    presence.choose(person, "away", by=person)
    Teammate.objects.filter(pk=person.pk).update(availability_at=timezone.now() - ago)


def vanished(person: Teammate, ago: timedelta) -> None:
    Teammate.objects.filter(pk=person.pk).update(last_seen_at=timezone.now() - ago)


def assigned(row: Conversation, ago: timedelta, **fields) -> None:
    Conversation.objects.filter(pk=row.pk).update(assigned_at=timezone.now() - ago, **fields)


def owner(row: Conversation) -> Teammate | None:
    return Conversation.objects.get(pk=row.pk).assignee


def test_after_the_time_a_team_has_set_what_somebody_away_left_comes_back(held, sales, ana):
    assigned(held, ago=4 * GRACE)
    went_away(ana, ago=2 * GRACE)

    assert returning.take_back(rule(sales, return_after_away=GRACE)) == 1

    held.refresh_from_db()
    assert (held.state, held.assignee, held.team) == ("open", None, sales)
    event = held.events.get(verb="take_back")
    assert event.actor is None
    assert event.data["because"] == Absence.AWAY
    assert event.was["assignee"] == ana.pk


@pytest.mark.parametrize("times", [{"return_after_away": 3 * GRACE}, {"return_after_away": None}])
def test_before_that_or_without_such_a_time_it_stays(held, sales, ana, times):
    assigned(held, ago=4 * GRACE)
    went_away(ana, ago=2 * GRACE)

    assert returning.take_back(rule(sales, **times)) == 0
    assert owner(held) == ana


def test_what_somebody_who_vanished_left_comes_back(held, sales, ana):
    assigned(held, ago=4 * GRACE)
    vanished(ana, ago=2 * GRACE)

    assert returning.take_back(rule(sales, return_after_vanished=GRACE)) == 1
    assert owner(held) is None
    assert held.events.get(verb="take_back").data["because"] == Absence.VANISHED


def test_a_short_drop_takes_nothing_back(held, sales, ana):
    assigned(held, ago=4 * GRACE)
    vanished(ana, ago=GRACE / 2)

    assert returning.take_back(rule(sales, return_after_vanished=GRACE)) == 0
    assert owner(held) == ana


def test_a_customer_who_waits_for_nothing_stays_with_their_teammate(held, sales, ana):
    assigned(held, ago=4 * GRACE, waiting_since=None)
    vanished(ana, ago=2 * GRACE)

    assert returning.take_back(rule(sales, return_after_vanished=GRACE)) == 0
    assert owner(held) == ana


@pytest.mark.parametrize("leave", [went_away, vanished])
def test_what_a_person_assigned_to_somebody_who_had_left_already_stays(held, sales, ana, leave):
    leave(ana, ago=4 * GRACE)
    assigned(held, ago=GRACE)

    assert returning.take_back(rule(sales, return_after_away=GRACE, return_after_vanished=GRACE)) == 0
    assert owner(held) == ana


def test_what_another_team_has_is_that_teams_matter(held, support, ana):
    assigned(held, ago=4 * GRACE)
    vanished(ana, ago=2 * GRACE)

    assert returning.take_back(rule(support, return_after_vanished=GRACE)) == 0


def test_an_auto_assigned_one_nobody_answered_in_time_goes_to_somebody_else(webchat, sales, ana, ben):
    team = rule(sales, auto_assign=True, response_time=GRACE, return_after_vanished=None)
    make.ready(ana)
    row = make.conversation(webchat)
    assignment.assign_waiting(sales.pk)
    assert owner(row) == ana
    assigned(row, ago=2 * GRACE)
    Conversation.objects.filter(pk=row.pk).update(waiting_since=timezone.now() - 3 * GRACE)

    assert returning.take_back(team) == 1

    assert assignment.assign_waiting(sales.pk) == 0, "not to the same one"
    make.ready(ben)
    assert assignment.assign_waiting(sales.pk) == 1
    assert owner(row) == ben


def test_one_given_by_hand_is_not_taken_back_for_silence(held, sales, ana):
    assigned(held, ago=4 * GRACE)

    assert returning.take_back(rule(sales, response_time=GRACE)) == 0


def test_one_that_was_answered_once_is_not_taken_back_for_silence(webchat, sales, ana):
    team = rule(sales, auto_assign=True, response_time=GRACE)
    make.ready(ana)
    row = make.conversation(webchat)
    assignment.assign_waiting(sales.pk)
    # Answered, and then the customer wrote again.
    assigned(row, ago=4 * GRACE, waiting_since=timezone.now() - 2 * GRACE)

    assert returning.take_back(team) == 0
    assert owner(row) == ana


def test_an_answer_in_the_last_moment_makes_it_void(held, ana):
    given_at = held.assigned_at
    held.reply("Here I am", by=ana)

    assert held.take_back(Absence.VANISHED, by=None, given_at=given_at) is None
    assert owner(held) == ana


def test_another_assignment_meanwhile_makes_it_void(held, ana, ben):
    given_at = held.assigned_at
    held.assign_to(ben, by=ana)

    assert held.take_back(Absence.VANISHED, by=None, given_at=given_at) is None
    assert owner(held) == ben


def test_the_sweep_asks_every_team_that_takes_back(held, sales, support, ana):
    assigned(held, ago=4 * GRACE)
    vanished(ana, ago=2 * GRACE)
    rule(sales, return_after_vanished=GRACE)

    tasks.take_back_overdue()

    assert owner(held) is None


def test_it_is_handed_out_again_at_once(held, sales, ana, ben, worker, django_capture_on_commit_callbacks):
    assigned(held, ago=4 * GRACE)
    vanished(ana, ago=2 * GRACE)
    make.ready(ben)
    rule(sales, auto_assign=True, return_after_vanished=GRACE)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.take_back_overdue()

    assert owner(held) == ben


def test_a_sweep_costs_as_much_for_a_hundred_that_stay_as_for_one(held, webchat, sales, ana, django_assert_num_queries):
    for _ in range(5):
        make.conversation(webchat, state="assigned", assignee=ana)
    team = rule(sales, return_after_away=GRACE, return_after_vanished=GRACE, response_time=GRACE)

    with django_assert_num_queries(3):
        returning.take_back(team)
