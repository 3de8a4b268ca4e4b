"""What the customer said: how it comes into a conversation, and what the list shows of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.border import Sender
from channels_app.models import Channel
from conversations import window
from conversations.models.contact import Identity
from conversations.models.deferred import Deferred
from conversations.models.message import Message
from conversations.models.message_states import Author
from conversations.models.scheduled import Held
from conversations.models.snoozed import Snoozed
from conversations.models.states import ANY, LIVE
from conversations.rules import EXPIRING_SOON
from monty.fsm import Unchanged, verb
from teams.models import Teammate


class Heard(Deferred, Snoozed):
    """The half of a conversation that listens (`Conversation` inherits it)."""

    # The other half's.
    channel: Channel
    identity: Identity
    assignee_id: int | None
    bot: str
    bot_asked_at: datetime | None

    # The customer's last message by the provider's clock; windows count from it.
    inquiry_at = models.DateTimeField(_("last inquiry"), null=True, blank=True, editable=False)
    window_until = models.DateTimeField(_("window until"), null=True, blank=True, editable=False)
    # The end of the window was announced: lets one periodic query find the windows that end now.
    window_shut = models.BooleanField(default=False, editable=False)
    # "Expiring soon" was announced.
    window_warned = models.BooleanField(default=False, editable=False)
    # The first customer message nobody has answered.
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True, editable=False)
    unread = models.PositiveIntegerField(_("unread"), default=0, editable=False)
    # What the list shows of the last message, kept here so that a page of the list is one query.
    last_message_at = models.DateTimeField(_("last message"), default=timezone.now, editable=False)
    last_text = models.CharField(max_length=140, blank=True, editable=False)
    last_from = models.CharField(max_length=10, choices=Author.choices, blank=True, editable=False)

    class Meta(Snoozed.Meta):
        abstract = True

    def policy(self, now: datetime | None = None) -> window.Policy:
        """What the channel's window allows now."""
        return window.policy(self.channel, self.inquiry_at, now or timezone.now())

    @verb(source=LIVE, by_hand=False)
    def receive(self, message: Message, *, by: None, **told: Any) -> dict[str, Any]:
        """The customer wrote `message`, stored in this transaction. Their clock counts for the window, not for waiting.

        It wakes, and what was to be sent later is held back. `told`: what else is to be known of it afterwards, by ids.
        """
        self.hear(message)
        self.waiting_since = self.waiting_since or timezone.now()
        self.hold_back(Held.CUSTOMER)
        if self.channel.greeted and self.assignee_id is None and not self.bot:
            self.bot_asked_at = timezone.now()
        woke = {"woke": True} if self.rouse() else {}
        return {"message": message, "at": message.at, **woke, **told}

    def hear(self, message: Message) -> None:
        """What every word of the customer's means for the window and the list."""
        self.inquiry_at = max(self.inquiry_at or message.at, message.at)
        self.open_window_until(window.deadline(self.channel, self.inquiry_at))
        self.unread += 1
        self.show_last(message)

    @verb(source=LIVE, by_hand=False)
    def want_answer(self, *, by: None) -> None:
        """The customer wants something of people, and has said so elsewhere than in a message here: it waits for them.

        No window counts from it: providers know nothing of it.
        """
        self.unread = max(self.unread, 1)
        self.waiting_since = self.waiting_since or timezone.now()
        self.rouse()

    @verb(source=ANY, by_hand=False)
    def introduce(self, told: Sender, picture: str, *, by: None) -> None:
        """The provider told who the customer is (`picture`: as stored here): pages show name and picture."""
        if not self.identity.learn(told, picture):
            raise Unchanged

    def open_window_until(self, until: datetime | None) -> None:
        # A message that was held up on its way opens nothing anew: what was announced stays announced.
        if until != self.window_until:
            self.window_shut = self.window_warned = False
        self.window_until = until

    @property
    def expires_soon(self) -> bool:
        """It is live, and the time to answer ends within the hour (`EXPIRING_SOON`)."""
        left = self.window_until - timezone.now() if self.window_until else timedelta(0)
        return self.state in LIVE and timedelta(0) < left <= EXPIRING_SOON()

    @verb(source=LIVE, by_hand=False)
    def warn_of_window(self, *, by: None) -> None:
        """The time to answer ends soon: told once for each inquiry, so that pages show it and lists fill."""
        if self.window_warned or not self.expires_soon:
            raise Unchanged
        self.window_warned = True

    @verb(source=ANY, by_hand=False)
    def shut_window(self, *, by: None) -> None:
        """The time to answer and reopen has passed; pages are told so that their buttons go grey."""
        if self.window_shut or self.policy().reopen:
            raise Unchanged
        self.window_shut = True

    @verb(source=ANY, by_hand=False)
    def mark_read(self, *, by: Teammate) -> None:
        """Somebody whose business it is has seen the customer's messages."""
        if not self.unread or (self.state in LIVE and self.assignee_id not in (None, by.pk)):
            raise Unchanged
        self.unread = 0

    def changed(self, message: Message) -> dict[str, Any]:
        """A message is not what it was: the list shows the conversation's last one as it is now."""
        last = Message.objects.filter(conversation_id=self.pk, private=False).order_by("-pk").first()
        if last is not None and last.pk == message.pk:
            self.last_text = last.preview
        return {"message": message, "messages": [message.pk]}

    def show_last(self, message: Message) -> None:
        # A message that was held up on its way must not bury the row below older ones.
        self.last_message_at = max(message.at, self.last_message_at) if self.last_from else message.at
        self.last_text = message.preview
        self.last_from = message.author_kind
