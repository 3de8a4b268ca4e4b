"""A flow's definition: one JSON document of nodes with named exits. Pure: no database, no clock.

`docs/flows.md` describes it for whoever draws one; `schema()` is the same for machines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

VERSION = 1
MOST_NODES = 300
MOST_BYTES = 512 * 1024
ID = "^[a-z0-9][a-z0-9_-]{0,39}$"
# What an answer is kept under.
NAME = "^[a-z][a-z0-9_]{0,39}$"

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the picture. `exits`: the ids of the nodes to which the connected ones lead."""

    id: str
    type: str
    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    exits: dict[str, str] = field(default_factory=dict)
    x: float = 0
    y: float = 0

    @property
    def title(self) -> str:
        return self.name or self.id

    @property
    def as_json(self) -> dict[str, Any]:
        place = {"x": self.x, "y": self.y}
        named = {"id": self.id, "type": self.type, "name": self.name}
        return {**named, "fields": self.fields, "exits": self.exits, "position": place}


@dataclass(frozen=True, slots=True)
class Document:
    """Nodes by their ids, and the one at which it starts."""

    start: str
    nodes: dict[str, Node]

    @classmethod
    def of(cls, raw: dict[str, Any]) -> "Document":
        """Of a document whose shape was found to be right (`shape_problems`)."""
        return cls(raw["start"], {each["id"]: node_of(each) for each in raw["nodes"]})

    @property
    def as_json(self) -> dict[str, Any]:
        return {"schema": VERSION, "start": self.start, "nodes": [each.as_json for each in self.nodes.values()]}

    def targets(self, node_id: str) -> Iterator[str]:
        """Where a node leads, as far as that is there."""
        yield from (target for target in self.nodes[node_id].exits.values() if target in self.nodes)

    def reached(self) -> set[str]:
        """The nodes to which some way leads from the start."""
        found: set[str] = set()
        ahead = [self.start] if self.start in self.nodes else []
        while ahead:
            node_id = ahead.pop()
            if node_id not in found:
                found.add(node_id)
                ahead += self.targets(node_id)
        return found

    def circle(self, among: Iterable[str]) -> list[str]:
        """A way through these nodes alone that comes back to where it began; [] if there is none."""
        rest = set(among)
        # Whoever leads to nobody who is left is in no circle; what remains in the end is circles and ways into them.
        while dead := {each for each in rest if not rest & set(self.targets(each))}:
            rest -= dead
        way: list[str] = []
        at = min(rest, default="")
        while at and at not in way:
            way.append(at)
            at = min(rest & set(self.targets(at)))
        return way[way.index(at) :] if at else []


EMPTY: dict[str, Any] = {"schema": VERSION, "start": "", "nodes": []}


def node_of(raw: dict[str, Any]) -> Node:
    place = raw.get("position") or {}
    exits = {name: target for name, target in raw.get("exits", {}).items() if target}
    return Node(
        id=raw["id"],
        type=raw["type"],
        name=raw.get("name", ""),
        fields=raw.get("fields", {}),
        exits=exits,
        x=place.get("x", 0),
        y=place.get("y", 0),
    )


def envelope(nodes: Schema) -> Schema:
    """A document whose nodes are as this schema wants them."""
    return {
        "type": "object",
        "properties": {
            "schema": {"const": VERSION},
            "start": {"type": "string", "maxLength": 40},
            "nodes": {"type": "array", "maxItems": MOST_NODES, "items": nodes},
        },
        "required": ["schema", "start", "nodes"],
        "additionalProperties": False,
    }


def node_schema(type_schema: Schema, fields: Schema) -> Schema:
    coordinate = {"type": "number", "minimum": -100_000, "maximum": 100_000}
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": ID},
            "type": type_schema,
            "name": {"type": "string", "maxLength": 80},
            "fields": fields,
            "exits": {"type": "object", "additionalProperties": {"type": ["string", "null"]}, "maxProperties": 60},
            "position": {
                "type": "object",
                "properties": {"x": coordinate, "y": coordinate},
                "required": ["x", "y"],
                "additionalProperties": False,
            },
        },
        "required": ["id", "type", "fields"],
        "additionalProperties": False,
    }


# What every document is, whichever types of nodes there are. What a type wants of its fields is asked node by node.
SHAPE = Draft202012Validator(envelope(node_schema({"type": "string", "maxLength": 40}, {"type": "object"})))
