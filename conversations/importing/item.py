"""What both kinds of import have in common: one contact or one conversation of a file, and what to do with many."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from conversations.importing.source import Record, Source
from conversations.importing.who import known, torn
from conversations.models import Import
from conversations.models.importing import Problem


@dataclass(slots=True)
class Item:
    """`told`: what its records say, as far as nothing is wrong with them. `weight`: how many rows it becomes."""

    records: list[Record]
    problems: list[Problem] = field(default_factory=list)
    told: Any = None
    weight: int = 1
    is_known: bool = False

    @property
    def is_wrong(self) -> bool:
        return bool(self.problems)

    @property
    def lines(self) -> list[tuple[int, Any]]:
        return [(record.number, record.says) for record in self.records]


class Kind(ABC):
    """One kind of import, of one file. `left_out`: names in it that mean nothing here, by what they are."""

    columns: ClassVar[tuple[str | Promise, ...]]
    # As `source.KINDS` calls it.
    name: ClassVar[str]

    def __init__(self, run: Import) -> None:
        self.run, self.channel, self.inbox = run, run.channel, run.inbox
        self.left_out: defaultdict[str, set[str]] = defaultdict(set)

    @abstractmethod
    def items(self, source: Source) -> Iterator[Item]:
        """In their order. Pure but for what was read at the start."""

    @abstractmethod
    def recognise(self, items: Sequence[Item]) -> None:
        """Mark what Monty has already, and what contradicts what it has. In as many queries as for one."""

    def identities(self, items: Sequence[Item]) -> dict[str, int]:
        """Those that Monty has of these people, by their ids. Whose ids are two customers' is refused."""
        found = known(self.channel, (item.told.who for item in items if item.told))
        for item in items:
            if item.told and torn(item.told.who, found):
                sentence = _("The two ids of this customer belong to two different ones in Monty.")
                item.problems.append(Problem(item.records[0].number, "", sentence))
        return found

    @abstractmethod
    def take(self, items: Sequence[Item]) -> None:
        """Write down what is right and new of them; within a transaction, after `recognise` in the same."""

    @abstractmethod
    def cells(self, item: Item) -> Iterable[Any]:
        """As the preview shows it, by `columns`."""
