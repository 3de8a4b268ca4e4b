"""Give the conversation to a team or to somebody. The bot's part is over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows.fields import TEAM, TEAMMATE, team_problems
from flows.nodes.base import Given, HandOver, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from monty.errors import BadInput
from teams.models import Teammate

if TYPE_CHECKING:
    from flows.stage import Stage


class Assign(NodeType):
    type = "assign"
    label = _("Assign")
    hint = _("To a team’s inbox, or to one teammate. The flow ends here.")
    icon = "user-round"
    place = 70
    fields = {"team": TEAM, "teammate": TEAMMATE}
    ways = ()

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        if (self.field("team") is None) == (self.field("teammate") is None):
            yield "team", _t("choose either a team or a teammate.")
        yield from team_problems("team", self.field("team"), around)
        if self.field("teammate") is not None and self.field("teammate") not in around.teammates:
            yield "teammate", _t("there is no such teammate.")

    def enter(self, stage: "Stage") -> Outcome:
        if self.field("teammate") is None:
            return HandOver(team=self.field("team"), asked=False)
        stage.note_answers()
        try:
            stage.conversation.assign_to(Teammate.objects.get(pk=self.field("teammate")), by=None)
        except (Teammate.DoesNotExist, BadInput) as gone:
            return HandOver(_t("The flow could not assign this: %(reason)s") % {"reason": gone})
        return Given(to_people=True)
