"""What we say to the customer, and to each other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import File, QuickReply, storable
from channels_app.models import Template
from conversations import window
from conversations.mentions import called
from conversations.models.delivered import Delivered
from conversations.models.mention import Mention
from conversations.models.message import Message
from conversations.models.message_states import Author, Status
from conversations.models.states import ANY, LIVE, State
from monty.errors import BadInput
from monty.fsm import Unchanged, verb
from teams.models import Teammate

# Characters of a private note.
NOTE_LIMIT = 10_000


class Answered(Delivered):
    """The half of a conversation that speaks (`Conversation` inherits it)."""

    # The other half's: whatever a person says takes the word from a bot.
    bot: str

    class Meta(Delivered.Meta):
        abstract = True

    @verb(source=LIVE, by_hand=False)
    def reply(
        self,
        text: str,
        *,
        by: Teammate | None,
        files: tuple[File, ...] = (),
        client_id: Any = None,
        reply_to: Message | None = None,
        quick_replies: Sequence[QuickReply] = (),
        card: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Queue an answer to the customer, with buttons or a card under it. Raises WindowShut, BadInput."""
        self.policy().demand_reply(window.SenderKind.PERSON if by else window.SenderKind.BOT)
        self.demand_text(text, files=files)
        self.channel.adapter.demand_length(text)
        self.channel.adapter.demand_quick_replies(quick_replies)
        details = offered(quick_replies, card)
        message = self.say(text, by=by, files=files, client_id=client_id, reply_to=reply_to, details=details)
        return {"message": message}

    @verb(source=[*LIVE, State.CLOSED], by_hand=False, name="reply")
    def tell(
        self,
        text: str,
        *,
        by: None,
        client_id: Any,
        quick_replies: Sequence[QuickReply] = (),
        card: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Queue what Monty itself has to tell of something that changed, also after the end.

        The same `client_id` again tells nothing again. Raises WindowShut, VerbNotAllowed, BadInput.
        """
        if self.identity.is_blocked or Message.objects.filter(conversation_id=self.pk, client_id=client_id).exists():
            raise Unchanged
        self.policy().demand_reply(window.SenderKind.BOT)
        self.demand_text(text)
        self.channel.adapter.demand_length(text)
        self.channel.adapter.demand_quick_replies(quick_replies)
        return {"message": self.say(text, by=None, client_id=client_id, details=offered(quick_replies, card))}

    @verb(source=ANY, by_hand=False)
    def note(self, text: str, *, by: Teammate, client_id: Any = None) -> dict[str, Any]:
        """Write a private note, which the customer never sees; @username calls a teammate to it. Raises BadInput."""
        self.demand_text(text)
        if len(text) > NOTE_LIMIT:
            facts = {"limit": NOTE_LIMIT, "length": len(text)}
            raise BadInput(_("At most %(limit)s characters; this is %(length)s.") % facts, field="text")
        people = called(self, text, by=by)  # type: ignore[arg-type]
        message = Message.objects.create(
            conversation_id=self.pk,
            channel=self.channel,
            author_kind=Author.TEAMMATE,
            author=by,
            private=True,
            status=Status.SENT,
            text=text,
            client_id=client_id,
        )
        if not people:
            return {"message": message}
        Mention.objects.write(message, people)
        return {"message": message, "mentions": {each.username: each.pk for each in people}}

    @verb(source=LIVE, by_hand=False, name="reply")
    def send_template(
        self,
        template: Template,
        components: list[dict[str, Any]],
        text: str,
        *,
        by: Teammate | None,
        client_id: Any = None,
    ) -> dict[str, Any]:
        """Queue an approved template with its values; `text` is how it reads. Raises WindowShut, BadInput."""
        self.policy().demand_template()
        if template.channel_id != self.channel.pk or template.obstacle:
            raise BadInput(template.obstacle or _("This template belongs to another channel."), field="template")
        filled = {"name": template.name, "language": template.language, "components": components}
        return {"message": self.say(storable(text), by=by, client_id=client_id, template=filled)}

    def say(self, text: str, *, by: Teammate | None, files: tuple[File, ...] = (), **facts: Any) -> Message:
        """Put words for the customer into the queue."""
        kind = Author.TEAMMATE if by else Author.SYSTEM
        facts = {"author_kind": kind, "author": by, "status": Status.QUEUED, "text": text, **facts}
        message = Message.objects.create(conversation_id=self.pk, channel=self.channel, **facts)
        message.attach(files)
        # After Monty's own words the customer still waits for a person.
        if by is not None:
            self.waiting_since = None
            self.unread = 0
            self.bot = ""
        self.show_last(message)
        return message

    @verb(source=ANY, by_hand=False)
    def echo(self, message: Message, *, by: None, **told: Any) -> dict[str, Any]:
        """Somebody answered with another program than Monty; `message` is stored in this transaction.

        It ends the waiting unless the customer has written since.
        """
        if self.inquiry_at is None or message.at >= self.inquiry_at:
            self.waiting_since = None
            self.unread = 0
        self.bot = ""
        if message.at >= self.last_message_at or not self.last_from:
            self.show_last(message)
        return {"message": message, "at": message.at, **told}

    def demand_text(self, text: str, *, files: tuple[File, ...] = ()) -> None:
        if not text.strip() and not files:
            raise BadInput(_("Write something first."), field="text")
        if text != storable(text):
            raise BadInput(_("There is a character in this that cannot be kept."), field="text")


def offered(quick_replies: Sequence[QuickReply], card: Mapping[str, str] | None) -> dict[str, Any]:
    """What stands under a message of ours, as its details."""
    details: dict[str, Any] = {"quick_replies": [asdict(each) for each in quick_replies]} if quick_replies else {}
    return details | ({"card": dict(card)} if card else {})
