"""A flow as a picture to look at: boxes with their exits, and arrows. Pure; the template draws it as SVG, scriptless.

The editor draws with the same measures, so that a flow looks the same in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from flows.document import Document, Node
from flows.nodes import NODES
from flows.placing import Point, places

WIDTH, HEAD, EXIT, FOOT = 224, 52, 26, 6
# So far below both boxes an arrow passes that leads back.
ROUND = 24
# So much longer is a box that shows figures.
FIGURES = 26
MARGIN = 48
# As many letters as a box is wide.
LETTERS = 24
MEASURES = {"width": WIDTH, "head": HEAD, "exit": EXIT, "foot": FOOT, "round": ROUND}

Figures = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Way:
    """An exit, as a line of its box. `y`: of its middle, from the box's edge."""

    label: str
    y: float
    connected: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A number under a box, beside its icon; `x` from the box's edge."""

    name: str
    words: str
    icon: str
    number: int
    x: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    node: Node
    label: str
    icon: str
    x: float
    y: float
    height: float
    ways: list[Way]
    is_start: bool = False
    figures: list[Figure] = field(default_factory=list)

    @property
    def title(self) -> str:
        return shortened(self.node.title)

    @property
    def right(self) -> float:
        return self.x + WIDTH

    @property
    def body_height(self) -> float:
        return height(len(self.ways)) - 2


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    boxes: list[Box]
    arrows: list[str]
    legend: list[Figure] = field(default_factory=list)


def picture(document: Document, figures: Figures | None = None) -> Picture:
    """`figures`: of each node, as `FlowStep.objects.figures()` counts them; None: without any."""
    extra = 0 if figures is None else FIGURES
    exits = {node.id: exits_of(node) for node in document.nodes.values()}
    heights = {number: height(len(ways)) + extra for number, ways in exits.items()}
    corners = moved(places(document, heights, WIDTH))
    boxes = {
        number: box(node, corners[number], heights[number], exits[number], document, figures)
        for number, node in document.nodes.items()
    }
    return Picture(
        width=max((each.right for each in boxes.values()), default=0) + MARGIN,
        height=max((each.y + each.height for each in boxes.values()), default=0) + MARGIN,
        boxes=list(boxes.values()),
        arrows=[arrow for each in boxes.values() for arrow in arrows(each, boxes, exits[each.node.id])],
        legend=[] if figures is None else told({}),
    )


def exits_of(node: Node) -> list[tuple[str, str]]:
    """Name and words of each. Of a type that is not known any more: those that are connected."""
    kind = NODES.get(node.type)
    return (
        [(each.name, str(each.label)) for each in kind(node).exits] if kind else [(name, name) for name in node.exits]
    )


def height(ways: int) -> float:
    return HEAD + ways * EXIT + (FOOT if ways else 0)


def moved(corners: dict[str, Point]) -> dict[str, Point]:
    """So that the picture begins at its margin."""
    left = min((x for x, _y in corners.values()), default=0) - MARGIN
    top = min((y for _x, y in corners.values()), default=0) - MARGIN
    return {number: (x - left, y - top) for number, (x, y) in corners.items()}


def box(
    node: Node, corner: Point, tall: float, exits: list[tuple[str, str]], document: Document, figures: Figures | None
) -> Box:
    x, y = corner
    kind = NODES.get(node.type)
    ways = [
        Way(shortened(label), HEAD + EXIT * number + EXIT / 2, node.exits.get(name) in document.nodes)
        for number, (name, label) in enumerate(exits)
    ]
    return Box(
        node=node,
        label=str(kind.label) if kind else node.type,
        icon=kind.icon if kind else "circle-dashed",
        x=x,
        y=y,
        height=tall,
        ways=ways,
        is_start=node.id == document.start,
        figures=[] if figures is None else told(figures.get(node.id, {})),
    )


def told(figures: Mapping[str, int]) -> list[Figure]:
    """What stands under a box, as far as there is anything to tell."""
    every = [
        Figure("reached", _("reached"), "users-round", figures.get("reached", 0)),
        Figure("left", _("went on"), "corner-up-right", figures.get("left", 0)),
        Figure("handed_over", _("handed over"), "hand", figures.get("handed_over", 0)),
        Figure("timed_out", _("timed out"), "timer", figures.get("timed_out", 0)),
    ]
    return [replace(each, x=12 + number * (WIDTH - 24) / len(every)) for number, each in enumerate(every)]


def arrows(box: Box, boxes: Mapping[str, Box], exits: list[tuple[str, str]]) -> list[str]:
    return [
        arrow((box.right, box.y + way.y), box, boxes[target])
        for way, (name, _label) in zip(box.ways, exits, strict=True)
        if (target := box.node.exits.get(name, "")) in boxes
    ]


def arrow(start: Point, box: Box, target: Box) -> str:
    """From the right of a box to the left of another: at once if that is not behind it, else round below both."""
    (x, y), (to_x, to_y) = start, (target.x, target.y + HEAD / 2)
    if to_x >= x - WIDTH / 2:
        bend = max(40, abs(to_x - x) / 2)
        return f"M {x:g} {y:g} C {x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
    below = max(box.y + box.height, target.y + target.height) + ROUND
    there = f"C {x + 40:g} {y:g} {x + 40:g} {below:g} {x:g} {below:g}"
    back = f"C {to_x - 40:g} {below:g} {to_x - 40:g} {to_y:g} {to_x:g} {to_y:g}"
    return f"M {x:g} {y:g} {there} L {to_x:g} {below:g} {back}"


def shortened(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1].rstrip()}…"


def described(document: Document) -> list[dict[str, Any]]:
    """The same in words, for whoever hears it: each node with where it leads."""
    return [
        {
            "node": node,
            "label": str(NODES[node.type].label) if node.type in NODES else node.type,
            "ways": [
                (label, document.nodes[node.exits[name]].title)
                for name, label in exits_of(node)
                if node.exits.get(name) in document.nodes
            ],
        }
        for node in document.nodes.values()
    ]
