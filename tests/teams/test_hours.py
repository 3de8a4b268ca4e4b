"""Working hours: what the clock on the wall says, with holidays, midnight and the days of a change of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from teams.hours import MIDNIGHT, Hours, Span, overlapping

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
OFFICE = {day: [(time(9), time(18))] for day in range(5)}
ALWAYS = {day: [(MIDNIGHT, MIDNIGHT)] for day in range(7)}


def hours(spans: dict[int, list[Span]], *holidays: date, zone: ZoneInfo = BERLIN) -> Hours:
    return Hours(zone, spans, frozenset(holidays))


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 12:00", False),
    ],
)
def test_it_is_open_from_its_first_minute_to_before_its_last(now, is_open):
    assert hours(OFFICE).is_open(berlin(now)) == is_open


def test_the_clock_is_read_in_its_own_zone():
    assert hours(OFFICE).is_open(datetime(2026, 7, 20, 7, tzinfo=UTC))
    assert not hours(OFFICE).is_open(datetime(2026, 1, 19, 7, tzinfo=UTC))


def test_midnight_ends_the_day_and_starts_the_next_without_a_gap():
    late = hours({0: [(time(20), MIDNIGHT)], 1: [(MIDNIGHT, time(2))]})

    assert late.is_open(berlin("2026-11-23 23:59:59"))
    assert late.is_open(berlin("2026-11-24 00:00"))
    assert not late.is_open(berlin("2026-11-24 02:00"))


def test_a_holiday_is_closed_from_midnight_to_midnight():
    closed_monday = hours(ALWAYS, date(2026, 11, 23))

    assert closed_monday.is_open(berlin("2026-11-22 23:59"))
    assert not closed_monday.is_open(berlin("2026-11-23 00:00"))
    assert closed_monday.opens_next(berlin("2026-11-23 12:00")) == berlin("2026-11-24 00:00")


def test_it_opens_next_after_the_week_end_and_the_holiday():
    assert hours(OFFICE, date(2026, 11, 23)).opens_next(berlin("2026-11-20 18:00")) == berlin("2026-11-24 09:00")


def test_while_open_the_next_moment_is_now():
    now = berlin("2026-11-23 12:34")
    assert hours(OFFICE).opens_next(now) == now


@pytest.mark.parametrize("never", [{}, {0: []}])
def test_without_an_opening_it_never_opens(never):
    now = berlin("2026-11-23 12:00")
    assert not hours(never).is_open(now)
    assert hours(never).opens_next(now) is None


def test_a_year_of_holidays_is_never_open():
    days = [date(2026, 11, 23) + timedelta(days=number) for number in range(400)]
    assert hours(ALWAYS, *days).opens_next(berlin("2026-11-23 12:00")) is None


def test_hours_inside_the_skipped_hour_are_left_out_that_day_and_those_around_it_begin_with_it():
    before = berlin("2026-03-29 00:30")

    assert hours({6: [(time(2, 15), time(2, 45))]}).opens_next(before) == berlin("2026-04-05 02:15")
    assert hours({6: [(time(2, 15), time(4))]}).opens_next(before) == berlin("2026-03-29 03:00")


def test_hours_inside_the_hour_that_comes_twice_are_open_twice():
    night = hours({6: [(time(2, 15), time(2, 45))]})
    between = berlin("2026-10-25 02:50")

    assert night.is_open(berlin("2026-10-25 02:30"))
    assert not night.is_open(between)
    again = night.opens_next(between)
    assert again is not None
    assert again.astimezone(UTC) == berlin("2026-10-25 02:15", fold=1).astimezone(UTC)


@pytest.mark.parametrize(
    ("spans", "overlap"),
    [
        ([(time(9), time(12)), (time(12), time(18))], False),
        ([(time(13), time(18)), (time(9), time(12))], False),
        ([(time(9), time(13)), (time(12), time(18))], True),
        ([(time(9), MIDNIGHT), (time(20), time(21))], True),
        ([(MIDNIGHT, MIDNIGHT), (MIDNIGHT, time(1))], True),
        ([], False),
    ],
)
def test_two_of_a_day_overlap_when_they_share_a_minute(spans, overlap):
    assert (overlapping(spans) is not None) == overlap


# --- Against a slow, obvious reference --------------------------------------------------------------------------------

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana"]
minutes = st.integers(0, 24 * 60 - 1)
some_spans = st.dictionaries(st.integers(0, 6), st.lists(st.tuples(minutes, minutes), max_size=2), max_size=4)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any minute of some years, and often the ones about a change of the clock."""
    around = [
        datetime(2026, 3, 28, 20),
        datetime(2026, 10, 24, 20),
        datetime(2026, 4, 4, 10),
        datetime(2026, 4, 23, 18),
    ]
    start = draw(st.sampled_from([datetime(2024, 1, 1), *around]))
    length = 3 * 365 * 24 * 60 if start.year == 2024 else 2 * 24 * 60
    return start.replace(tzinfo=UTC) + draw(st.integers(0, length)) * MINUTE


def as_hours(zone: str, typed: dict[int, list[tuple[int, int]]], holidays: set[date]) -> Hours:
    def wall(minute: int) -> time:
        return time(minute // 60, minute % 60)

    spans = {
        day: [(wall(opens), wall(closes)) for opens, closes in pairs if opens < closes or closes == 0]
        for day, pairs in typed.items()
    }
    return Hours(ZoneInfo(zone), spans, frozenset(holidays))


def obviously_open(zone: str, typed: dict[int, list[tuple[int, int]]], holidays: set[date], now: datetime) -> bool:
    """Every minute of every opening is written down; is this one of them?"""
    local = now.astimezone(ZoneInfo(zone))
    open_minutes: set[int] = set()
    for opens, closes in typed.get(local.weekday(), []):
        open_minutes |= set(range(opens, closes or 24 * 60))
    return local.date() not in holidays and local.hour * 60 + local.minute in open_minutes


@given(
    zone=st.sampled_from(ZONES),
    typed=some_spans,
    off=st.sets(st.integers(0, 3), max_size=2),
    now=moments(),
    ahead=st.integers(0, 2 * 24 * 60),
)
@example(zone="Africa/Cairo", typed={4: [(0, 90)]}, off=set(), now=datetime(2026, 4, 23, 18, tzinfo=UTC), ahead=300)
@settings(max_examples=100)
def test_it_agrees_with_the_reference_at_every_minute(zone, typed, off, now, ahead):
    holidays = {(now + timedelta(days=number)).date() for number in off}
    assume(any(opens < closes or closes == 0 for pairs in typed.values() for opens, closes in pairs))
    schedule = as_hours(zone, typed, holidays)

    def expected(moment: datetime) -> bool:
        return obviously_open(zone, typed, holidays, moment)

    assert schedule.is_open(now + ahead * MINUTE) == expected(now + ahead * MINUTE)
    two_days = (now + number * MINUTE for number in range(2 * 24 * 60))
    first = next((moment for moment in two_days if expected(moment)), None)
    found = schedule.opens_next(now)
    found = found and found.astimezone(UTC)
    if first is not None:
        assert found == first
    else:
        assert found is None or (found >= now + timedelta(days=2) and expected(found) and not expected(found - MINUTE))
