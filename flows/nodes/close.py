"""Close the conversation."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import text
from flows.nodes.base import Given, NodeType, Outcome

if TYPE_CHECKING:
    from flows.stage import Stage


class Close(NodeType):
    type = "close"
    label = _("Close")
    hint = _("The conversation is over, and the flow with it.")
    icon = "circle-check"
    place = 90
    fields = {"reason": text(_("Reason, for people"), least=0) | {"maxLength": 200}}
    ways = ()

    def enter(self, stage: "Stage") -> Outcome:
        if stage.conversation.is_live:
            stage.conversation.close(by=None, reason=self.field("reason", ""))
        else:
            stage.let_go()
        return Given()
