"""The rows of messages that a provider tells of, many at once, with what they quote and the files they wait for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from channels_app.border import Echo, Inbound, storable, storable_json
from channels_app.models import Channel
from conversations.models import Attachment, Conversation, Message


class Arrival(NamedTuple):
    """A message and the conversation it goes into."""

    told: Inbound | Echo
    conversation: Conversation


class Stored(NamedTuple):
    """A message's row. `facts` belong to the event that announces it: `files`, ids of what a worker is to fetch."""

    message: Message
    conversation: Conversation
    facts: dict[str, Any]


def clamped(at: datetime) -> datetime:
    """A provider's clock counts, but never ahead of ours."""
    return min(at, timezone.now())


def store(channel: Channel, arrivals: Sequence[Arrival], **columns: Any) -> list[Stored]:
    """Write the messages. `columns`: what they have in common."""
    messages = Message.objects.bulk_create(row_of(channel, each, columns) for each in arrivals)
    stored = [Stored(message, each.conversation, {}) for message, each in zip(messages, arrivals, strict=True)]
    told = [each.told for each in arrivals]
    quote(channel, messages, told)
    keep_files(stored, told)
    return stored


def row_of(channel: Channel, arrival: Arrival, columns: dict[str, Any]) -> Message:
    told = arrival.told
    return Message(
        conversation=arrival.conversation,
        channel=channel,
        external_id=told.external_id,
        text=storable(told.text),
        details=storable_json(told.details),
        raw=storable_json(told.raw),
        at=clamped(told.at),
        **columns,
    )


def quote(channel: Channel, messages: list[Message], told: Sequence[Inbound | Echo]) -> None:
    """Link the messages to those they answer, as far as Monty has them."""
    quoted = Message.objects.of_provider(channel, [each.reply_to for each in told])
    answers = []
    for message, each in zip(messages, told, strict=True):
        if each.reply_to in quoted:
            message.reply_to = quoted[each.reply_to]
            answers.append(message)
    if answers:
        Message.objects.bulk_update(answers, ["reply_to"])


def keep_files(stored: Sequence[Stored], told: Sequence[Inbound | Echo]) -> None:
    """The files that came along, and rows for those that a worker is to fetch."""
    waiting = []
    for row, each in zip(stored, told, strict=True):
        row.message.attach(each.files if isinstance(each, Inbound) else ())
        waiting += [Attachment.expected(row.message, media) for media in each.media]
    by_message = {row.message.pk: row.facts for row in stored}
    for file in Attachment.objects.bulk_create(waiting):
        by_message[file.message_id].setdefault("files", []).append(file.pk)
