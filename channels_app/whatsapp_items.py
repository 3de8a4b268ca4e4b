"""Reads what WhatsApp posts. Pure and total: any JSON value may stand anywhere.

A delivery holds entries (business accounts) of changes; the field of a change says what its value tells.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from channels_app.border import Echo, Edit, Fact, Inbound, Item, Moved, Reaction, Receipt, Sender, Unknown, Unsend
from channels_app.graph import ours
from channels_app.json_values import digest, identifier, kept_id, mapping, sequence, text
from channels_app.outside import moment
from channels_app.whatsapp_content import content_of, reply_to
from channels_app.whatsapp_notices import NOTICES, trouble, words_of
from channels_app.whatsapp_people import by_id, person

STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
# Of a number's life before Monty, and of things that are no messages.
PASSED_OVER = {"history", "smb_app_state_sync", "user_preferences", "flows", "security", "business_capability_update"}


@dataclass(frozen=True, slots=True)
class Told:
    """An item, with what stands around it."""

    raw: dict[str, Any]
    account: str
    contacts: dict[str, Any]

    @property
    def at(self) -> datetime:
        return moment(self.raw.get("timestamp")) or timezone.now()

    @property
    def id(self) -> str:
        """WhatsApp's id, or one that is the same whenever the same item comes again."""
        return kept_id(self.raw.get("id")) or digest(json.dumps([self.account, self.raw], sort_keys=True))

    @property
    def customer(self) -> Sender:
        """Whoever wrote."""
        return self.known("from_user_id", "from", "from_parent_user_id")

    def known(self, *names: str) -> Sender:
        """The person whose ids stand under these names."""
        ids = [self.raw.get(name) for name in names]
        told = next((self.contacts[each] for each in map(identifier, ids) if each in self.contacts), None)
        return person(*ids, told=told)


# Nothing, for what is not worth noting.
Reader = Callable[[Told], Fact | None]


# --- Deliveries -----------------------------------------------------------------------------------------------------


def read(raw: Any) -> list[Item]:
    """Every item of a delivery, in its order. Raises nothing."""
    entries = mapping(raw).get("entry")
    if not isinstance(entries, list):
        return [Item("", Unknown(raw, "no entries"))]
    return [item for entry in entries for item in items_of(entry)]


def items_of(entry: Any) -> Iterator[Item]:
    changes = mapping(entry).get("changes")
    if not isinstance(changes, list):
        yield Item("", Unknown(entry, "no changes"))
        return
    for change in changes:
        known = mapping(change)
        field, value = text(known.get("field")), known.get("value")
        if field in NOTICES and isinstance(value, dict):
            yield Item("", NOTICES[field](value))
        elif field not in PASSED_OVER:
            yield from items_in(value) if isinstance(value, dict) else [Item("", Unknown(change, "no value"))]


def items_in(value: dict[str, Any]) -> Iterator[Item]:
    account = identifier(mapping(value.get("metadata")).get("phone_number_id"))
    contacts, any_list = by_id(value.get("contacts")), False
    for name, reader in LISTS.items():
        any_list = any_list or isinstance(value.get(name), list)
        for raw in sequence(value.get(name)):
            fact = fact_of(raw, account, contacts, reader)
            if fact is not None:
                yield Item(account, fact)
    if not any_list:
        yield Item(account, Unknown(value, "nothing that Monty knows"))


def fact_of(raw: Any, account: str, contacts: dict[str, Any], reader: Reader) -> Fact | None:
    if not isinstance(raw, dict):
        return Unknown(raw, "not an object")
    try:
        return reader(Told(raw, account, contacts))
    except RecursionError:
        return Unknown(None, "nested too deeply")


# --- What customers do ----------------------------------------------------------------------------------------------


def message(told: Told) -> Fact | None:
    if told.raw.get("group_id"):
        return Unknown(told.raw, "a group's message")
    if not told.customer.external_id:
        return Unknown(told.raw, "no sender")
    return NO_MESSAGES.get(text(told.raw.get("type")), inbound)(told)


