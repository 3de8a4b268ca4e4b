"""What a message holds beside text and files (`channels_app.border.DETAILS`), as it may be shown.

An adapter wrote it from what a stranger sent, so anything may stand anywhere: what is not as agreed counts as missing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_app.json_values import coordinate, mapping, said, sequence, text


def known(details: Any) -> dict[str, Any]:
    """The parts of a message that can be shown, by name; every key of a part is there."""
    told = mapping(details)
    parts = {name: read(told[name]) for name, read in READERS.items() if name in told}
    return {name: part for name, part in parts.items() if part}


def gist(details: Any) -> str:
    """The message in a word, for lists: the part that says most; "" if there is none."""
    parts = known(details)
    if title := parts.get("button", {}).get("title"):
        return str(title)
    return next((str(word) for name, word in WORDS.items() if name in parts), "")


# The part that says most comes first.
WORDS: dict[str, Promise] = {
    "location": _("Location"),
    "contacts": _("Contact card"),
    "order": _("Order"),
    "form": _("Form"),
    "shared": _("Shared post or link"),
    "story": _("Story"),
    "referral": _("Came by a link"),
    "button": _("Pressed a button"),
    "quick_replies": _("Answers to choose from"),
    "card": _("Card"),
    "unsupported": _("Something that cannot be shown here"),
    "forwarded": _("Forwarded"),
}


# --- One reader for each part: its value, or None ---------------------------------------------------------------------


def texts(value: Any, *names: str) -> dict[str, str]:
    told = mapping(value)
    return {name: text(told.get(name)) for name in names}


def web(address: Any) -> str:
    """An address that a click may lead to; a customer may send any, also a script."""
    known_address = text(address).strip()
    return known_address if known_address.lower().startswith(("https://", "http://")) else ""


def location(value: Any) -> dict[str, Any] | None:
    told = mapping(value)
    latitude, longitude = coordinate(told.get("latitude"), 90), coordinate(told.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    where = {"latitude": latitude, "longitude": longitude, "url": web(told.get("url"))}
    return where | texts(told, "name", "address")


def contact(value: Any) -> dict[str, Any]:
    told = mapping(value)
    lists = {name: list(filter(None, map(text, sequence(told.get(name))))) for name in ("phones", "emails")}
    return texts(told, "name", "organisation") | lists


def contacts(value: Any) -> list[dict[str, Any]]:
    return [card for card in map(contact, sequence(value)) if any(card.values())]


def form(value: Any) -> dict[str, Any] | None:
    told = mapping(value)
    answers = {text(name): answer(given) for name, given in mapping(told.get("answers")).items()}
    return {"name": text(told.get("name")), "answers": answers} if answers or text(told.get("name")) else None


def answer(given: Any) -> str:
    if isinstance(given, list):
        return ", ".join(filter(None, map(answer, given)))
    return ("yes" if given else "no") if isinstance(given, bool) else said(given)


def story(value: Any) -> dict[str, Any] | None:
    told = mapping(value)
    kind = text(told.get("kind"))
    until = moment(told.get("until"))
    shown = {"kind": kind, "url": web(told.get("url")), "until": until.isoformat() if until else None}
    return shown if kind in ("reply", "mention") else None


def moment(value: Any) -> datetime | None:
    try:
        at = parse_datetime(text(value))
    except ValueError:
        return None
    return timezone.make_aware(at) if at and timezone.is_naive(at) else at


def order(value: Any) -> dict[str, Any] | None:
    told = mapping(value)
    items = [item for item in map(order_item, sequence(told.get("items"))) if any(item.values())]
    return {"items": items, "note": text(told.get("note"))} if items else None


def order_item(value: Any) -> dict[str, str]:
    told = mapping(value)
    return {name: said(told.get(name)) for name in ("id", "quantity", "price", "currency")}


def linked(*names: str) -> Callable[[Any], dict[str, str] | None]:
    """A reader of texts with an address beside them."""

    def read(value: Any) -> dict[str, str] | None:
        part = texts(value, *names) | {"url": web(mapping(value).get("url"))}
        return part if any(part.values()) else None

    return read


def button(value: Any) -> dict[str, str] | None:
    part = texts(value, "title", "payload")
    return part if any(part.values()) else None


def quick_replies(value: Any) -> list[dict[str, str]]:
    offered = [texts(each, "title", "payload") for each in sequence(value)]
    return [each for each in offered if each["title"]]


def card(value: Any) -> dict[str, str] | None:
    part = texts(value, "kind", "id")
    return part if all(part.values()) else None


READERS: dict[str, Callable[[Any], Any]] = {
    "location": location,
    "contacts": contacts,
    "button": button,
    "form": form,
    "referral": linked("source", "ref", "title"),
    "story": story,
    "shared": linked("kind", "title"),
    "order": order,
    "quick_replies": quick_replies,
    "card": card,
    "forwarded": lambda value: value is True,
    "unsupported": text,
}
