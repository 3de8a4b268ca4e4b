"""A kind of channel whose provider wants templates to be approved: it lists what it is told to, and says who it is."""

from datetime import timedelta
from typing import Any, ClassVar

from channels_app.adapters.base import Adapter, Capabilities, Window
from channels_app.border import KnownTemplate, Outbound
from channels_app.verdicts import Refused, Verdict


class Parrot(Adapter):
    kind = "parrot"
    label = "Parrot"
    window = Window(product=timedelta(hours=24), free=timedelta(hours=24), template_after=True)
    can = Capabilities(text=200)
    has_webhook = True
    listed: ClassVar[list[KnownTemplate]] = []
    said: ClassVar[list[Outbound]] = []
    ill: ClassVar[bool] = False

    def send(self, message: Outbound) -> str:
        self.said.append(message)
        return f"parrot-{message.id}"

    def templates(self) -> list[KnownTemplate]:
        self.demand_health()
        return list(self.listed)

    def check(self) -> str:
        self.demand_health()
        return "Polly"

    def demand_health(self) -> None:
        if self.ill:
            raise Refused(Verdict.RECONNECT, "The token has expired.", code="190/463")


def known(name: str = "order_update", *components: dict[str, Any], **fields: Any) -> KnownTemplate:
    """A template as the provider lists it; unless said otherwise approved, with one variable in its body."""
    body = {"type": "BODY", "text": "Hello {{1}}, it is on its way.", "example": {"body_text": [["Nora"]]}}
    facts = {"external_id": f"t-{name}", "language": "en_US", "category": "utility", "status": "approved"} | fields
    return KnownTemplate(name=name, components=list(components) or [body], **facts)
