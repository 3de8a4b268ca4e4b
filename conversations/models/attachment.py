"""The files of messages: here, still at the provider, or lost."""

import uuid
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_app.border import File, Media, storable

if TYPE_CHECKING:
    from conversations.models.message import Message


class Here(models.TextChoices):
    """Whether a file is here."""

    STORED = "stored", _("Stored")
    WAITING = "waiting", _("Still to be fetched")
    FAILED = "failed", _("Could not be fetched")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def in_conversations(self, conversations: models.QuerySet) -> "AttachmentQuerySet":
        """A file may be seen by whoever sees its conversation."""
        return self.filter(message__conversation__in=conversations)

    def discard(self) -> None:
        """For good: the rows, and with the commit what is stored of them."""
        for row in self:
            for stored in filter(None, (row.file, row.thumbnail)):
                transaction.on_commit(partial(stored.storage.delete, str(stored.name)), robust=True)
        self.delete()


class Attachment(models.Model):
    """A file of a message. Its public address is its UUID."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(
        "Message", on_delete=models.CASCADE, related_name="attachments", verbose_name=_("message")
    )
    state = models.CharField(_("state"), max_length=10, choices=Here.choices, default=Here.STORED)
    # Where the provider keeps it (`channels_app.border.Media`), until it is here.
    source = models.JSONField(_("source"), null=True, blank=True, editable=False)
    # Why it could not be fetched.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    fetch_at = models.DateTimeField(_("next try"), null=True, blank=True, editable=False)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/", blank=True)
    thumbnail = models.FileField(_("thumbnail"), upload_to="thumbnails/%Y/%m/", blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size"), default=0, help_text=_("In bytes."))
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.CheckConstraint(condition=Q(state__in=Here.values), name="attachment_state_known")]
        indexes = [models.Index(fields=["fetch_at"], condition=Q(state="waiting"), name="attachment_to_fetch")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def store(cls, message: "Message", file: File) -> "Attachment":
        row = cls(
            message=message,
            name=file.name[:200],
            content_type=file.content_type,
            size=len(file.content),
            width=file.width,
            height=file.height,
        )
        # On disk it has no name of its own choosing.
        row.file.save(f"{row.uuid}", ContentFile(file.content), save=False)
        row.save()
        return row

    @classmethod
    def expected(cls, message: "Message", media: Media) -> "Attachment":
        """A file that a worker is to fetch from the provider; not saved yet."""
        return cls(
            message=message,
            state=Here.WAITING,
            source=media.as_json,
            name=storable(media.name)[:200],
            content_type=storable(media.content_type)[:100],
        )

    @property
    def is_image(self) -> bool:
        return self.width is not None
