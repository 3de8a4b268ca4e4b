"""Variables of saved replies: `{{contact.name}}` is filled in with what the conversation says. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from conversations.contacts import cards
from monty.errors import BadInput

if TYPE_CHECKING:
    from conversations.contacts.cards import Field
    from conversations.models import Conversation
    from teams.models import Teammate

VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# Every name that is there for everybody, and what it stands for.
KNOWN = {
    "contact.name": _lazy("the customer’s name"),
    "contact.first_name": _lazy("the customer’s first name"),
    "contact.email": _lazy("the customer’s e-mail address"),
    "contact.phone": _lazy("the customer’s phone number"),
    "contact.language": _lazy("the customer’s language"),
    "contact.country": _lazy("the customer’s country"),
    "me.name": _lazy("your name"),
    "me.first_name": _lazy("your first name"),
    "team.name": _lazy("the conversation’s team"),
    "channel.name": _lazy("the channel"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: plain words, a variable's value, or (`missing`) a variable that nothing can be put in for."""

    text: str
    variable: str = ""
    missing: bool = False


def values(conversation: "Conversation", me: "Teammate", own: "Iterable[Field]" = ()) -> dict[str, str]:
    """What each variable stands for here; "" where nothing is known. `own`: the supervisors' attributes."""
    contact, team = conversation.contact, conversation.team
    return {
        "contact.name": contact.name,
        "contact.first_name": first_word(contact.name),
        "contact.email": contact.email,
        "contact.phone": contact.phone,
        "contact.language": cards.told("language", contact.language),
        "contact.country": contact.country,
        **{f"contact.{field.name}": field.shown(field.read(contact)) for field in own},
        "me.name": me.name,
        "me.first_name": me.first_name or first_word(me.name),
        "team.name": team.name if team else "",
        "channel.name": conversation.channel.name,
    }


def first_word(text: str) -> str:
    return next(iter(text.split()), "")


def pieces(text: str, known: Mapping[str, str]) -> list[Piece]:
    """The text with its variables filled in; one without a value stays as it is written."""
    found, place = [], 0
    for match in VARIABLE.finditer(text):
        found.append(Piece(text[place : match.start()]))
        value = known.get(match[1], "")
        found.append(Piece(value or match[0], match[1], missing=not value))
        place = match.end()
    found.append(Piece(text[place:]))
    return [each for each in found if each.text]


def missing(text: str, known: Mapping[str, str]) -> list[str]:
    """Variables that nothing can be put in for, as they are written, each once."""
    return list(dict.fromkeys(each.text for each in pieces(text, known) if each.missing))


def known(own: "Iterable[Field]" = ()) -> dict[str, str]:
    """Every name there is, and what it stands for."""
    return {name: str(words) for name, words in KNOWN.items()} | {f"contact.{each.name}": each.label for each in own}


def demand_known(text: str, own: "Iterable[Field]" = ()) -> None:
    """Raises BadInput for a variable that does not exist."""
    names = known(own)
    if strange := missing(text, {name: name for name in names}):
        sentence = _("There is no variable %(names)s. There are: %(known)s.")
        known_ones = ", ".join(f"{{{{{name}}}}}" for name in names)
        raise BadInput(sentence % {"names": ", ".join(strange), "known": known_ones}, field="text")


def demand_filled(text: str) -> None:
    """Raises BadInput while a variable stands in a text that the customer is to read."""
    if left := missing(text, {}):
        raise BadInput(_("Put something in for %(names)s first.") % {"names": ", ".join(left)}, field="text")
