"""What is asked of many messages at once: those of a person, those that may go out now, those whose worker died."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from channels_app.models import Channel
from conversations.models.attachment import Attachment
from conversations.models.finding import Finds
from conversations.models.message_states import BEFORE, UNDELIVERED, UNSENT, Author, Status
from conversations.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conversations.models.contact import Identity
    from conversations.models.message import Message
    from conversations.models.sending import Attempt
    from teams.models import Teammate

# A worker that holds a message longer than this is dead: sends time out well before.
CLAIM_LASTS = timedelta(seconds=60)
# Queued messages are delivered at once; older ones lost their task.
OVERDUE = timedelta(seconds=4)
# From when on the sweep looks after a queued message: its own time, else when it was written.
DUE = Coalesce("not_before", "at")


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> "MessageQuerySet":
        """What the customer's own page shows: what was said here, by them and by us, no notes, nothing that failed."""
        return self.filter(private=False, conversation__import_key="").exclude(status=Status.FAILED)

    def of_identity(self, identity: "Identity") -> "MessageQuerySet":
        """Everything said with one person on one channel, over all their conversations there."""
        return self.filter(conversation__identity=identity)

    def of_provider(self, channel: Channel, external_ids: "Iterable[str]") -> "dict[str, Message]":
        """The messages a channel knows by these ids; an empty one names none."""
        wanted = {each for each in external_ids if each}
        if not wanted:
            return {}
        rows = self.filter(channel=channel, external_id__in=wanted).select_related("conversation__identity")
        return {row.external_id: row for row in rows}

    def without_id(self, channel: Channel) -> "MessageQuerySet":
        """Ours of which the channel's own id is not known (yet)."""
        return self.filter(channel=channel, external_id="").from_us()

    def unconfirmed(self) -> "MessageQuerySet":
        """Handed to the provider, which has not said so (yet); oldest first."""
        return self.filter(status__in=[Status.SENDING, Status.UNKNOWN]).order_by("pk")

    def gone_out_by(self, at: datetime) -> "MessageQuerySet":
        """What the provider had been given by then: by our clock at the last moment before."""
        out = self.from_us().filter(status__in=[Status.SENT, Status.DELIVERED])
        return out.filter(Q(claimed_at__lte=at) | Q(claimed_at=None, at__lte=at))

    def in_thread_before(self, message: "Message") -> "MessageQuerySet":
        """Ours to the same person that went out before this one, in whichever of their conversations."""
        same = self.filter(conversation__identity__conversations=message.conversation_id, pk__lt=message.pk)
        return same.from_us().filter(status__in=[Status.SENT, Status.DELIVERED])

    def undelivered_of(self, teammate: "Teammate") -> "MessageQuerySet":
        """What this teammate wrote that did not arrive, or of which nobody knows."""
        return self.filter(author=teammate, status__in=UNDELIVERED)

    def for_rest(self) -> "MessageQuerySet":
        """With everything that REST tells of a message."""
        return self.select_related("reaction").prefetch_related("attachments")

    def from_us(self) -> "MessageQuerySet":
        return self.exclude(author_kind=Author.CONTACT).filter(private=False)

    def of_contact(self) -> "MessageQuerySet":
        return self.filter(author_kind=Author.CONTACT)

    def after(self, message_id: int) -> "MessageQuerySet":
        return self.filter(pk__gt=message_id).order_by("pk")

    def up_to(self, message_id: int) -> "MessageQuerySet":
        return self.filter(pk__lte=message_id).order_by("pk")

    def not_yet(self, status: str) -> "MessageQuerySet":
        """Those that may still reach this status."""
        return self.filter(status__in=BEFORE[status])

    def queued(self) -> "MessageQuerySet":
        return self.filter(status=Status.QUEUED)

    def next_to_send(self) -> "MessageQuerySet":
        """Queued ones that may go now: nothing unsent is before them in their conversation, so that order holds;
        their time has come; their channel carries.
        """
        # By subqueries, never by joins: of two claims the later one must find these conditions asked again.
        unsent = self.model._default_manager.filter(status__in=UNSENT, conversation=OuterRef("conversation"))
        earlier = unsent.filter(pk__lt=OuterRef("pk"))
        carries = Channel.objects.carrying().filter(pk=OuterRef("channel"))
        ripe = Q(not_before=None) | Q(not_before__lte=timezone.now())
        return self.queued().filter(ripe, ~Exists(earlier), Exists(carries)).order_by("pk")

    def for_sending(self) -> "MessageQuerySet":
        """With what an adapter is given of a message."""
        return self.select_related("reply_to").prefetch_related("attachments")

    def overdue(self) -> "MessageQuerySet":
        """Those that may go and have not: their task was lost, or what they waited for is over.

        Asked of the channels that carry, so that the queue of one that is cut off costs nothing, however long it is.
        """
        carrying = list(Channel.objects.carrying().values_list("pk", flat=True))
        due = self.annotate(due=DUE).filter(channel__in=carrying, due__lt=timezone.now() - OVERDUE)
        return due.next_to_send()

    def abandoned(self) -> "MessageQuerySet":
        """Claimed by a worker that must be dead by now."""
        return self.filter(status=Status.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)

    def undelivered(self) -> "MessageQuerySet":
        """Refused for good, or nobody knows: a person must look."""
        return self.filter(status__in=UNDELIVERED, unsent_at=None)

    def having(self, words: Words) -> "MessageQuerySet":
        return self.filter(Finds("text", words=words))

    def latest_having(self, words: Words, conversations: "Iterable[int]") -> "dict[int, Message]":
        """The last message with these words in each of these conversations that has one; by conversation."""
        last = self.filter(conversation__in=conversations).having(words).order_by().values("conversation")
        rows = self.filter(pk__in=last.annotate(last=Max("pk")).values("last")).only("conversation", "text")
        return {row.conversation_id: row for row in rows}

    def latest_in_time(self, most: int) -> "tuple[MessageQuerySet, bool]":
        """The latest so many of a conversation, as the thread reads them, and whether there are more."""
        first = self.order_by("-at", "-pk")[most - 1 : most + 1]
        ends = list(first.values_list("at", "pk"))
        rows = self.order_by("at", "pk")
        if len(ends) < 2:
            return rows, False
        at, pk = ends[0]
        return rows.filter(at__gte=at).exclude(at=at, pk__lt=pk), True

    def since(self, at: datetime) -> "MessageQuerySet":
        return self.filter(at__gte=at)

    def of_attempt(self, attempt: "Attempt") -> "MessageQuerySet":
        """Unless a later attempt has begun or was asked for: then this one's bad news is old news."""
        return self.exclude(attempts__pk__gt=attempt.pk)

    def empty(self, at: datetime) -> int:
        """Text and files go, that there was something stays; the number of rows that still had them."""
        gone: dict[str, Any] = {"text": "", "details": {}, "raw": None, "unsent_at": at}
        Attachment.objects.filter(message__in=self.filter(unsent_at=None).values("pk")).discard()
        return self.filter(unsent_at=None).update(**gone)

    def forget(self) -> None:
        """Nothing of what they said, nor by which id a provider knows it, is left; the rows are."""
        Attachment.objects.filter(message__in=self.values("pk")).discard()
        gone: dict[str, Any] = {"text": "", "details": {}, "raw": None, "template": None, "error": ""}
        ids: dict[str, Any] = {"external_id": "", "client_id": None}
        self.update(**gone, **ids, unsent_at=Coalesce("unsent_at", timezone.now()))

    def ask_again(self) -> int:
        """Back into the queue with what a person wants to be tried once more; the number of rows that went."""
        return self.undelivered().update(status=Status.QUEUED, error="", not_before=None)

    def know_as(self, message: "Message", external_id: str) -> None:
        """Keep the provider's id of a message that was sent.

        Its echo may have been quicker and was taken for a message from elsewhere: there are not two, so that one goes.
        """
        if external_id:
            self.filter(channel=message.channel_id, external_id=external_id, elsewhere=True).delete()
            self.filter(pk=message.pk).update(external_id=external_id)

    def advance(self, status: str, **facts: Any) -> int:
        """Move to a status whatever may lawfully move there; the number of rows that did."""
        return self.not_yet(status).update(status=status, **facts)
