"""A report that comes by mail, every day, week or month: once, whoever sends it."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Teammate

# Whoever has taken it on and says nothing for longer has died, or the mail server did not take it.
CLAIM_LASTS = timedelta(minutes=5)
# When it leaves, by the clock of the installation.
SENT_AT = 6


class Every(models.TextChoices):
    DAY = "day", _("Every day")
    WEEK = "week", _("Every Monday")
    MONTH = "month", _("On the first of the month")

    def period_before(self, day: date) -> tuple[date, date]:
        """The last whole day, week or month before this day: its first and last day."""
        if self == Every.DAY:
            return day - timedelta(days=1), day - timedelta(days=1)
        if self == Every.WEEK:
            monday = day - timedelta(days=day.weekday())
            return monday - timedelta(days=7), monday - timedelta(days=1)
        last = day.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last

    def next_day(self, day: date) -> date:
        """The first day after this one on which it is due."""
        if self == Every.DAY:
            return day + timedelta(days=1)
        if self == Every.WEEK:
            return day + timedelta(days=7 - day.weekday())
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)

    def next_time(self, now: datetime) -> datetime:
        """When it is due next, strictly after this moment."""
        local = now.astimezone(timezone.get_default_timezone())
        day = self.next_day(local.date())
        return local.replace(
            year=day.year, month=day.month, day=day.day, hour=SENT_AT, minute=0, second=0, microsecond=0
        )


class MailingQuerySet(models.QuerySet["Mailing"]):
    def of(self, teammate: Teammate) -> "MailingQuerySet":
        return self.filter(teammate=teammate).order_by("report", "pk")

    def due(self) -> "MailingQuerySet":
        """Those whose time has come and that nobody is sending."""
        now = timezone.now()
        free = Q(claimed_at=None) | Q(claimed_at__lte=now - CLAIM_LASTS)
        return self.filter(free, due_at__lte=now).order_by("due_at")

    def claim(self, mailing: "Mailing") -> bool:
        """Take on sending it; False if another worker does so, or has done since it was read."""
        return self.due().filter(pk=mailing.pk, due_at=mailing.due_at).update(claimed_at=timezone.now()) == 1


class Mailing(models.Model):
    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mailings", verbose_name=_("teammate")
    )
    report = models.CharField(_("report"), max_length=40)
    # What was asked for, but for the period.
    asked = models.JSONField(_("asked for"), default=dict, blank=True)
    every = models.CharField(_("every"), max_length=10, choices=Every.choices)
    due_at = models.DateTimeField(_("due"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")
        constraints = [
            models.CheckConstraint(condition=Q(every__in=Every.values), name="mailing_every_known"),
        ]
        indexes = [models.Index(fields=["due_at"], name="mailing_due")]

    def __str__(self) -> str:
        return f"{self.report} {self.every} {self.teammate}"

    @property
    def period(self) -> tuple[date, date]:
        """The whole day, week or month that it tells of: the last one before it was due."""
        return Every(self.every).period_before(timezone.localdate(self.due_at, timezone.get_default_timezone()))

    def settle(self) -> None:
        """The mail server has taken it, or nobody may read it any more."""
        now = timezone.now()
        self.due_at, self.claimed_at, self.sent_at = Every(self.every).next_time(now), None, now
        self.save(update_fields=["due_at", "claimed_at", "sent_at"])
