"""Messages. A queued message is the outbox entry itself."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import File
from channels_app.models import Channel
from conversations import details
from conversations.models.attachment import KINDS, Attachment
from conversations.models.message_queries import DUE, MessageQuerySet
from conversations.models.message_states import UNDELIVERED, UNSENT, VERBS, Author, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conversations.models.sending import Attempt


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
    # Taken back, or deleted before it was sent: text and files are gone, that there was something stays.
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
            # A bot has no account: a step of a flow says what it says once.
            models.UniqueConstraint(
                fields=["client_id"],
                condition=Q(author_kind=Author.BOT, client_id__isnull=False),
                name="message_once_per_step",
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
            models.Index(fields=["conversation", "-at", "-id"], name="message_in_time"),
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
            return str(_("Deleted") if self.is_discarded else _("Taken back"))
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
    def writer(self) -> str:
        """What stands for a name where no person wrote it."""
        return str(_("Bot")) if self.author_kind == Author.BOT else "Monty"

    @property
    def is_from_contact(self) -> bool:
        return self.author_kind == Author.CONTACT

    @property
    def verbs(self) -> list[str]:
        """Names of the verbs by which a person may settle it now."""
        return [] if self.elsewhere or self.unsent_at else VERBS.get(self.status, [])

    @property
    def is_discarded(self) -> bool:
        """It was never sent, and somebody has deleted it."""
        return self.unsent_at is not None and self.status == Status.FAILED

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
