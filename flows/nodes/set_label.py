"""Put labels on the conversation, or take them off."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows.fields import many, reference
from flows.nodes.base import Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from monty.errors import BadInput

if TYPE_CHECKING:
    from flows.stage import Stage

LABEL = reference(_("Label"), "label", of="string")


class SetLabel(NodeType):
    type = "set_label"
    label = _("Label")
    hint = _("Puts labels on the conversation or takes them off.")
    icon = "tag"
    place = 50
    fields = {"add": many(_("Put on"), LABEL, most=10), "remove": many(_("Take off"), LABEL, most=10)}

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        for field in ("add", "remove"):
            for number, name in enumerate(self.field(field, [])):
                if name not in around.labels:
                    yield f"{field}.{number}", _t("there is no label “%(name)s”.") % {"name": name}

    def enter(self, stage: "Stage") -> Outcome:
        # A label of another team cannot be put on here; the customer's way does not end for it.
        with suppress(BadInput):
            stage.conversation.label(by=None, add=self.field("add", []), remove=self.field("remove", []))
        return Leave("next")