def inbound(told: Told) -> Inbound:
    content = content_of(told.raw)
    return Inbound(
        external_id=told.id,
        sender=told.customer,
        at=told.at,
        text=content.text,
        media=content.media,
        reply_to=reply_to(told.raw),
        details=content.details,
        raw=None if content.whole else told.raw,
    )


def echo(told: Told) -> Fact:
    """Written in the app on the business's phone."""
    recipient = told.known("to_user_id", "to", "to_parent_user_id")
    if text(told.raw.get("type")) in NO_MESSAGES or not recipient.external_id:
        return Unknown(told.raw, "changed elsewhere" if recipient.external_id else "no recipient")
    content = content_of(told.raw)
    return Echo(
        external_id=told.id,
        recipient=recipient,
        at=told.at,
        text=content.text,
        media=content.media,
        reply_to=reply_to(told.raw),
        details=content.details,
        raw=None if content.whole else told.raw,
    )


def reaction(told: Told) -> Fact:
    part = mapping(told.raw.get("reaction"))
    target = kept_id(part.get("message_id"))
    return Reaction(target, told.customer, told.at, text(part.get("emoji"))) if target else incomplete(told)


def edit(told: Told) -> Fact:
    """A new text, or a new caption."""
    part = mapping(told.raw.get("edit"))
    target, wording = kept_id(part.get("original_message_id")), content_of(mapping(part.get("message"))).text
    return Edit(target, told.customer, told.at, wording) if target and wording else incomplete(told)


def revoke(told: Told) -> Fact:
    target = kept_id(mapping(told.raw.get("revoke")).get("original_message_id"))
    return Unsend(target, told.customer, told.at) if target else incomplete(told)


def system(told: Told) -> Fact | None:
    """Somebody has another number, or another id; that their phone changed is no news to us."""
    part, before = mapping(told.raw.get("system")), told.customer
    kind, ids = text(part.get("type")), [part.get("user_id"), part.get("wa_id"), part.get("new_wa_id")]
    if kind.endswith("changed_number"):
        # The old number is let go: it may be somebody else's tomorrow.
        return moved(told, before.phone.removeprefix("+") or before.external_id, person(*ids))
    if kind.endswith("changed_user_id"):
        return moved(told, before.external_id, person(*ids, told.raw.get("from")))
    return None


def moved(told: Told, before: str, after: Sender) -> Fact:
    known = after.external_id and before not in (after.external_id, *after.also)
    return Moved(before, after, told.at) if known else incomplete(told)


def incomplete(told: Told) -> Unknown:
    return Unknown(told.raw, f"incomplete: {text(told.raw.get('type'))[:100]}")


# --- What becomes of ours -------------------------------------------------------------------------------------------


def status(told: Told) -> Fact:
    """WhatsApp tells each message's fate, in any order; a voice message that was played was read."""
    known, number = STATUSES.get(text(told.raw.get("status"))), kept_id(told.raw.get("id"))
    along = ours(told.raw.get("biz_opaque_callback_data"))
    if known is None or not (number or along):
        return Unknown(told.raw, "no status")
    errors = sequence(told.raw.get("errors"))
    code, words = words_of(errors[0]) if known == "failed" and errors else ("", "")
    in_group = told.raw.get("recipient_type") == "group"
    customer = None if in_group else told.known("recipient_user_id", "recipient_id", "recipient_parent_user_id")
    return Receipt(
        known,
        told.at,
        external_ids=(number,) if number else (),
        customer=customer if customer and customer.external_id else None,
        ours=along,
        code=code,
        error=words,
    )


# --- Tables ---------------------------------------------------------------------------------------------------------

NO_MESSAGES: dict[str, Reader] = {"reaction": reaction, "edit": edit, "revoke": revoke, "system": system}
LISTS: dict[str, Reader] = {
    "messages": message,
    "message_echoes": echo,
    "statuses": status,
    "errors": lambda told: trouble(told.raw),
}
