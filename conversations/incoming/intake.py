"""Where what a channel delivered becomes messages in the right conversations."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from channels_app.border import Inbound
from channels_app.models import Channel
from conversations.incoming import people
from conversations.incoming.arrivals import Arrival, clamped, store
from conversations.models import Author, Conversation, Episode, Identity, Message, Status
from conversations.models.conversation import Beginning
from monty.errors import BadInput, WindowShut


def receive(channel: Channel, inbound: Inbound) -> tuple[Message, bool]:
    """Store a customer's message; True if it is new. The same `external_id` again is the same message."""
    return receive_all(channel, [inbound])[0]


def receive_all(channel: Channel, inbounds: Sequence[Inbound]) -> list[tuple[Message, bool]]:
    """The same for many, in the order in which they are given, in as many queries as for one.

    One contact's messages come in one after the other (the identities are locked), so the look-up for duplicates
    and the choice of the conversations cannot race.
    """
    with transaction.atomic():
        known = people.meet(channel, [each.sender for each in inbounds])
        stored = Message.objects.of_provider(channel, [each.external_id for each in inbounds])
        fresh = once([each for each in inbounds if each.external_id not in stored])
        made = take_in(channel, [(each, known[each.sender.external_id]) for each in fresh])
    new = {id(each): message for each, message in zip(fresh, made, strict=True)}
    stored |= {message.external_id: message for message in made}
    return [(new.get(id(each)) or stored[each.external_id], id(each) in new) for each in inbounds]


def take_in(channel: Channel, fresh: Sequence[tuple[Inbound, Identity]]) -> list[Message]:
    """The messages of these people, who are locked, in their conversations."""
    # The first message of each says when a new conversation began.
    began = {identity: clamped(each.at) for each, identity in reversed(fresh)}
    places = conversations_for(began)
    arrivals = [Arrival(each, places[identity.pk]) for each, identity in fresh]
    made = store(channel, arrivals, author_kind=Author.CONTACT, status=Status.RECEIVED)
    for row, (each, identity) in zip(made, fresh, strict=True):
        if each.sender.picture and identity.profile_is_due:
            row.facts["picture"] = each.sender.picture
    for hear, live in ((Conversation.receive, True), (Conversation.overhear, False)):
        heard = [row for row in made if row.conversation.is_live == live]
        hear.many([(row.conversation, {"message": row.message, **row.facts}) for row in heard], by=None)
    say_away(places.values())
    return [row.message for row in made]


def once(inbounds: Iterable[Inbound]) -> list[Inbound]:
    """The first of those with the same id; what has no id is always something new."""
    kept: dict[object, Inbound] = {}
    for each in inbounds:
        kept.setdefault(each.external_id or id(each), each)
    return list(kept.values())


def conversations_for(began: dict[Identity, datetime]) -> dict[int, Conversation]:
    """Each person's live conversation; else the last one, revived inside its window; else a new one, linked to it.

    That of somebody who is blocked stays ended, and one that begins for them ends at once. All are locked. By the
    identity's id. `began`: whose they are, and when a new one begins.
    """
    current = Conversation.objects.current_of(began)
    blocked = {identity.pk for identity in began if identity.is_blocked}
    places = {number: row for number, row in current.items() if row.is_live or number in blocked or row.policy().reopen}
    # What a bot asked after the end may be answered without anything being reopened.
    ended = [row for number, row in places.items() if not row.is_live and number not in blocked and not row.bot]
    Conversation.revive.many([(row, {}) for row in ended], by=None)
    new = [
        Beginning(identity, at, current.get(identity.pk)) for identity, at in began.items() if identity.pk not in places
    ]
    started = Conversation.start_all(new, by=None)
    Conversation.drop.many([(row, {}) for row in started if row.identity_id in blocked], by=None)
    return places | {row.identity_id: row for row in started}


def say_away(conversations: Iterable[Conversation]) -> None:
    """Outside the team's hours its away message goes out with the customer's own, once per episode. A bot has its own.

    Where the channel does not let it through there is none; the customer's message came all the same.
    """
    now = timezone.now()
    closed: dict[int, bool] = {}
    for conversation in conversations:
        team = conversation.team
        bots = conversation.bot or conversation.bot_asked_at
        if team is None or not team.away_message or not conversation.is_live or bots:
            continue
        if team.pk not in closed:
            closed[team.pk] = not team.is_open(now)
        if closed[team.pk]:
            say(team.away_message, conversation, now)


def say(away_message: str, conversation: Conversation, now: datetime) -> None:
    with suppress(WindowShut, BadInput), transaction.atomic():
        if Episode.objects.say_away(conversation.pk, now):
            conversation.reply(away_message, by=None)
