"""Who wrote: one identity for each person, whichever of their ids comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db import models, transaction
from django.db.models import OuterRef, Subquery

from channels_app.border import Moved, Sender, storable
from channels_app.models import Channel
from conversations.incoming import joining
from conversations.models import Alias, Contact, Identity

Known = dict[str, Identity]


@dataclass(slots=True)
class Person:
    """What a delivery says of one person, in however many messages: all their ids, the main one first."""

    sender: Sender
    ids: list[str]


def meet(channel: Channel, senders: Iterable[Sender]) -> Known:
    """The senders' identities by each of their ids, made if new, locked until the transaction ends.

    Holding them puts one contact's messages in order: whoever receives another waits here. Identities that turn out
    to be one person's are joined.
    """
    people = distinct(senders)
    known = find(channel, people)
    if new := [person for person in people if not known.keys() & set(person.ids)]:
        known |= add(channel, new)
    for person in people:
        one(channel, person, known)
    learn_ids(channel, people, known)
    return known


def known_as(channel: Channel, sender: Sender) -> Identity | None:
    """Who this is, if anybody; not locked."""
    ids = [sender.external_id, *sender.also]
    rows = Identity.objects.filter(channel=channel)
    return rows.filter(external_id__in=ids).first() or rows.filter(aliases__external_id__in=ids).first()


def distinct(senders: Iterable[Sender]) -> list[Person]:
    """Senders that share an id are one person."""
    people: dict[str, Person] = {}
    # Whoever tells the most of their ids comes first: those say which one is the main one.
    for sender in sorted(senders, key=lambda each: -len(each.also)):
        ids = [each for each in (sender.external_id, *sender.also) if each]
        same = {id(people[each]): people[each] for each in ids if each in people}
        all_ids = chain(*(person.ids for person in same.values()), ids)
        person = Person(next(iter(same.values())).sender if same else sender, list(dict.fromkeys(all_ids)))
        people |= dict.fromkeys(person.ids, person)
    return list({id(person): person for person in people.values()}.values())


def find(channel: Channel, people: list[Person]) -> Known:
    """Those who are known by one of their ids, locked in the order of their rows."""
    rows = locked(channel)
    known = {row.external_id: row for row in rows.filter(external_id__in=[each for one in people for each in one.ids])}
    # Most channels have one id for each person: then there is nothing more to ask.
    unclear = {each for person in people for each in person.ids} - known.keys()
    if not unclear:
        return known
    aliases = dict(
        Alias.objects.filter(channel=channel, external_id__in=unclear).values_list("external_id", "identity")
    )
    held = {row.pk: row for row in known.values()}
    if missing := set(aliases.values()) - held.keys():
        held |= {row.pk: row for row in rows.filter(pk__in=missing)}
    return known | {alias: held[number] for alias, number in aliases.items() if number in held}


def locked(channel: Channel) -> models.QuerySet[Identity]:
    # The contact's name by a subquery: an identity that is given to another contact while its lock is waited for would
    # drop out of a join with the former one, as if nobody had known it.
    name = Contact.objects.filter(pk=OuterRef("contact")).values("name")
    rows = Identity.objects.select_for_update(of=("self",), no_key=True).annotate(known_name=Subquery(name))
    return rows.filter(channel=channel).order_by("pk")


def add(channel: Channel, people: list[Person]) -> Known:
    """Two workers may meet a new person at once: the constraint decides, the loser's contact is taken back."""
    # In one order, so that two workers that meet the same people do not wait for each other in a circle.
    people.sort(key=lambda person: person.ids[0])
    contacts = Contact.objects.bulk_create(card_of(person.sender) for person in people)
    Identity.objects.bulk_create(
        (identity_of(channel, person, contact) for person, contact in zip(people, contacts, strict=True)),
        ignore_conflicts=True,
    )
    rows = {row.external_id: row for row in locked(channel).filter(external_id__in=[each.ids[0] for each in people])}
    if lost := {contact.pk for contact in contacts} - {row.contact_id for row in rows.values()}:
        Contact.objects.filter(pk__in=lost).delete()
    return rows


def card_of(sender: Sender) -> Contact:
    # A channel may deliver a name of any length; losing its end is better than losing the message.
    return Contact(
        name=storable(sender.name)[:200], email=storable(sender.email)[:254], phone=storable(sender.phone)[:40]
    )


def identity_of(channel: Channel, person: Person, contact: Contact) -> Identity:
    return Identity(
        channel=channel,
        external_id=person.ids[0],
        contact=contact,
        verified=person.sender.verified,
        username=storable(person.sender.username)[:200],
    )


def one(channel: Channel, person: Person, known: Known) -> None:
    """The person's one identity under every id they are known by; several are joined."""
    found = {known[each].pk: known[each] for each in person.ids if each in known}
    identity = joining.join(list(found.values()))
    identity.channel = channel  # It is, and this saves a query.
    told = person.sender
    named: str = getattr(identity, "known_name")  # noqa: B009  (an annotation: `locked`)
    if (told.name and not named) or told.username not in ("", identity.username):
        identity.learn(told, picture="")
    if len(found) > 1:
        known |= {each: identity for each, row in known.items() if row.pk in found}


def learn_ids(channel: Channel, people: list[Person], known: Known) -> None:
    """Further ids by which a known person came for the first time."""
    found = [next(known[each] for each in person.ids if each in known) for person in people]
    new = [
        Alias(channel=channel, identity=identity, external_id=each)
        for person, identity in zip(people, found, strict=True)
        for each in person.ids
        if each not in known
    ]
    # Refused if somebody else got this id in the same moment: their next message joins the two.
    Alias.objects.bulk_create(new, ignore_conflicts=True)
    known |= {alias.external_id: alias.identity for alias in new}


def move(channel: Channel, moves: Iterable[Moved]) -> None:
    """They have other ids from now on. The old one is let go: a phone number may be somebody else's tomorrow."""
    for moved in moves:
        with transaction.atomic():
            after = [each for each in (moved.after.external_id, *moved.after.also) if each]
            known = find(channel, [Person(moved.after, [*after, moved.before])])
            if moved.before in known and moved.before not in after:
                change_ids(channel, Person(moved.after, [*after, moved.before]), moved.before, known)


def change_ids(channel: Channel, person: Person, before: str, known: Known) -> None:
    one(channel, person, known)
    identity, main = known[before], person.ids[0]
    ids = {identity.external_id, *person.ids} - {main, before}
    identity.aliases.filter(external_id__in=[before, main]).delete()
    Identity.objects.filter(pk=identity.pk).update(external_id=main)
    Alias.objects.bulk_create(
        (Alias(channel=channel, identity=identity, external_id=each) for each in sorted(ids)), ignore_conflicts=True
    )
