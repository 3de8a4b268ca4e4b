"""What somebody has begun to write in a conversation, for nobody else to see."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations import events
from conversations.models.saved_reply import SavedReply
from teams.models import Teammate

if TYPE_CHECKING:
    from conversations.models.conversation import Conversation


class DraftQuerySet(models.QuerySet["Draft"]):
    def written(self) -> "DraftQuerySet":
        """Those with something in them: an empty row remembers only its version."""
        return self.exclude(text="", note="")

    def of(self, conversation: "Conversation", teammate: Teammate) -> "Draft":
        """As it is now; an empty one, not stored, where nothing was written yet."""
        row = self.filter(conversation=conversation, teammate=teammate).select_related("saved_reply").first()
        return row or Draft(conversation=conversation, teammate=teammate)

    def keep(self, conversation: "Conversation", *, by: Teammate, version: int, **fields: Any) -> bool:
        """Store these fields, if no tab of the person has stored a newer version; False if one has.

        A request that was overtaken by a later one thus changes nothing. The person's other tabs are told.
        """
        with transaction.atomic():
            row, _new = self.get_or_create(conversation=conversation, teammate=by)
            # Conditional: of two tabs at once the database takes the higher version, whichever comes first.
            newer = self.filter(pk=row.pk, version__lt=version)
            if not newer.update(version=version, at=timezone.now(), **fields):
                return False
            row.refresh_from_db()
            transaction.on_commit(partial(events.push_draft, row))
        return True

    def forgettable(self, before: datetime) -> "DraftQuerySet":
        """What nobody has touched since then."""
        return self.filter(at__lt=before).order_by("at")


class Draft(models.Model):
    """One for each person and conversation: the text of the tab “Message”, and that of the tab “Note”."""

    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("teammate")
    )
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="+", verbose_name=_("conversation")
    )
    text = models.TextField(_("text"), blank=True, editable=False)
    note = models.TextField(_("note"), blank=True, editable=False)
    saved_reply = models.ForeignKey(SavedReply, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    # Counted up by whoever writes; the higher one is the newer one.
    version = models.PositiveBigIntegerField(default=0, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "teammate"], name="one_draft_per_person"),
        ]
        indexes = [models.Index(fields=["at"], name="draft_at")]

    def __str__(self) -> str:
        return f"#{self.conversation_id}"

    @property
    def is_written(self) -> bool:
        return bool(self.text or self.note)

    @property
    def facts(self) -> dict[str, Any]:
        """As the page's script knows it."""
        reply = self.saved_reply
        saved = reply and {"reply": reply.pk, "title": reply.title, "files": ", ".join(map(str, reply.files.all()))}
        return {"version": self.version, "text": self.text, "note": self.note, "saved": saved}
