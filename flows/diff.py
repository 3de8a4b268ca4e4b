"""What is different between two documents, node by node. Pure."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flows.document import Document, Node

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
ABSENT = None


@dataclass(frozen=True, slots=True)
class Difference:
    """`part`: what of the node is different ("fields.text", "exits.next", "name", "type"); "" if it came or went."""

    what: str
    node: str
    title: str
    part: str = ""
    before: Any = ABSENT
    after: Any = ABSENT

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def differences(before: Document, after: Document) -> list[Difference]:
    """Where the boxes stand does not count."""
    found = [Difference(REMOVED, each.id, each.title) for each in gone(before, after)]
    found += [Difference(ADDED, each.id, each.title) for each in gone(after, before)]
    if before.start != after.start:
        found.append(Difference(CHANGED, "", "", "start", before.start, after.start))
    for number, node in after.nodes.items():
        if number in before.nodes:
            found += of_node(before.nodes[number], node)
    return found


def gone(one: Document, other: Document) -> list[Node]:
    return [node for number, node in one.nodes.items() if number not in other.nodes]


def of_node(before: Node, after: Node) -> Iterator[Difference]:
    old, new = parts(before), parts(after)
    for part in sorted(old.keys() | new.keys()):
        if old.get(part) != new.get(part):
            yield Difference(CHANGED, after.id, after.title, part, old.get(part), new.get(part))


def parts(node: Node) -> dict[str, Any]:
    fields = {f"fields.{name}": value for name, value in node.fields.items()}
    exits = {f"exits.{name}": target for name, target in node.exits.items()}
    return {"type": node.type, "name": node.name, **fields, **exits}
