"""Answers that were written to be sent later."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from conversations.models.message import Message
from conversations.models.saved_reply import SavedReply
from conversations.models.stored_file import StoredFile, StoredFileQuerySet

if TYPE_CHECKING:
    from conversations.models.conversation import Conversation


class Plan(models.TextChoices):
    """What is to become of it."""

    WAITING = "waiting", _("Waits for its time")
    HELD = "held", _("Held back")
    SENT = "sent", _("Sent")


class Held(models.TextChoices):
    """Why it is not sent when its time comes."""

    CUSTOMER = "customer", _("the customer wrote first")
    ENDED = "ended", _("the conversation ended first")
    CANCELLED = "cancelled", _("it was cancelled")
    REFUSED = "refused", _("it was refused")


OPEN = [Plan.WAITING, Plan.HELD]


class ScheduledQuerySet(models.QuerySet["Scheduled"]):
    def open(self) -> "ScheduledQuerySet":
        """Those that somebody may still decide about."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> "ScheduledQuerySet":
        return self.filter(state=Plan.WAITING)

    def due(self) -> "ScheduledQuerySet":
        """Those whose time has come."""
        return self.waiting().filter(send_at__lte=timezone.now())

    def in_turn(self) -> "ScheduledQuerySet":
        return self.order_by("send_at", "pk")

    def forgettable(self, before: datetime) -> "ScheduledQuerySet":
        """Those that were sent: the message is in its conversation. About the others somebody may still decide."""
        return self.filter(state=Plan.SENT, send_at__lt=before).order_by("send_at")

    def of_visible(self, conversations: "models.QuerySet[Conversation]") -> "ScheduledQuerySet":
        return self.filter(conversation__in=conversations)

    def complete(self) -> "ScheduledQuerySet":
        """With writer and files, in one query more."""
        return self.select_related("by").prefetch_related("files")

    def claim(self) -> bool:
        """Take it for sending; False if somebody else has. Only the transaction that sends it may."""
        return self.update(state=Plan.SENT, because="", reason="") == 1


class Scheduled(models.Model):
    """What one teammate wrote in a conversation, and when it is to leave. With its message it is told and sent."""

    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="scheduled", verbose_name=_("conversation")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("text"), blank=True)
    reply_to = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    saved_reply = models.ForeignKey(SavedReply, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    # The message's, too: written again it is the same one, sent again as well.
    client_id = models.UUIDField(_("client id"), default=uuid.uuid4, editable=False)
    send_at = models.DateTimeField(_("send at"))
    state = models.CharField(_("state"), max_length=10, choices=Plan.choices, default=Plan.WAITING)
    because = models.CharField(_("because"), max_length=10, choices=Held.choices, blank=True)
    # The refusal in words.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = ScheduledQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled message")
        verbose_name_plural = _("scheduled messages")
        constraints = [
            models.UniqueConstraint(fields=["by", "client_id"], name="scheduled_once_per_author"),
            models.CheckConstraint(condition=Q(state__in=Plan.values), name="scheduled_state_known"),
            models.CheckConstraint(
                condition=Q(state=Plan.HELD, because__in=Held.values) | (~Q(state=Plan.HELD) & Q(because="")),
                name="held_back_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state=Plan.WAITING), name="scheduled_due"),
            models.Index(fields=["send_at"], condition=Q(state=Plan.SENT), name="scheduled_by_age"),
            models.Index(fields=["conversation", "send_at"], condition=Q(state__in=OPEN), name="scheduled_shown"),
        ]

    def __str__(self) -> str:
        return " ".join(self.text.split())[:140] or str(_("Attachment"))

    @property
    def is_waiting(self) -> bool:
        return self.state == Plan.WAITING

    @property
    def contents(self) -> tuple[File, ...]:
        """Its files as an answer carries them."""
        return tuple(each.content for each in self.files.all())

    def attach(self, files: Iterable[File]) -> None:
        for file in files:
            ScheduledFile.store(file, scheduled=self)

    def leave_as(self, message: Message) -> None:
        """The message has its files now."""
        Scheduled.objects.filter(pk=self.pk).update(message=message)
        self.files.all().discard()

    def discard(self) -> None:
        """For good, with its files."""
        self.files.all().discard()
        self.delete()

    def move(self, send_at: datetime) -> bool:
        """To another time; False if it has left by now."""
        mine = Scheduled.objects.open().filter(pk=self.pk)
        return mine.update(send_at=send_at, state=Plan.WAITING, because="", reason="") == 1


class ScheduledFile(StoredFile):
    """A file that goes along."""

    folder = "scheduled"

    scheduled = models.ForeignKey(
        Scheduled, on_delete=models.CASCADE, related_name="files", verbose_name=_("scheduled message")
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a scheduled message")
        verbose_name_plural = _("files of scheduled messages")
