"""Ask something, and go on once there is an answer that fits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from flows import answers
from flows.fields import CHOICE, VARIABLE_NAME, choice_problems, many, one_of, text, text_problems, whole
from flows.nodes.base import Exit, HandOver, Leave, NodeType, Outcome, Wait
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from conversations.models import Message
    from flows.stage import Stage

KINDS = ("text", "number", "email", "phone", "date", "choice")
LABELS = (_("Text"), _("Number"), _("E-mail address"), _("Phone number"), _("Date"), _("One of several"))
RETRIES = 2
WEEK = 7 * 24 * 60
# Nobody stays with a bot for ever.
A_DAY = 24 * 60


class Ask(NodeType):
    """An answer of the wrong kind is asked for again; after that it leaves by "failed", or to a person."""

    type = "ask"
    label = _("Ask a question")
    hint = _("Waits for an answer and checks it. Choices are buttons where the channel has them, else numbers.")
    icon = "list-checks"
    place = 20
    waits = True
    fields = {
        "text": text(_("Question")),
        "kind": one_of(_("What is asked for"), KINDS, LABELS, "text"),
        "save_as": VARIABLE_NAME,
        "choices": many(_("Choices"), CHOICE, most=20),
        "minimum": {"type": "number", "title": _("Smallest number")},
        "maximum": {"type": "number", "title": _("Largest number")},
        "retry_text": text(_("Said when the answer does not fit"), least=0),
        "retries": whole(_("How often it is asked again"), 0, 5, RETRIES),
        "timeout_minutes": whole(_("Minutes until it waits no longer"), 1, WEEK, A_DAY),
    }
    required = ("text", "kind")
    ways = (Exit("next", _("Any answer")), Exit("failed", _("No fitting answer")), Exit("timeout", _("No answer")))
    ways_per = ("choices", "choice")

    @property
    def choices(self) -> list[dict[str, str]]:
        return self.field("choices", []) if self.field("kind") == "choice" else []

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        yield from text_problems("text", self.field("text"), around)
        yield from text_problems("retry_text", self.field("retry_text", ""), around)
        if self.field("kind") != "choice":
            if self.field("choices"):
                yield "choices", _t("only a question for one of several has choices.")
            if self.bounds.least is not None and self.bounds.most is not None and self.bounds.least > self.bounds.most:
                yield "maximum", _t("the largest number is smaller than the smallest.")
        elif len(self.choices) < 2:
            yield "choices", _t("give at least two choices.")
        yield from choice_problems(self.choices, around)

    @property
    def bounds(self) -> answers.Bounds:
        return answers.Bounds(self.field("minimum"), self.field("maximum"))

    def enter(self, stage: "Stage") -> Outcome:
        stage.memory = {"tries": 0}
        return self.ask(stage, self.field("text"))

    def ask(self, stage: "Stage", words: str) -> Outcome:
        stage.say(words, choices=self.choices, number=True)
        return Wait(stage.now + timedelta(minutes=self.field("timeout_minutes", A_DAY)))

    def hear(self, stage: "Stage", messages: "list[Message]") -> Outcome:
        """Of several messages the last one that fits counts."""
        because = ""
        for message in reversed(messages):
            try:
                return self.take(stage, message)
            except answers.NotThis as wrong:
                because = because or str(wrong)
        return self.again(stage, because)

    def take(self, stage: "Stage", message: "Message") -> Outcome:
        """Raises NotThis."""
        payload = message.details.get("button", {}).get("payload", "")
        if self.field("kind") == "choice":
            choice = answers.chosen(message.text, payload, self.choices, self.node.id)
            self.keep(stage, choice["title"])
            own = f"choice:{choice['id']}"
            return Leave(own if self.leads(own) else "next")
        self.keep(stage, answers.KINDS[self.field("kind")](message.text, self.bounds))
        return Leave("next")

    def keep(self, stage: "Stage", value: Any) -> None:
        stage.answer(self.field("save_as") or self.node.id.replace("-", "_"), value, asked=self.node.title)

    def again(self, stage: "Stage", because: str) -> Outcome:
        if stage.memory["tries"] < self.field("retries", RETRIES):
            stage.memory = {"tries": stage.memory["tries"] + 1}
            return self.ask(stage, self.field("retry_text") or because)
        if self.leads("failed"):
            return Leave("failed")
        return HandOver(_t("The customer gave no answer that fits “%(node)s”.") % {"node": self.node.title})

    def time_out(self, stage: "Stage") -> Outcome:
        return Leave("timeout")
