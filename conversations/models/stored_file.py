"""Files that are kept beside messages: those of saved replies, and those of what is still being written."""

import uuid
from collections.abc import Iterable
from typing import Any, Self, cast

from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from monty.afterwards import afterwards
from monty.errors import TooManyFiles

# Files of one answer, and of one saved reply.
MOST_FILES = 10


def at_most() -> str:
    return _t("At most %(limit)s files at once.") % {"limit": MOST_FILES}


def demand_few(number: int) -> None:
    """Raises TooManyFiles."""
    if number > MOST_FILES:
        raise TooManyFiles(at_most(), limit=MOST_FILES)


def place(row: "StoredFile", name: str) -> str:
    return f"{row.folder}/{timezone.now():%Y/%m}/{name}"


class StoredFileQuerySet(models.QuerySet):
    def discard(self) -> None:
        """For good: the rows, and with the commit what is stored of them."""
        for row in cast("Iterable[StoredFile]", self):
            for stored in filter(None, (row.file, row.thumbnail)):
                afterwards(stored.storage.delete, str(stored.name))
        self.delete()


class StoredFile(models.Model):
    """A file with what was found out about it. A message gets a copy, so that it stays what was sent."""

    # Of the storage.
    folder: str

    file = models.FileField(_("file"), upload_to=place)
    thumbnail = models.FileField(_("thumbnail"), upload_to=place, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def store(cls, file: File, **fields: Any) -> Self:
        row = cls(name=file.name[:200], content_type=file.content_type, size=len(file.content), **fields)
        row.width, row.height = file.width, file.height
        # On disk it has no name of its own choosing.
        row.file.save(uuid.uuid4().hex, ContentFile(file.content), save=False)
        if file.thumbnail:
            row.thumbnail.save(uuid.uuid4().hex, ContentFile(file.thumbnail), save=False)
        row.save()
        return row

    @property
    def content(self) -> File:
        thumbnail = read(self.thumbnail) if self.thumbnail else b""
        return File(self.name, read(self.file), self.content_type, self.width, self.height, thumbnail)


def read(stored: models.fields.files.FieldFile) -> bytes:
    with stored.open() as content:
        return bytes(content.read())
