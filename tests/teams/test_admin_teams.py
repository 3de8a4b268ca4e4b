"""A team and its working hours, set up by a supervisor in the admin."""

from datetime import date, time, timedelta

import pytest
from django.test import Client

from monty.admin import address, page_of
from teams.models import Membership, Schedule, Team
from tests import make
from tests.teams.test_admin_people import form_of

pytestmark = pytest.mark.django_db


def openings(*rows: tuple[int, str, str], holidays: int = 0) -> dict[str, object]:
    """What a browser sends for a new schedule with these openings."""
    data: dict[str, object] = {
        "name": "Office hours",
        "time_zone": "Europe/Berlin",
        "openings-TOTAL_FORMS": len(rows),
        "openings-INITIAL_FORMS": 0,
        "holidays-TOTAL_FORMS": holidays,
        "holidays-INITIAL_FORMS": 0,
    }
    for number, (weekday, opens, closes) in enumerate(rows):
        data |= {f"openings-{number}-weekday": weekday, f"openings-{number}-opens": opens}
        data |= {f"openings-{number}-closes": closes}
    return data


def add(client: Client, data: dict[str, object]):
    return client.post(address(Schedule, "add"), data, follow=True)


def test_a_supervisor_sets_up_a_schedule_with_openings_and_a_holiday(client, supervisor) -> None:
    holiday = {"holidays-0-day": "2026-12-25", "holidays-0-name": "Christmas Day"}
    add(client, openings((0, "09:00", "12:00"), (0, "12:00", "18:00"), (5, "20:00", "00:00"), holidays=1) | holiday)

    schedule = Schedule.objects.get()
    spans = [(opening.weekday, *opening.span) for opening in schedule.openings.all()]
    assert spans == [(0, time(9), time(12)), (0, time(12), time(18)), (5, time(20), time(0))]
    assert [each.day for each in schedule.holidays.all()] == [date(2026, 12, 25)]


def test_openings_that_overlap_are_refused_by_day_and_time(client, supervisor) -> None:
    answer = add(client, openings((0, "09:00", "13:00"), (0, "12:00", "18:00")))

    assert "Monday: 09:00–13:00 and 12:00–18:00 overlap." in answer.content.decode()
    assert not Schedule.objects.exists()


def test_hours_that_end_before_they_start_are_refused(client, supervisor) -> None:
    answer = add(client, openings((0, "18:00", "09:00")))

    assert "It must close after it opens" in answer.content.decode()
    assert not Schedule.objects.exists()


def test_an_opening_that_is_taken_away_overlaps_nothing(client, supervisor) -> None:
    schedule = make.schedule({0: (time(9), time(18))})
    row = schedule.openings.get()
    new = {
        "openings-1-weekday": 0,
        "openings-1-opens": "10:00",
        "openings-1-closes": "19:00",
        "openings-0-DELETE": "on",
    }
    client.post(page_of(schedule), form_of(client, schedule) | new | {"openings-TOTAL_FORMS": 2})

    assert [each.span for each in schedule.openings.all()] == [(time(10), time(19))]
    assert not schedule.openings.filter(pk=row.pk).exists()


def test_a_time_zone_that_does_not_exist_is_refused(client, supervisor) -> None:
    add(client, openings() | {"time_zone": "Mars/Olympus"})
    assert not Schedule.objects.exists()


def test_a_schedule_says_whether_it_is_open_and_when_it_opens(client, supervisor, time_machine) -> None:
    schedule = make.schedule({0: (time(9), time(18))})
    for now, words in [("2026-11-23 10:00Z", "Open now"), ("2026-11-20 10:00Z", "Opens Monday 09:00")]:
        time_machine.move_to(now, tick=False)
        client.force_login(supervisor)
        assert words in client.get(page_of(schedule)).content.decode()
    schedule.openings.all().delete()
    assert "Never open" in client.get(page_of(schedule)).content.decode()


def test_times_are_typed_in_minutes_and_may_be_left_empty(client, supervisor, sales) -> None:
    typed = {"response_time": 3, "return_after_away": 90, "return_after_vanished": ""}
    client.post(page_of(sales), form_of(client, sales) | typed)

    sales.refresh_from_db()
    assert (sales.response_time, sales.return_after_away) == (timedelta(minutes=3), timedelta(minutes=90))
    assert sales.return_after_vanished is None


@pytest.mark.parametrize("field", ["capacity", "response_time", "return_after_away", "return_after_vanished"])
def test_a_negative_number_is_refused_and_changes_nothing(field, client, supervisor, sales) -> None:
    answer = client.post(page_of(sales), form_of(client, sales) | {field: -1, "name": "Other"})

    assert "errornote" in answer.content.decode()
    assert Team.objects.get() == sales
    assert Team.objects.get().name == "Sales"


def test_a_message_longer_than_channels_carry_is_refused(client, supervisor, sales) -> None:
    client.post(page_of(sales), form_of(client, sales) | {"away_message": "x" * 1001})
    sales.refresh_from_db()
    assert sales.away_message == ""


def test_a_member_gets_a_capacity_of_their_own(client, supervisor, sales, ana) -> None:
    client.post(page_of(sales), form_of(client, sales) | {"memberships-0-capacity": 2})
    assert Membership.objects.get(teammate=ana).limit == 2


def test_a_schedule_in_use_is_not_deleted(client, supervisor, sales) -> None:
    sales.schedule = make.schedule({})
    sales.save()
    client.post(address(Schedule, "delete", sales.schedule.pk), {"post": "yes"})
    assert Schedule.objects.exists()


def test_openings_and_holidays_change_only_on_their_schedule_s_page(client, supervisor) -> None:
    opening = make.schedule({0: (time(9), time(18))}).openings.get()
    assert client.post(page_of(opening), {"opens": "01:00"}).status_code == 403
