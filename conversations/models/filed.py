"""What became of the customer's files, which the provider keeps until a worker has fetched them."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from conversations.models.attachment import Attachment, Here
from conversations.models.states import ANY
from monty.errors import BadInput
from monty.fsm import Unchanged, Verbs, verb
from teams.models import Teammate


class Filed(Verbs):
    """The part of a conversation that gets files (`Conversation` inherits it). Open pages show each change."""

    class Meta:
        abstract = True

    @verb(source=ANY, by_hand=False)
    def keep_file(self, attachment: Attachment, *, by: None) -> dict[str, Any]:
        """The file is here: `attachment` holds what `Attachment.keep` has put into it."""
        kept = ("file", "thumbnail", "name", "content_type", "size", "width", "height")
        facts = {name: getattr(attachment, name) for name in kept}
        return settled(attachment, state=Here.STORED, source={"kind": attachment.kind}, reason="", **facts)

    @verb(source=ANY, by_hand=False)
    def lose_file(self, attachment: Attachment, reason: str, *, by: None) -> dict[str, Any]:
        """The file cannot be fetched, for this reason in words."""
        return settled(attachment, state=Here.FAILED, reason=reason[:200])

    @verb(source=ANY, by_hand=False)
    def fetch_again(self, attachment: UUID, *, by: Teammate) -> dict[str, Any]:
        """Try once more to fetch a file that could not be fetched. Raises BadInput."""
        row = (
            Attachment.objects.filter(message__conversation=self.pk, uuid=attachment).select_related("message").first()
        )
        if row is None:
            raise BadInput(_("There is no such file in this conversation."), field="attachment")
        again = Attachment.objects.filter(pk=row.pk, state=Here.FAILED)
        if not again.update(state=Here.WAITING, tries=0, fetch_at=None, reason=""):
            raise Unchanged
        return about(row) | {"files": [row.pk]}


def settled(attachment: Attachment, **facts: Any) -> dict[str, Any]:
    """Write what became of a file that was waited for; Unchanged if nobody waits for it any more."""
    if not Attachment.objects.waiting().filter(pk=attachment.pk).update(fetch_at=None, **facts):
        raise Unchanged
    return about(attachment)


def about(attachment: Attachment) -> dict[str, Any]:
    return {"message": attachment.message, "messages": [attachment.message_id]}
