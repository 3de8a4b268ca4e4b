"""Who had how much to do, and whether it was shared fairly."""

from dataclasses import replace
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from conversations.models import Measure, OnlineDay
from conversations.replay.figures import gini
from conversations.reports.base import Figure, Report, Row, count, register
from conversations.reports.queries import COLUMNS, Rows, no_rows
from conversations.reports.question import By, Question
from conversations.reports.units import Unit
from teams.models import Membership

HOUR = 3600
ONLY_WHOLE = frozenset(By)


class LoadReport(Report):
    """With the time that teammates were online, which stands in a table of its own."""

    def count(self, question: Question, *, rolled_up: bool) -> Rows:
        found = no_rows()
        found.update(super().count(question, rolled_up=rolled_up))
        for key, seconds in online(question).items():
            found[key][ONLINE].take(1, seconds, {})
        if question.by is None:
            found[None][FAIRNESS].take(*self.fairness(question, rolled_up=rolled_up), {})
        return found

    def fairness(self, question: Question, *, rolled_up: bool) -> tuple[int, int]:
        """Gini of what each teammate was given per hour online, in millionths."""
        each = replace(question, by=By.TEAMMATE)
        given = super().count(each, rolled_up=rolled_up)
        got = {key: counted[Measure.ASSIGNED].count for key, counted in given.items()}
        rates = [got.get(key, 0) / time for key, time in online(each).items() if time]
        unfair = gini(rates) if len(rates) > 1 else None
        return (0, 0) if unfair is None else (1, round(unfair * 1_000_000))


def online(question: Question) -> dict[Any, int]:
    """Seconds online by the question's rows. Of teams: of those who are in them."""
    days = OnlineDay.objects.filter(day__gte=question.period.since, day__lte=question.period.until)
    if question.teams is not None:
        days = days.filter(teammate__in=Membership.objects.filter(team__in=question.teams).values("teammate"))
    if question.teammate is not None:
        days = days.filter(teammate=question.teammate)
    if question.by is None:
        total = days.aggregate(total=Sum("seconds"))["total"]
        return {None: total} if total else {}
    rows = days.order_by().values(key=COLUMNS[question.by]).annotate(total=Sum("seconds"))
    return dict(rows.values_list("key", "total"))


# No measures of facts, so they have numbers of their own.
ONLINE: Any = "online"
FAIRNESS: Any = "fairness"


def hours(row: Row) -> float:
    return row.tallies[ONLINE].total / HOUR


def per_hour(row: Row) -> float | None:
    return row.tallies[Measure.ASSIGNED].count / hours(row) if hours(row) else None


def at_a_time(row: Row) -> float | None:
    online_for = row.tallies[ONLINE].total
    return row.tallies[Measure.HANDLING].total / online_for if online_for else None


def fairness(row: Row) -> float | None:
    found = row.tallies[FAIRNESS]
    return found.total / 1_000_000 if found.count else None


LOAD = register(
    LoadReport(
        name="load",
        title=_("Load"),
        lead=_("Who had how much to do, and whether it was shared fairly."),
        place=50,
        drawn="assigned",
        adds_up=False,
        filters=("team", "teammate", "hours"),
        by=(By.TEAMMATE, By.DAY, By.MONTH),
        figures=(
            Figure(
                "online",
                _("Hours online"),
                _("How long somebody was active (green dot) and connected; of a team: its members as they are now."),
                hours,
                unit=Unit.NUMBER,
            ),
            count(
                "assigned",
                _("Assigned"),
                _("How often a conversation became somebody’s: by Auto Assign, by hand, or by picking it up."),
                Measure.ASSIGNED,
            ),
            Figure(
                "per_hour",
                _("Assigned per hour online"),
                _("What somebody was given, for each hour that they were online."),
                per_hour,
                (Measure.ASSIGNED,),
                Unit.NUMBER,
                behind=Measure.ASSIGNED,
            ),
            Figure(
                "handled",
                _("Handling time, hours"),
                _("The handling time of all episodes that ended in the period."),
                lambda row: row.tallies[Measure.HANDLING].total / HOUR,
                (Measure.HANDLING,),
                Unit.NUMBER,
                behind=Measure.HANDLING,
            ),
            Figure(
                "load",
                _("Conversations at a time"),
                _("That handling time for each hour online: how many conversations somebody had at once."),
                at_a_time,
                (Measure.HANDLING,),
                Unit.NUMBER,
                behind=Measure.HANDLING,
            ),
            Figure(
                "unfairness",
                _("Unfairness"),
                _(
                    "Gini of what each teammate was given per hour online: 0 if all got the same, towards 1 if one got "
                    "everything."
                ),
                fairness,
                unit=Unit.NUMBER,
                not_by=ONLY_WHOLE,
            ),
        ),
    )
)
