"""Contacts: each with an id on the channel and what is known of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from conversations.contacts import cards
from conversations.importing import chatwoot
from conversations.importing.item import Item, Kind
from conversations.importing.look import Look
from conversations.importing.source import Record, Source
from conversations.importing.who import Roll, Who, facts, known, who
from conversations.incoming import people
from conversations.models import Alias, Contact, Identity, Import
from conversations.models.contact import DESCRIBED

# What stands in a record beside the fields of a card.
BESIDE = {"identifier", "id", "handle", "user", "created", "attributes", "problem"}


@dataclass(frozen=True, slots=True)
class Card:
    who: Who
    facts: Mapping[str, Any]
    created: datetime | None


class Cards(Kind):
    name = "contacts"
    columns: ClassVar = (_("Name"), _("E-mail"), _("Phone"), _("Id on the channel"), _("Besides"))

    def __init__(self, run: Import) -> None:
        super().__init__(run)
        self.fields, self.roll = {field.name: field for field in cards.fields()}, Roll()

    # --- What the file says -----------------------------------------------------------------------------------------

    def items(self, source: Source) -> Iterator[Item]:
        for record in source.records:
            says = record.says
            if isinstance(says, dict):
                says = self.in_shape(says)
            if says is not None or record.says is None:
                yield self.item(record, says)

    def in_shape(self, says: dict[str, Any]) -> dict[str, Any] | None:
        """None: it is not for this channel."""
        told = chatwoot.contact(says, self.inbox) if chatwoot.is_contact(says) else says
        own = told.get("attributes") if told else None
        return own | told if told and isinstance(own, dict) else told

    def item(self, record: Record, says: Any) -> Item:
        item = Item([record])
        look = Look(record, item.problems, says)
        if item.is_wrong:
            return item
        told = dict(facts(look, self.fields))
        person = who(look, self.channel, told, needed="identifier")
        card = Card(person, told, look.at("created"))
        item.is_known = self.roll.enter(look, person)
        self.left_out["column"] |= {name for name in look.says if name and name not in self.fields.keys() | BESIDE}
        item.told = None if item.is_wrong else card
        return item

    # --- What of it is here already ---------------------------------------------------------------------------------

    def recognise(self, items: Sequence[Item]) -> None:
        identities = self.identities(items)
        for item in items:
            item.is_known |= bool(item.told) and any(each in identities for each in item.told.who.ids)

    def take(self, items: Sequence[Item]) -> None:
        """Of whom Monty knows already only what was not known yet is filled in: nothing is overwritten."""
        chosen = [item for item in items if not item.is_wrong]
        told: list[Card] = [item.told for item in chosen]
        self.settle_addresses(told)
        identities = people.meet(self.channel, [card.who.sender for card in told])
        contacts = Contact.objects.locked({identities[card.who.ids[0]].contact_id for card in told})
        changed: dict[int, Contact] = {}
        for item in chosen:
            contact = contacts[identities[item.told.who.ids[0]].contact_id]
            if fill(contact, item.told, new=not item.is_known):
                changed[contact.pk] = contact
        Contact.objects.bulk_update(changed.values(), [*DESCRIBED, "attributes", "created_at"], batch_size=200)

    def settle_addresses(self, told: Sequence[Card]) -> None:
        """Who came with a conversation before their id on the channel was known is found under it from now on."""
        there = known(self.channel, (card.who for card in told))
        late = {card.who.former: card.who.address for card in told if len(card.who.ids) == 2}
        rows = Identity.objects.filter(channel=self.channel, external_id__in=late).order_by("pk")
        for row in rows.select_for_update(no_key=True):
            former, address = row.external_id, late[row.external_id]
            if address not in there:
                Identity.objects.filter(pk=row.pk).update(external_id=address)
                Alias.objects.create(channel=self.channel, identity=row, external_id=former)

    def cells(self, item: Item) -> Iterable[Any]:
        told, first = item.told.facts, ("name", "email", "phone")
        rest = [self.fields[name] for name in told if name not in first]
        beside = ", ".join(f"{field.label}: {field.shown(told[field.name])}" for field in rest)
        return [*(told.get(name, "") for name in first), item.told.who.ids[0], beside]


def fill(contact: Contact, card: Card, *, new: bool) -> bool:
    """What was not known yet; True if there was something."""
    news = {name: value for name, value in card.facts.items() if name in DESCRIBED and not getattr(contact, name)}
    own = {
        name: value for name, value in card.facts.items() if name not in DESCRIBED and name not in contact.attributes
    }
    if new and card.created:
        contact.created_at = card.created
    for name, value in news.items():
        setattr(contact, name, value)
    contact.attributes = {**contact.attributes, **own}
    return bool(news or own or (new and card.created))
