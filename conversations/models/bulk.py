"""One action on many conversations: how far it has come, and what became of each."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from conversations.models.event import Event
from teams.models import Teammate

UNDO_FOR = timedelta(seconds=10)
# The button stays for ten seconds on the screen; the click has a way to go.
ON_ITS_WAY = timedelta(seconds=3)
# A worker touches its run every few conversations; one that was not touched for so long has lost its worker.
ABANDONED = timedelta(seconds=30)

KEPT_FOR = timedelta(days=7)


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def locked(self, pk: int) -> "BulkRun | None":
        """If it still has something to do, locked until the transaction ends: one worker at a time."""
        rows = self.select_for_update(of=("self",), no_key=True).select_related("by")
        return rows.filter(pk=pk, finished_at=None).first()

    def abandoned(self) -> "BulkRunQuerySet":
        return self.filter(finished_at=None, touched_at__lt=timezone.now() - ABANDONED)

    def outdated(self) -> "BulkRunQuerySet":
        """What was done stands in the timelines; how it was asked for is of no use for long."""
        return self.filter(finished_at__lt=timezone.now() - KEPT_FOR)

    def of(self, teammate: Teammate) -> "BulkRunQuerySet":
        return self.filter(by=teammate)


class BulkRun(models.Model):
    """Started by a person. `undoes`: takes back what that run did."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    verb = models.CharField(_("verb"), max_length=20)
    arguments = models.JSONField(_("arguments"), default=dict)
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by", verbose_name=_("undoes")
    )
    total = models.PositiveIntegerField(_("conversations"))
    done = models.PositiveIntegerField(_("done"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        indexes = [models.Index(fields=["touched_at"], condition=Q(finished_at=None), name="bulk_unfinished")]

    def __str__(self) -> str:
        return f"{self.verb} ×{self.total}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def settled(self) -> int:
        return self.done + self.failed

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be taken back; None: not (any more)."""
        if self.finished_at is None or not self.done or self.undoes_id or hasattr(self, "undone_by"):
            return None
        until = self.finished_at + UNDO_FOR
        return until if timezone.now() < until + ON_ITS_WAY else None

    @property
    def failures(self) -> "models.QuerySet[BulkItem]":
        """With the conversations that were left as they were, and why."""
        return self.items.exclude(reason="").select_related("conversation__identity__contact").order_by("pk")


class BulkItem(models.Model):
    """One of the conversations. Settled once it has an `event`, a `reason` why not, or there was nothing to change."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    settled = models.BooleanField(default=False)
    event = models.ForeignKey(Event, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("conversation of a bulk action")
        verbose_name_plural = _("conversations of a bulk action")
        constraints = [models.UniqueConstraint(fields=["run", "conversation"], name="bulk_once_per_conversation")]
        indexes = [models.Index(fields=["run", "id"], condition=Q(settled=False), name="bulk_to_do")]

    def __str__(self) -> str:
        return f"{self.run}: {self.conversation_id}"
