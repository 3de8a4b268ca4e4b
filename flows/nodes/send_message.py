"""Say something: a text, files, and answers to choose from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows.fields import CHOICE, choice_problems, many, text, text_problems
from flows.nodes.base import Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from flows.stage import Stage

MOST_FILES = 10


class SendMessage(NodeType):
    type = "send_message"
    label = _("Send a message")
    hint = _("A text with variables, files, and buttons that start other flows.")
    icon = "message-circle"
    place = 10
    fields = {
        "text": text(_("Text"), least=0),
        "media": many(_("Files"), {"type": "string", "format": "uuid", "x-control": "media"}, most=MOST_FILES),
        "quick_replies": many(_("Buttons"), CHOICE, most=13)
        | {"description": _("The flow goes on without waiting; a press is a trigger like a written word.")},
    }

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        written, files = self.field("text", ""), self.field("media", [])
        if not written.strip() and not files:
            yield "text", _t("write a text, or choose a file.")
        yield from text_problems("text", written, around)
        yield from choice_problems(self.field("quick_replies", []), around)
        for number, each in enumerate(files):
            if each not in around.media:
                yield f"media.{number}", _t("this file is not there any more.")

    def enter(self, stage: "Stage") -> Outcome:
        stage.say(self.field("text", ""), choices=self.field("quick_replies", []), media=self.field("media", []))
        return Leave("next")
