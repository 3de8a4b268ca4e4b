"""Keep how content the customer was, where reports find it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import text, text_problems
from flows.nodes.base import Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from flows.texts import filled

if TYPE_CHECKING:
    from flows.stage import Stage

LEAST, MOST = 1, 5


class Rate(NodeType):
    """Of the last episode: a rating belongs to what was just dealt with. What is no number from 1 to 5 is let be."""

    type = "rate"
    label = _("Keep a rating")
    hint = _("From 1 to 5, usually an answer: {{answers.rating}}. Reports count it.")
    icon = "star"
    place = 58
    fields = {"rating": text(_("Rating")) | {"maxLength": 100}, "comment": text(_("In the customer’s words"), least=0)}
    required = ("rating",)

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        for name in ("rating", "comment"):
            yield from text_problems(name, self.field(name, ""), Surroundings())

    def enter(self, stage: "Stage") -> Outcome:
        said = filled(self.field("rating"), stage.known).strip()[:1]
        if said.isdecimal() and LEAST <= int(said) <= MOST:
            stage.conversation.rate(int(said), by=None, comment=filled(self.field("comment", ""), stage.known))
        return Leave("next")
