"""The way that a run took: one row for each node it came to. What figures of a flow are counted from."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from flows.models.run import FlowRun
from flows.models.version import FlowVersion

LATELY = timedelta(days=30)


def period_of_figures(since: datetime | None = None, until: datetime | None = None) -> tuple[datetime, datetime]:
    """The last thirty days until now, or until then, unless it says since when."""
    until = until or timezone.now()
    try:
        return since or until - LATELY, until
    except OverflowError:
        # Before the first of all days there was nothing.
        return until, until


class Fate(models.TextChoices):
    """What became of a run at a node. Without one it is there still."""

    LEFT = "left", _("Went on")
    TIMED_OUT = "timed_out", _("Timed out")
    HANDED_OVER = "handed_over", _("Handed over")
    ENDED = "ended", _("Ended here")
    STOPPED = "stopped", _("Stopped by a person")
    FAILED = "failed", _("Failed")


class FlowStepQuerySet(models.QuerySet["FlowStep"]):
    def in_period(self, since: datetime, until: datetime) -> "FlowStepQuerySet":
        """Those that began in it."""
        return self.filter(at__gte=since, at__lt=until)

    def forgettable(self, before: datetime) -> "FlowStepQuerySet":
        """Of runs that have ended; one under way goes on by its last step."""
        return self.filter(at__lt=before, run__ended_at__isnull=False).order_by("at")

    def of_version(self, version: FlowVersion) -> "FlowStepQuerySet":
        return self.filter(version=version)

    def figures(self) -> dict[str, dict[str, int]]:
        """By node: how often it was reached, and what became of it there (`there`: still at it). One query."""
        counts = {fate.value: Count("pk", filter=Q(fate=fate)) for fate in Fate}
        rows = (
            self.order_by().values("node").annotate(reached=Count("pk"), there=Count("pk", filter=Q(fate="")), **counts)
        )
        return {row.pop("node"): row for row in rows}

    def exits(self) -> dict[tuple[str, str], int]:
        """How often each node was left by which exit. One query."""
        rows = self.filter(fate__in=(Fate.LEFT, Fate.TIMED_OUT, Fate.ENDED)).exclude(exit="").order_by()
        return {
            (row["node"], row["exit"]): row["times"] for row in rows.values("node", "exit").annotate(times=Count("pk"))
        }

    def runs_that_reached(self, node: str) -> models.QuerySet[FlowRun]:
        """Those behind a figure."""
        return FlowRun.objects.filter(pk__in=self.filter(node=node).values("run"))


class FlowStep(models.Model):
    run = models.ForeignKey(FlowRun, on_delete=models.CASCADE, related_name="way", verbose_name=_("run"))
    number = models.PositiveIntegerField(_("number"))
    version = models.ForeignKey(FlowVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("version"))
    node = models.CharField(_("node"), max_length=40)
    fate = models.CharField(_("what became of it"), max_length=12, choices=Fate.choices, blank=True)
    exit = models.CharField(_("exit"), max_length=60, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = FlowStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a run")
        verbose_name_plural = _("steps of runs")
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="step_once_in_a_run"),
            models.CheckConstraint(condition=Q(fate__in=["", *Fate.values]), name="step_fate_known"),
        ]
        indexes = [
            models.Index(fields=["version", "at"], name="step_of_version"),
            models.Index(fields=["at"], name="step_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.node}"
