"""Reads what X posts, in both its envelopes. Pure and total: any JSON value may stand anywhere.

The Account Activity API puts lists of events beside `for_user_id`; its successor, the X Activity API, puts one such
list into `data.payload`. The events inside are the same.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.border import Echo, Fact, Inbound, Item, Notice, Receipt, Sender, Typing, Unknown
from channels_app.content import Content, cannot_show
from channels_app.json_values import digest, identifier, kept_id, mapping, text
from channels_app.outside import moment
from channels_app.twitter_content import content_of

# Ids tell the time of their making: milliseconds since this moment, above the 22 lowest bits.
SNOWFLAKES_FROM = datetime(2010, 11, 4, 1, 42, 54, 657000, UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, with what stands around it: the account that it is told to, and the people it speaks of."""

    raw: dict[str, Any]
    account: str
    users: dict[str, Any]

    @property
    def at(self) -> datetime:
        stamp = self.raw.get("created_timestamp") or self.raw.get("created_at_msec")
        return moment(stamp) or timezone.now()

    @property
    def id(self) -> str:
        """X's id, or one that is the same whenever the same event comes again."""
        return kept_id(self.raw.get("id")) or digest(json.dumps([self.account, self.raw], sort_keys=True))

    @property
    def by_us(self) -> bool:
        return bool(self.account) and identifier(self.raw.get("sender_id")) == self.account

    def person(self, number: Any) -> Sender:
        """Who this is, as far as the delivery tells; X has seen them log in."""
        known = mapping(self.users.get(identifier(number)))
        return person_of(identifier(number), mapping(known.get("data")) or known)


# Nothing, for what is not worth noting.
Reader = Callable[[Told], Fact | None]


def read(raw: Any) -> list[Item]:
    """Every item of a delivery, in its order. Raises nothing."""
    told = mapping(raw)
    if "data" in told:
        return list(of_activity(told))
    if "for_user_id" in told or "user_event" in told:
        return list(of_account_activity(told))
    return [Item("", Unknown(raw, "no envelope"))]


# --- Envelopes ------------------------------------------------------------------------------------------------------


def of_account_activity(told: dict[str, Any]) -> Iterator[Item]:
    """What else an account does (posts, followers) comes in the same deliveries, and is no message."""
    account = identifier(told.get("for_user_id"))
    for name, reader in LISTS.items():
        for raw in in_list(told.get(name)):
            yield from item(raw, account, told.get("users"), reader)
    if revoked := mapping(mapping(told.get("user_event")).get("revoke")):
        yield Item(account or identifier(mapping(revoked.get("source")).get("user_id")), disconnected())


def of_activity(told: dict[str, Any]) -> Iterator[Item]:
    for event in in_list(told["data"]):
        known = mapping(event)
        kind, account = text(known.get("event_type")), identifier(mapping(known.get("filter")).get("user_id"))
        payload = known.get("payload")
        if kind == "oauth.revoke":
            yield Item(account, disconnected())
        elif kind in EVENTS:
            for raw in events_of(payload) if kind.startswith("dm.") else [payload]:
                yield from item(raw, account, mapping(payload).get("users"), EVENTS[kind])
        elif not kind or kind.startswith(("dm.", "chat.")):
            yield Item(account, Unknown(event, "unknown type"))


def events_of(payload: Any) -> list[Any]:
    """A payload's events: the list in it, whose name is not published for every type, or the payload itself."""
    named = [mapping(payload).get(name) for name in LISTS]
    lists = [value for value in [*named, *mapping(payload).values()] if isinstance(value, list)]
    return lists[0] if lists else [payload]


def in_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def item(raw: Any, account: str, users: Any, reader: Reader) -> Iterator[Item]:
    try:
        fact = reader(Told(raw, account, mapping(users))) if isinstance(raw, dict) else Unknown(raw, "not an object")
    except RecursionError:
        fact = Unknown(None, "nested too deeply")
    if fact is not None:
        yield Item(account, fact)


def disconnected() -> Notice:
    return Notice("account", _("The account has taken its permission back at X."), code="revoke", stops=True)


# --- Events ---------------------------------------------------------------------------------------------------------


def message(told: Told) -> Fact:
    created = mapping(told.raw.get("message_create"))
    sender, recipient = (
        told.person(each) for each in (created.get("sender_id"), mapping(created.get("target")).get("recipient_id"))
    )
    content = content_of(mapping(created.get("message_data")), told.raw.get("initiated_via"))
    return from_either(told, sender, recipient, content)


def encrypted(told: Told) -> Fact:
    """A message that only the app of X can read: Monty shows that one came."""
    both = text(told.raw.get("conversation_id")).replace("-", ":").split(":")
    other = next((each for each in both if each != told.account), "")
    sender, recipient = told.person(told.raw.get("sender_id")), told.person(other)
    return from_either(told, sender, recipient, cannot_show("encrypted"))


def from_either(told: Told, sender: Sender, recipient: Sender, content: Content) -> Fact:
    by_us = sender.external_id != "" and sender.external_id == told.account
    customer, kind = (recipient, Echo) if by_us else (sender, Inbound)
    if not customer.external_id:
        return Unknown(told.raw, "no sender")
    return kind(
        told.id,
        customer,
        told.at,
        text=content.text,
        media=content.media,
        details=content.details,
        raw=None if content.whole else told.raw,
    )


def seen(told: Told) -> Fact | None:
    """The customer has read a message, and with it all before. What we read at X itself is nobody's news."""
    customer, last = told.person(told.raw.get("sender_id")), kept_id(told.raw.get("last_read_event_id"))
    if not customer.external_id or not last:
        return Unknown(told.raw, "incomplete")
    return None if told.by_us else Receipt("read", told.at, (last,), customer, made_at(last, told.at))


def typing(told: Told) -> Fact | None:
    customer = told.person(told.raw.get("sender_id"))
    if not customer.external_id:
        return Unknown(told.raw, "no sender")
    return None if told.by_us else Typing(customer, told.at)


def made_at(snowflake: str, latest: datetime) -> datetime | None:
    """When the message with this id was made."""
    if not re.fullmatch(r"[0-9]{1,19}", snowflake):
        return None
    return min(SNOWFLAKES_FROM + timedelta(milliseconds=int(snowflake) >> 22), latest)


# --- People, tables ------------------------------------------------------------------------------------------------


def person_of(number: str, told: dict[str, Any]) -> Sender:
    """Somebody as X describes them, in the words of either version of its API."""
    picture = text(told.get("profile_image_url")) or text(told.get("profile_image_url_https"))
    return Sender(
        external_id=kept_id(number),
        name=text(told.get("name")),
        username=text(told.get("username")) or text(told.get("screen_name")),
        # The address of the picture at 48 pixels is also that of larger ones.
        picture=re.sub(r"_normal(\.\w+)?$", r"_400x400\1", picture),
        verified=True,
    )


LISTS: dict[str, Reader] = {
    "direct_message_events": message,
    "direct_message_mark_read_events": seen,
    "direct_message_indicate_typing_events": typing,
}
EVENTS: dict[str, Reader] = {
    "dm.received": message,
    "dm.sent": message,
    "dm.read": seen,
    "dm.indicate_typing": typing,
    "chat.received": encrypted,
    "chat.sent": encrypted,
}
