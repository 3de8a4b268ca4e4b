"""Whom a record is about: by which ids the channel knows them, and whether these speak of one person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import Former, Sender
from channels_app.models import Channel
from conversations.contacts.cards import Field
from conversations.importing.look import LONGEST_ID, Look
from conversations.models import Alias, Identity
from monty.errors import BadInput

# Before a customer's number in the program they come from. No channel has such an id.
FORMERLY = "import:"


@dataclass(frozen=True, slots=True)
class Who:
    """`address`: their id on the channel ("": not known); `former`: their number elsewhere, marked ("": none)."""

    address: str
    former: str
    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.address, self.former)))

    @property
    def sender(self) -> Sender:
        """Whoever imports vouches for what the file says."""
        first, *also = self.ids
        return Sender(first, name=self.name, email=self.email, phone=self.phone, verified=True, also=tuple(also))


def facts(look: Look, fields: Mapping[str, Field]) -> Iterator[tuple[str, Any]]:
    """What the record says for a card, as it is kept there."""
    for name, field in fields.items():
        value = look.says.get(name)
        if value in (None, ""):
            continue
        if not isinstance(value, str | int | float):
            look.wrong(name, _("A text is expected."))
            continue
        try:
            yield name, field.cleaned(value)
        except BadInput as refused:
            look.wrong(name, str(refused.detail).removeprefix(f"{field.label}: "))


def who(look: Look, channel: Channel, told: Mapping[str, Any], *, needed: str) -> Who:
    """`told`: the facts of their card. `needed`: the column in which nobody is missed first."""
    number = look.text("id", longest=LONGEST_ID)
    identifier = look.text("identifier", longest=LONGEST_ID)
    handle = look.text("handle", longest=LONGEST_ID) or identifier
    user = look.text("user", longest=LONGEST_ID) or identifier
    name, email, phone = (str(told.get(each, "")) for each in ("name", "email", "phone"))
    address = channel.adapter.address_of(Former(handle, user, phone))
    if not address and not number:
        look.wrong(needed, _("By which id does %(channel)s know this customer?") % {"channel": channel.label})
    return Who(address, f"{FORMERLY}{number}" if number else "", name, email, phone)


class Roll:
    """Everybody in a file: no id may stand for two people."""

    def __init__(self) -> None:
        self.met: set[str] = set()
        self.beside: dict[str, tuple[str, int]] = {}

    def enter(self, look: Look, person: Who) -> bool:
        """Whether they were here before."""
        before = not self.met.isdisjoint(person.ids)
        self.met.update(person.ids)
        for one, other in (person.ids, person.ids[::-1]) if len(person.ids) > 1 else ():
            known, line = self.beside.setdefault(one, (other, look.number))
            if known != other:
                look.wrong("", _("This contradicts line %(line)s: one of the ids is another's there.") % {"line": line})
                break
        return before


def known(channel: Channel, people: Iterable[Who]) -> dict[str, int]:
    """The identities that these people have, by each of their ids."""
    ids = {each for person in people for each in person.ids}
    rows = Identity.objects.filter(channel=channel, external_id__in=ids).values_list("external_id", "pk")
    aliases = Alias.objects.filter(channel=channel, external_id__in=ids).values_list("external_id", "identity")
    return dict(aliases) | dict(rows)


def torn(person: Who, identities: dict[str, int]) -> bool:
    """Their ids belong to two customers here: which of both is meant?"""
    return len({identities[each] for each in person.ids if each in identities}) > 1
