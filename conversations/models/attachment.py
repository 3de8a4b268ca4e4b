"""The files of messages: here, still at the provider, or lost."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_app.border import File, Media, storable
from monty.afterwards import afterwards

if TYPE_CHECKING:
    from conversations.models.message import Message

# A worker that fetches longer than this is dead: fetching has a deadline well before.
CLAIM_LASTS = timedelta(minutes=5)
# What a file is called where nothing is known of it but its kind (`channels_app.border.Media`).
KINDS: dict[str, Promise] = {
    "image": _("Picture"),
    "sticker": _("Sticker"),
    "audio": _("Audio"),
    "voice": _("Voice message"),
    "video": _("Video"),
    "file": _("Attachment"),
}


class Here(models.TextChoices):
    """Whether a file is here."""

    STORED = "stored", _("Stored")
    WAITING = "waiting", _("Still to be fetched")
    FAILED = "failed", _("Could not be fetched")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def in_conversations(self, conversations: models.QuerySet) -> "AttachmentQuerySet":
        """A file may be seen by whoever sees its conversation."""
        return self.filter(message__conversation__in=conversations)

    def of_conversation(self, number: int) -> "AttachmentQuerySet":
        """In the order of their messages, the latest first."""
        return self.filter(message__conversation=number).order_by("-message", "-pk")

    def before(self, message: int, pk: int) -> "AttachmentQuerySet":
        """What follows the file with this key `of_conversation`."""
        return self.filter(message__lte=message).exclude(message=message, pk__gte=pk)

    def discard(self) -> None:
        """For good: the rows, and with the commit what is stored of them."""
        for row in self:
            for stored in filter(None, (row.file, row.thumbnail)):
                afterwards(stored.storage.delete, str(stored.name))
        self.delete()

    def stored(self) -> "AttachmentQuerySet":
        return self.filter(state=Here.STORED)

    def waiting(self) -> "AttachmentQuerySet":
        return self.filter(state=Here.WAITING)

    def to_fetch(self) -> "AttachmentQuerySet":
        """Those still at the provider whose turn has come, and that no living worker has."""
        return self.waiting().filter(Q(fetch_at=None) | Q(fetch_at__lte=timezone.now()))

    def claim(self, attachment_id: int) -> "Attachment | None":
        """Take a file for fetching; None when another worker has it, or its turn has not come."""
        mine = self.to_fetch().filter(pk=attachment_id)
        if not mine.update(fetch_at=timezone.now() + CLAIM_LASTS, tries=F("tries") + 1):
            return None
        # Gone at once, if the customer takes their message back.
        return self.select_related("message__conversation__channel").filter(pk=attachment_id).first()


class Attachment(models.Model):
    """A file of a message. Its public address is its UUID."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(
        "Message", on_delete=models.CASCADE, related_name="attachments", verbose_name=_("message")
    )
    state = models.CharField(_("state"), max_length=10, choices=Here.choices, default=Here.STORED)
    # Where the provider keeps it (`channels_app.border.Media`), until it is here; then only what kind it is.
    source = models.JSONField(_("source"), null=True, blank=True, editable=False)
    # Why it could not be fetched.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    # When it is tried next. A worker that fetches it moves this to when it must be dead.
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
        row = cls(message=message)
        row.keep(file)
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

    def keep(self, file: File) -> None:
        """Put the content into the storage and its facts into this row, which is not saved yet."""
        # On disk it has no name of its own choosing.
        self.file.save(f"{self.uuid}", ContentFile(file.content), save=False)
        if file.thumbnail:
            self.thumbnail.save(f"{self.uuid}", ContentFile(file.thumbnail), save=False)
        self.name, self.content_type, self.size = file.name[:200], file.content_type, len(file.content)
        self.width, self.height = file.width, file.height

    def discard(self) -> None:
        """Take out of the storage what `keep` has put there."""
        for stored in (self.file, self.thumbnail):
            if stored:
                stored.delete(save=False)

    @property
    def media(self) -> Media:
        """Where the provider keeps it."""
        return Media(**{"kind": self.kind} | (self.source or {}))

    @property
    def kind(self) -> str:
        """One of `KINDS`: as the provider told, else by the type of its content."""
        family = self.content_type.partition("/")[0]
        told = (self.source or {}).get("kind", family)
        return told if told in KINDS else "file"

    @property
    def label(self) -> str:
        return self.name or str(KINDS[self.kind])

    @property
    def is_here(self) -> bool:
        return self.state == Here.STORED

    @property
    def is_lost(self) -> bool:
        return self.state == Here.FAILED

    @property
    def is_image(self) -> bool:
        return self.width is not None
