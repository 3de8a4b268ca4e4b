"""WhatsApp Cloud API."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from channels_app.simulator import tokens
from channels_app.simulator.providers.base import Item
from channels_app.simulator.providers.meta import Meta

if TYPE_CHECKING:
    from channels_app.simulator.models import Media, Message, Person

WABA = "300900100200300"
OUR_NUMBER = "4940123456"


class WhatsApp(Meta):
    """An item is the `value` of a change; times are text of seconds."""

    kind = "whatsapp"
    signs = ("👍", "❤️", "😂", "😮", "😢", "🙏")
    customers_can = frozenset(
        {
            *("text", "image", "voice", "video", "file", "location", "contact", "sticker"),
            *("reply", "react", "edit", "unsend", "press"),
        }
    )

    captions = True
    voice_type = "audio/ogg; codecs=opus"

    def opens(self, authorization: str) -> bool:
        return authorization == f"Bearer {tokens.graph_token(self.kind, self.account)}"

    def configuration(self) -> dict[str, Any]:
        return super().configuration() | {"waba_id": WABA}

    def person(self, seed: int) -> dict[str, str]:
        return {"external_id": f"DE.{13_490_000_000_000_000 + seed}", "phone": f"49151{seed % 10**8:08}"}

    def message_id(self) -> str:
        return "wamid." + base64.b64encode(secrets.token_bytes(40)).decode()

    def bodies(self, items: list[Item], *, together: bool) -> list[dict[str, Any]]:
        groups = [items] if together else [[item] for item in items]
        return [
            {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": changes(group)}]}
            for group in groups
        ]

    def value(self, **parts: Any) -> Item:
        number = {"display_phone_number": OUR_NUMBER, "phone_number_id": self.account}
        return {"messaging_product": "whatsapp", "metadata": number, **parts}

    def heard(self, message: "Message") -> Iterable[Item]:
        said = self.head(message.person, message.external_id, message.at.timestamp()) | content(message)
        if message.reply_to:
            said["context"] = {"from": OUR_NUMBER, "id": message.reply_to}
        return [self.told(message.person, said)]

    def told(self, person: "Person", said: dict[str, Any]) -> Item:
        return self.value(contacts=[who(person)], messages=[said])

    def head(self, person: "Person", external_id: str, at: float) -> dict[str, Any]:
        sender = {"from": person.phone} if person.phone else {}
        return {**sender, "from_user_id": person.external_id, "id": external_id, "timestamp": str(int(at))}

    def told_now(self, message: "Message", kind: str, part: dict[str, Any]) -> list[Item]:
        """Something about a message: an event with an id of its own."""
        head = self.head(message.person, self.message_id(), timezone.now().timestamp())
        return [self.told(message.person, {**head, "type": kind, kind: part})]

    def edited(self, message: "Message") -> Iterable[Item]:
        new = {"type": "text", "text": {"body": message.text}}
        return self.told_now(message, "edit", {"original_message_id": message.external_id, "message": new})

    def unsent(self, message: "Message") -> Iterable[Item]:
        return self.told_now(message, "revoke", {"original_message_id": message.external_id})

    def reacted(self, message: "Message") -> Iterable[Item]:
        part = {"message_id": message.external_id} | ({"emoji": message.reaction} if message.reaction else {})
        return self.told_now(message, "reaction", part)

    def accepted(self, message: "Message") -> Iterable[Item]:
        if message.elsewhere:
            said = {"from": OUR_NUMBER, "to": message.person.phone, **self.head_of_echo(message), **content(message)}
            return [self.value(message_echoes=[said])]
        return [self.status(message, "sent"), self.status(message, "delivered")]

    def head_of_echo(self, message: "Message") -> dict[str, Any]:
        to = {"to_user_id": message.person.external_id}
        return {**to, "id": message.external_id, "timestamp": str(int(message.at.timestamp()))}

    def seen(self, person: "Person", messages: "list[Message]") -> Iterable[Item]:
        return [self.status(message, "read") for message in messages]

    def failed(self, message: "Message", code: int, title: str) -> Iterable[Item]:
        error = {"code": code, "title": title, "message": title, "error_data": {"details": title}}
        return [self.status(message, "sent"), self.status(message, "failed", errors=[error])]

    def status(self, message: "Message", status: str, **more: Any) -> Item:
        person = message.person
        fact = {"id": message.external_id, "status": status, "timestamp": str(int(timezone.now().timestamp()))}
        fact |= {"recipient_user_id": person.external_id} | ({"recipient_id": person.phone} if person.phone else {})
        if message.ours:
            fact["biz_opaque_callback_data"] = message.ours
        return self.value(statuses=[fact | more], contacts=[who(person)])


def changes(items: list[Item]) -> list[dict[str, Any]]:
    return [
        {"field": "smb_message_echoes" if "message_echoes" in item else "messages", "value": item} for item in items
    ]


def who(person: "Person") -> dict[str, Any]:
    profile = {"name": person.name} | ({"username": person.username} if person.username else {})
    number = {"wa_id": person.phone} if person.phone else {}
    return {"profile": profile, **number, "user_id": person.external_id}


def content(message: "Message") -> dict[str, Any]:
    """`{"type": …, <type>: {…}}` of a message."""
    if pressed := message.details.get("pressed"):
        if pressed.get("template"):
            return {"type": "button", "button": {"payload": pressed["payload"], "text": pressed["title"]}}
        kind = "list_reply" if pressed.get("row") else "button_reply"
        reply = {"type": kind, kind: {"id": pressed["payload"], "title": pressed["title"]}}
        return {"type": "interactive", "interactive": reply}
    if place := message.details.get("location"):
        return {"type": "location", "location": place}
    if people := message.details.get("contacts"):
        return {"type": "contacts", "contacts": people}
    if message.media is None:
        return {"type": "text", "text": {"body": message.text}}
    kind = TYPES.get(message.kind, message.kind)
    return {"type": kind, kind: file_of(message, message.media)}


def file_of(message: "Message", media: "Media") -> dict[str, Any]:
    """The digest is in base64 here, and in hex where the file is asked for."""
    digest = base64.b64encode(hashlib.sha256(media.read()).digest()).decode()
    part: dict[str, Any] = {"id": media.external_id, "mime_type": media.content_type, "sha256": digest}
    part["url"] = media.link
    if message.text:
        part["caption"] = message.text
    extra: dict[str, dict[str, Any]] = {
        "voice": {"voice": True},
        "sticker": {"animated": False},
        "file": {"filename": media.name},
    }
    return part | extra.get(message.kind, {})


TYPES = {"voice": "audio", "file": "document"}
