"""All files of a conversation, by what they are, the latest first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import Attachment, Conversation
from monty.errors import BadInput
from monty.keys import LONGEST

if TYPE_CHECKING:
    from conversations.models.attachment import AttachmentQuerySet

PAGE = 24


class Shelf(StrEnum):
    PICTURES = "pictures"
    VIDEOS = "videos"
    FILES = "files"


PICTURE = Q(width__isnull=False)
VIDEO = Q(content_type__startswith="video/")
ON = {Shelf.PICTURES: PICTURE, Shelf.VIDEOS: VIDEO & ~PICTURE, Shelf.FILES: ~PICTURE & ~VIDEO}
NAMES: dict[Shelf, Promise] = {
    Shelf.PICTURES: _("Pictures"),
    Shelf.VIDEOS: _("Videos"),
    Shelf.FILES: _("Files"),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a shelf; `more`: the key after which there is more, "": nothing."""

    files: list[Attachment]
    more: str


def leaf(row: Conversation, shelf: Shelf, *, after: str = "") -> Leaf:
    """Raises BadInput."""
    rows: AttachmentQuerySet = Attachment.objects.of_conversation(row.pk).stored().filter(ON[shelf])
    if after:
        rows = rows.before(*parsed(after))
    found = list(rows.select_related("message")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Leaf(found[:PAGE], f"{last.message_id}_{last.pk}" if last else "")


def parsed(text: str) -> tuple[int, int]:
    """Raises BadInput."""
    message, _underscore, number = text.partition("_")
    if not all(each.isascii() and each.isdigit() and len(each) < LONGEST for each in (message, number)):
        raise BadInput("This is no key of a list.", field="after")
    return int(message), int(number)
