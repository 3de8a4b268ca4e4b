"""What the side panel says of a conversation and its customer: only what its reader may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations import window
from conversations.contacts import cards
from conversations.contacts.merging import PERMISSION
from conversations.inbox import keyset
from conversations.models import Contact, Conversation, Identity, Merge, Sort
from conversations.models.contact import ContactQuerySet
from teams.models import Teammate

# Other conversations of the customer on one page, and how many doubles of them are offered.
PAGE = 8
DOUBLES = 3
MERGES = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the card: the field, its value as people read it, and as its input wants it."""

    field: cards.Field
    shown: str
    typed: str

    @property
    def input(self) -> str:
        """The type of the input that edits it."""
        return INPUTS.get(self.field.kind, "text")


INPUTS = {"email": "email", "phone": "tel", "date": "date", "number": "number", "notes": "long"} | dict.fromkeys(
    ("choice", "yes_no"), "choice"
)


@dataclass(frozen=True, slots=True)
class Double:
    """Perhaps the same person: why, and whether any channel proved who that is."""

    contact: Contact
    same: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Others:
    """Other conversations with the same customer; `more`: the key after which there are more."""

    rows: list[Conversation]
    more: str


def facts(contact: Contact) -> list[Fact]:
    found = [(field, field.read(contact)) for field in cards.fields()]
    return [Fact(field, field.shown(value), field.typed(value)) for field, value in found]


def known_to(me: Teammate) -> ContactQuerySet:
    """The contacts somebody may see: those with whom there is a conversation that they may see."""
    rows: ContactQuerySet = Contact.objects.who_speak_in(Conversation.objects.visible_to(me))
    return rows


def addresses(contacts: list[Contact], me: Teammate) -> dict[int, list[Identity]]:
    """What these contacts have on channels, by contact; only where there is a conversation that the reader may see."""
    mine = Conversation.objects.visible_to(me)
    rows = Identity.objects.spoken_with_in(mine).filter(contact__in=contacts).select_related("channel").order_by("pk")
    found: dict[int, list[Identity]] = {contact.pk: [] for contact in contacts}
    for row in rows:
        found[row.contact_id].append(row)
    return found


def others(row: Conversation, me: Teammate, *, after: str = "") -> Others:
    """Raises BadInput."""
    key = keyset.parsed(after, field="after") if after else None
    rows = Conversation.objects.visible_to(me).of_contact(row.contact).exclude(pk=row.pk).for_list()
    found = keyset.read([rows], Sort.NEWEST, size=PAGE + 1, after=key)
    return Others(found[:PAGE], str(keyset.key_of(found[PAGE - 1])) if len(found) > PAGE else "")


def doubles(contact: Contact, me: Teammate) -> list[Double]:
    """Who has the same e-mail address or phone number, verified ones first."""
    rows = list(known_to(me).like(contact).order_by("-pk")[:DOUBLES])
    if not rows:
        return []
    theirs = addresses(rows, me)
    found = [Double(each, same(contact, each), any(one.verified for one in theirs[each.pk])) for each in rows]
    return sorted(found, key=lambda each: not each.verified)


def same(contact: Contact, other: Contact) -> str:
    if contact.email and contact.email.lower() == other.email.lower():
        return _("the same e-mail address")
    return _("the same phone number")


def merges(contact: Contact, me: Teammate) -> list[Merge]:
    """What was merged into the contact and can be undone: only such as brought something that the reader may see."""
    rows = list(Merge.objects.into(contact).standing()[:MERGES])
    return seen_of(rows, me) if rows else []


def seen_of(rows: list[Merge], me: Teammate) -> list[Merge]:
    """Those of them that brought something that the reader may see."""
    moved = [number for row in rows for number in row.moved]
    seen = set(Conversation.objects.visible_to(me).filter(identity__in=moved).values_list("identity", flat=True))
    return [row for row in rows if seen & set(row.moved)]


def rule(row: Conversation) -> str:
    """The channel's window, in words."""
    if row.inquiry_at is None:
        return row.policy().reason
    sentence = _(
        "On %(channel)s an answer is possible for %(time)s after the customer’s last message, which came %(at)s."
    )
    at = date_format(localtime(row.inquiry_at), "D j M, H:i")
    return sentence % {"channel": row.channel.label, "time": hours(row), "at": at}


def hours(row: Conversation) -> str:
    number = round(window.length(row.channel).total_seconds() / 3600)
    if number > 72 and number % 24 == 0:
        return ngettext("%(number)s day", "%(number)s days", number // 24) % {"number": number // 24}
    return ngettext("%(number)s hour", "%(number)s hours", number) % {"number": number}


@dataclass(frozen=True, slots=True)
class Part:
    """What a floor above shows in the panel; `facts` are asked for when it is shown, of what its reader may see."""

    name: str
    title: Promise
    template: str
    facts: Callable[[Conversation, Teammate], dict[str, Any]]


PARTS: list[Part] = []


def add_part(part: Part) -> None:
    PARTS.append(part)


def panel(row: Conversation, me: Teammate) -> dict[str, Any]:
    """Everything of it."""
    contact, may_merge = row.contact, me.answers and me.has_perm(PERMISSION)
    return {
        "conversation": row,
        "facts": facts(contact),
        "addresses": addresses([contact], me)[contact.pk],
        "others": others(row, me),
        "may_merge": may_merge,
        "doubles": doubles(contact, me) if may_merge else [],
        "merges": merges(contact, me) if may_merge else [],
        "rule": rule(row),
        "parts": [(part, part.facts(row, me)) for part in PARTS],
    }
