"""A draft tried on what customers really wrote: how far it has come, and what would have been different."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation
from flows.models.flow import Flow
from flows.models.version import FlowVersion
from teams.models import Teammate

# As many conversations as are read at most.
MOST = 200
# A worker touches its dry run every few conversations; one that was not touched for so long has lost its worker.
ABANDONED = timedelta(seconds=30)


class DryRunQuerySet(models.QuerySet["DryRun"]):
    def idle(self) -> "DryRunQuerySet":
        """Those that have something to do and nobody who does it."""
        return self.filter(Q(touched_at=None) | Q(touched_at__lt=timezone.now() - ABANDONED), finished_at=None)

    def lost(self) -> "DryRunQuerySet":
        """Those of which somebody should have heard by now."""
        return self.idle().filter(started_at__lt=timezone.now() - ABANDONED)

    def claim(self, pk: int) -> "DryRun | None":
        """It is ours from now on; None: it is somebody else's, or done."""
        if not self.idle().filter(pk=pk).update(touched_at=timezone.now()):
            return None
        return self.select_related("version__flow", "against", "by").get(pk=pk)

    def of(self, flow: Flow) -> "DryRunQuerySet":
        return self.filter(version__flow=flow).select_related("version", "against")

    def with_tries(self, teammate: Teammate) -> "DryRunQuerySet":
        """With what became of the conversations that this person may see now, the newest first (`seen`)."""
        seen = DryTry.objects.seen_by(teammate).filter(after__isnull=False).order_by("-conversation")
        return self.prefetch_related(Prefetch("tries", seen, to_attr="seen"))

    def forgettable(self, before: datetime) -> "DryRunQuerySet":
        return self.filter(finished_at__lt=before).order_by("finished_at")


class DryRun(models.Model):
    """`document`: the draft as it was then. `against`: the version that counted then; None: there was none."""

    version = models.ForeignKey(
        FlowVersion, on_delete=models.CASCADE, related_name="dry_runs", verbose_name=_("version")
    )
    against = models.ForeignKey(
        FlowVersion, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("compared with")
    )
    document = models.JSONField(_("document"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    total = models.PositiveIntegerField(_("conversations"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    touched_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DryRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        indexes = [
            models.Index(fields=["started_at"], condition=Q(finished_at=None), name="dry_run_unfinished"),
            models.Index(fields=["finished_at"], name="dry_run_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.version} ×{self.total}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def done(self) -> int:
        return self.tries.filter(after__isnull=False).count()

    def touch(self) -> None:
        DryRun.objects.filter(pk=self.pk).update(touched_at=timezone.now())

    def finish(self) -> None:
        DryRun.objects.filter(pk=self.pk).update(finished_at=timezone.now())


class DryTryQuerySet(models.QuerySet["DryTry"]):
    def to_do(self) -> "DryTryQuerySet":
        return self.filter(after__isnull=True).order_by("pk")

    def seen_by(self, teammate: Teammate) -> "DryTryQuerySet":
        """Those whose conversations this person may see now."""
        return self.filter(conversation__in=Conversation.objects.visible_to(teammate))


class DryTry(models.Model):
    """One conversation of a dry run. `before`, `after`: what came of it, as JSON; none yet while it waits its turn."""

    run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="tries")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # The parts that differ: "ending", "answers".
    differs = models.JSONField(default=list)

    objects = DryTryQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation of a dry run")
        verbose_name_plural = _("conversations of a dry run")
        constraints = [models.UniqueConstraint(fields=["run", "conversation"], name="dry_once_per_conversation")]

    def __str__(self) -> str:
        return f"{self.run}: {self.conversation_id}"


def conversations_for(flow: Flow, teammate: Teammate) -> "models.QuerySet[Conversation]":
    """Those on the flow's channels that this person may see, the newest first."""
    rows = Conversation.objects.visible_to(teammate).order_by("-pk")
    chosen = [each.pk for each in flow.channels.all()]
    return rows.filter(channel__in=chosen) if chosen else rows
