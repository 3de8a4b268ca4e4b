"""A clock that is set by hand, and what reports say of all that has happened."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from conversations.models import Meter
from conversations.reports import measuring
from conversations.reports.base import REPORTS
from conversations.reports.periods import Period
from conversations.reports.question import By, Question
from teams.models import Teammate

Clock = Callable[[str], datetime]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def at(time_machine) -> Clock:
    """`at("11-02 09:00")`: it is that time by UTC, in 2026, and stands still."""

    def move(text: str, zone: ZoneInfo | None = None) -> datetime:
        moment = datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone or UTC)
        time_machine.move_to(moment, tick=False)
        return timezone.now()

    return move


def measured() -> None:
    """As after the sweeps: everything that happened is counted."""
    Meter.objects.ask_for_all()
    measuring.keep_up()


def numbers(report: str, *, by: By | None = None, period: Period = YEAR, **asked: Any) -> Any:
    """The figures of everything, or of each row. By facts and roll-ups alike."""
    question = Question(period, by=by, **asked)
    answer = REPORTS[report].answer(question)
    assert answer == REPORTS[report].answer(question, rolled_up=False)
    return answer.rows if by else answer.whole


@pytest.fixture
def reader(sales) -> Teammate:
    """May read the reports of Sales."""
    return may_read(Teammate.objects.create_user("rita", password="monty", first_name="Rita"), sales)


def may_read(person: Teammate, *teams: Any) -> Teammate:
    person.user_permissions.add(Permission.objects.get(codename="read_reports"))
    person.teams.add(*teams)
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def boss(sara) -> Teammate:
    """Sees every team, and may read reports."""
    return may_read(sara)
