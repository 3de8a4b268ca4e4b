"""Types of nodes for flows, with their fields as an editor and an import take them."""

import json
from collections.abc import Iterator
from typing import Any

from flows.document import Schema
from flows.nodes import NODES
from flows.nodes.base import NodeType
from from_code.markdown import code, codes, first_words, table


def all_types() -> str:
    return "\n\n".join(section(kind) for kind in NODES.values())


def section(kind: type[NodeType]) -> str:
    parts = [f"## `{kind.type}`: {kind.label}", str(kind.hint)]
    if "__doc__" in vars(kind) and kind.__doc__:
        parts.append(first_words(kind))
    if kind.fields:
        rows = [field(name, schema, name in kind.required) for name, schema in kind.fields.items()]
        parts.append(table(["field", "meaning", "what it takes", "must be there", "default"], rows))
    parts.append(f"**Exits:** {', '.join(exits(kind)) or 'none'}." + (" It waits." if kind.waits else ""))
    return "\n\n".join(parts)


def exits(kind: type[NodeType]) -> Iterator[str]:
    if kind.ways_per:
        field, prefix = kind.ways_per
        yield f"`{prefix}:<id>` for each of `{field}`"
    yield from (f"`{way.name}` ({way.label})" for way in kind.ways)


def field(name: str, schema: Schema, required: bool) -> list[str]:
    title = str(schema.get("title", ""))
    words = f"{title}: {schema['description']}" if schema.get("description") else title
    default = code(json.dumps(schema["default"])) if "default" in schema else ""
    return [code(name), words, takes(schema), "yes" if required else "", default]


def takes(schema: Schema) -> str:
    """The schema in words; what has no words here, as its keys."""
    if "enum" in schema:
        return codes(each for each in schema["enum"])
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return " or ".join(takes(each) for each in schema[word])
    kind = schema.get("type", "anything")
    if kind == "array":
        most = f"at most {schema['maxItems']} " if "maxItems" in schema else ""
        return f"{most}items: {takes(schema.get('items', {}))}"
    if kind == "object":
        return properties(schema)
    return " ".join([str(kind), *bounds(schema)])


def properties(schema: Schema) -> str:
    required = schema.get("required", [])
    names = [f"`{name}`{' (must be there)' if name in required else ''}" for name in schema.get("properties", {})]
    return ", ".join(names) or "an object"


def bounds(schema: Schema) -> Iterator[str]:
    pairs: list[tuple[str, str, Any]] = [
        ("minimum", "from", ""),
        ("maximum", "to", ""),
        ("maxLength", "of at most", " characters"),
        ("pattern", "as", ""),
    ]
    for key, word, unit in pairs:
        if key in schema:
            shown = code(schema[key]) if key == "pattern" else schema[key]
            yield f"{word} {shown}{unit}"
