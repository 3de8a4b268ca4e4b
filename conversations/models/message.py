"""Messages and their files. A queued message is the outbox entry itself."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from channels_app.models import Channel
from conversations.models.attachment import Attachment
from conversations.models.finding import Finds
from conversations.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conversations.models.contact import Identity

# A worker that holds a message longer than this is dead: sends time out well before.
CLAIM_LASTS = timedelta(seconds=60)
# Queued messages are delivered at once; older ones lost their task.
OVERDUE = timedelta(seconds=4)


class Author(models.TextChoices):
    CONTACT = "contact", _("Customer")
    TEAMMATE = "teammate", _("Teammate")
    BOT = "bot", _("Bot")
    SYSTEM = "system", _("Monty")


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")


# From which states a status may be reached. Receipts come late and out of order; a status never goes back.
BEFORE: dict[str, tuple[str, ...]] = {
    Status.SENDING: (Status.QUEUED,),
    Status.QUEUED: (Status.SENDING,),
    Status.SENT: (Status.QUEUED, Status.SENDING, Status.UNKNOWN),
    Status.DELIVERED: (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN),
    Status.READ: (Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED, Status.UNKNOWN),
    Status.FAILED: (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN),
    Status.UNKNOWN: (Status.SENDING,),
}

UNDELIVERED = [Status.FAILED, Status.UNKNOWN]


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> "MessageQuerySet":
        """What the customer's own page shows: their messages and ours, no notes and nothing that failed."""
        return self.filter(private=False).exclude(status=Status.FAILED)

    def of_identity(self, identity: "Identity") -> "MessageQuerySet":
        """Everything said with one person on one channel, over all their conversations there."""
        return self.filter(conversation__identity=identity)

    def of_provider(self, channel: Channel, external_id: str) -> "Message | None":
        """The message a channel knows by this id; an empty one names none."""
        return self.filter(channel=channel, external_id=external_id).first() if external_id else None

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
        """Queued ones with nothing unsent before them in their conversation: order holds."""
        unsent = Message.objects.filter(status__in=(Status.QUEUED, Status.SENDING))
        earlier = unsent.filter(conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"))
        return self.queued().filter(~Exists(earlier)).order_by("pk")

    def overdue(self) -> "MessageQuerySet":
        return self.queued().filter(at__lt=timezone.now() - OVERDUE)

    def abandoned(self) -> "MessageQuerySet":
        """Claimed by a worker that must be dead by now."""
        return self.filter(status=Status.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)

    def undelivered(self) -> "MessageQuerySet":
        """Refused for good, or nobody knows: a person must look."""
        return self.filter(status__in=UNDELIVERED)

    def having(self, words: Words) -> "MessageQuerySet":
        return self.filter(Finds("text", words=words))

    def latest_having(self, words: Words, conversations: "Iterable[int]") -> "dict[int, Message]":
        """The last message with these words in each of these conversations that has one; by conversation."""
        last = self.filter(conversation__in=conversations).having(words).order_by().values("conversation")
        rows = self.filter(pk__in=last.annotate(last=Max("pk")).values("last")).only("conversation", "text")
        return {row.conversation_id: row for row in rows}

    def since(self, at: datetime) -> "MessageQuerySet":
        return self.filter(at__gte=at)

    def advance(self, status: str, **facts: Any) -> int:
        """Move to a status whatever may lawfully move there; the number of rows that did."""
        return self.not_yet(status).update(status=status, **facts)


class Message(models.Model):
    conversation = models.ForeignKey(
        "Conversation", on_delete=models.CASCADE, related_name="messages", verbose_name=_("conversation")
    )
    # Repeated from the conversation so that the database itself can refuse a provider's duplicate.
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", editable=False)
    author_kind = models.CharField(_("from"), max_length=10, choices=Author.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    private = models.BooleanField(_("private note"), default=False)
    text = models.TextField(_("text"), blank=True)
    reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # What is neither text nor file, by the names of `channels_app.border.DETAILS`.
    details = models.JSONField(_("details"), default=dict, blank=True)
    # The provider's own item, kept where Monty could not show all of it.
    raw = models.JSONField(_("as it came"), null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    # The customer took it back: text and files are gone, that there was something stays.
    unsent_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)
    # Written to the customer with another program than Monty.
    elsewhere = models.BooleanField(_("sent from elsewhere"), default=False, editable=False)
    # An approved template: its name, language and components, as the provider wants them.
    template = models.JSONField(_("template"), null=True, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    error = models.CharField(_("error"), max_length=300, blank=True)
    external_id = models.CharField(_("provider's id"), max_length=255, blank=True)
    # Made by the writer's browser: the same message sent again is the same message.
    client_id = models.UUIDField(_("client id"), null=True, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Waits until then before the next attempt.
    not_before = models.DateTimeField(_("not before"), null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="message_once_per_channel"
            ),
            models.UniqueConstraint(
                fields=["author", "client_id"], condition=Q(client_id__isnull=False), name="message_once_per_author"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="message_status_known"),
            models.CheckConstraint(condition=Q(author_kind__in=Author.values), name="message_author_known"),
            models.CheckConstraint(
                condition=Q(author_kind=Author.CONTACT, status=Status.RECEIVED, private=False)
                | (~Q(author_kind=Author.CONTACT) & ~Q(status=Status.RECEIVED)),
                name="message_received_from_contact",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_of_conversation"),
            models.Index(
                fields=["conversation", "id"],
                condition=Q(status__in=[Status.QUEUED, Status.SENDING]),
                name="message_unsent",
            ),
            models.Index(fields=["at"], condition=Q(status__in=UNDELIVERED), name="message_undelivered"),
        ]

    def __str__(self) -> str:
        return self.preview

    @property
    def preview(self) -> str:
        """One line for lists: the text's beginning, or how many files there are."""
        line = " ".join(self.text.split())
        return line[:140] or str(_("Attachment"))

    @property
    def is_from_contact(self) -> bool:
        return self.author_kind == Author.CONTACT

    def claim(self) -> bool:
        """Take this message for sending; False when another worker has it or its turn has not come."""
        mine = Message.objects.filter(pk=self.pk).next_to_send()
        return mine.advance(Status.SENDING, claimed_at=timezone.now()) == 1

    def attach(self, files: "Iterable[File]") -> None:
        for file in files:
            Attachment.store(self, file)
