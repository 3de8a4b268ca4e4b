"""Reads what Messenger and Instagram post: one family of payloads. Pure and total: any JSON value may stand anywhere.

An item is read by the first of its keys that stands in a table below. What a customer did and Monty cannot show becomes
a message that says so; what no customer can be found for stays readable as `Unknown`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app import graph
from channels_app.border import Echo, Edit, Fact, Inbound, Item, Notice, Reaction, Receipt, Sender, Unknown, Unsend
from channels_app.content import Content
from channels_app.json_values import digest, identifier, kept_id, mapping, sequence, text, without_blanks
from channels_app.messenger_content import content_of, order_of, referral_of
from channels_app.outside import moment

# What every item has; the first other key says what it is.
ENVELOPE = {"sender", "recipient", "timestamp", "hop_context"}
# The fields of `changes` in which Meta's test buttons send items; all other fields are no messages.
TESTED = ("message", "messaging", "standby")
EMOJI = {"smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤️", "like": "👍", "dislike": "👎"}


@dataclass(frozen=True, slots=True)
class Told:
    """An item, with what all items have in common."""

    raw: dict[str, Any]
    account: str
    at: datetime

    @property
    def by_us(self) -> bool:
        """The account did it, in Monty or elsewhere, not the customer."""
        is_echo = mapping(self.raw.get("message")).get("is_echo") is True
        return is_echo or (bool(self.account) and party(self.raw.get("sender")) == self.account)

    @property
    def customer(self) -> Sender:
        """The one of the two who is not the account; Meta has seen them log in."""
        return Sender(external_id=party(self.raw.get("recipient" if self.by_us else "sender")), verified=True)

    @property
    def fingerprint(self) -> str:
        """Stands in for a missing id: the same for the same item, whenever it comes again."""
        return digest(json.dumps([self.account, self.raw], sort_keys=True))


Reader = Callable[[Told, dict[str, Any]], Fact | None]


# --- Deliveries -----------------------------------------------------------------------------------------------------


def read(raw: Any) -> list[Item]:
    """Every item of a delivery, in its order. Raises nothing."""
    entries = mapping(raw).get("entry")
    if not isinstance(entries, list):
        return [Item("", Unknown(raw, "no entries"))]
    return [item for entry in entries for item in items_of(entry)]


def items_of(entry: Any) -> Iterator[Item]:
    known = mapping(entry)
    lists = [known.get(name) for name in ("messaging", "standby", "changes")]
    if not any(isinstance(each, list) for each in lists):
        yield Item("", Unknown(entry, "no items"))
        return
    account = identifier(known.get("id"))
    for raw in sequence(known.get("messaging")) + sequence(known.get("standby")):
        yield Item(account, fact_of(raw, account, known.get("time")))
    for change in sequence(known.get("changes")):
        yield from tested(change, known.get("time"))


def tested(change: Any, time: Any) -> Iterator[Item]:
    """An item from a test button at Meta. It names made-up accounts, so it is for the channel that it was posted to."""
    field, value = text(mapping(change).get("field")), mapping(change).get("value")
    if isinstance(value, dict) and "sender" in value:
        yield Item("", fact_of(value, "", time))
    elif not field or field.startswith(TESTED):
        yield Item("", Unknown(change, "no sender"))


def fact_of(raw: Any, account: str, time: Any) -> Fact:
    if not isinstance(raw, dict):
        return Unknown(raw, "not an object")
    at = moment(raw.get("timestamp")) or moment(time) or timezone.now()
    try:
        return read_item(Told(raw, account, at))
    except RecursionError:
        return Unknown(None, "nested too deeply")


def read_item(told: Told) -> Fact:
    raw = told.raw
    for name, of_account in OF_ACCOUNT.items():
        if name in raw:
            return of_account(told, mapping(raw[name])) or Unknown(raw, f"incomplete: {name}")
    if not told.customer.external_id:
        return Unknown(raw, "no sender")
    for name, of_customer in OF_CUSTOMER.items():
        if name in raw:
            return of_customer(told, mapping(raw[name])) or Unknown(raw, f"incomplete: {name}")
    return unsupported(told, next((name for name in raw if name not in ENVELOPE), "event"))


# --- What customers do ----------------------------------------------------------------------------------------------


def message(told: Told, part: dict[str, Any]) -> Fact | None:
    target = kept_id(part.get("mid"))
    if part.get("is_deleted") is True:
        return Unsend(target, told.customer, told.at) if target else None
    content = content_of(part, told.at)
    return echo(told, part, content) if told.by_us else inbound(told, part, content)


def inbound(told: Told, part: dict[str, Any], content: Content) -> Inbound:
    return Inbound(
        external_id=kept_id(part.get("mid")) or told.fingerprint,
        sender=told.customer,
        at=told.at,
        text=content.text,
        media=content.media,
        reply_to=kept_id(mapping(part.get("reply_to")).get("mid")),
        details=content.details,
        raw=None if content.whole else told.raw,
    )


def echo(told: Told, part: dict[str, Any], content: Content) -> Echo:
    return Echo(
        external_id=kept_id(part.get("mid")) or told.fingerprint,
        recipient=told.customer,
        at=told.at,
        text=content.text,
        media=content.media,
        reply_to=kept_id(mapping(part.get("reply_to")).get("mid")),
        details=content.details,
        ours=graph.ours(part.get("metadata")),
        raw=None if content.whole else told.raw,
    )


def postback(told: Told, part: dict[str, Any]) -> Inbound:
    title, payload = text(part.get("title")), text(part.get("payload"))
    pressed = without_blanks({"title": title or payload, "payload": payload})
    details: dict[str, Any] = {"button": pressed} if pressed else {"unsupported": "postback"}
    if came_by := referral_of(part.get("referral")):
        details["referral"] = came_by
    return inbound(told, part, Content(title or payload, (), details, whole=bool(pressed)))


def referral(told: Told, part: dict[str, Any]) -> Inbound:
    """The customer came back to the conversation by a link or an advertisement, and wrote nothing."""
    came_by = referral_of(part)
    return inbound(told, {}, Content("", (), {"referral": came_by})) if came_by else unsupported(told, "referral")


def order(told: Told, part: dict[str, Any]) -> Inbound:
    ordered = order_of(part)
    return inbound(told, part, Content("", (), {"order": ordered})) if ordered else unsupported(told, "order")


def unsupported(told: Told, what: str) -> Inbound:
    return inbound(told, {}, Content("", (), {"unsupported": text(what)[:100]}, whole=False))


def reaction(told: Told, part: dict[str, Any]) -> Fact | None:
    target = kept_id(part.get("mid"))
    if not target or told.by_us:
        return None
    named = EMOJI.get(text(part.get("reaction")), "❔")
    emoji = "" if part.get("action") == "unreact" else text(part.get("emoji")) or named
    return Reaction(target, told.customer, told.at, emoji)


def edit(told: Told, part: dict[str, Any]) -> Fact | None:
    target = kept_id(part.get("mid"))
    known = target and isinstance(part.get("text"), str)
    return Edit(target, told.customer, told.at, text(part["text"])) if known else None


def delivered(told: Told, part: dict[str, Any]) -> Fact | None:
    return receipt("delivered", told, part, sequence(part.get("mids")))


def seen(told: Told, part: dict[str, Any]) -> Fact | None:
    """Messenger tells a time up to which all is read, Instagram the last message that was."""
    return receipt("read", told, part, [part.get("mid")], and_before=True)


def receipt(
    status: str, told: Told, part: dict[str, Any], mids: list[Any], *, and_before: bool = False
) -> Receipt | None:
    ids, up_to = tuple(filter(None, map(kept_id, mids))), moment(part.get("watermark"))
    known = bool(ids or up_to)
    return Receipt(status, told.at, ids, told.customer, up_to, and_before=and_before and bool(ids)) if known else None


# --- What happens to the account ------------------------------------------------------------------------------------


def policy(told: Told, part: dict[str, Any]) -> Notice | None:
    action, reason = text(part.get("action")), text(part.get("reason"))
    said = ": ".join(filter(None, [action, reason]))
    return Notice("policy", said, code=action[:60], stops=action == "block") if action else None


def handover(told: Told, part: dict[str, Any]) -> Notice:
    return Notice("account", _("Control of a conversation passed from one app to another."))


# --- Tables ---------------------------------------------------------------------------------------------------------

OF_CUSTOMER: dict[str, Reader] = {
    "message": message,
    "message_edit": edit,
    "postback": postback,
    "reaction": reaction,
    "referral": referral,
    "order": order,
    "delivery": delivered,
    "read": seen,
}
OF_ACCOUNT: dict[str, Reader] = {
    "policy_enforcement": policy,
    "pass_thread_control": handover,
    "take_thread_control": handover,
    "request_thread_control": handover,
    "app_roles": handover,
}


def party(value: Any) -> str:
    """Who takes part: their id; where a plugin of a website knows none yet, its own reference (`user_ref`)."""
    known, plugin = identifier(mapping(value).get("id")), identifier(mapping(value).get("user_ref"))
    return kept_id(known or (plugin and f"user_ref:{plugin}"))
