"""What an upper floor shows under a message: a card, the same row for teammates and for the customer in the webchat.

A message names its card by kind and id (`border.DETAILS`, "card"); the row behind it is read whenever it is shown, so
that a card never says what is no longer true.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from conversations import details
from conversations.models import Message


@dataclass(frozen=True, slots=True)
class Kind:
    """`rows`: those with these ids, by id, in as many queries as for one. `facts`: what the customer's page is told."""

    rows: Callable[[Collection[str]], dict[str, Any]]
    template: str
    facts: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Card:
    kind: Kind
    row: Any

    @property
    def template(self) -> str:
        """How teammates see it."""
        return self.kind.template

    @property
    def facts(self) -> dict[str, Any]:
        """How the customer sees it, in their language."""
        return self.kind.facts(self.row)


KINDS: dict[str, Kind] = {}


def add_kind(name: str, kind: Kind) -> None:
    KINDS[name] = kind


def cards(messages: Iterable[Message]) -> dict[int, Card]:
    """By the message's id. No query where no message has one."""
    named = {each.pk: details.known(each.details).get("card") for each in messages if not each.is_from_contact}
    wanted: dict[str, set[str]] = {}
    for part in named.values():
        if part and part["kind"] in KINDS:
            wanted.setdefault(part["kind"], set()).add(part["id"])
    rows = {kind: KINDS[kind].rows(ids) for kind, ids in wanted.items()}
    found = {
        number: (part["kind"], rows.get(part["kind"], {}).get(part["id"])) for number, part in named.items() if part
    }
    return {number: Card(KINDS[kind], row) for number, (kind, row) in found.items() if row is not None}
