"""What came of it, and how long that took."""

from django.utils.translation import gettext_lazy as _

from conversations.models import Measure
from conversations.models.fact import ENDINGS
from conversations.reports.base import Figure, Report, Row, count, register, share, share_of, times
from conversations.reports.question import By
from conversations.reports.units import Unit


def cohort(row: Row) -> float | None:
    started = row.tallies[Measure.STARTED]
    return share_of(started.below(row.limit), started.count)


def flow(row: Row) -> float | None:
    left = row.earlier[Measure.STARTED].count - sum(row.earlier[each].count for each in ENDINGS)
    return share_of(row.tallies[Measure.CLOSED].count, left + row.tallies[Measure.STARTED].count)


RESOLUTION = register(
    Report(
        name="resolution",
        title=_("Resolution"),
        lead=_("How much was solved, and how long it took."),
        place=30,
        drawn="closed_rate",
        figures=(
            Figure(
                "closed_rate",
                _("Conversation closed rate"),
                _(
                    "Of the episodes that started in the period: those that were closed (not dropped) by its end. "
                    "Nobody starts one, so a teammate has no rate."
                ),
                cohort,
                (Measure.STARTED,),
                Unit.SHARE,
                behind=Measure.STARTED,
                spread=True,
                not_by=frozenset({By.TEAMMATE}),
            ),
            Figure(
                "closed_flow",
                _("Closed of what was there"),
                _(
                    "Closed in the period, of all that was open when it began and all that started in it. It shows "
                    "whether the pile grows."
                ),
                flow,
                (Measure.STARTED, Measure.CLOSED),
                Unit.SHARE,
                behind=Measure.CLOSED,
                # What was open at the begin of each hour or day is not kept.
                not_by=frozenset({By.TEAMMATE, By.HOUR, By.DAY, By.MONTH}),
                looks_back=True,
            ),
            count("closed", _("Closed"), _("Episodes closed, by whoever closed them."), Measure.CLOSED),
            share(
                "bounced",
                _("Came back within a day"),
                _(
                    "Of the closed episodes: those whose conversation was reopened, by a teammate or by the customer, "
                    "within 24 hours. Counted at the close, by whoever closed it."
                ),
                Measure.BOUNCED,
                (Measure.CLOSED,),
            ),
            *times(
                "resolution",
                Measure.CLOSED,
                (_("Resolution, median"), _("Resolution, 90 % within"), _("Resolution, mean")),
                _(
                    "From the episode’s begin to its close. A reopening begins another episode, however late it comes. "
                    "Counted at the close, by whoever closed it."
                ),
            ),
            *times(
                "handling",
                Measure.HANDLING,
                (_("Handling, median"), _("Handling, 90 % within"), _("Handling, mean")),
                _(
                    "How long an episode was live and somebody’s: not in a team’s inbox, not snoozed, not with a bot. "
                    "Counted when it ends; of a teammate: while they had it."
                ),
            ),
            Figure(
                "rating",
                _("Rating"),
                _("The mean of what customers gave, from 1 to 5, by who had the conversation last."),
                lambda row: row.tallies[Measure.RATED].mean,
                (Measure.RATED,),
                Unit.NUMBER,
                behind=Measure.RATED,
            ),
        ),
    )
)
