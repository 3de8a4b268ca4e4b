"""Pages of a list by key: a page costs the same however deep it lies and however much is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.models import Conversation, Sort
from conversations.models.conversation_queries import ConversationQuerySet
from monty import keys


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """Where a row stands in its list."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return keys.written(self.at, self.pk)


def key_of(row: Conversation) -> Key:
    """Of a row that `read` has found."""
    return Key(row.sorted_at, row.pk)  # type: ignore[attr-defined]


def parsed(text: str, *, field: str) -> Key:
    """The key that was written as text. Raises BadInput."""
    return Key(*keys.read(text, field=field))


def read(
    lists: Sequence[ConversationQuerySet], sort: Sort, *, size: int, after: Key | None = None, backwards: bool = False
) -> list[Any]:
    """The first rows of these lists together, each row once; or those after a key; or, backwards, those before it.

    Each list is read from its own index: no database reads "in this list or in that one" as quickly.
    """
    found: dict[int, Conversation] = {}
    for rows in lists:
        ordered = rows.in_order(sort, backwards=backwards)
        if after is not None:
            ordered = ordered.beyond(sort, after.at, after.pk, backwards=backwards)
        found |= {row.pk: row for row in ordered[:size]}
    return sorted(found.values(), key=key_of, reverse=sort.falls != backwards)[:size]
