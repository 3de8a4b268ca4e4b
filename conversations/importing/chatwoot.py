"""Chatwoot's contacts and conversations, as its API tells them and its export writes them, in Monty's own shape. Pure.

docs/importing.md says which parts are read, and shows a sample.
"""

from collections.abc import Mapping
from typing import Any

from channels_app.json_values import identifier, mapping, sequence

# Its columns and ours.
RENAMED = {"phone_number": "phone", "country_code": "country", "created_at": "created"}
# `message_type`, by number and by name.
FROM = {0: "contact", 1: "teammate", 3: "bot", "incoming": "contact", "outgoing": "teammate", "template": "bot"}


def is_contact(says: Mapping[str, Any]) -> bool:
    """By what only Chatwoot calls so."""
    return "phone_number" in says or "contact_inboxes" in says


def is_conversation(says: Mapping[str, Any]) -> bool:
    return "inbox_id" in says and "messages" in says


def contact(says: Mapping[str, Any], inbox: int | None) -> dict[str, Any] | None:
    """None: they never wrote to this inbox. `identifier` is the website's id of its user, not the channel's."""
    places = list(map(mapping, sequence(says.get("contact_inboxes"))))
    mine = [place for place in places if inbox is None or mapping(place.get("inbox")).get("id") == inbox]
    if places and not mine:
        return None
    rest = {name: says[name] for name in ("id", "name", "email", "notes") if name in says}
    renamed = {ours: says[theirs] for theirs, ours in RENAMED.items() if theirs in says}
    beside = mapping(says.get("additional_attributes"))
    country = {"country": beside["country"]} if isinstance(beside.get("country"), str) else {}
    handle = identifier(mine[0].get("source_id")) if mine else ""
    own = mapping(says.get("custom_attributes"))
    return own | country | renamed | rest | {"handle": handle, "user": says.get("identifier")}


def conversation(says: Mapping[str, Any], inbox: int | None) -> dict[str, Any] | None:
    """None: it is of another inbox."""
    if inbox is not None and says.get("inbox_id") != inbox:
        return None
    meta = mapping(says.get("meta"))
    assignee = mapping(meta.get("assignee"))
    sender = mapping(meta.get("sender"))
    place = mapping(says.get("contact_inbox"))
    who = contact(sender, None) or {}
    return {
        "id": marked(says.get("id")),
        "created": says.get("created_at"),
        "contact": who | ({"handle": place["source_id"]} if place.get("source_id") else {}),
        "team": mapping(meta.get("team")).get("name"),
        "assignee": assignee.get("email") or assignee.get("name"),
        "labels": says.get("labels"),
        "messages": [message(each) for each in pages(says.get("messages")) if is_said(each)],
    }


def marked(number: Any) -> str:
    """An id of Chatwoot's own, which is no other program's."""
    return f"chatwoot:{number}" if identifier(number) else ""


def pages(messages: Any) -> list[Any]:
    """They come twenty at a time: a list of them, or of pages as they were answered."""
    if isinstance(messages, dict):
        return pages(messages.get("payload"))
    return [one for each in sequence(messages) for one in (pages(each) if is_page(each) else [each])]


def is_page(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, dict) and "payload" in value)


def is_said(told: Any) -> bool:
    """What only tells what happened ("activity") is nobody's message; some have neither text nor file."""
    says = mapping(told)
    return says.get("message_type") not in (2, "activity") and bool(says.get("content") or says.get("attachments"))


def message(told: Any) -> Any:
    """`source_id` is the provider's id, by which Monty may have the message already."""
    if not isinstance(told, dict):
        return told
    sender, kind = mapping(told.get("sender")), told.get("message_type")
    by_bot = sender.get("type") == "agent_bot"
    author = "bot" if by_bot else FROM.get(kind, "") if isinstance(kind, int | str) else ""
    return {
        "id": told.get("source_id") or marked(told.get("id")),
        "from": "note" if told.get("private") is True else author,
        "author": sender.get("email") or sender.get("name"),
        "name": sender.get("name"),
        "at": told.get("created_at"),
        "text": told.get("content"),
        "attachments": [mapping(each).get("data_url") for each in sequence(told.get("attachments"))],
    }
