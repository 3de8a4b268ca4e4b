"""Where what a channel delivered becomes a message in the right conversation."""

from django.db import transaction

from channels_app.border import Inbound
from channels_app.models import Channel
from conversations.models import Conversation, Identity, Message


def receive(channel: Channel, inbound: Inbound) -> tuple[Message, bool]:
    """Store a customer's message; True if it is new. The same `external_id` again is the same message.

    One contact's messages come in one after the other (the identity is locked), so the look-up for a duplicate
    and the choice of the conversation cannot race.
    """
    with transaction.atomic():
        identity = Identity.objects.locked(channel, inbound.sender)
        known = Message.objects.of_provider(channel, inbound.external_id)
        if known is not None:
            return known, False
        conversation = conversation_for(identity, channel)
        return conversation.receive(inbound, by=None).message, True


def conversation_for(identity: Identity, channel: Channel) -> Conversation:
    """The live conversation; else the last one, revived inside its window; else a new one, linked to the last."""
    identity.channel = channel  # It is, and this saves a query.
    latest = Conversation.objects.latest_of(identity)
    if latest is None:
        return Conversation.start(identity, by=None)
    if latest.is_live:
        return latest
    if latest.policy().reopen:
        latest.revive(by=None)
        return latest
    return Conversation.start(identity, by=None, previous=latest)
