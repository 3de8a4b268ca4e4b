"""Texts of nodes: `{{contact.name}}` and `{{answers.email}}` are filled in when they are said. Pure."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conversations.variables import VARIABLE, first_word

if TYPE_CHECKING:
    from conversations.models import Conversation

KNOWN = (
    *("contact.name", "contact.first_name", "contact.email", "contact.phone"),
    *("team.name", "channel.name", "conversation.id"),
)
# A variable and the space before it.
WITH_SPACE = re.compile("( ?)" + VARIABLE.pattern)
ANSWER = re.compile("answers\\.[a-z][a-z0-9_]{0,39}")


def values(conversation: "Conversation", answers: Mapping[str, Any]) -> dict[str, str]:
    """What each variable stands for now; "" where nothing is known."""
    contact, team = conversation.contact, conversation.team
    return {
        "contact.name": contact.name,
        "contact.first_name": first_word(contact.name),
        "contact.email": contact.email,
        "contact.phone": contact.phone,
        "team.name": team.name if team else "",
        "channel.name": conversation.channel.name,
        "conversation.id": str(conversation.pk),
        **{f"answers.{name}": as_text(value) for name, value in answers.items()},
    }


def as_text(value: Any) -> str:
    """An answer as a person reads it."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def filled(text: str, known: Mapping[str, str]) -> str:
    """A customer is never shown a variable: where nothing is known there is nothing, nor the space before it."""

    def value(match: re.Match[str]) -> str:
        found = known.get(match[2], "")
        return match[1] + found if found else ""

    return WITH_SPACE.sub(value, text)


def strange(text: str) -> list[str]:
    """Variables that do not exist, as they are written. Any answer may be asked for: another flow may have it."""
    return [each[0] for each in VARIABLE.finditer(text) if each[1] not in KNOWN and not ANSWER.fullmatch(each[1])]
