"""The middle pane: an inbox as it is read now, narrowed down and in an order, a page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations.inbox import keyset
from conversations.inbox.filters import ConversationFilter, as_query
from conversations.inbox.inboxes import Inbox, LeftPane
from conversations.models import Conversation, Message, Sort
from conversations.words import Piece, Words, excerpt, marked

PAGE = 30
# What a floor above finds conversations by (`conversation_queries.FOUND_BY`), in a line for each, by their ids.
TOLD_BY: list[Callable[[Words, Sequence[int]], dict[int, str]]] = []


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the address of the list without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. When words are looked for: the customer's name with them marked, and where they were found.

    `found`: the last message that has them (None: they are in the name or the address); `line`: its words around them.
    """

    conversation: Conversation
    name: list[Piece]
    found: int | None = None
    line: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the list's order; `more` is the key under which the next ones are found."""

    rows: list[Row]
    more: str

    @property
    def conversations(self) -> list[Conversation]:
        return [row.conversation for row in self.rows]


@dataclass(frozen=True, slots=True)
class Listing:
    """`base`: the inbox that is narrowed down; `inbox`: the line of the left pane that is lit."""

    inbox: Inbox
    base: Inbox
    filters: ConversationFilter

    @property
    def address(self) -> str:
        """As it stands behind the question mark."""
        if self.inbox.saved:
            return f"view={self.inbox.key}"
        return self.with_wishes(self.filters.wishes)

    def with_wishes(self, wishes: dict[str, Any]) -> str:
        return as_query({"view": self.base.key} | wishes).urlencode()

    @property
    def words(self) -> Words:
        return self.filters.words

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters.wishes.keys() - {"sort"})

    @property
    def sort(self) -> Sort:
        return Sort(self.filters.wishes.get("sort", self.base.sort))

    def orders(self) -> list[tuple[Sort, str]]:
        """Each order, and the address of the same list in it."""
        return [(sort, self.with_wishes(self.filters.wishes | {"sort": sort.value})) for sort in Sort]

    def chips(self) -> list[Chip]:
        wishes, shown = self.filters.wishes, self.filters.form.cleaned_data
        return [
            Chip(str(self.filters.form.fields[name].label), said, self.with_wishes(left))
            for name in wishes
            if name not in ("q", "sort")
            for said, left in parts(self.filters, name, shown[name], wishes)
        ]

    def page(self, *, after: str = "", size: int = PAGE) -> Page:
        """The first rows, or those that follow a key. Raises BadInput."""
        rows = self.filters.qs.for_list()
        lists = rows.having(self.words) if self.words else [rows]
        key = keyset.parsed(after, field="after") if after else None
        found = keyset.read(lists, self.sort, size=size + 1, after=key)
        shown = found[:size]
        more = str(keyset.key_of(shown[-1])) if len(found) > size else ""
        return Page(list(told(shown, self.words)), more)


def listing(pane: LeftPane, asked: QueryDict) -> Listing:
    """What the address asks for. Raises Http404 for an inbox that this person does not have, BadInput."""
    by_key = {each.key: each for each in pane.inboxes}
    inbox = by_key.get(asked.get("view", "mine"))
    if inbox is None:
        raise Http404
    base = by_key[inbox.base] if inbox.saved else inbox
    wishes = as_query(inbox.saved.wishes) if inbox.saved else asked
    filters = ConversationFilter(wishes, queryset=base.rows(pane.visible.as_known_to(pane.person)))
    filters.demand_valid()
    return Listing(inbox, base, filters)


def parts(
    filters: ConversationFilter, name: str, value: Any, wishes: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A wish in words, one by one if it is several, each with what is left without it."""
    others = {each: wish for each, wish in wishes.items() if each != name}
    if isinstance(value, list):
        for one in value:
            yield in_words(filters, name, one), wishes | {name: [each for each in value if each != one]}
    else:
        yield in_words(filters, name, value), others


def in_words(filters: ConversationFilter, name: str, value: Any) -> str:
    choices = getattr(filters.form.fields[name], "choices", None)
    if isinstance(value, str) and choices is not None:
        return str({str(key): label for key, label in choices}[value])
    return date_format(value, "j M Y") if hasattr(value, "isoformat") else str(value)


def told(conversations: Sequence[Conversation], words: Words) -> Iterator[Row]:
    """With what was found in them, if anything was looked for: one query for all, and one for each of TOLD_BY."""
    numbers = [row.pk for row in conversations]
    messages = Message.objects.latest_having(words, numbers) if words and numbers else {}
    besides = {number: line for told_by in TOLD_BY for number, line in told_by(words, numbers).items()} if words else {}
    for row in conversations:
        name, message = row.contact.display_name, messages.get(row.pk)
        if not words:
            yield Row(row, [Piece(name, hit=False)])
        elif message is None:
            yield Row(row, marked(name, words), line=tuple(marked(besides.get(row.pk) or addresses(row), words)))
        else:
            yield Row(row, marked(name, words), message.pk, tuple(excerpt(message.text, words)))


def addresses(row: Conversation) -> str:
    """Where somebody was found by their address, it is shown."""
    contact, identity = row.contact, row.identity
    known = [contact.email, contact.phone, identity.username, identity.external_id]
    return " · ".join(each for each in known if each) or _("No address")
