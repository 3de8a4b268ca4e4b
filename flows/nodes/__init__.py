"""Every type of node by its name: each is one file in this folder."""

import importlib
import pkgutil

from flows.nodes.base import NodeType


def found() -> dict[str, type[NodeType]]:
    """Whatever stands in this folder, in the order in which an editor offers it."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    kinds = sorted(NodeType.__subclasses__(), key=lambda kind: (kind.place, kind.type))
    return {kind.type: kind for kind in kinds}


NODES: dict[str, type[NodeType]] = found()
