"""Go one way or another, by what is known."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows.conditions import CONDITIONS, MATCH, OPERATORS, hold
from flows.document import ID
from flows.fields import group, many
from flows.nodes.base import Exit, Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from flows.stage import Stage

BRANCH = group(
    {
        "id": {"type": "string", "pattern": ID, "title": _("Id")},
        "title": {"type": "string", "maxLength": 80, "title": _("Name")},
        "match": MATCH,
        "conditions": CONDITIONS,
    },
    "id",
    "conditions",
)


class Branch(NodeType):
    type = "branch"
    label = _("Branch")
    hint = _("The first branch whose conditions are met is taken.")
    icon = "split"
    place = 30
    fields = {"branches": many(_("Branches"), BRANCH, least=1, most=20)}
    required = ("branches",)
    ways = (Exit("else", _("Otherwise")),)
    ways_per = ("branches", "branch")

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        seen: set[str] = set()
        for number, branch in enumerate(self.field("branches")):
            if branch["id"] in seen:
                yield f"branches.{number}.id", _t("two branches have the same id.")
            seen.add(branch["id"])
            for place, each in enumerate(branch["conditions"]):
                if OPERATORS[each["operator"]].needs and not each.get("value", "").strip():
                    yield f"branches.{number}.conditions.{place}.value", _t("say what it is compared with.")

    def enter(self, stage: "Stage") -> Outcome:
        facts = stage.facts
        for branch in self.field("branches"):
            if hold(branch["conditions"], branch.get("match", "all"), facts):
                return Leave(f"branch:{branch['id']}")
        return Leave("else")
