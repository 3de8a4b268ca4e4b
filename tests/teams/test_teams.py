"""Teams and memberships: limits, times and working hours, and what the database refuses."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from teams.models import Holiday, Membership, Schedule, Team, Teammate
from tests import make

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_membership_s_limit_is_its_own_number_else_the_team_s_else_none(sales, ana):
    membership = Membership.objects.get(team=sales, teammate=ana)
    assert membership.limit is None

    membership.team.capacity = 5
    assert membership.limit == 5

    membership.capacity = 0
    assert membership.limit == 0


@pytest.mark.parametrize("model", [Team, Membership, Teammate])
def test_no_capacity_is_negative(model, sales, ana):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(capacity=-1)


@pytest.mark.parametrize("field", ["response_time", "return_after_away", "return_after_vanished"])
@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-1)])
def test_no_time_of_a_team_is_nothing_or_less(sales, field, length):
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.update(**{field: length})


def test_a_new_team_takes_back_from_the_vanished_only(sales):
    assert (sales.response_time, sales.return_after_away) == (None, None)
    assert sales.return_after_vanished == timedelta(minutes=5)


def test_a_team_without_a_schedule_is_always_open(sales):
    assert sales.is_open(MONDAY_NOON)


def test_a_team_with_a_schedule_keeps_its_hours_and_holidays(sales):
    sales.schedule = make.schedule({0: (time(9), time(18))})
    assert sales.is_open(MONDAY_NOON)
    assert not sales.is_open(MONDAY_NOON + timedelta(hours=6))
    assert sales.schedule.opens_next(MONDAY_NOON + timedelta(hours=6)) == MONDAY_NOON + timedelta(days=6, hours=21)

    Holiday.objects.create(schedule=sales.schedule, day=MONDAY_NOON.date(), name="Day off")
    assert not sales.is_open(MONDAY_NOON)


def test_a_schedule_that_a_team_keeps_is_not_deleted(sales):
    sales.schedule = make.schedule({})
    sales.save()

    with pytest.raises(ProtectedError):
        sales.schedule.delete()


def test_hours_of_many_schedules_are_read_in_three_queries(db, django_assert_num_queries):
    for _ in range(5):
        make.schedule({day: (time(9), time(18)) for day in range(7)})

    with django_assert_num_queries(3):
        assert all(schedule.is_open(MONDAY_NOON) for schedule in Schedule.objects.with_hours())


def test_a_time_zone_is_one_of_the_known(db):
    with pytest.raises(ValidationError, match="Mars/Olympus"):
        Schedule(name="There", time_zone="Mars/Olympus").full_clean()


@pytest.mark.parametrize(("opens", "closes"), [(time(9), time(9)), (time(18), time(9)), (time(9), time(0, 1))])
def test_the_database_lets_no_opening_end_before_it_starts(db, opens, closes):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.schedule({0: (opens, closes)})


def test_a_holiday_is_once_per_schedule(db):
    schedule = make.schedule({})
    schedule.holidays.create(day=MONDAY_NOON.date(), name="One")

    with pytest.raises(IntegrityError), transaction.atomic():
        schedule.holidays.create(day=MONDAY_NOON.date(), name="Two")
