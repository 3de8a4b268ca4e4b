"""What a flow's document may refer to: the channels it is for, and what there is in this house."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from channels_app.adapters.base import Adapter

# The path of a field, and what is wrong with it in words.
Complaint = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`flows`: the ids of the nodes of each published flow, by its key. `hosts`: those that may be called."""

    channels: tuple[type[Adapter], ...] = ()
    teams: frozenset[int] = frozenset()
    teammates: frozenset[int] = frozenset()
    labels: frozenset[str] = frozenset()
    flows: dict[str, frozenset[str]] = field(default_factory=dict)
    media: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    # Of these SKUs those that are not on sale.
    missing: Callable[[Collection[str]], set[str]] = lambda skus: set()
