"""What a node sees of the world, and the only way in which it acts: on one conversation, by its verbs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from channels_app.border import File, QuickReply
from conversations.models import Conversation, Message
from conversations.sending.fitting import JPEG, fitted
from conversations.sending.parts import Part, parts
from flows import answers, texts
from flows.calling import Told
from flows.conditions import Facts
from flows.document import Node
from flows.models import FlowFile, FlowRun, FlowStep
from orders import offers
from orders.models import Order, Pick
from teams.models import Team, Teammate


class Stage:
    """One step of one run. `kept` is what the run is to know afterwards, by its columns."""

    def __init__(
        self, conversation: Conversation, run: FlowRun, node: Node, now: datetime, *, called: Told | None = None
    ) -> None:
        self.conversation, self.run, self.node, self.now, self.called = conversation, run, node, now, called
        self.kept: dict[str, Any] = {}

    def get(self, column: str) -> Any:
        return self.kept.get(column, getattr(self.run, column))

    # --- What is known ----------------------------------------------------------------------------------------------

    @property
    def answers(self) -> dict[str, Any]:
        return self.get("answers")

    def answer(self, name: str, value: Any, *, asked: str) -> None:
        """Keep an answer. `asked`: to what, in the words of the note for people ("": it is not for them)."""
        self.kept["answers"] = {**self.answers, name: value}
        if asked:
            self.kept["asked"] = {**self.get("asked"), name: asked}

    @property
    def memory(self) -> dict[str, Any]:
        """The node's own, while the run is at it."""
        return self.get("memory")

    @memory.setter
    def memory(self, value: dict[str, Any]) -> None:
        self.kept["memory"] = value

    def remembered_moment(self, name: str) -> datetime | None:
        return parse_datetime(self.memory.get(name, ""))

    def remember_problem(self, problem: str) -> None:
        """For the run's page: why another system gave no answer."""
        self.kept["reason"] = problem[:300]

    @property
    def known(self) -> dict[str, str]:
        """What variables stand for now."""
        return texts.values(self.conversation, self.answers)

    @property
    def facts(self) -> Facts:
        return Facts(About(self), self.answers)

    # --- What the customer wrote, and what stands on the conversation ------------------------------------------------

    @property
    def news(self) -> list[Message]:
        """Since the run last took notice, oldest first."""
        return list(self.conversation.messages.of_contact().after(self.run.heard))

    @property
    def last_text(self) -> str:
        last = self.conversation.messages.of_contact().order_by("-pk").first()
        return last.text if last else ""

    @property
    def labels(self) -> list[str]:
        return [label.name for label in self.conversation.labels.all()]

    # --- Who is there -----------------------------------------------------------------------------------------------

    def team(self, team_id: int | None) -> Team | None:
        """This one, if it is still there; else the conversation's."""
        found = Team.objects.with_hours().filter(pk=team_id).first() if team_id else None
        return found or self.conversation.team

    def is_open(self, team_id: int | None) -> bool:
        team = self.team(team_id)
        return team is None or team.is_open(self.now)

    def is_staffed(self, team_id: int | None) -> bool:
        """Within the hours, and somebody is ready."""
        team = self.team(team_id)
        ready = Teammate.objects.ready()
        return self.is_open(team_id) and (ready.in_team(team.pk) if team else ready).exists()

    # --- What it does -----------------------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        *,
        choices: Sequence[dict[str, str]] = (),
        media: Sequence[str] = (),
        pictures: Sequence[File] = (),
        number: bool = False,
    ) -> None:
        """Queue a text with its variables filled in, and files. Raises what `Conversation.say_as_bot` raises.

        Choices are buttons where the channel takes them; else lines, which have numbers if an answer is waited for.
        `pictures` are left out where the channel takes none.
        """
        adapter, words = self.conversation.channel.adapter, texts.filled(text, self.known)
        can, buttons = adapter.can, self.buttons(choices)
        if choices and not buttons:
            words = answers.numbered(words, choices) if number else answers.listed(words, choices)
        files = (*self.files(media), *(fitted(each, adapter) for each in pictures if can.largest(JPEG)))
        if not (words.strip() or files):
            return
        whole = [*(parts(can, "", files) if files else []), Part(words)] if buttons else parts(can, words, files)
        for part in whole:
            self.say_part(part, buttons if part is whole[-1] else ())

    def say_part(self, part: Part, buttons: Sequence[QuickReply]) -> None:
        event = self.conversation.say_as_bot(
            part.text, by=None, files=part.files, quick_replies=buttons, client_id=self.next_id()
        )
        # What the customer has written before this is no answer to it.
        self.kept |= {"heard": event.message.pk, "said_at": event.message.at}

    def create_order(self, picks: Sequence[Pick], *, send: bool) -> None:
        """A draft for the customer, shown to them to be confirmed (`send`); all of that or, with an error, nothing."""
        key = self.next_id()
        with transaction.atomic():
            order = Order.start(self.conversation, {}, picks, by=None, key=str(key), flow=self.run.flow.name)
            if send:
                said = offers.send_as_bot(order, client_id=key)
                self.kept |= {"heard": said.pk, "said_at": said.at}

    def next_id(self) -> UUID:
        """Of what the run says next: a step that is done again would say it under the same id, which is refused."""
        self.kept["said"] = self.get("said") + 1
        return uuid5(NAMESPACE_URL, f"monty:run:{self.run.pk}:{self.kept['said']}")

    def buttons(self, choices: Sequence[dict[str, str]]) -> tuple[QuickReply, ...]:
        """None where the channel has not enough of them, or not long enough."""
        can = self.conversation.channel.adapter.can
        longest = can.longest_title(len(choices))
        fit = len(choices) <= can.quick_replies and all(len(each["title"]) <= (longest or 80) for each in choices)
        return tuple(QuickReply(each["title"], answers.payload_of(self.node.id, each)) for each in choices if fit)

    def files(self, media: Sequence[str]) -> tuple[File, ...]:
        """As the channel takes them, in the order of the node. Raises MediaTooLarge, MediaRefused."""
        if not media:
            return ()
        rows = {str(each.uuid): each for each in FlowFile.objects.filter(uuid__in=media)}
        adapter = self.conversation.channel.adapter
        return tuple(fitted(rows[each].content, adapter) for each in media if each in rows)

    def note(self, text: str) -> None:
        words = texts.filled(text, self.known)
        if words.strip():
            self.conversation.note_as_bot(words, by=None, client_id=self.next_id())

    def note_answers(self, because: str = "") -> None:
        """What people should know before they take over."""
        asked = {name: title if title[-1:] in "?!.:" else f"{title}:" for name, title in self.get("asked").items()}
        told = [f"{title} {texts.as_text(self.answers.get(name))}" for name, title in asked.items()]
        if lines := [*([because] if because else []), *told]:
            title = _("From the flow %(flow)s:") % {"flow": self.run.flow}
            self.conversation.note_as_bot("\n".join([title, *lines]), by=None, client_id=self.next_id())

    def let_go(self) -> None:
        self.conversation.let_go(by=None)

    # --- The way it takes -------------------------------------------------------------------------------------------

    def write_step(self, **facts: Any) -> None:
        """The run has come to another node."""
        FlowStep.objects.create(run=self.run, **facts)

    def amend_step(self, **facts: Any) -> None:
        """What became of it at the node where it waited."""
        FlowStep.objects.filter(run=self.run, number=self.run.steps).update(**facts)


class About(Mapping[str, Any]):
    """What conditions can ask of a conversation, read when it is asked."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.conversation = stage, stage.conversation

    def __getitem__(self, subject: str) -> Any:
        return SUBJECTS[subject](self)

    def __iter__(self) -> Iterator[str]:
        return iter(SUBJECTS)

    def __len__(self) -> int:
        return len(SUBJECTS)

    @cached_property
    def last_text(self) -> str:
        return self.stage.last_text

    @cached_property
    def labels(self) -> list[str]:
        return self.stage.labels


SUBJECTS = {
    "contact.name": lambda about: about.conversation.contact.name,
    "contact.email": lambda about: about.conversation.contact.email,
    "contact.phone": lambda about: about.conversation.contact.phone,
    "conversation.priority": lambda about: about.conversation.priority_name,
    "conversation.team": lambda about: about.conversation.team.name if about.conversation.team else "",
    "conversation.labels": lambda about: about.labels,
    "channel.kind": lambda about: about.conversation.channel.kind,
    "channel.name": lambda about: about.conversation.channel.name,
    "hours.open": lambda about: "true" if about.stage.is_open(None) else "false",
    "message.text": lambda about: about.last_text,
}
