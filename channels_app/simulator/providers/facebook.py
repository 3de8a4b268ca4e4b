"""Messenger."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from channels_app.simulator.providers.base import Item, milliseconds
from channels_app.simulator.providers.meta import Messaging, now_in_ms

if TYPE_CHECKING:
    from channels_app.simulator.models import Message, Person

MONTYS_APP = 512900000000001
PAGE_INBOX = 26390203743090


class Facebook(Messaging):
    kind = "facebook"
    object = "page"
    id_prefix = "m_"
    customers_can = frozenset(
        {"text", "image", "voice", "video", "file", "location", "sticker", "reply", "react", "edit", "press"}
    )

    def person(self, seed: int) -> dict[str, str]:
        return {"external_id": str(6_500_000_000_000_000 + seed)}

    def attachment(self, message: "Message") -> dict[str, Any] | None:
        if place := message.details.get("location"):
            coordinates = {"lat": place["latitude"], "long": place["longitude"]}
            return {"type": "location", "title": place["name"], "payload": {"coordinates": coordinates}}
        plain = super().attachment(message)
        if plain and message.kind == "sticker":
            return {"type": "sticker", "payload": plain["payload"] | {"sticker_id": 369239263222822}}
        return plain

    def echo_facts(self, message: "Message") -> dict[str, Any]:
        if message.elsewhere:
            return {"app_id": PAGE_INBOX}
        return {"app_id": MONTYS_APP} | ({"metadata": message.ours} if message.ours else {})

    def accepted(self, message: "Message") -> Iterable[Item]:
        at = milliseconds(message)
        delivery = {"mids": [message.external_id], "watermark": at}
        return [*super().accepted(message), self.item(message.person, at + 1, delivery=delivery)]

    def seen(self, person: "Person", messages: "list[Message]") -> Iterable[Item]:
        return [self.item(person, now_in_ms(), read={"watermark": milliseconds(messages[-1])})]
