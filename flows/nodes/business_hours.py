"""Go one way while a team works, another way while it does not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import TEAM, team_problems
from flows.nodes.base import Exit, Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from flows.stage import Stage


class BusinessHours(NodeType):
    type = "business_hours"
    label = _("Working hours")
    hint = _("Of a team, or of the conversation’s own. Whoever keeps no hours is always there.")
    icon = "clock"
    place = 35
    fields = {"team": TEAM}
    ways = (Exit("open", _("Within the hours")), Exit("closed", _("Outside the hours")))

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        yield from team_problems("team", self.field("team"), around)

    def enter(self, stage: "Stage") -> Outcome:
        return Leave("open" if stage.is_open(self.field("team")) else "closed")
