"""Quiet hours: a span by one's own clock, on chosen days, also over midnight and when the clock is changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from monty.errors import BadInput
from teams.hours import MIDNIGHT, Hours, over_night
from teams.models import Teammate

ALWAYS = range(7)
MONDAY = date(2026, 3, 2)
times = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
days = st.sets(st.integers(0, 6))


def is_quiet(on, starts: time, ends: time, at: datetime) -> bool:
    return Hours(ZoneInfo("UTC"), over_night(on, starts, ends), frozenset()).is_open(at)


@given(days, times, times, st.integers(0, 7 * 24 * 60 - 1))
def test_quiet_is_what_lies_between_a_beginning_and_its_end(on, starts, ends, minute):
    """The same, counted in minutes since a Monday: every span is walked, those of last week too."""
    at = datetime.combine(MONDAY, MIDNIGHT, UTC) + timedelta(minutes=minute)
    begin, end = starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
    length = end - begin if begin < end else end - begin + 24 * 60
    begins = [(day + week * 7) * 24 * 60 + begin for day in on for week in (-1, 0)]
    assert is_quiet(on, starts, ends, at) is any(each <= minute < each + length for each in begins)


def test_a_friday_night_ends_on_saturday_morning():
    friday = {4}
    assert is_quiet(friday, time(22), time(7), datetime(2026, 3, 7, 6, 59, tzinfo=UTC))
    assert not is_quiet(friday, time(22), time(7), datetime(2026, 3, 7, 7, tzinfo=UTC))
    assert not is_quiet(friday, time(22), time(7), datetime(2026, 3, 6, 6, 59, tzinfo=UTC))


def test_they_go_by_one_s_own_clock_in_summer_and_in_winter():
    me = Teammate(time_zone="Europe/Berlin", quiet_from=time(20), quiet_to=time(7), quiet_days=[*ALWAYS])
    assert me.is_quiet(datetime(2026, 1, 15, 19, 30, tzinfo=UTC))
    assert not me.is_quiet(datetime(2026, 7, 15, 17, 30, tzinfo=UTC))
    assert me.is_quiet(datetime(2026, 7, 15, 18, 30, tzinfo=UTC))


def test_without_any_one_is_never_left_in_peace():
    assert not any(Teammate().is_quiet(datetime(2026, 3, 2, hour, tzinfo=UTC)) for hour in range(24))


@pytest.mark.django_db
@pytest.mark.once
def test_a_beginning_without_an_end_is_refused_by_verb_and_database(ana):
    with pytest.raises(BadInput, match="a beginning and an end"):
        ana.be_quiet(time(20), None, ALWAYS)
    with pytest.raises(BadInput, match="from 0"):
        ana.be_quiet(time(20), time(7), [7])
    with pytest.raises(IntegrityError), transaction.atomic():
        Teammate.objects.filter(pk=ana.pk).update(quiet_from=time(20))
