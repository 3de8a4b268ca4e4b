"""Ask another system, and keep parts of what it answers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows import calling
from flows.document import NAME
from flows.fields import SHORT, group, many, one_of, text, whole
from flows.nodes.base import Call, Exit, Leave, NodeType, Outcome
from flows.surroundings import Complaint, Surroundings
from flows.texts import strange

if TYPE_CHECKING:
    from flows.stage import Stage

HEADER = group(
    {
        "name": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,60}$", "title": _("Name")},
        "value": {"type": "string", "maxLength": 500, "title": _("Value")},
    },
    "name",
    "value",
)
SAVED = group(
    {
        "path": SHORT | {"title": _("Path in the answer, as order.items.0.name")},
        "save_as": {"type": "string", "pattern": NAME, "title": _("Keep it as"), "x-control": "variable"},
    },
    "path",
    "save_as",
)


class HttpCall(NodeType):
    """Made outside any transaction. A worker that dies meanwhile makes it again under the same `Idempotency-Key`."""

    type = "http_call"
    label = _("Ask another system")
    hint = _("Calls an address by HTTPS and keeps parts of its JSON answer.")
    icon = "globe"
    place = 45
    fields = {
        "method": one_of(_("Method"), ("GET", "POST"), ("GET", "POST"), "GET"),
        "url": {"type": "string", "minLength": 1, "maxLength": 1000, "title": _("Address"), "x-control": "text"},
        "headers": many(_("Headers"), HEADER, most=10),
        "body": text(_("Body (JSON)"), least=0),
        "save": many(_("Keep from the answer"), SAVED, most=20),
        "timeout_seconds": whole(_("Seconds until it is given up"), 1, 10, 5),
    }
    required = ("url",)
    ways = (Exit("ok", _("It answered")), Exit("error", _("It did not")))

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        for name in ("url", "body"):
            for variable in strange(self.field(name, "")):
                yield name, _t("there is no variable %(name)s.") % {"name": variable}
        if self.field("body", "").strip() and not calling.is_json(self.field("body")):
            yield "body", _t("the body is no JSON; variables stand within its texts.")
        if complaint := calling.complaint(self.field("url"), around.hosts):
            yield "url", complaint

    def enter(self, stage: "Stage") -> Outcome:
        """First it is asked; when the answer is there, the run comes here again."""
        told = stage.called
        if told is None:
            return Call()
        if told.problem:
            stage.remember_problem(told.problem)
            return Leave("error")
        for each in self.field("save", []):
            stage.answer(each["save_as"], calling.part(told.value, each["path"]), asked="")
        return Leave("ok")

    def request(self, stage: "Stage") -> calling.Request:
        """What is to be asked, with its variables filled in."""
        return calling.Request(
            method=self.field("method", "GET"),
            url=calling.filled_url(self.field("url"), stage.known),
            headers={each["name"]: each["value"] for each in self.field("headers", [])},
            body=calling.filled_json(self.field("body", ""), stage.known),
            seconds=self.field("timeout_seconds", 5),
        )
