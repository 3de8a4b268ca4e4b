"""Messages and their files. A queued message is the outbox entry itself."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import File, Media
from channels_app.models import Channel
from conversations import details
from conversations.models.attachment import KINDS, Attachment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conversations.models.contact import Identity
    from conversations.models.sending import Attempt

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
# What a person may do about a message in such a state.
VERBS: dict[str, list[str]] = {Status.FAILED: ["retry"], Status.UNKNOWN: ["confirm", "retry"]}
UNSENT = [Status.QUEUED, Status.SENDING]
# From when on the sweep looks after a queued message: its own time, else when it was written.
DUE = Coalesce("not_before", "at")


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
        unsent = Message.objects.filter(status__in=UNSENT, conversation=OuterRef("conversation"))
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
        return self.filter(status__in=UNDELIVERED)

    def since(self, at: datetime) -> "MessageQuerySet":
        return self.filter(at__gte=at)

    def of_attempt(self, attempt: "Attempt") -> "MessageQuerySet":
        """Unless a later attempt has begun or was asked for: then this one's bad news is old news."""
        return self.exclude(attempts__pk__gt=attempt.pk)

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
            # Also when a person brings back an earlier message while a later one is under way.
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status=Status.SENDING), name="one_message_under_way"
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_of_conversation"),
            models.Index(
                fields=["conversation", "id"],
                condition=Q(status__in=UNSENT),
                name="message_unsent",
            ),
            models.Index(F("channel"), DUE, condition=Q(status=Status.QUEUED), name="message_due"),
            models.Index(fields=["at"], condition=Q(status__in=UNDELIVERED), name="message_undelivered"),
        ]

    def __str__(self) -> str:
        return self.gist or str(_("Attachment"))

    @property
    def gist(self) -> str:
        """The text's beginning, or what there is instead of it; "" if that is files alone."""
        if self.unsent_at:
            return str(_("Taken back"))
        line = " ".join(self.text.split())
        return line[:140] or details.gist(self.details)[:140]

    @property
    def preview(self) -> str:
        """One line for lists. Where there are only files it names the first one's kind, which asks for the files."""
        first = None if self.gist else next(iter(self.attachments.all()), None)
        return self.gist or str(KINDS[first.kind] if first else _("Attachment"))

    @property
    def sign(self) -> str:
        """The customer's reaction to it; "" if there is none."""
        reaction = getattr(self, "reaction", None)
        return reaction.emoji if reaction else ""

    @property
    def is_from_contact(self) -> bool:
        return self.author_kind == Author.CONTACT

    @property
    def verbs(self) -> list[str]:
        """Names of the verbs by which a person may settle it now."""
        return [] if self.elsewhere else VERBS.get(self.status, [])

    def claim(self) -> "Attempt | None":
        """Take this message for sending; None when another worker has it or its turn has not come.

        From here on the provider counts as called: whoever finds the claim of a dead worker knows no better.
        """
        mine = Message.objects.filter(pk=self.pk).next_to_send()
        try:
            with transaction.atomic():
                if not mine.advance(Status.SENDING, claimed_at=timezone.now()):
                    return None
                return self.attempts.begin(self)
        except IntegrityError:  # Another message of the conversation is under way.
            return None

    def attach(self, files: "Iterable[File]") -> None:
        for file in files:
            Attachment.store(self, file)

    def expect(self, media: "Iterable[Media]") -> list[int]:
        """Files that the provider still keeps; the ids of what a worker is to fetch."""
        return [row.pk for row in Attachment.objects.bulk_create(Attachment.expected(self, each) for each in media)]
