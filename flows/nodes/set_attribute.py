"""Write something down: about the customer, or among the answers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.document import NAME, Schema
from flows.fields import text, text_problems
from flows.nodes.base import Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from flows.texts import filled

if TYPE_CHECKING:
    from flows.stage import Stage

CONTACT = {
    "contact.name": _("Customer’s name"),
    "contact.email": _("Customer’s e-mail address"),
    "contact.phone": _("Customer’s phone number"),
}
ATTRIBUTE: Schema = {
    "type": "string",
    "pattern": f"^({'|'.join(name.replace('.', '[.]') for name in CONTACT)}|answers[.]{NAME[1:-1]})$",
    "title": _("What"),
    "x-control": "attribute",
    "x-options": CONTACT,
}


class SetAttribute(NodeType):
    type = "set_attribute"
    label = _("Set an attribute")
    hint = _("Of the customer, or an answer that later nodes can use.")
    icon = "pencil"
    place = 48
    fields = {"attribute": ATTRIBUTE, "value": text(_("Value"), least=0)}
    required = ("attribute", "value")

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        yield from text_problems("value", self.field("value"), Surroundings())

    def enter(self, stage: "Stage") -> Outcome:
        whose, _dot, name = self.field("attribute").partition(".")
        value = filled(self.field("value"), stage.known)
        if whose == "answers":
            stage.answer(name, value, asked="")
        elif value:
            stage.conversation.learn_from_bot({name: value}, by=None)
        return Leave("next")
