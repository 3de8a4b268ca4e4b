"""What every verdict means for a message, in every situation in which it can come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.verdicts import Refused, Verdict
from conversations.models import Status
from conversations.sending.fates import PAUSES, Fate, fate

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIVE = timedelta(minutes=5)

TABLE = [
    ("a limit of one person", Refused(Verdict.WAIT, "", wait=FIVE, of_recipient=True), Fate(Status.QUEUED, NOW + FIVE)),
    ("of one person, unstated", Refused(Verdict.WAIT, "", of_recipient=True), Fate(Status.QUEUED, NOW + MINUTE)),
    ("a limit of the channel", Refused(Verdict.WAIT, "", wait=FIVE), Fate(Status.QUEUED, pause_until=NOW + FIVE)),
    ("of the channel, unstated", Refused(Verdict.WAIT, ""), Fate(Status.QUEUED, pause_until=NOW + MINUTE)),
    ("a dead token", Refused(Verdict.RECONNECT, ""), Fate(Status.QUEUED, suspends=True)),
    ("a message that nobody takes", Refused(Verdict.PERMANENT, ""), Fate(Status.FAILED)),
    ("a person whom nothing reaches", Refused(Verdict.UNREACHABLE, ""), Fate(Status.FAILED)),
    ("a window that has passed", Refused(Verdict.WINDOW, ""), Fate(Status.FAILED)),
    ("no answer", Refused(Verdict.UNKNOWN, ""), Fate(Status.UNKNOWN)),
]


@pytest.mark.parametrize(("refused", "decided"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_verdict_decides_about_message_and_channel(refused, decided):
    assert fate(refused, failures=0, now=NOW) == decided


def test_every_verdict_has_its_row():
    assert {row[1].verdict for row in TABLE} | {Verdict.RETRY} == set(Verdict)


@given(st.integers(1, len(PAUSES)))
def test_what_failed_comes_back_later_and_later(failures):
    decided = fate(Refused(Verdict.RETRY, ""), failures=failures, now=NOW)

    assert decided.status == Status.QUEUED
    assert 0.8 * PAUSES[failures - 1] <= decided.not_before - NOW <= 1.2 * PAUSES[failures - 1]


def test_not_all_come_back_in_the_same_moment():
    assert len({fate(Refused(Verdict.RETRY, ""), failures=1, now=NOW).not_before for _ in range(20)}) > 1


def test_six_tries_take_about_an_hour_and_then_a_person_must_look():
    assert len(PAUSES) + 1 == 6
    assert 0.75 * HOUR < sum(PAUSES, timedelta(0)) < HOUR
    assert fate(Refused(Verdict.RETRY, ""), failures=6, now=NOW) == Fate(Status.FAILED)


def test_a_provider_that_asks_for_more_time_gets_it():
    assert fate(Refused(Verdict.RETRY, "", wait=HOUR), failures=1, now=NOW).not_before == NOW + HOUR
