"""Roll-ups: the facts of a month, of each team and of all, added up. Only of months that are over.

This month changes all the time, so it is read from the facts.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db import transaction

from conversations.models import Cell, Rollup, Slice
from conversations.models.rollup import ALL
from conversations.reports.periods import Period, last_of, today
from conversations.reports.queries import EVERYTHING, tallies
from conversations.reports.question import By, Key, Question


def add_up_missed() -> None:
    """Every month that is over and not fresh, the last one first."""
    stale = Rollup.objects.filter(fresh=False, month__lt=today().replace(day=1)).order_by("-month")
    for number in list(stale.values_list("pk", flat=True)):
        add_up(number)


@transaction.atomic
def add_up(rollup_id: int) -> None:
    """Twice does no harm. If facts change meanwhile, it stays void and is added up again."""
    rollup = Rollup.objects.filter(pk=rollup_id).first()
    # Held first: of two at once the second finds it fresh.
    if rollup is None or not Rollup.objects.filter(pk=rollup_id, fresh=False, spoilt=rollup.spoilt).update(fresh=True):
        return
    Cell.objects.filter(rollup=rollup).delete()
    Cell.objects.bulk_create(cells(rollup), batch_size=1000)


def cells(rollup: Rollup) -> Iterator[Cell]:
    """What the facts answer to each question that a cell is there to answer."""
    month = Period(rollup.month, last_of(rollup.month))
    teams = None if rollup.team_id == ALL else (rollup.team_id,)
    for part in Slice:
        question = Question(month, teams, by=By(part.value) if part.value else None)
        always = tallies(question, EVERYTHING, rolled_up=False)
        at_work = tallies(replace(question, open_hours=True), EVERYTHING, rolled_up=False)
        for key, found in always.items():
            for measure, tally in found.items():
                within = at_work[key][measure]
                yield Cell(
                    rollup=rollup,
                    slice=part,
                    key=number_of(key),
                    measure=measure,
                    count=tally.count,
                    total=tally.total,
                    total_open=within.total,
                    steps=tally.steps,
                    steps_open=within.steps,
                )


def number_of(key: Key) -> int:
    """As a cell keeps it: a day by its place in the month, the whole as 0."""
    return key.day if isinstance(key, date) else key or 0
