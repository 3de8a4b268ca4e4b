"""Who was called by name in a private note."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations import events
from conversations.models.message import Message
from teams.models import Teammate


class MentionQuerySet(models.QuerySet["Mention"]):
    def of(self, teammate: Teammate) -> "MentionQuerySet":
        return self.filter(teammate=teammate)

    def unseen(self) -> "MentionQuerySet":
        return self.filter(seen_at=None)

    def in_conversations(self, conversations: models.QuerySet) -> "MentionQuerySet":
        """Who sees a conversation no longer does not see who called them there."""
        return self.filter(conversation__in=conversations)

    def write(self, message: Message, teammates: Iterable[Teammate]) -> None:
        place = {"message": message, "conversation_id": message.conversation_id}
        rows: list[Any] = [Mention(teammate=each, **place) for each in teammates]
        self.bulk_create(rows)

    def see(self, *, by: Teammate) -> None:
        """The teammate has looked at theirs among these; their other pages count anew."""
        if self.of(by).unseen().update(seen_at=timezone.now()):
            transaction.on_commit(lambda: events.push_mentions(by.pk))


class Mention(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("note"))
    # Repeated from the message: the view and its counter ask by it.
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="mentions", verbose_name=_("conversation")
    )
    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("teammate")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["message", "teammate"], name="one_mention_per_note")]
        indexes = [
            models.Index(fields=["teammate", "-id"], name="mention_of_teammate"),
            models.Index(fields=["teammate", "conversation"], condition=Q(seen_at=None), name="mention_unseen"),
        ]

    def __str__(self) -> str:
        return f"@{self.teammate.username} #{self.conversation_id}"
