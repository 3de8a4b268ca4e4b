"""X: direct messages. Told by the X Activity API; several at once, reads and typing in the older shape."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from channels_app.simulator import tokens
from channels_app.simulator.providers.base import Item, Provider, digits, milliseconds

if TYPE_CHECKING:
    from channels_app.simulator.models import Media, Message, Person

# The start of X's clock, in milliseconds; an id is a time and 22 bits.
SNOWFLAKE_START = 1288834974657
TAG = "monty-inbox"


class Twitter(Provider):
    """An item is `{"event_type": …, "event": …, "users": …}`."""

    kind = "twitter"
    secret = tokens.CONSUMER_SECRET
    captions = True
    customers_can = frozenset({"text", "image", "video", "location", "typing"})

    def configuration(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "access_token": tokens.x_token(self.account, "access"),
            "refresh_token": tokens.x_token(self.account, "refresh"),
            "client_id": "monty-client",
            "client_secret": "monty-client-secret",
            "consumer_secret": tokens.CONSUMER_SECRET,
            "bearer_token": tokens.x_token(self.account, "bearer"),
            "media_hosts": [urlsplit(settings.PUBLIC_URL).hostname],
        }

    def person(self, seed: int) -> dict[str, str]:
        return {"external_id": str(2_222_000_000_000_000_000 + seed)}

    def message_id(self) -> str:
        now = int(timezone.now().timestamp() * 1000)
        return str((now - SNOWFLAKE_START) << 22 | secrets.randbits(22))

    def heard(self, message: "Message") -> Iterable[Item]:
        users = {message.person.external_id: message.person}
        return [self.item("dm.received", self.event(message, message.person.external_id, self.account), users)]

    def accepted(self, message: "Message") -> Iterable[Item]:
        return [self.item("dm.sent", self.event(message, self.account, message.person.external_id), {})]

    def item(self, event_type: str, event: dict[str, Any], users: "dict[str, Person]") -> Item:
        known = {key: {"name": person.name, "username": person.username} for key, person in users.items()}
        return {"event_type": event_type, "event": event, "users": known}

    def event(self, message: "Message", sender: str, recipient: str) -> dict[str, Any]:
        entities: dict[str, list[Any]] = {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}
        data: dict[str, Any] = {"text": message.text, "entities": entities}
        if message.media:
            short = f"https://t.co/{message.media.external_id[-10:]}"
            data["text"] = f"{message.text} {short}".strip()
            data["attachment"] = attachment(message, message.media, short)
        elif place := message.details.get("location"):
            point = {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
            shared = {"type": "shared_coordinate", "shared_coordinate": {"coordinates": point}}
            data["attachment"] = {"type": "location", "location": shared}
        created = {"target": {"recipient_id": recipient}, "sender_id": sender, "message_data": data}
        head = {"type": "message_create", "id": message.external_id}
        return {**head, "created_timestamp": str(milliseconds(message)), "message_create": created}

    def seen(self, person: "Person", messages: "list[Message]") -> Iterable[Item]:
        last = {"last_read_event_id": messages[-1].external_id}
        return [self.item("dm.read", self.told_by(person) | last, {})]

    def typed(self, person: "Person") -> Iterable[Item]:
        return [self.item("dm.indicate_typing", self.told_by(person), {})]

    def told_by(self, person: "Person") -> dict[str, Any]:
        now = str(int(timezone.now().timestamp() * 1000))
        return {
            "created_timestamp": now,
            "sender_id": person.external_id,
            "target": {"recipient_id": self.account},
        }

    def bodies(self, items: list[Item], *, together: bool) -> list[dict[str, Any]]:
        if together:
            return [self.older_shape(items)]
        return [self.newer_shape(item) if item["event_type"] in NEWER else self.older_shape([item]) for item in items]

    def newer_shape(self, item: Item) -> dict[str, Any]:
        users = {key: {"data": {"id": key, **user, **self.picture(key)}} for key, user in item["users"].items()}
        payload = {"direct_message_events": [item["event"]], "users": users}
        head = {"event_uuid": f"-{digits(19)}", "filter": {"user_id": self.account}}
        return {"data": {**head, "event_type": item["event_type"], "tag": TAG, "payload": payload}}

    def picture(self, person: str) -> dict[str, str]:
        return {"profile_image_url": f"{self.base_url}/faces/{person}_normal.png"}

    def older_shape(self, items: list[Item]) -> dict[str, Any]:
        body: dict[str, Any] = {"for_user_id": self.account, "users": {}}
        for item in items:
            body.setdefault(OLDER[item["event_type"]], []).append(item["event"])
            for key, user in item["users"].items():
                names = {"name": user["name"], "screen_name": user["username"]}
                body["users"][key] = {"id": key, "created_timestamp": "1422556069340", **names}
        return body

    def signature(self, body: bytes, secret: str) -> dict[str, str]:
        return {"x-twitter-webhooks-signature": digest(body, secret)}

    def challenge(self) -> tuple[dict[str, str], Callable[[str, str], bool]]:
        token = secrets.token_urlsafe(24)
        expected = digest(token.encode(), tokens.CONSUMER_SECRET)

        def passes(_content_type: str, body: str) -> bool:
            try:
                return bool(json.loads(body).get("response_token") == expected)
            except (ValueError, AttributeError):
                return False

        return {"crc_token": token}, passes


NEWER = {"dm.received", "dm.sent"}
OLDER = {
    "dm.received": "direct_message_events",
    "dm.sent": "direct_message_events",
    "dm.read": "direct_message_mark_read_events",
    "dm.indicate_typing": "direct_message_indicate_typing_events",
}


def digest(message: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def attachment(message: "Message", media: "Media", short: str) -> dict[str, Any]:
    """The three parts of a picture's address are also those under which the second API hands it out."""
    place = f"https://ton.twitter.com/1.1/ton/data/dm/{message.external_id}/{media.external_id}/{media.external_id}.jpg"
    number = {"id": int(media.external_id), "id_str": media.external_id, "url": short}
    if media.family == "video":
        variant = {"content_type": media.content_type, "bitrate": 832000, "url": media.link}
        kind: dict[str, Any] = {"type": "video", "video_info": {"variants": [variant]}}
    else:
        kind = {"type": "photo"}
    return {"type": "media", "media": {**number, "media_url_https": place, **kind}}
