"""Facts and roll-ups are kept up with what happens, whoever dies in between; and can be made anew."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from conversations import tasks
from conversations.models import Cell, Conversation, Fact, Label, Measure, Meter, Rollup, Stale
from conversations.reports import measuring, rollups
from conversations.reports.base import REPORTS
from conversations.reports.periods import Period
from conversations.reports.question import By, Question
from tests import make
from tests.at_once import at_once
from tests.conversations.reports.conftest import measured, numbers

pytestmark = pytest.mark.django_db

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def october(at, webchat, ana) -> Conversation:
    """Closed in October; now it is November, and October is added up."""
    at("10-05 09:00")
    row = make.message(webchat).conversation
    at("10-05 10:00")
    row.close(by=ana)
    at("11-02 09:00")
    measured()
    rollups.add_up_missed()
    return row


def all_fresh() -> bool:
    """That of the team, and that of all teams."""
    return [row.fresh for row in Rollup.objects.all()] == [True, True]


def closed() -> float:
    return numbers("volume", period=OCTOBER)["closed"]


def test_what_happens_is_counted_by_the_next_sweep(webchat, ana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make.message(webchat).conversation.close(by=ana)
    assert Fact.objects.count() == 0
    tasks.measure_changed()
    tasks.measure_changed()
    assert Fact.objects.filter(measure=Measure.CLOSED).count() == 1
    assert not Stale.objects.exists()


@pytest.mark.once
def test_what_only_moves_ticks_is_not_measured(conversation, ana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        conversation.mark_read(by=ana)
        conversation.note("Hm", by=ana)
    assert not Stale.objects.exists()


def test_a_month_that_is_over_is_added_up_once(october):
    assert all_fresh()
    before = list(Cell.objects.values_list("pk", flat=True))
    rollups.add_up_missed()
    assert before and before == list(Cell.objects.values_list("pk", flat=True))


def test_every_month_that_was_missed_is_added_up_at_once(at):
    at("11-02 09:00")
    months = [date(year, month, 1) for year in range(2000, 2026) for month in range(1, 13)]
    Rollup.objects.bulk_create([Rollup(month=month, team_id=1) for month in months])
    rollups.add_up_missed()
    assert not Rollup.objects.filter(fresh=False).exists()


def test_this_month_is_not_added_up(at, webchat):
    at("11-02 09:00")
    make.message(webchat)
    measured()
    rollups.add_up_missed()
    assert not Cell.objects.exists()


def test_numbers_come_from_the_cells_while_these_are_fresh(october):
    Fact.objects.all().delete()
    Cell.objects.filter(measure=Measure.CLOSED, slice="").update(count=7)
    assert REPORTS["volume"].answer(Question(OCTOBER)).whole["closed"] == 7


def test_what_changes_a_past_month_voids_it_until_it_is_added_up_again(at, october, ana):
    assert closed() == 1
    Conversation.objects.filter(pk=october.pk).update(window_until=timezone.now() + timedelta(hours=1))
    at("10-05 11:00")
    october.reopen(by=ana)
    at("11-02 09:10")
    Stale.objects.mark([(october.pk, False)])
    measuring.keep_up()
    assert not all_fresh()
    assert numbers("volume", period=OCTOBER)["started"] == 2
    rollups.add_up_missed()
    assert all_fresh()
    assert numbers("volume", period=OCTOBER)["started"] == 2


def test_a_label_that_is_put_on_later_is_counted(october, ana, django_capture_on_commit_callbacks):
    label = Label.objects.create(name="Refund")
    with django_capture_on_commit_callbacks(execute=True):
        october.label(["Refund"], by=ana)
    measuring.keep_up()
    assert numbers("volume", period=OCTOBER, by=By.LABEL)[label.pk]["closed"] == 1
    rollups.add_up_missed()
    assert numbers("volume", period=OCTOBER, by=By.LABEL)[label.pk]["closed"] == 1


def test_what_is_deleted_counts_no_more(october):
    october.delete()
    assert closed() == 0


def test_everything_can_be_measured_anew(october, capsys):
    Fact.objects.all().delete()
    Rollup.objects.all().delete()
    call_command("measure")
    assert "100 %" in capsys.readouterr().out
    assert closed() == 1
    assert all_fresh()


def test_measuring_everything_goes_on_where_it_stopped(webchat, ana, monkeypatch):
    monkeypatch.setattr(measuring, "AT_ONCE", 2)
    for number in range(5):
        make.message(webchat, who=f"visitor-{number}")
    Meter.objects.ask_for_all()
    measuring.go_on()
    assert Fact.objects.count() == 2
    assert measuring.progress() not in (None, 100)
    call_command("measure", "--continue")
    assert (Fact.objects.count(), measuring.progress()) == (5, None)


def test_working_hours_that_changed_are_counted_anew(october, sales):
    sales.schedule = make.schedule({0: (time(9, 30), time(17))})
    sales.save()
    measured()
    assert numbers("resolution", period=OCTOBER, open_hours=True)["resolution_mean"] == 30 * 60


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_nothing_twice(webchat, ana):
    rows = [make.message(webchat, who=f"visitor-{number}").conversation for number in range(6)]
    for row in rows:
        row.close(by=ana)
    Stale.objects.mark((row.pk, True) for row in rows)
    at_once(measuring.keep_up, measuring.keep_up, measuring.keep_up)
    measuring.keep_up()
    assert Fact.objects.filter(measure=Measure.CLOSED).count() == 6


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_changes_while_a_month_is_added_up_is_not_lost(webchat, ana):
    row = make.message(webchat).conversation
    row.close(by=ana)
    measured()
    month = datetime(2026, 1, 1, tzinfo=UTC).date()
    Fact.objects.update(day=month)
    Rollup.objects.all().delete()
    rollup = Rollup.objects.create(month=month, team_id=row.team_id)

    def change() -> None:
        with transaction.atomic():
            Rollup.objects.spoil([(month, row.team_id)])
            Fact.objects.filter(measure=Measure.CLOSED).delete()

    at_once(lambda: rollups.add_up(rollup.pk), change, lambda: rollups.add_up(rollup.pk))
    rollups.add_up_missed()
    assert not Cell.objects.filter(measure=Measure.CLOSED).exists()
    assert Cell.objects.filter(measure=Measure.STARTED).exists()
