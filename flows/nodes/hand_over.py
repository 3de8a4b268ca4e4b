"""Hand over to a person, and tell the customer what happens now."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from flows.fields import TEAM, team_problems, text, text_problems
from flows.nodes.base import HandOver as Handing
from flows.nodes.base import NodeType, Outcome
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from flows.stage import Stage


class HandOver(NodeType):
    """Into the inbox of the team named here, else of the conversation's own, with the arrow that says so."""

    type = "hand_over"
    label = _("Hand over to a person")
    hint = _("Into a team’s inbox, with the answers as a note. The flow ends here.")
    icon = "hand"
    place = 60
    fields = {
        "text": text(_("Said to the customer"), least=0),
        "away_text": text(
            _("Said instead while nobody is there"),
            least=0,
            help_text=_("Outside the team’s hours, or when none of its teammates is active."),
        ),
        "team": TEAM,
    }
    ways = ()

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        yield from text_problems("text", self.field("text", ""), around)
        yield from text_problems("away_text", self.field("away_text", ""), around)
        yield from team_problems("team", self.field("team"), around)

    def enter(self, stage: "Stage") -> Outcome:
        away = self.field("away_text", "")
        words = away if away and not stage.is_staffed(self.field("team")) else self.field("text", "")
        if words:
            stage.say(words)
        return Handing(team=self.field("team"))
