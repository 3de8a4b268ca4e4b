"""Who a customer is, as their provider tells: asked once when they first write, and again when they come back later.

A task that is lost is no loss: the customer's next message asks again.
"""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings

from channels_app.border import Media, Sender
from channels_app.verdicts import Refused
from conversations import media
from conversations.fetching import TRY_AGAIN
from conversations.models import Conversation, Identity
from monty.errors import MediaRefused

# After a refusal that may pass; the customer's next message after that asks again.
LATER = timedelta(hours=1)


def are_due(conversation: Conversation) -> bool:
    """Whether the provider should be asked now who the customer is. No query where the verb has loaded the row."""
    return conversation.channel.adapter.tells_profiles and conversation.identity.profile_is_due


def fetch(identity_id: int, picture: str = "") -> None:
    """Ask who this is and keep it. `picture`: where their picture is now, if the provider told that by itself."""
    identity = Identity.objects.claim_profile(identity_id)
    if identity is None:
        return
    try:
        told = asked(identity, picture)
    except Refused as error:
        if error.verdict in TRY_AGAIN:
            identity.ask_profile_again(after=LATER)
        return
    if told is not None:
        introduce(identity, told)


def asked(identity: Identity, picture: str) -> Sender | None:
    """Raises Refused. Where the name is known and the picture's address too, nobody need be asked."""
    if picture and identity.contact.name:
        return Sender(identity.external_id, picture=picture)
    return identity.channel.adapter.fetch_profile(identity.external_id)


def introduce(identity: Identity, told: Sender) -> None:
    conversation = Conversation.objects.newest_of(identity)
    if conversation is None:
        return
    stored = identity.contact.keep_picture(portrait(identity, told.picture))
    conversation.introduce(told, stored, by=None)


def portrait(identity: Identity, address: str) -> bytes:
    """The picture, small and square; b"" if there is none, or none that can be had: initials do as well."""
    if address:
        with suppress(Refused, MediaRefused):
            fetched = identity.channel.adapter.fetch_media(Media("image", url=address), settings.MEDIA_MAX_BYTES)
            return media.portrait(fetched.content)
    return b""
