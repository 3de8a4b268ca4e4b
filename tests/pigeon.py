"""A sixth kind of channel, as somebody might add one: it keeps what it carried, and can be told to stumble."""

from datetime import timedelta
from typing import ClassVar

from channels_app.adapters.base import Adapter, Capabilities, Window
from channels_app.border import Outbound
from channels_app.verdicts import Refused, Verdict


class Pigeon(Adapter):
    kind = "pigeon"
    label = "Pigeon post"
    window = Window(product=timedelta(hours=48))
    can = Capabilities(text=200, media={"*/*": 1000})
    carried: ClassVar[list[Outbound]] = []

    def send(self, message: Outbound) -> str:
        if "hawk" in message.text:
            raise Refused(Verdict.PERMANENT, "A hawk was quicker.")
        if "storm" in message.text:
            raise ConnectionError("the storm broke the line")
        self.carried.append(message)
        return f"p-{message.id}"


def texts() -> list[str]:
    return [each.text for each in Pigeon.carried]
