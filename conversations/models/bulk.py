"""One action on many rows, mostly conversations: how far it has come, and what became of each."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from conversations.models.event import ON_ITS_WAY, UNDO_FOR, Event
from teams.models import Teammate

# What is no verb of a conversation by itself.
UNDO, MACRO = "undo", "macro"
CONVERSATIONS = "conversations.conversation"
# A worker touches its run every few conversations; one that was not touched for so long has lost its worker.
ABANDONED = timedelta(seconds=30)


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def locked(self, pk: int) -> "BulkRun | None":
        """If it still has something to do, locked until the transaction ends: one worker at a time."""
        rows = self.select_for_update(of=("self",), no_key=True).select_related("by")
        return rows.filter(pk=pk, finished_at=None).first()

    def abandoned(self) -> "BulkRunQuerySet":
        return self.filter(finished_at=None, touched_at__lt=timezone.now() - ABANDONED)

    def forgettable(self, before: datetime) -> "BulkRunQuerySet":
        """What was done stands in the timelines; how it was asked for is of no use for long."""
        return self.filter(finished_at__lt=before).order_by("finished_at")

    def of(self, teammate: Teammate) -> "BulkRunQuerySet":
        return self.filter(by=teammate)


class BulkRun(models.Model):
    """Started by a person. `undoes`: takes back what that run did."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    # Of what the rows are: "conversations.conversation", or what else has a button in the admin (the `verb` then).
    kind = models.CharField(_("kind"), max_length=60, default=CONVERSATIONS)
    verb = models.CharField(_("verb"), max_length=20)
    arguments = models.JSONField(_("arguments"), default=dict, encoder=DjangoJSONEncoder)
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by", verbose_name=_("undoes")
    )
    total = models.PositiveIntegerField(_("rows"))
    done = models.PositiveIntegerField(_("done"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        indexes = [
            models.Index(fields=["touched_at"], condition=Q(finished_at=None), name="bulk_unfinished"),
            models.Index(fields=["finished_at"], name="bulk_by_age"),
        ]

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
        """Until when it can be taken back; None: not (any more). What a macro has sent cannot."""
        once = self.verb in (UNDO, MACRO) or self.kind != CONVERSATIONS
        if self.finished_at is None or not self.done or once or hasattr(self, "undone_by"):
            return None
        until = self.finished_at + UNDO_FOR
        return until if timezone.now() < until + ON_ITS_WAY else None

    @property
    def failures(self) -> "models.QuerySet[BulkItem]":
        """What was left as it was, and why."""
        return self.items.exclude(reason="").select_related("conversation__identity__contact").order_by("pk")


class BulkItem(models.Model):
    """One of the rows: a conversation, or the number of something else. Settled once it has an `event`, a `reason` why
    not, or there was nothing to change.
    """

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="+")
    row = models.BigIntegerField(null=True)
    settled = models.BooleanField(default=False)
    event = models.ForeignKey(Event, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of a bulk action")
        constraints = [
            models.UniqueConstraint(fields=["run", "conversation"], name="bulk_once_per_conversation"),
            models.UniqueConstraint(fields=["run", "row"], name="bulk_once_per_row"),
            models.CheckConstraint(
                condition=Q(row=None, conversation__isnull=False) | Q(row__isnull=False, conversation=None),
                name="bulk_item_is_of_one_row",
            ),
        ]
        indexes = [models.Index(fields=["run", "id"], condition=Q(settled=False), name="bulk_to_do")]

    def __str__(self) -> str:
        return f"{self.run}: {self.number}"

    @property
    def number(self) -> int:
        """Of its row."""
        return self.conversation_id or self.row or 0
