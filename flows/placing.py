"""Where the boxes of a flow stand in its picture: where somebody put them, else in columns from the start on. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from flows.document import Document

Point = tuple[float, float]
BETWEEN_COLUMNS, BETWEEN_BOXES = 88, 32
SWEEPS = 4


def places(document: Document, heights: Mapping[str, float], width: float) -> dict[str, Point]:
    """The top left corner of each node's box."""
    own = {node.id: (node.x, node.y) for node in document.nodes.values()}
    # Nobody has put them anywhere if two of them lie on each other.
    return own if len(set(own.values())) == len(own) else in_columns(document, heights, width)


def in_columns(document: Document, heights: Mapping[str, float], width: float) -> dict[str, Point]:
    """Each node to the right of all that lead to it, ways back aside; beside those that it has to do with."""
    ahead = onward(document)
    columns = ordered(columns_of(document, ahead), ahead)
    tall = {number: sum(heights[each] + BETWEEN_BOXES for each in column) for number, column in columns.items()}
    found: dict[str, Point] = {}
    for number, column in columns.items():
        y = (max(tall.values()) - tall[number]) / 2
        for each in column:
            found[each] = (number * (width + BETWEEN_COLUMNS), y)
            y += heights[each] + BETWEEN_BOXES
    return found


def onward(document: Document) -> dict[str, list[str]]:
    """Where each node leads, without the ways that come back to where one has been."""
    found: dict[str, list[str]] = {each: [] for each in document.nodes}
    done: set[str] = set()
    for root in [document.start, *document.nodes]:
        if root not in document.nodes or root in done:
            continue
        # A walk of its own kind of stack: flows may be 300 nodes deep, and Python's calls not much deeper.
        way, open_ = [(root, iter(list(document.targets(root))))], {root}
        while way:
            node, targets = way[-1]
            target = next(targets, None)
            if target is None:
                way.pop()
                open_.discard(node)
                done.add(node)
            elif target not in open_:
                if target not in found[node]:
                    found[node].append(target)
                if target not in done:
                    way.append((target, iter(list(document.targets(target)))))
                    open_.add(target)
    return found


def columns_of(document: Document, ahead: Mapping[str, list[str]]) -> dict[str, int]:
    """By the longest way that leads to each."""
    waiting = dict.fromkeys(document.nodes, 0)
    for target in (target for targets in ahead.values() for target in targets):
        waiting[target] += 1
    column = dict.fromkeys(document.nodes, 0)
    ready = [each for each, number in waiting.items() if not number]
    while ready:
        node = ready.pop()
        for target in ahead[node]:
            column[target] = max(column[target], column[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return column


def ordered(column: Mapping[str, int], ahead: Mapping[str, list[str]]) -> dict[int, list[str]]:
    """Each column so that arrows cross seldom: every node near the middle of those before it, then of those after."""
    columns: dict[int, list[str]] = defaultdict(list)
    for node, number in column.items():
        columns[number].append(node)
    behind: dict[str, list[str]] = defaultdict(list)
    for node, targets in ahead.items():
        for target in targets:
            behind[target].append(node)
    for sweep in range(SWEEPS):
        near = behind if sweep % 2 == 0 else ahead
        for number in sorted(columns, reverse=sweep % 2 == 1):
            rank = {node: place for each in columns.values() for place, node in enumerate(each)}
            columns[number].sort(key=lambda node: middle([rank[each] for each in near.get(node, [])], rank[node]))
    return dict(sorted(columns.items()))


def middle(ranks: Iterable[int], own: float) -> float:
    known = list(ranks)
    return sum(known) / len(known) if known else own
