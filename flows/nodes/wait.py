"""Wait for a while."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from flows.fields import one_of, whole
from flows.nodes.base import Exit, Leave, NodeType, Outcome
from flows.nodes.base import Wait as Waiting

if TYPE_CHECKING:
    from conversations.models import Message
    from flows.stage import Stage

UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
# Beside a number; elsewhere “hours” are those in which a team works.
LABELS = (
    pgettext_lazy("so many", "seconds"),
    pgettext_lazy("so many", "minutes"),
    pgettext_lazy("so many", "hours"),
    pgettext_lazy("so many", "days"),
)


class Wait(NodeType):
    type = "wait"
    label = _("Wait")
    hint = _("Goes on after a while, or, if that exit is connected, when the customer writes before.")
    icon = "hourglass"
    place = 40
    waits = True
    fields = {"amount": whole(_("How long"), 1, 600), "unit": one_of(_("Unit"), tuple(UNITS), LABELS, "minutes")}
    required = ("amount", "unit")
    ways = (Exit("next", _("The time has passed")), Exit("message", _("The customer writes before")))

    def enter(self, stage: "Stage") -> Outcome:
        stage.memory = {"until": (stage.now + self.field("amount") * UNITS[self.field("unit")]).isoformat()}
        return self.wait(stage)

    def wait(self, stage: "Stage") -> Outcome:
        return Waiting(stage.remembered_moment("until"), listens=self.leads("message"))

    def hear(self, stage: "Stage", messages: "list[Message]") -> Outcome:
        return Leave("message") if self.leads("message") else self.wait(stage)

    def time_out(self, stage: "Stage") -> Outcome:
        return Leave("next")
