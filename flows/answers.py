"""What customers answer, as what was asked for: each kind reads a text and says what is wrong with it. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

# The ways in which people write a day, the most telling first.
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
LONGEST = 2000


class NotThis(Exception):
    """It is no answer to the question; `str` says what would be, to the customer."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of a number, both included."""

    least: float | None = None
    most: float | None = None


def text(said: str, _bounds: Bounds) -> str:
    said = said.strip()
    if not said:
        raise NotThis(_("Please write it as a text."))
    return said[:LONGEST]


def number(said: str, bounds: Bounds) -> int | float:
    """With a point or a comma."""
    try:
        if not re.fullmatch(r"[+-]?\d{1,15}([.,]\d{1,6})?", said.strip(), re.ASCII):
            raise InvalidOperation
        value = Decimal(said.strip().replace(",", "."))
    except InvalidOperation as error:
        raise NotThis(_("Please write a number, such as 42.")) from error
    if bounds.least is not None and value < Decimal(str(bounds.least)):
        raise NotThis(_("Please write a number from %(least)s on.") % {"least": f"{bounds.least:g}"})
    if bounds.most is not None and value > Decimal(str(bounds.most)):
        raise NotThis(_("Please write a number up to %(most)s.") % {"most": f"{bounds.most:g}"})
    return int(value) if value == value.to_integral_value() else float(value)


def email(said: str, _bounds: Bounds) -> str:
    try:
        validate_email(said.strip())
    except ValidationError as error:
        raise NotThis(_("Please write an e-mail address, such as name@example.org.")) from error
    return said.strip()


def phone(said: str, _bounds: Bounds) -> str:
    """With its country, as +49 40 1234567; kept without spaces."""
    sentence = _("Please write the phone number with its country, such as +49 40 1234567.")
    try:
        found = phonenumbers.parse(said.strip(), None)
    except phonenumbers.NumberParseException as error:
        raise NotThis(sentence) from error
    if not phonenumbers.is_possible_number(found):
        raise NotThis(sentence)
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def day(said: str, _bounds: Bounds) -> str:
    """As ISO 8601."""
    for written in DATES:
        try:
            found: date = datetime.strptime(said.strip(), written).date()
        except ValueError:
            continue
        return found.isoformat()
    raise NotThis(_("Please write a date, such as 2026-11-30."))


KINDS: dict[str, Callable[[str, Bounds], Any]] = {
    "text": text,
    "number": number,
    "email": email,
    "phone": phone,
    "date": day,
}


def chosen(said: str, payload: str, choices: Sequence[dict[str, str]], node: str) -> dict[str, str]:
    """The choice that was pressed, or written: by its number, or by its words. Raises NotThis."""
    for each in choices:
        if payload == payload_of(node, each):
            return each
    word = said.strip().rstrip(".)").casefold()
    for number, each in enumerate(choices, start=1):
        if word in (str(number), each["title"].strip().casefold()):
            return each
    raise NotThis(_("Please choose one of these answers."))


def payload_of(node: str, choice: dict[str, str]) -> str:
    """What comes back when its button is pressed: a button of an earlier question is not taken for this one's."""
    return f"{node}:{choice['id']}"


def numbered(text: str, choices: Sequence[dict[str, str]]) -> str:
    """The question for a channel without buttons."""
    lines = [f"{number}. {each['title']}" for number, each in enumerate(choices, start=1)]
    return "\n".join([text, "", *lines])


def listed(text: str, choices: Sequence[dict[str, str]]) -> str:
    """Buttons for a channel that has none, where no answer is waited for."""
    lines = [f"– {each['title']}" for each in choices]
    return "\n".join([*([text, ""] if text else []), *lines])
