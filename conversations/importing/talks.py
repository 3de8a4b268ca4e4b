"""Conversations as a file tells them: whom each was with, whose it was, and what was said. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_app.json_values import mapping
from channels_app.models import Channel
from conversations.contacts.cards import Field
from conversations.importing import chatwoot
from conversations.importing.item import Item
from conversations.importing.look import LONGEST_ID, Look
from conversations.importing.source import Record, Source
from conversations.importing.who import Roll, Who, facts, who
from conversations.models import Author

LONGEST_TEXT = 100_000
LONGEST_NAME = 200
MOST_MESSAGES = 5_000
# A private note is a teammate's.
NOTE = "note"
FROM = {each.value: each for each in (Author.CONTACT, Author.TEAMMATE, Author.BOT)} | {NOTE: Author.TEAMMATE}
# Columns of a CSV, which has a message in each line: those of the message, and those of its conversation.
OF_MESSAGE = ("id", "from", "text", "at", "author", "attachments")
OF_TALK = ("conversation", "contact", "contact_id", "name", "email", "phone", "team", "assignee", "labels")


@dataclass(frozen=True, slots=True)
class Said:
    """`id`: the provider's, or one of the former program's."""

    id: str
    kind: str
    text: str
    at: datetime
    writers: tuple[str, ...]

    @property
    def is_note(self) -> bool:
        return self.kind == NOTE


@dataclass(frozen=True, slots=True)
class Talk:
    key: str
    who: Who
    team: str
    assignee: str
    labels: list[str]
    created: datetime | None
    said: list[Said]

    @property
    def began(self) -> datetime:
        return min(filter(None, (self.created, self.said[0].at)))


@dataclass(slots=True)
class Told:
    """One conversation of the file before it was looked at: what is said of it, and each message with its record."""

    says: dict[str, Any]
    messages: list[tuple[Record, Any]]
    records: list[Record]


def of_csv(records: Iterable[Record]) -> Iterator[Told]:
    """Lines with the same conversation belong together, wherever they stand; its facts may stand in any of them."""
    found: dict[str, Told] = {}
    for record in records:
        says = mapping(record.says)
        # A line without one is refused alone.
        key = says.get("conversation") or f"line {record.number}"
        told = found.setdefault(key, Told({}, [], []))
        told.records.append(record)
        told.messages.append((record, {name: says.get(name) for name in OF_MESSAGE}))
        for name in OF_TALK:
            if says.get(name) and not told.says.get(name):
                told.says[name] = says[name]
    for told in found.values():
        says = told.says
        contact = {"identifier": says.get("contact"), "id": says.get("contact_id")}
        told.says |= {"id": says.get("conversation"), "contact": contact | of_contact(says)}
    yield from found.values()


def of_contact(says: Mapping[str, Any]) -> dict[str, Any]:
    return {name: says[name] for name in ("name", "email", "phone") if name in says}


def of_json(records: Iterable[Record], inbox: int | None) -> Iterator[Told]:
    """An API's pages may overlap: what comes twice is one conversation."""
    found: dict[Any, Told] = {}
    for record in records:
        says: Any = record.says
        if isinstance(says, dict) and chatwoot.is_conversation(says):
            says = chatwoot.conversation(says, inbox)
            if says is None:
                continue
        messages = mapping(says).get("messages")
        lines = [(record, each) for each in messages] if isinstance(messages, list) else []
        key = str(mapping(says).get("id") or f"line {record.number}")
        told = found.setdefault(key, Told(says, [], []))
        told.records.append(record)
        told.messages += lines
    yield from found.values()


class Reader:
    """Looks at the conversations of one file, one after the other."""

    def __init__(self, channel: Channel, fields: Mapping[str, Field]) -> None:
        self.channel, self.fields, self.roll = channel, fields, Roll()
        # Where things stand in a CSV, the parts of a conversation have columns of their own.
        self.flat = False
        self.keys: set[str] = set()
        # In which conversation each message's id stood first.
        self.ids: dict[str, str] = {}

    def items(self, source: Source, inbox: int | None) -> Iterator[Item]:
        self.flat = bool(source.columns)
        return map(self.item, of_csv(source.records) if self.flat else of_json(source.records, inbox))

    def item(self, told: Told) -> Item:
        item = Item(told.records, weight=len(told.messages) + 1)
        look = Look(told.records[0], item.problems, told.says)
        if item.is_wrong:
            return item
        key = self.key(look)
        person = self.person(look, told)
        said = self.messages(key, told, item)
        rest = {name: look.text(name, longest=LONGEST_NAME) for name in ("team", "assignee")}
        talk = Talk(key, person, labels=look.names("labels"), created=look.at("created"), said=said, **rest)
        item.told = None if item.is_wrong else talk
        return item

    def key(self, look: Look) -> str:
        found = look.text("id", longest=LONGEST_ID, needed=True)
        if found and found in self.keys:
            look.wrong("id", _("Another conversation has this id."))
        self.keys.add(found)
        return found

    def person(self, look: Look, told: Told) -> Who:
        within, needed = ("", "contact") if self.flat else ("contact.", "identifier")
        part = Look(told.records[0], look.problems, told.says.get("contact") or {}, within=within)
        person = who(part, self.channel, dict(facts(part, self.fields)), needed=needed)
        self.roll.enter(part, person)
        return person

    def messages(self, key: str, told: Told, item: Item) -> list[Said]:
        """In the order in which they were said."""
        if not told.messages or len(told.messages) > MOST_MESSAGES:
            sentence = _("Between 1 and %(most)s messages are expected.") % {"most": MOST_MESSAGES}
            Look(told.records[0], item.problems, {}).wrong("messages", sentence)
            return []
        found: dict[str, Said] = {}
        for place, (record, says) in enumerate(told.messages, start=1):
            look = Look(record, item.problems, says, within="" if self.flat else f"messages.{place}.")
            said = self.message(look) if look.is_object else None
            if said is not None and self.ids.setdefault(said.id, key) != key:
                look.wrong("id", _("Another conversation has a message with this id."))
            elif said is not None:
                found.setdefault(said.id, said)
        return sorted(found.values(), key=lambda each: each.at)

    def message(self, look: Look) -> Said | None:
        before = len(look.problems)
        number = look.text("id", longest=LONGEST_ID, needed=True)
        kind = look.text("from", longest=LONGEST_NAME)
        if kind not in FROM:
            look.wrong("from", _("One of %(kinds)s is expected.") % {"kinds": ", ".join(FROM)})
        text = "\n".join(filter(None, [look.text("text", longest=LONGEST_TEXT), *links(look)]))
        if not text:
            look.wrong("text", _("This is missing."))
        at = look.at("at", needed=True)
        writers = tuple(filter(None, (look.text(name, longest=LONGEST_NAME) for name in ("author", "name"))))
        return None if at is None or len(look.problems) > before else Said(number, kind, text, at, writers)


def links(look: Look) -> list[str]:
    """Addresses of files, which are not fetched: they stand below the text."""
    value = look.says.get("attachments") or []
    found = value.split() if isinstance(value, str) else value
    if not isinstance(found, list) or not all(each is None or isinstance(each, str) for each in found):
        look.wrong("attachments", _("Addresses with spaces between them are expected."))
        return []
    return [each for each in found if each]
