"""What customers do to messages that are there already: they change them, take them back, put signs on them."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from channels_app.border import storable
from conversations.models.heard import Heard
from conversations.models.message import Message
from conversations.models.reaction import Reaction
from conversations.models.states import ANY
from monty.fsm import Unchanged, verb


class Marked(Heard):
    """The part of a conversation whose messages change afterwards (`Conversation` inherits it).

    All of it comes late, twice and out of order: the later of two, by the provider's clock, counts.
    """

    class Meta(Heard.Meta):
        abstract = True

    @verb(source=ANY, by_hand=False)
    def edit(self, message: Message, text: str, *, by: None, at: datetime) -> dict[str, Any]:
        """The customer changed what they wrote."""
        text = storable(text)
        older = Q(edited_at=None) | Q(edited_at__lt=at) | (Q(edited_at=at) & ~Q(text=text))
        if not Message.objects.filter(older, pk=message.pk, unsent_at=None).update(text=text, edited_at=at):
            raise Unchanged
        return self.changed(message)

    @verb(source=ANY, by_hand=False)
    def unsend(self, message: Message, *, by: None, at: datetime) -> dict[str, Any]:
        """The message was taken back: its text and files go, that there was something stays."""
        if not Message.objects.filter(pk=message.pk).empty(at):
            raise Unchanged
        return self.changed(message)

    @verb(source=ANY, by_hand=False)
    def react(self, message: Message, emoji: str, *, by: None, at: datetime) -> dict[str, Any]:
        """The customer put a sign on a message, or took it off (""), which is kept to outlast an older sign."""
        sign = storable(emoji)[:40]
        known = Reaction.objects.filter(message=message).first()
        if known is not None and (known.at > at or known.emoji == sign):
            raise Unchanged
        Reaction.objects.update_or_create(message=message, defaults={"emoji": sign, "at": at})
        return {"message": message, "messages": [message.pk]}
