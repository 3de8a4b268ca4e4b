"""Leave a private note."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import text, text_problems
from flows.nodes.base import Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from flows.stage import Stage


class Note(NodeType):
    type = "note"
    label = _("Note")
    hint = _("For the team; the customer never sees it.")
    icon = "sticky-note"
    place = 55
    fields = {"text": text(_("Note"))}
    required = ("text",)

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        # No channel carries it: only its variables are looked at.
        yield from text_problems("text", self.field("text"), Surroundings())

    def enter(self, stage: "Stage") -> Outcome:
        stage.note(self.field("text"))
        return Leave("next")
