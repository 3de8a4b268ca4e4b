"""What needs no database: rounding and percentiles, periods, working time, days of mail."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.models.mailing import Every
from conversations.reports.clock import Clock
from conversations.reports.periods import Period
from conversations.reports.tally import Tally, rounded
from teams.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 3, 25), datetime(2026, 4, 3), timezones=st.just(UTC))
SECONDS = st.integers(0, 400 * 86400)


@given(SECONDS)
def test_a_rounded_time_is_hardly_more_than_three_percent_off(seconds):
    assert abs(rounded(seconds) - seconds) <= seconds / 32
    assert rounded(rounded(seconds)) == rounded(seconds)


@pytest.mark.parametrize(("seconds", "read"), [(0, 0), (31, 31), (32, 32), (33, 34), (300, 304), (3600, 3584)])
def test_a_time_is_read_to_six_binary_digits(seconds, read):
    assert rounded(seconds) == read


@given(st.lists(SECONDS, min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank_of_the_rounded_times(times, percent):
    tally = Tally()
    for seconds in times:
        tally.take(1, seconds, {rounded(seconds): 1})
    ordered = sorted(map(rounded, times))
    assert tally.percentile(percent) == ordered[-(-len(ordered) * percent // 100) - 1]


def test_of_nothing_there_is_neither_mean_nor_median():
    assert (Tally().mean, Tally().percentile(50)) == (None, None)


@given(MOMENTS, MOMENTS)
def test_working_time_is_every_second_at_which_it_was_open(one, other):
    begin, end = (each.replace(second=0, microsecond=0) for each in sorted((one, other)))
    hours = Hours(BERLIN, {6: [(time(1), time(4))], 0: [(time(9), time(17))]}, frozenset())
    minutes, moment = 0, begin
    while moment < end:
        minutes += hours.is_open(moment)
        moment += timedelta(minutes=1)
    assert Clock(hours).seconds(begin, end) == minutes * 60


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_months_and_edges_are_the_period(since, days):
    period = Period(since, since + timedelta(days=days))
    found = [day for edge in period.edges() for day in edge.each_day()]
    for month in period.months():
        found += Period(month, Period(month, month).within(month).until).each_day()
        found += [day for day in period.each_day() if day.replace(day=1) == month and day != month]
    assert sorted(found) == list(period.each_day())
    assert period.before.until == since - timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "since", "until", "following"),
    [
        (Every.DAY, "2026-11-24", "2026-11-24", "2026-11-26"),
        (Every.WEEK, "2026-11-16", "2026-11-22", "2026-11-30"),
        (Every.MONTH, "2026-10-01", "2026-10-31", "2026-12-01"),
    ],
)
def test_mail_tells_of_the_last_whole_day_week_or_month(every, since, until, following):
    day = date(2026, 11, 25)
    assert every.period_before(day) == (date.fromisoformat(since), date.fromisoformat(until))
    assert every.next_day(day) == date.fromisoformat(following)
