"""A sixth kind of channel, as somebody might add one: it keeps what it carried, and can be told to stumble."""

from datetime import timedelta
from typing import ClassVar

from channels_app.adapters.base import Adapter, Window
from channels_app.border import Outbound
from monty.errors import Undeliverable


class Pigeon(Adapter):
    kind = "pigeon"
    label = "Pigeon post"
    window = Window(product=timedelta(hours=48))
    text_limit = 200
    carried: ClassVar[list[Outbound]] = []

    def send(self, message: Outbound) -> str:
        if "hawk" in message.text:
            raise Undeliverable("A hawk was quicker.", permanent=True)
        if "storm" in message.text:
            raise ConnectionError("the storm broke the line")
        self.carried.append(message)
        return f"p-{message.id}"


def texts() -> list[str]:
    return [each.text for each in Pigeon.carried]
