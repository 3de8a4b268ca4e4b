"""What the three Meta products share towards a webhook; and the item that Messenger and Instagram share."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from channels_app.simulator import tokens
from channels_app.simulator.providers.base import Item, Provider, digits, link, milliseconds

if TYPE_CHECKING:
    from channels_app.simulator.models import Message, Person

VERSION = "v26.0"


class Meta(Provider):
    """Signed with the app secret in hex; the handshake echoes a challenge."""

    secret = tokens.APP_SECRET

    def configuration(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "version": VERSION,
            "access_token": tokens.graph_token(self.kind, self.account),
            "app_secret": tokens.APP_SECRET,
            "app_id": tokens.APP_ID,
            "verify_token": tokens.VERIFY_TOKEN,
            "media_hosts": [urlsplit(settings.PUBLIC_URL).hostname],
        }

    def signature(self, body: bytes, secret: str) -> dict[str, str]:
        return {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}

    def challenge(self) -> tuple[dict[str, str], Callable[[str, str], bool]]:
        text = digits(10)
        query = {"hub.mode": "subscribe", "hub.challenge": text, "hub.verify_token": tokens.VERIFY_TOKEN}
        return query, lambda content_type, body: "html" not in content_type and body == text


class Messaging(Meta):
    """Messenger and Instagram: `entry[].messaging[]`, times in milliseconds."""

    object: ClassVar[str]
    id_prefix: ClassVar[str]
    signs = ("❤️", "👍", "😆", "😮", "😢", "😠")

    def message_id(self) -> str:
        return self.id_prefix + secrets.token_urlsafe(60)

    def bodies(self, items: list[Item], *, together: bool) -> list[dict[str, Any]]:
        groups = [items] if together else [[item] for item in items]
        now = int(timezone.now().timestamp() * 1000)
        return [
            {"object": self.object, "entry": [{"id": self.account, "time": now, "messaging": group}]}
            for group in groups
        ]

    def item(self, person: "Person", at: int, *, echo: bool = False, **part: Any) -> Item:
        ends = [{"id": person.external_id}, {"id": self.account}]
        sender, recipient = reversed(ends) if echo else ends
        return {"sender": sender, "recipient": recipient, "timestamp": at, **part}

    def heard(self, message: "Message") -> Iterable[Item]:
        pressed = message.details.get("pressed")
        if pressed and not pressed.get("quick"):
            part = {"mid": message.external_id, "title": pressed["title"], "payload": pressed["payload"]}
            return [self.item(message.person, milliseconds(message), postback=part)]
        said = self.content(message)
        if pressed:
            said["quick_reply"] = {"payload": pressed["payload"]}
        if message.reply_to:
            said["reply_to"] = {"mid": message.reply_to, "is_self_reply": False}
        return [self.item(message.person, milliseconds(message), message=said)]

    def content(self, message: "Message") -> dict[str, Any]:
        said: dict[str, Any] = {"mid": message.external_id}
        if message.text:
            said["text"] = message.text
        if attachment := self.attachment(message):
            said["attachments"] = [attachment]
        return said

    def attachment(self, message: "Message") -> dict[str, Any] | None:
        """Neither name nor size nor MIME type: the provider does not tell."""
        if message.media is None:
            return None
        return {"type": FAMILIES.get(message.media.family, "file"), "payload": {"url": link(message.media)}}

    def edited(self, message: "Message") -> Iterable[Item]:
        part = {"mid": message.external_id, "text": message.text, "num_edit": message.edits}
        return [self.item(message.person, now_in_ms(), message_edit=part)]

    def reacted(self, message: "Message") -> Iterable[Item]:
        part = {"mid": message.external_id, "action": "react" if message.reaction else "unreact"}
        if message.reaction:
            part |= {"reaction": REACTIONS.get(message.reaction, "other"), "emoji": message.reaction}
        return [self.item(message.person, now_in_ms(), reaction=part)]

    def accepted(self, message: "Message") -> Iterable[Item]:
        said = self.content(message) | {"is_echo": True} | self.echo_facts(message)
        return [self.item(message.person, milliseconds(message), echo=True, message=said)]

    def echo_facts(self, message: "Message") -> dict[str, Any]:
        return {}


def now_in_ms() -> int:
    return int(timezone.now().timestamp() * 1000)


FAMILIES = {"image": "image", "audio": "audio", "video": "video"}
REACTIONS = {"❤️": "love", "👍": "like", "😆": "smile", "😮": "wow", "😢": "sad", "😠": "angry"}
