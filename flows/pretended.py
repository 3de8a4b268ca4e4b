"""Stand-ins for a conversation and a run, so that a flow is played through by the engine's own rules with no row of
either, and with nothing sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import File, QuickReply
from channels_app.models import Channel
from conversations import window
from conversations.models import Contact, Conversation
from flows.document import Node
from flows.models import FlowRun, RunState
from flows.models.run import UNDER_WAY
from flows.stage import Stage
from monty.errors import BadInput
from orders.models import Variant
from teams.models import Team, Teammate


@dataclass(frozen=True, slots=True)
class Setting:
    """Who writes, and where. Nothing of it is written; `channel` and `contact` may be rows that were never saved."""

    channel: Channel
    contact: Contact
    team: Team | None = None
    labels: tuple[str, ...] = ()
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said or done. `who`: customer, bot, note (for people), house (what became of it)."""

    who: str
    text: str
    at: datetime
    buttons: tuple[QuickReply, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message, as nodes read one."""

    pk: int
    text: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """As `FlowStep`."""

    version_id: int
    node: str
    at: datetime
    number: int
    fate: str = ""
    exit: str = ""
    left_at: datetime | None = None


class PretendedConversation:
    """What flows ask of a conversation, and its verbs as far as they change what flows see. The others are told of."""

    pk = 0
    is_live = True

    def __init__(self, setting: Setting, bot: str, now: datetime) -> None:
        self.channel, self.contact, self.team = setting.channel, setting.contact, setting.team
        self.priority_name, self.named_labels = setting.priority, list(setting.labels)
        self.bot, self.now, self.inquiry_at = bot, now, now
        self.closed = False
        self.lines: list[Line] = []
        self.heard: list[Heard] = []
        self.last_id = 0

    @property
    def with_bot(self) -> bool:
        return bool(self.bot)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def receive(self, text: str, payload: str = "") -> None:
        details = {"button": {"title": text, "payload": payload}} if payload else {}
        self.heard.append(Heard(self.next_id(), text, self.now, details))
        self.inquiry_at = self.now
        self.lines.append(Line("customer", text, self.now))

    def tell(self, text: str) -> None:
        self.lines.append(Line("house", text, self.now))

    def demand_window(self) -> None:
        """Raises WindowShut."""
        window.policy(self.channel, self.inquiry_at, self.now).demand_reply(window.SenderKind.BOT)

    # --- Verbs: named and called as the conversation's own -----------------------------------------------------------

    def say_as_bot(
        self,
        text: str,
        *,
        by: None,
        client_id: Any,
        files: tuple[File, ...] = (),
        quick_replies: Sequence[QuickReply] = (),
    ) -> SimpleNamespace:
        """Raises WindowShut, BadInput, as it would."""
        self.demand_window()
        if not text.strip() and not files:
            raise BadInput(_("Write something first."), field="text")
        self.channel.adapter.demand_length(text)
        self.channel.adapter.demand_quick_replies(quick_replies)
        self.lines.append(Line("bot", text, self.now, tuple(quick_replies), tuple(each.name for each in files)))
        return SimpleNamespace(message=SimpleNamespace(pk=self.next_id(), at=self.now))

    def note_as_bot(self, text: str, *, by: None, client_id: Any) -> None:
        self.lines.append(Line("note", text, self.now))

    def learn_from_bot(self, told: Mapping[str, str], *, by: None) -> None:
        for name, value in told.items():
            setattr(self.contact, name, value)
            self.tell(_("Kept of the customer: %(value)s") % {"value": value})

    def label(self, *, by: None, add: Collection[str] = (), remove: Collection[str] = ()) -> None:
        has = set(self.named_labels)
        self.named_labels = sorted((has - set(remove)) | set(add))
        for name in sorted(set(add) - has):
            self.tell(_("Label put on: %(label)s") % {"label": name})
        for name in sorted(set(remove) & has):
            self.tell(_("Label taken off: %(label)s") % {"label": name})

    def assign_to(self, teammate: Teammate, *, by: None) -> None:
        self.bot = ""
        self.tell(_("Assigned to %(name)s") % {"name": teammate.name})

    def hand_over(self, team: Team | None = None, *, by: None, asked: bool = True, because: str = "") -> None:
        self.bot, self.team = "", team or self.team
        self.tell(_("Handed over to %(team)s") % {"team": self.team} if self.team else _("Handed over to people"))

    def close(self, *, by: None, reason: str = "") -> None:
        self.bot, self.closed = "", True
        self.tell(_("Closed"))

    def let_go(self, *, by: None) -> None:
        self.bot = ""
        self.tell(_("The flow is over; the conversation waits for people"))

    def __getattr__(self, name: str) -> Any:
        """Any other verb changes nothing that a flow could see."""
        if not hasattr(getattr(Conversation, name, None), "many"):
            raise AttributeError(name)
        return lambda *_args, **_told: self.tell(_("Done in the conversation: %(verb)s") % {"verb": name})


def played(name: str) -> Any:
    """A verb of runs, without its row: the same body, the same state afterwards."""
    verb = getattr(FlowRun, name)

    def play(self: "PretendedRun", *args: Any, **told: Any) -> None:
        verb.body(self, *args, **told)
        self.state = verb.target or self.state

    return play


class PretendedRun:
    """A run that is nowhere but here."""

    pk = 0

    def __init__(self, flow: str, version_id: int, node: str) -> None:
        self.flow, self.version_id, self.node = flow, version_id, node
        self.state: str = RunState.RUNNING
        self.answers: dict[str, Any] = {}
        self.asked: dict[str, Any] = {}
        self.memory: dict[str, Any] = {}
        self.listens, self.reason = False, ""
        self.until: datetime | None = None
        self.due_at: datetime | None = None
        self.call: Any = None
        self.said_at: datetime | None = None
        self.heard = self.said = self.steps = self.hurry = 0

    keep, end = FlowRun.keep, FlowRun.end
    go_on, wait, call_out = played("go_on"), played("wait"), played("call_out")
    finish, hand_over, stop, fail = played("finish"), played("hand_over"), played("stop"), played("fail")

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class PretendedStage(Stage):
    """The same stage for the same nodes; only what it reads and writes of rows is here instead."""

    conversation: Any
    run: Any

    def __init__(self, conversation: Any, run: Any, node: Node, way: list[Step], *, called: Any = None) -> None:
        super().__init__(conversation, run, node, conversation.now, called=called)
        self.way = way

    @property
    def news(self) -> Any:
        return [each for each in self.conversation.heard if each.pk > self.run.heard]

    @property
    def last_text(self) -> str:
        return self.conversation.heard[-1].text if self.conversation.heard else ""

    @property
    def labels(self) -> list[str]:
        return self.conversation.named_labels

    def create_order(self, picks: Any, *, send: bool) -> None:
        if send:
            self.conversation.demand_window()
        names = Variant.objects.to_sell([each.variant for each in picks])
        told = ", ".join(f"{each.quantity} × {names[each.variant]}" for each in picks)
        sentence = _("An order for the customer to confirm: %(lines)s") if send else _("An order as a draft: %(lines)s")
        self.conversation.tell(sentence % {"lines": told})

    def write_step(self, **facts: Any) -> None:
        self.way.append(Step(**facts))

    def amend_step(self, **facts: Any) -> None:
        for name, value in facts.items():
            setattr(self.way[-1], name, value)
