"""Where what a channel delivered becomes a message in the right conversation."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from channels_app.border import Inbound
from channels_app.models import Channel
from conversations.models import Conversation, Episode, Identity, Message
from monty.errors import BadInput, WindowShut


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
        message = conversation.receive(inbound, by=None).message
        say_away(conversation)
        return message, True


def say_away(conversation: Conversation) -> None:
    """Outside the team's hours its away message goes out with the customer's own, once per episode.

    Where the channel does not let it through there is none; the customer's message came all the same.
    """
    now, team = timezone.now(), conversation.team
    if team is None or not team.away_message or team.is_open(now):
        return
    with suppress(WindowShut, BadInput), transaction.atomic():
        if Episode.objects.say_away(conversation.pk, now):
            conversation.reply(team.away_message, by=None)


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
