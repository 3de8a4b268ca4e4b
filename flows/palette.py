"""For whoever draws flows: the whole document as one JSON Schema, and the types of nodes with all that they have."""

from typing import Any

from flows.document import Schema, envelope, node_schema
from flows.nodes import NODES
from flows.nodes.base import NodeType

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> Schema:
    """What every document must be. What it refers to, and where its exits lead, is looked at besides."""
    kinds = [node_schema({"const": kind.type, "title": kind.label}, kind.schema()) for kind in NODES.values()]
    return {"$schema": DIALECT, "title": "Flow", **envelope({"oneOf": kinds})}


def palette() -> list[dict[str, Any]]:
    """The types in the order in which an editor offers them."""
    return [described(kind) for kind in NODES.values()]


def described(kind: type[NodeType]) -> dict[str, Any]:
    per = kind.ways_per
    return {
        "type": kind.type,
        "label": kind.label,
        "hint": kind.hint,
        "icon": kind.icon,
        "waits": kind.waits,
        "fields": kind.schema(),
        "exits": [{"name": each.name, "label": each.label} for each in kind.ways],
        # Each item of this field has an exit of its own, called prefix:id.
        "exits_per": {"field": per[0], "prefix": per[1], "id": "id", "label": "title"} if per else None,
    }
