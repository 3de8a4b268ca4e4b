"""Sending what is queued: one message at a time in each conversation, in order, claimed so that nobody sends twice."""

import logging

from django.utils.translation import gettext as _

from channels_app.border import Outbound
from channels_app.verdicts import Refused
from conversations.models import Author, Conversation, Message, Status
from conversations.window import SenderKind
from monty.errors import WindowShut

logger = logging.getLogger(__name__)


def deliver(conversation: Conversation) -> None:
    """Send everything queued in this conversation, oldest first, until nothing is left or somebody else is at it."""
    while message := conversation.messages.next_to_send().first():
        if not message.claim():
            return
        send(conversation, message)


def send(conversation: Conversation, message: Message) -> None:
    """Send a claimed message and record what became of it. The window is asked once more, at the last moment."""
    # By the kind: the person themselves may be gone from Monty by now.
    sender = SenderKind.PERSON if message.author_kind == Author.TEAMMATE else SenderKind.BOT
    try:
        conversation.policy().demand_reply(sender)
        external_id = conversation.channel.adapter.send(outbound(conversation, message))
    except (Refused, WindowShut) as error:
        conversation.deliver([message], Status.FAILED, by=None, error=error.detail)
    except Exception:  # An adapter's own bug: it may have sent. What waits behind it must not wait for ever.
        logger.exception("sending message %s broke off", message.pk)
        sentence = _("Sending broke off: it may have arrived or not.")
        conversation.deliver([message], Status.UNKNOWN, by=None, error=sentence)
    else:
        Message.objects.filter(pk=message.pk).update(external_id=external_id)
        conversation.deliver([message], Status.SENT, by=None)


def outbound(conversation: Conversation, message: Message) -> Outbound:
    return Outbound(id=message.pk, recipient=conversation.identity.external_id, text=message.text)


def settle_abandoned() -> None:
    """Messages whose worker died while sending: sent again where that is harmless, else a person must look."""
    for message in Message.objects.abandoned().select_related("conversation__channel"):
        conversation = message.conversation
        status = Status.QUEUED if conversation.channel.adapter.idempotent else Status.UNKNOWN
        conversation.deliver([message], status, by=None)
