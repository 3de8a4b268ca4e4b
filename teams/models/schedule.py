"""Working hours: when the teams that keep a schedule are there for customers."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from teams.hours import MIDNIGHT, Hours, Span


def known_time_zone(name: str) -> None:
    """Raises ValidationError for a name that is not in the IANA database."""
    if name not in available_timezones():
        raise ValidationError(_t("“%(name)s” is no time zone; write for example Europe/Berlin.") % {"name": name})


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def with_hours(self) -> "ScheduleQuerySet":
        """With everything that `is_open` reads, in two queries more."""
        return self.prefetch_related("openings", "holidays")


class Schedule(models.Model):
    """A week's opening hours in one time zone, less the holidays. Without any opening it is always closed."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[known_time_zone],
        help_text=_("The hours below are read from a clock on the wall there, in summer and in winter."),
    )

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> Hours:
        """Two queries, unless the rows came `with_hours`."""
        spans: defaultdict[int, list[Span]] = defaultdict(list)
        for opening in self.openings.all():
            spans[opening.weekday].append(opening.span)
        return Hours(self.zone, spans, frozenset(holiday.day for holiday in self.holidays.all()))

    def is_open(self, now: datetime) -> bool:
        return self.hours.is_open(now)

    def opens_next(self, now: datetime) -> datetime | None:
        """The first moment from now on at which it is open, in its own zone; None if there is none within a year."""
        return self.hours.opens_next(now)


class Opening(models.Model):
    """From when to when it is open on one day of every week. Two of a day do not overlap."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="openings", verbose_name=_("schedule")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("00:00 is midnight at the end of the day."))

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="opening_weekday_known"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes=MIDNIGHT),
                name="opening_ends_after_it_starts",
                violation_error_message=_("It must close after it opens (00:00 is the end of the day)."),
            ),
            models.UniqueConstraint(fields=["schedule", "weekday", "opens"], name="opening_once"),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens:%H:%M}–{self.closes:%H:%M}"

    @property
    def span(self) -> Span:
        return self.opens, self.closes


class Holiday(models.Model):
    """A day on which a schedule is closed, from midnight to midnight."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="holidays", verbose_name=_("schedule")
    )
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["schedule", "day"], name="holiday_once_per_schedule")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
