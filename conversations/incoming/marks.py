"""What customers did to messages that are there already: they edited them, took them back, put signs on them."""

from collections.abc import Sequence

from channels_app.border import Edit, Reaction, Unsend
from channels_app.models import Channel
from conversations.models import EarlyReceipt, Message
from conversations.models.sending import EDITED, REACTED, UNSENT

Mark = Edit | Unsend | Reaction


def take(channel: Channel, marks: Sequence[Mark]) -> None:
    """Each goes to its message; one whose message Monty does not know yet is kept for it."""
    known = Message.objects.of_provider(channel, [mark.target for mark in marks])
    for mark in marks:
        if mark.target in known:
            put(mark, known[mark.target])
    EarlyReceipt.objects.keep([early(channel, mark) for mark in marks if mark.target not in known])


def put(mark: Mark, message: Message) -> None:
    match mark:
        case Edit():
            message.conversation.edit(message, mark.text, by=None, at=mark.at)
        case Unsend():
            message.conversation.unsend(message, by=None, at=mark.at)
        case Reaction():
            message.conversation.react(message, mark.emoji, by=None, at=mark.at)


def early(channel: Channel, mark: Mark) -> EarlyReceipt:
    match mark:
        case Edit(text=text):
            told = {"status": EDITED, "text": text}
        case Unsend():
            told = {"status": UNSENT}
        case Reaction(emoji=emoji):
            told = {"status": REACTED, "text": emoji}
    return EarlyReceipt(channel=channel, external_id=mark.target, at=mark.at, **told)
