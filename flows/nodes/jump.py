"""Go on in another flow."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows.document import ID
from flows.fields import reference
from flows.nodes.base import Jump as Jumping
from flows.nodes.base import NodeType, Outcome
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from flows.stage import Stage


class Jump(NodeType):
    type = "jump"
    label = _("Go to another flow")
    hint = _("At its start, or at one of its nodes. Answers go along.")
    icon = "corner-up-right"
    place = 80
    fields = {
        "flow": reference(_("Flow"), "flow", of="string"),
        "node": {"type": "string", "pattern": ID, "title": _("Start at"), "x-control": "node"},
    }
    required = ("flow",)
    ways = ()

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        nodes = around.flows.get(self.field("flow"))
        if nodes is None:
            yield "flow", _t("there is no published flow “%(name)s”.") % {"name": self.field("flow")}
        elif self.field("node") and self.field("node") not in nodes:
            yield "node", _t("the flow has no node “%(name)s”.") % {"name": self.field("node")}

    def enter(self, stage: "Stage") -> Outcome:
        return Jumping(self.field("flow"), self.field("node", ""))
