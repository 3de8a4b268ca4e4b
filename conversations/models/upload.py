"""Files that somebody has chosen for an answer: here already, and not sent yet."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from conversations.models.stored_file import StoredFile, StoredFileQuerySet, demand_few
from monty.errors import BadInput
from teams.models import Teammate

if TYPE_CHECKING:
    from conversations.models.conversation import Conversation


def gone() -> BadInput:
    return BadInput(_t("Some of the files are not here any more. Choose them again."), field="uploads")


class UploadQuerySet(StoredFileQuerySet):
    def of(self, conversation: "Conversation", teammate: Teammate) -> "UploadQuerySet":
        """Nobody else sees them."""
        return self.filter(conversation=conversation, teammate=teammate).order_by("pk")

    def put(self, conversation: "Conversation", file: File, *, by: Teammate, number: UUID) -> "Upload":
        """Keep a file until it is sent; the same number again is the same file. Raises TooManyFiles, BadInput."""
        mine = self.of(conversation, by)
        if known := mine.filter(uuid=number).first():
            return known
        if self.filter(uuid=number).exists():
            raise BadInput(_t("This id belongs to another file."), field="id")
        demand_few(mine.count() + 1)
        return Upload.store(file, conversation=conversation, teammate=by, uuid=number)

    def chosen(self, conversation: "Conversation", numbers: Sequence[UUID], *, by: Teammate) -> tuple[File, ...]:
        """The files of these numbers, in this order. Raises BadInput."""
        found = {row.uuid: row for row in self.of(conversation, by).filter(uuid__in=numbers)}
        try:
            return tuple(found[number].content for number in dict.fromkeys(numbers))
        except (KeyError, FileNotFoundError) as error:
            raise gone() from error

    def spend(self, conversation: "Conversation", numbers: Sequence[UUID], *, by: Teammate) -> None:
        """They go with an answer, in its transaction. Raises BadInput if they have gone with another meanwhile."""
        mine = self.of(conversation, by).filter(uuid__in=numbers)
        if mine.count() < len(set(numbers)):
            raise gone()
        mine.discard()

    def forgettable(self, before: datetime) -> "UploadQuerySet":
        return self.filter(at__lt=before).order_by("at")


class Upload(StoredFile):
    """One file, checked and fitted to the channel when it came, so that it is refused before anything is sent."""

    folder = "uploads"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("teammate")
    )
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="+", verbose_name=_("conversation")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")

    @property
    def facts(self) -> dict[str, Any]:
        """As the page's script knows it."""
        return {"id": str(self.uuid), "name": self.name, "size": self.size, "type": self.content_type}
