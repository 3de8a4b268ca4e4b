"""What a type of node is: the fields it has, the exits it leads to, and what it does when a run comes to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator

from flows.document import Node, Schema
from flows.surroundings import Complaint, Surroundings

if TYPE_CHECKING:
    from conversations.models import Message
    from flows.stage import Stage


@dataclass(frozen=True, slots=True)
class Exit:
    name: str
    label: Any


# --- What becomes of a run at a node --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leave:
    """On through this exit; where it leads nowhere, the flow is over."""

    exit: str


@dataclass(frozen=True, slots=True)
class Wait:
    """For the customer's next message (`listens`), until then at most (None: for ever)."""

    until: datetime | None = None
    listens: bool = True


@dataclass(frozen=True, slots=True)
class HandOver:
    """To people: the bot's part is over. `because` is for them."""

    because: str = ""
    team: int | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """The node itself has given the conversation away (`to_people`), or ended it."""

    to_people: bool = False


@dataclass(frozen=True, slots=True)
class Jump:
    """To another flow, at its start or at one of its nodes."""

    flow: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Something outside must be asked first; no transaction is open meanwhile."""


Outcome = Leave | Wait | HandOver | Given | Jump | Call


class NodeType:
    """One type. A subclass is one file in this folder; nothing else is to be edited for a new one.

    A node acts on the conversation by its verbs only, keeps what it must know in `stage.memory`, and never sleeps.
    """

    type: ClassVar[str]
    label: ClassVar[Any]
    hint: ClassVar[Any]
    icon: ClassVar[str]
    # Where in the list of types it stands.
    place: ClassVar[int]
    # JSON Schemas of the fields, by name. Beside JSON Schema's own words `x-control` tells an editor what to show.
    fields: ClassVar[dict[str, Schema]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    ways: ClassVar[tuple[Exit, ...]] = (Exit("next", _("Next")),)
    # The field whose items have an exit each, called `<prefix>:<id>`, and that prefix.
    ways_per: ClassVar[tuple[str, str] | None] = None
    # A run that comes here goes on only when something happens: a customer's message, or time.
    waits: ClassVar[bool] = False

    def __init__(self, node: Node) -> None:
        self.node = node

    def field(self, name: str, default: Any = None) -> Any:
        """What is written in a field; the default where nothing is."""
        return self.node.fields.get(name, default)

    @classmethod
    def schema(cls) -> Schema:
        """Of its fields."""
        schema = {"type": "object", "properties": cls.fields, "additionalProperties": False}
        return schema | ({"required": list(cls.required)} if cls.required else {})

    @classmethod
    @cache
    def validator(cls) -> Draft202012Validator:
        return Draft202012Validator(cls.schema())

    @property
    def exits(self) -> list[Exit]:
        """All that this node has, connected or not."""
        if self.ways_per is None:
            return list(self.ways)
        field, prefix = self.ways_per
        items = [each for each in self.field(field, []) if isinstance(each, dict) and "id" in each]
        own = [Exit(f"{prefix}:{each['id']}", each.get("title") or each["id"]) for each in items]
        return [*own, *self.ways]

    def leads(self, name: str) -> bool:
        """An exit of this name is connected."""
        return name in self.node.exits

    def problems(self, around: Surroundings) -> Iterator[Complaint]:
        """What is wrong beyond the schema of the fields; those fit it."""
        return iter(())

    # --- What it does ------------------------------------------------------------------------------------------------

    def enter(self, stage: "Stage") -> Outcome:
        """The run has come to this node."""
        raise NotImplementedError

    def hear(self, stage: "Stage", messages: "list[Message]") -> Outcome:
        """The customer wrote while the run waited here: everything since, oldest first."""
        raise NotImplementedError

    def time_out(self, stage: "Stage") -> Outcome:
        """The time for which it waited has passed."""
        raise NotImplementedError
