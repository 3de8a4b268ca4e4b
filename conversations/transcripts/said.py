"""What was said, message by message, for whoever reads it elsewhere than in Monty: by mail, as text, on paper."""

from dataclasses import dataclass
from datetime import datetime

from conversations.models import Message


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `mine`: the customer's; `private`: a note of the team's."""

    at: datetime
    who: str
    mine: bool
    text: str
    files: list[str]
    private: bool = False


def said(message: Message, who: str) -> Said:
    """`who`: what its writer is called by the reader."""
    text = message.text if message.text and not message.unsent_at else message.gist
    files = [file.label for file in message.attachments.all()]
    return Said(message.at, who, message.is_from_contact, text, files, private=message.private)
