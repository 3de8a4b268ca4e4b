"""Blocking a customer and unblocking them, in the order of locks in which their messages come in."""

from django.db import transaction

from conversations.models import Conversation, Event, Identity
from teams.models import Teammate


def block(conversation: Conversation, *, by: Teammate | None) -> Event | None:
    """Block the customer and drop their conversation. Raises VerbNotAllowed."""
    with transaction.atomic():
        Identity.objects.hold(conversation.identity_id)
        event: Event | None = conversation.block(by=by)
        return event


def unblock(conversation: Conversation, *, by: Teammate | None) -> Event | None:
    """Hear the customer again."""
    with transaction.atomic():
        Identity.objects.hold(conversation.identity_id)
        event: Event | None = conversation.unblock(by=by)
        return event
