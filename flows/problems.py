"""What is wrong with a flow's document, each thing with the node and the field it concerns, in words."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from flows.document import MOST_BYTES, SHAPE, Document, Node
from flows.misfits import misfits
from flows.nodes import NODES
from flows.nodes.base import NodeType
from flows.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Problem:
    """`node`: its id ("": the flow as a whole); `field`: a path into its fields, as "choices.0.title".

    A warning does not keep a flow from being published.
    """

    text: str
    node: str = ""
    field: str = ""
    warning: bool = False

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def problems(raw: Any, around: Surroundings) -> list[Problem]:
    """Everything that is wrong, in the order of the document. What cannot be read as a document hides the rest."""
    found = list(of_shape(raw))
    if found:
        return found
    document = Document.of(raw)
    whole = [*of_ids(raw, document), *of_start(document)]
    found = [problem for node in document.nodes.values() for problem in of_node(node, document, around)]
    return whole + found + list(of_ways(document))


def errors(raw: Any, around: Surroundings) -> list[Problem]:
    """What keeps it from being published."""
    return [each for each in problems(raw, around) if not each.warning]


# A character that PostgreSQL keeps in no JSON, as JSON writes it; a backslash before it may itself be a character.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def of_shape(raw: Any) -> Iterator[Problem]:
    text = written(raw)
    if not text:
        yield Problem(_("A character or a number in it cannot be kept, or it is nested too deeply."))
        return
    if len(text) > MOST_BYTES:
        yield Problem(_("The document is larger than %(limit)s KB.") % {"limit": MOST_BYTES // 1024})
        return
    for path, message in misfits(raw, SHAPE):
        yield Problem(message, node=node_at(raw, path), field=".".join(str(step) for step in path[2:]))


def written(raw: Any) -> bytes:
    """As JSON; b"" if no database could keep it: half a character, a number that is none, nested without end."""
    try:
        text = json.dumps(raw, default=str, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return b""
    return b"" if NUL.search(text) else text


def node_at(raw: Any, path: list[str | int]) -> str:
    """The id of the node that a path leads into, if it says one."""
    if len(path) < 2 or path[0] != "nodes":
        return ""
    node = raw["nodes"][path[1]]
    return str(node.get("id", "")) if isinstance(node, dict) else ""


def of_ids(raw: dict[str, Any], document: Document) -> Iterator[Problem]:
    for number, times in Counter(each["id"] for each in raw["nodes"]).items():
        if times > 1:
            yield Problem(_("“%(node)s”: another node has the same id.") % {"node": number}, node=number, field="id")
    if not document.nodes:
        yield Problem(_("The flow has no nodes yet."))


def of_start(document: Document) -> Iterator[Problem]:
    if document.nodes and document.start not in document.nodes:
        yield Problem(_("Say at which node the flow starts."), field="start")


def of_node(node: Node, document: Document, around: Surroundings) -> Iterator[Problem]:
    kind = NODES.get(node.type)
    if kind is None:
        facts = {"node": node.title, "type": node.type}
        yield Problem(_("“%(node)s”: there is no type of node “%(type)s”.") % facts, node=node.id, field="type")
        return
    wrong = list(misfits(node.fields, kind.validator()))
    for path, message in wrong:
        yield named(node, ".".join(map(str, path)), f"{titled(kind, path)}{message}")
    yield from of_exits(node, document)
    # What reads the fields wants them to be as the schema says.
    if not wrong:
        for where, sentence in kind(node).problems(around):
            yield named(node, where, sentence)


def titled(kind: type[NodeType], path: list[str | int]) -> str:
    """The field's words, before a sentence that would not say which it means."""
    title = kind.fields.get(str(path[0]), {}).get("title") if path else None
    return f"{title}: " if title else ""


def named(node: Node, where: str, sentence: str) -> Problem:
    return Problem(f"“{node.title}”: {sentence}", node=node.id, field=where)


def of_exits(node: Node, document: Document) -> Iterator[Problem]:
    known = {each.name for each in NODES[node.type](node).exits}
    for name, target in node.exits.items():
        if name not in known:
            yield named(node, f"exits.{name}", _("there is no exit “%(exit)s”.") % {"exit": name})
        elif target not in document.nodes:
            facts = {"exit": name, "target": target}
            yield named(node, f"exits.{name}", _("“%(exit)s” leads to “%(target)s”, which is not there.") % facts)


def of_ways(document: Document) -> Iterator[Problem]:
    if document.start not in document.nodes:
        return
    reached = document.reached()
    for node in document.nodes.values():
        if node.id not in reached:
            yield Problem(_("“%(node)s”: no way leads here.") % {"node": node.title}, node=node.id, warning=True)
    hasty = [each.id for each in document.nodes.values() if each.type in NODES and not NODES[each.type].waits]
    if circle := document.circle(hasty):
        way = " → ".join(document.nodes[each].title for each in [*circle, circle[0]])
        sentence = _("“%(node)s” goes round in a circle without waiting for anything: %(way)s.")
        facts = {"node": document.nodes[circle[0]].title, "way": way}
        yield Problem(sentence % facts, node=circle[0])
