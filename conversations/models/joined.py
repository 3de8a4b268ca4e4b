"""Two conversations that turn out to be with the same customer."""

from typing import Any

from django.db import models

from conversations import window
from conversations.models.event import Event
from conversations.models.heard import Heard
from conversations.models.message import Message
from conversations.models.states import LIVE
from monty.fsm import verb


class Joined(Heard):
    """The part of a conversation that takes in another one (`Conversation` inherits it)."""

    # The other parts'.
    labels: models.ManyToManyField

    class Meta(Heard.Meta):
        abstract = True

    @verb(source=LIVE, by_hand=False)
    def join(self, other: Any, *, by: None) -> dict[str, Any]:
        """What was said in `other`, live too, goes on here; the caller ends that one, and has locked both rows."""
        self.inquiry_at = max(filter(None, (self.inquiry_at, other.inquiry_at)), default=None)
        self.window_until = window.deadline(self.channel, self.inquiry_at)
        self.waiting_since = min(filter(None, (self.waiting_since, other.waiting_since)), default=None)
        self.unread += other.unread
        if other.last_message_at >= self.last_message_at:
            for name in ("last_message_at", "last_text", "last_from"):
                setattr(self, name, getattr(other, name))
        self.labels.add(*other.labels.all())
        self.inherit_scheduled(other)
        moved = Message.objects.filter(conversation=other)
        Event.objects.filter(message__in=moved).update(conversation=self)
        numbers = list(moved.order_by("pk").values_list("pk", flat=True))
        moved.update(conversation=self)
        return {"other": other.pk, "messages": numbers}
