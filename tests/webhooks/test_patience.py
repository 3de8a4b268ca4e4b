"""When a webhook is tried again: later and later, for a day. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from webhooks import patience
from webhooks.patience import Answer, next_try

T0 = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def without_jitter(monkeypatch) -> None:
    monkeypatch.setattr(patience, "JITTER", 0)


def after(tries: int, *, passed: timedelta = timedelta(0), wait: timedelta | None = None) -> timedelta | None:
    """How long after the failed try comes the next; None: it is given up."""
    again = next_try(tries, since=T0, now=T0 + passed, lasts=DAY, wait=wait)
    return again - (T0 + passed) if again else None


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("tries", "pause"),
    [(1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 3600), (7, 7200), (8, 14400), (9, 28800), (10, 28800)],
)
def test_it_waits_longer_each_time(tries: int, pause: int) -> None:
    assert after(tries) == seconds(pause)


def test_the_whole_day_takes_twelve_tries_and_the_last_is_at_its_end() -> None:
    now, tries, times = T0, 1, [T0]
    while again := next_try(tries, since=T0, now=now, lasts=DAY, wait=None):
        now, tries = again, tries + 1
        times.append(now)
    assert len(times) == 12
    assert times[-1] == T0 + DAY


def test_when_the_day_is_over_it_is_given_up() -> None:
    assert after(3, passed=DAY) is None
    assert after(3, passed=DAY - seconds(1)) == seconds(1)


def test_a_receiver_may_ask_for_more_time_and_not_for_less() -> None:
    assert after(1, wait=seconds(90)) == seconds(90)
    assert after(5, wait=seconds(1)) == seconds(1800)


def test_what_failed_together_does_not_come_back_together(monkeypatch) -> None:
    monkeypatch.setattr(patience, "JITTER", 0.2)
    assert len({patience.pause(4) for _ in range(20)}) > 10
    assert all(seconds(480) <= patience.pause(4) <= seconds(720) for _ in range(100))


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        (Answer(204, ""), None),
        (Answer(400, ""), None),
        (Answer(None, "", troubled=True), seconds(60)),
        (Answer(429, "", troubled=True, wait=seconds(300)), seconds(300)),
        (Answer(429, "", troubled=True, wait=seconds(86400)), seconds(3600)),
    ],
)
def test_only_a_receiver_in_trouble_is_left_alone(answer: Answer, rest: timedelta | None) -> None:
    assert answer.rest == rest


@pytest.mark.parametrize(("code", "taken"), [(200, True), (204, True), (299, True), (301, False), (404, False)])
def test_only_two_hundreds_are_taken(code: int, taken: bool) -> None:
    assert Answer(code, "").taken is taken
