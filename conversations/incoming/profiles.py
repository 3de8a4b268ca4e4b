"""Who a customer is, as their provider tells: asked once when they first write, and again when they come back later.

A task that is lost is no loss: the customer's next message asks again.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from channels_app.border import Media, Sender
from channels_app.verdicts import Refused
from conversations import media
from conversations.incoming.fetching import TRY_AGAIN
from conversations.models import Conversation, Event, Identity
from monty.errors import MediaRefused

# After a refusal that may pass; the customer's next message after that asks again.
LATER = timedelta(hours=1)
# People a task asks for, one after the other: seconds of work. One post may tell of a thousand new customers: to ask
# for a task for each of them was a quarter of the time in which their messages are stored.
TOGETHER = 20


def due(events: Iterable[Event]) -> Iterator[list[tuple[int, str]]]:
    """Of whom providers should be asked now, with their picture's address if it was told; so many at a time, each once.

    No query where the verb has loaded the rows.
    """
    heard = (event for event in events if event.verb == "receive" and are_due(event.conversation))
    people = [*dict.fromkeys((each.conversation.identity_id, each.data.get("picture", "")) for each in heard)]
    for first in range(0, len(people), TOGETHER):
        yield people[first : first + TOGETHER]


def are_due(conversation: Conversation) -> bool:
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
    # In the order of locks in which messages come in: a merge may hold the identity and wait for the conversation.
    with transaction.atomic():
        Identity.objects.hold(identity.pk)
        conversation.introduce(told, stored, by=None)


def portrait(identity: Identity, address: str) -> bytes:
    """The picture, small and square; b"" if there is none, or none that can be had: initials do as well."""
    if address:
        with suppress(Refused, MediaRefused):
            fetched = identity.channel.adapter.fetch_media(Media("image", url=address), settings.MEDIA_MAX_BYTES)
            return media.portrait(fetched.content)
    return b""
