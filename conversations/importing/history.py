"""Conversations that were over before Monty: into the customers' earlier ones, to be read and found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from conversations.contacts import cards
from conversations.importing.item import Item, Kind
from conversations.importing.places import Places
from conversations.importing.source import Source
from conversations.importing.talks import FROM, OF_MESSAGE, OF_TALK, Reader, Said, Talk
from conversations.incoming import people
from conversations.models import Author, Conversation, Import, Label, Message, Status
from conversations.models.brought import Bygone, Line
from conversations.models.contact import Identity
from teams.models import Team, Teammate


class History(Kind):
    name = "conversations"
    columns: ClassVar = (_("Customer"), _("Began"), _("Team"), _("Teammate"), _("Labels"), _("Messages"), _("First"))

    def __init__(self, run: Import) -> None:
        super().__init__(run)
        fields = {field.name: field for field in cards.standard() if field.name in ("name", "email", "phone")}
        self.reader, self.places = Reader(run.channel, fields), Places(run.by, self.left_out)
        # What Monty has already, of those that were recognised last.
        self.there: set[str] = set()

    def items(self, source: Source) -> Iterator[Item]:
        self.left_out["column"] |= set(source.columns) - {*OF_MESSAGE, *OF_TALK, "problem", ""}
        return self.reader.items(source, self.inbox)

    def recognise(self, items: Sequence[Item]) -> None:
        """By their own ids, and those of their messages: the channel may have brought them itself."""
        told: list[Talk] = [item.told for item in items if item.told]
        keys = Conversation.objects.filter(channel=self.channel, import_key__in=[each.key for each in told])
        ids = [said.id for each in told for said in each.said]
        messages = Message.objects.filter(channel=self.channel, external_id__in=ids)
        self.there = set(messages.values_list("external_id", flat=True))
        brought = set(keys.values_list("import_key", flat=True))
        self.identities(items)
        for talk in told:
            self.place(talk)
        for item in items:
            item.is_known = bool(item.told) and (item.told.key in brought or not self.news(item.told))

    def place(self, talk: Talk) -> tuple[Team | None, Teammate | None, list[Label]]:
        """Whose it was, as far as these are here."""
        team = self.places.team(talk.team) or self.channel.team
        return team, self.places.teammate(talk.assignee), self.places.labels_of(talk.labels, team)

    def news(self, talk: Talk) -> list[Said]:
        return [said for said in talk.said if said.id not in self.there]

    def take(self, items: Sequence[Item]) -> None:
        """One that Monty has is left as it is, whatever the file says of it now."""
        talks: list[Talk] = [item.told for item in items if not item.is_wrong and not item.is_known]
        identities = people.meet(self.channel, [talk.who.sender for talk in talks])
        bygone = [self.bygone(talk, identities[talk.who.ids[0]]) for talk in talks]
        Conversation.bring_all(bygone, by=self.run.by)

    def bygone(self, talk: Talk, identity: Identity) -> Bygone:
        team, person, labels = self.place(talk)
        lines = [self.line(said) for said in self.news(talk)]
        return Bygone(talk.key, identity, team, person, talk.began, labels, lines)

    def line(self, said: Said) -> Line:
        kind = FROM[said.kind]
        ours = self.places.writer(said.writers) if kind == Author.TEAMMATE else None
        message = Message(
            channel=self.channel,
            author_kind=kind,
            author=ours,
            private=said.is_note,
            text=said.text,
            # What was said long ago was read long ago: no receipt that is still under way moves it.
            status=Status.RECEIVED if kind == Author.CONTACT else Status.READ,
            external_id=said.id,
            elsewhere=kind == Author.TEAMMATE and ours is None and not said.is_note,
            at=said.at,
        )
        return Line(message, said.writers[-1] if said.writers and not ours and kind != Author.CONTACT else "")

    def cells(self, item: Item) -> Iterable[Any]:
        talk: Talk = item.told
        team, person, labels = self.place(talk)
        whom = talk.who.name or talk.who.email or talk.who.phone or talk.who.ids[0]
        began = date_format(timezone.localtime(talk.began), "SHORT_DATETIME_FORMAT")
        named = ", ".join(label.name for label in labels)
        return [whom, began, str(team or ""), str(person or ""), named, len(talk.said), talk.said[0].text[:80]]
