"""What reports count: one row for each thing that happened in an episode, and whose it was. See `reports`."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# In place of a team or teammate: none. A number, so that rows can be grouped by it.
NOBODY = 0


class Measure(models.IntegerChoices):
    """Of what kind a fact is. Times are in seconds; what is only counted has the value 0."""

    # Its value is the day on which the episode was closed, as an ordinal; 0: it was not.
    STARTED = 1, _("started")
    FIRST_RESPONSE = 2, _("first response")
    WAITING = 3, _("waiting")
    HANDLING = 4, _("handling")
    # Its value is the resolution time.
    CLOSED = 5, _("closed")
    DROPPED = 6, _("dropped")
    BLOCKED = 7, _("blocked")
    BOUNCED = 8, _("came back within a day of its close")
    WRONGLY_DROPPED = 9, _("dropped while the customer waited")
    CAME_BACK = 10, _("came back after a drop")
    ASSIGNED = 11, _("assigned")
    # Its value is the rating, from 1 to 5.
    RATED = 12, _("rated")
    BOT_ALONE = 13, _("ended with a bot alone")


TIMES = (Measure.FIRST_RESPONSE, Measure.WAITING, Measure.HANDLING, Measure.CLOSED)
ENDINGS = (Measure.CLOSED, Measure.DROPPED, Measure.BLOCKED)


class FactQuerySet(models.QuerySet["Fact"]):
    def of_teams(self, teams: Iterable[int] | None) -> "FactQuerySet":
        """Those that belong to these teams; None: to all, or to none."""
        return self if teams is None else self.filter(team_id__in=list(teams))

    def between(self, since: date, until: date) -> "FactQuerySet":
        """Of these days, both included."""
        return self.filter(day__gte=since, day__lte=until)


class Fact(models.Model):
    """Ids only, so that a fact says the same for ever. It is made anew from the events whenever these grow."""

    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="measured", verbose_name=_("conversation")
    )
    measure = models.PositiveSmallIntegerField(_("measure"), choices=Measure.choices)
    at = models.DateTimeField(_("at"))
    # By the clock of the installation (TIME_ZONE).
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    # The team in whose inbox the episode was last; all facts of an episode have the same one.
    team_id = models.BigIntegerField(_("team"), default=NOBODY)
    channel_id = models.BigIntegerField(_("channel"))
    teammate_id = models.BigIntegerField(_("teammate"), default=NOBODY)
    # It tells of the whole episode, of a teammate's share in it, or (where one did it all) of both.
    whole = models.BooleanField(default=True)
    share = models.BooleanField(default=True)
    value = models.BigIntegerField(_("value"), default=0)
    # The same within the team's working hours.
    value_open = models.BigIntegerField(_("value within working hours"), default=0)
    # As percentiles read them (`reports.tally.rounded`).
    step = models.BigIntegerField(default=0)
    step_open = models.BigIntegerField(default=0)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        permissions = [("read_reports", _("Can read reports"))]
        constraints = [models.CheckConstraint(condition=Q(whole=True) | Q(share=True), name="fact_tells_of_something")]
        indexes = [
            models.Index(fields=["measure", "day", "team_id"], name="fact_of_day"),
            models.Index(fields=["team_id", "day"], name="fact_of_team"),
            # A year of one channel is a good part of all facts: read from here, without the rows themselves.
            models.Index(
                fields=["channel_id", "measure", "day", "teammate_id", "hour", "step", "value", "share", "whole"],
                name="fact_of_channel",
            ),
            # For the list behind a number.
            models.Index(fields=["measure", "-at", "-id"], name="fact_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} #{self.conversation_id}"
