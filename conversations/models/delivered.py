"""What becomes of the messages that we sent: on their way, arrived, or back in somebody's hands."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import window
from conversations.models.heard import Heard
from conversations.models.message import Message
from conversations.models.message_states import UNSENT, Author, Status
from conversations.models.sending import Attempt
from conversations.models.states import ANY, LIVE
from monty.errors import VerbNotAllowed
from monty.fsm import Unchanged, verb
from teams.models import Teammate


class Delivered(Heard):
    """The part of a conversation that follows its messages on their way out (`Conversation` inherits it)."""

    class Meta(Heard.Meta):
        abstract = True

    @verb(source=ANY, by_hand=False)
    def deliver(
        self, messages: list[Message], status: Status, *, by: None, attempt: Attempt | None = None, **facts: Any
    ) -> dict[str, Any]:
        """What became of messages to the customer. Receipts come late and twice; a status never goes back.

        `facts` go into the messages: error, not_before. `attempt`: whose outcome this is, unless a later one counts.
        """
        numbers = [message.pk for message in messages]
        rows = Message.objects.filter(conversation_id=self.pk, pk__in=numbers)
        rows = rows.of_attempt(attempt) if attempt else rows
        facts["error"] = facts.get("error", "")[:300]
        if not rows.advance(status, **facts):
            raise Unchanged
        return {"message": messages[-1], "messages": numbers, "status": status}

    @verb(source=ANY, by_hand=False, name="deliver")
    def set_aside(
        self, message: Message, status: Status, *, by: None, because: str, until: datetime | None = None
    ) -> dict[str, Any]:
        """What becomes of a queued message before it is tried: it fails, or it waits."""
        mine = Message.objects.filter(conversation_id=self.pk, pk=message.pk).queued()
        if not mine.update(status=status, error=because[:300], not_before=until):
            raise Unchanged
        return {"message": message, "messages": [message.pk], "status": status}

    @verb(source=LIVE, by_hand=False)
    def retry(self, message: Message, *, by: Teammate) -> dict[str, Any]:
        """Try a message once more that did not go out, or of which nobody knows: then it may arrive twice.

        Raises WindowShut, VerbNotAllowed.
        """
        self.demand_possible("retry", message)
        self.demand_passage(message)
        Message.objects.filter(pk=message.pk).ask_again()
        Attempt.objects.ask(message, by=by)
        return {"message": message, "messages": [message.pk], "status": Status.QUEUED}

    @verb(source=ANY, by_hand=False)
    def confirm(self, message: Message, *, by: Teammate) -> dict[str, Any]:
        """A person knows that a message arrived of which Monty does not. Raises VerbNotAllowed."""
        self.demand_possible("confirm", message)
        Message.objects.filter(pk=message.pk).advance(Status.SENT, error="")
        return {"message": message, "messages": [message.pk], "status": Status.SENT}

    @verb(source=ANY, by_hand=False)
    def discard(self, message: Message, *, by: Teammate) -> dict[str, Any]:
        """A person deletes a message that was not sent: text and files go. Raises VerbNotAllowed."""
        self.demand_possible("discard", message)
        Message.objects.filter(pk=message.pk).empty(timezone.now())
        return self.changed(message)

    def demand_possible(self, verb: str, message: Message) -> None:
        """What a stale page still offered is refused; what it asked for twice is under way already."""
        message = Message.objects.get(conversation_id=self.pk, pk=message.pk)
        if message.status in UNSENT:
            raise Unchanged
        if verb not in message.verbs:
            detail = _("“%(verb)s” is not possible while this message is %(state)s.")
            words = {"verb": verb, "state": message.get_status_display()}
            raise VerbNotAllowed(detail % words, verb=verb, state=message.status, allowed=message.verbs)

    def demand_passage(self, message: Message) -> window.Policy:
        """What the window allows now. Raises WindowShut unless it lets this very message through."""
        policy = self.policy()
        if message.template:
            policy.demand_template()
        else:
            # By the kind: the person themselves may be gone from Monty by now.
            person = message.author_kind == Author.TEAMMATE
            policy.demand_reply(window.SenderKind.PERSON if person else window.SenderKind.BOT)
        return policy
