"""Conversations that were over before Monty knew of them: brought along from another program, to be read and found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from conversations import window
from conversations.models.contact import Identity
from conversations.models.event import Event
from conversations.models.heard import Heard
from conversations.models.label import Label, Labelling
from conversations.models.message import Message
from conversations.models.states import State
from monty.errors import VerbNotAllowed
from teams.models import Team, Teammate

if TYPE_CHECKING:
    from conversations.models.conversation_queries import ConversationQuerySet


class Line(NamedTuple):
    """A message that has no row yet, and who wrote it where that is nobody of ours."""

    message: Message
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Bygone:
    """What another program knows of a conversation. `key`: by which it is known there. There is at least one line."""

    key: str
    identity: Identity
    team: Team | None
    assignee: Teammate | None
    began: datetime
    labels: Sequence[Label] = ()
    lines: Sequence[Line] = field(default_factory=tuple)

    @property
    def columns(self) -> dict[str, Any]:
        last = max((line.message for line in self.lines if not line.message.private), key=by_time, default=None)
        shown = {"last_text": last.preview, "last_from": last.author_kind} if last else {}
        place = {"channel": self.identity.channel, "identity": self.identity, "team": self.team}
        at = (last or self.lines[-1].message).at
        return place | shown | {"assignee": self.assignee, "started_at": self.began, "last_message_at": at}


def by_time(message: Message) -> datetime:
    return message.at


class Brought(Heard):
    """The part of a conversation that may have come from elsewhere (`Conversation` inherits it)."""

    import_key = models.CharField(max_length=255, blank=True, default="", db_default="", editable=False)
    # The other parts'.
    state: str

    class Meta(Heard.Meta):
        abstract = True

    @classmethod
    def bring_all(cls, talks: Sequence[Bygone], *, by: Teammate) -> list[Self]:
        """Keep these as they were: ended, read, without a window. No verb: nothing happens in them here.

        So nobody is told, nothing is sent, no bot and no balancer hears of it, and no report counts it.
        """
        with transaction.atomic():
            rows = cls._base_manager.bulk_create(
                cls(import_key=each.key, state=State.CLOSED, **each.columns) for each in talks
            )
            Labelling.objects.bulk_create(
                Labelling(conversation_id=row.pk, label=label)
                for row, each in zip(rows, talks, strict=True)
                for label in each.labels
            )
            for row, each in zip(rows, talks, strict=True):
                for line in each.lines:
                    line.message.conversation_id = row.pk
            Message.objects.bulk_create((line.message for each in talks for line in each.lines), batch_size=500)
            told = (event for row, each in zip(rows, talks, strict=True) for event in row.retell(each, by=by))
            Event.objects.bulk_create(told, batch_size=500)
        return rows

    def retell(self, bygone: Bygone, *, by: Teammate) -> list[Event]:
        """Its thread: what was said, and that it was brought along."""
        told = [
            self.record(
                "bring", by=line.message.author, was={}, message=line.message, at=line.message.at, **wrote(line)
            )
            for line in bygone.lines
        ]
        told.append(self.record("bring", by=by, was={}, at=timezone.now()))
        for event in told:
            event.published = True
        return told

    def policy(self, now: datetime | None = None) -> window.Policy:
        """As of every other; but what was brought along is only read."""
        return window.bygone() if self.import_key and self.inquiry_at is None else super().policy(now)

    @property
    def overtaken(self) -> bool:
        """This customer has a newer conversation; all of Monty's own are newer than those brought along."""
        others: ConversationQuerySet = self.identity.conversations.begun_here().exclude(pk=self.pk)
        return (others if self.import_key else others.filter(pk__gt=self.pk)).exists()

    def demand_latest(self, verb: str) -> None:
        """Raises VerbNotAllowed."""
        if self.overtaken:
            detail = _t("There is a newer conversation with this customer.")
            raise VerbNotAllowed(detail, verb=verb, state=self.state, allowed=[])


def wrote(line: Line) -> dict[str, Any]:
    return {"writer": line.writer} if line.writer else {}
