"""Instagram, by Instagram Login."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from channels_app.simulator.providers.base import Item, link
from channels_app.simulator.providers.meta import Messaging, now_in_ms

if TYPE_CHECKING:
    from channels_app.simulator.models import Message, Person


class Instagram(Messaging):
    kind = "instagram"
    object = "instagram"
    id_prefix = "aWdfZAG1f"
    customers_can = frozenset(
        {"text", "image", "voice", "video", "file", "heart", "story", "reply", "react", "edit", "unsend", "press"}
    )

    def person(self, seed: int) -> dict[str, str]:
        return {"external_id": str(1_234_000_000_000_000 + seed)}

    def attachment(self, message: "Message") -> dict[str, Any] | None:
        if message.kind == "heart":
            return {"type": "like_heart"}
        if message.kind == "story":
            return {"type": "story_mention", "payload": {"url": link(message.media)}}
        return super().attachment(message)

    def unsent(self, message: "Message") -> Iterable[Item]:
        part = {"mid": message.external_id, "is_deleted": True}
        return [self.item(message.person, now_in_ms(), message=part)]

    def seen(self, person: "Person", messages: "list[Message]") -> Iterable[Item]:
        return [self.item(person, now_in_ms(), read={"mid": messages[-1].external_id})]
