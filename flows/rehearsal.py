"""A flow played through by the engine's own rules, with no row of a conversation and with nothing sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from flows.calling import Request, Told
from flows.document import Document
from flows.engine import Answered, Calling, play, turn
from flows.models import Flow, FlowVersion
from flows.moves import Failed, carry_out
from flows.pretended import Line, PretendedConversation, PretendedRun, PretendedStage, Setting, Step
from flows.texts import as_text

# What a customer takes to read and to write.
THINKING = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Play:
    """What is played: a document that need not be kept yet. `broken`: the nodes that cannot be played as they are."""

    flow: Flow
    version_id: int
    document: Document
    broken: frozenset[str] = frozenset()


class Rehearsal:
    """One customer's way through it, from the start or from one of its nodes."""

    def __init__(self, play: Play, setting: Setting, now: datetime, *, opening: str = "", node: str = "") -> None:
        self.play = play
        self.conversation = PretendedConversation(setting, play.flow.name, now)
        self.run = PretendedRun(play.flow.name, play.version_id, node or play.document.start)
        self.way: list[Step] = []
        # What another system would be asked now.
        self.calling: Request | None = None
        if opening:
            self.conversation.receive(opening)
            self.run.heard = self.conversation.last_id
        self.carry_on()

    # --- What the customer does, or time -----------------------------------------------------------------------------

    def hear(self, text: str, payload: str = "", *, at: datetime | None = None) -> None:
        """The customer writes, or presses a button."""
        self.pass_until(at or self.conversation.now + THINKING)
        if self.run.is_under_way and self.calling is None:
            self.conversation.receive(text, payload)
            self.carry_on()

    def pass_until(self, moment: datetime) -> None:
        """Time passes; what is over by then is over."""
        while self.waits_until is not None and self.waits_until <= moment:
            self.conversation.now = max(self.waits_until, self.conversation.now)
            self.carry_on()
        self.conversation.now = max(moment, self.conversation.now)

    def pass_time(self) -> None:
        """As much as it waits for."""
        if self.waits_until is not None:
            self.pass_until(self.waits_until)

    def answer(self, told: Told) -> None:
        """Of the other system."""
        if self.calling is not None:
            self.carry_on(told)

    # --- What came of it ---------------------------------------------------------------------------------------------

    @property
    def waits_until(self) -> datetime | None:
        return self.run.until if self.run.is_under_way and self.calling is None else None

    @property
    def lines(self) -> list[Line]:
        return self.conversation.lines

    @property
    def own_way(self) -> list[Step]:
        """In this flow: a jump leads into another's."""
        return [step for step in self.way if step.version_id == self.play.version_id]

    @property
    def answers(self) -> dict[str, str]:
        return {name: as_text(value) for name, value in self.run.answers.items()}

    # --- How it goes on ----------------------------------------------------------------------------------------------

    def carry_on(self, told: Told | None = None) -> None:
        """As the engine does: node after node, for as long as nothing has to be waited for."""
        answer = Answered(told, self.run.call) if told else None
        self.calling = None
        going: Any = True
        while going is True and self.run.is_under_way:
            going = self.step(answer)
            answer = None
        if isinstance(going, Calling):
            self.calling = going.request

    def step(self, answer: Answered | None) -> bool | Calling:
        document = self.document
        called = answer.told if answer else None
        node = document.nodes[self.run.node]
        stage = PretendedStage(self.conversation, self.run, node, self.way, called=called)
        if document is self.play.document and node.id in self.play.broken:
            return carry_out(stage, Failed(_("“%(node)s” cannot be tried as it is.") % {"node": node.title}))
        now = turn(stage, answer)
        return False if now is None else play(stage, now)

    @property
    def document(self) -> Document:
        if self.run.version_id == self.play.version_id:
            return self.play.document
        version: FlowVersion = FlowVersion.objects.get(pk=self.run.version_id)
        return version.drawing


def broken(problems: Collection[Any]) -> frozenset[str]:
    """The nodes that have problems which would keep the flow from being published."""
    return frozenset(each.node for each in problems if each.node and not each.warning)
