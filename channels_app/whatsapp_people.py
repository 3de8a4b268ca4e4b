"""Who writes on WhatsApp: people known by a phone number, by an id that hides it, or by both."""

import re
from typing import Any

from channels_app.border import Sender
from channels_app.json_values import identifier, kept_id, mapping, sequence, text

# Since 2026 people may hide their number. Businesses then see an id made for them: a country, a dot, the rest.
HIDING = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+")
# One mobile number is written in two ways in some countries: what was dialled and what WhatsApp tells may differ.
SPELLINGS = [
    (r"521(\d{10})", r"52\1"),  # Mexico: with and without the 1 of mobiles
    (r"52(\d{10})", r"521\1"),
    (r"55(\d\d)9([6-9]\d{7})", r"55\1\2"),  # Brazil: with and without the ninth digit of mobiles
    (r"55(\d\d)([6-9]\d{7})", r"55\g<1>9\2"),
    (r"549(\d{10})", r"54\1"),  # Argentina: with and without the 9 of mobiles
    (r"54(\d{10})", r"549\1"),
]


def person(*ids: Any, told: Any = None) -> Sender:
    """Somebody by all ids that a payload has for them, whatever stands where; `told`: their entry in `contacts`.

    The main id is the one that outlives a username and needs no number, if there is one; the number otherwise.
    """
    contact = mapping(told)
    every = [*ids, contact.get("user_id"), contact.get("wa_id"), contact.get("parent_user_id")]
    known = [each for each in map(kept_id, every) if each]
    numbers = [each for each in known if not HIDING.fullmatch(each)]
    ordered = [*sorted((each for each in known if HIDING.fullmatch(each)), key=is_of_parent), *numbers]
    main, *also = list(
        dict.fromkeys([*ordered, *(other for number in numbers for other in other_spellings(number))])
    ) or [""]
    profile = mapping(contact.get("profile"))
    return Sender(
        external_id=main,
        also=tuple(also),
        name=text(profile.get("name")),
        username=text(profile.get("username")).removeprefix("@"),
        phone=international(numbers[0]) if numbers else "",
        verified=True,
    )


def is_of_parent(hiding: str) -> bool:
    return ".ENT." in hiding


def other_spellings(number: str) -> list[str]:
    return [re.sub(pattern, other, number) for pattern, other in SPELLINGS if re.fullmatch(pattern, number)]


def international(number: str) -> str:
    """As it is dialled from anywhere; "" for what is no number. No other check: real numbers fail every rule."""
    digits = re.sub(r"[ ()+.-]", "", number)
    return f"+{digits}" if re.fullmatch(r"[0-9]{5,20}", digits) else ""


def by_id(contacts: Any) -> dict[str, Any]:
    """The entries of `contacts` by every id in them. Their order says nothing."""
    return {
        identifier(contact.get(name)): contact
        for contact in map(mapping, sequence(contacts))
        for name in ("wa_id", "user_id", "parent_user_id")
        if identifier(contact.get(name))
    }
