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
    can = Capabilities(text=200, media={"*/*": 1000}, files=3, caption=200, typing=True, mark_read=True)
    carried: ClassVar[list[Outbound]] = []
    # What goes wrong with the next messages, one after the other.
    troubles: ClassVar[list[Exception]] = []
    # What is shown to the customer beside messages.
    shown: ClassVar[list[tuple[str, str, str]]] = []

    def send(self, message: Outbound) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        if "hawk" in message.text:
            raise Refused(Verdict.PERMANENT, "A hawk was quicker.")
        if "storm" in message.text:
            raise ConnectionError("the storm broke the line")
        self.carried.append(message)
        return f"p-{message.id}"

    def check(self) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        return "Loft 7"

    def show_typing(self, recipient: str, *, last: str) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.shown.append(("typing", recipient, last))

    def mark_read(self, recipient: str, *, last: str) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.shown.append(("read", recipient, last))


def texts() -> list[str]:
    return [each.text for each in Pigeon.carried]
