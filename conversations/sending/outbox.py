"""Sending what is queued: one message at a time in each conversation, in order, claimed so that nobody sends twice."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app import limits
from channels_app.border import Outbound
from channels_app.verdicts import Refused, Verdict
from conversations import events
from conversations.incoming import early
from conversations.models import Attempt, Conversation, Message, Status
from conversations.models.sending import CALLING, SENT
from conversations.sending.fates import Fate, fate
from conversations.sending.outgoing import outbound
from monty import correlation
from monty.errors import WindowShut

logger = logging.getLogger(__name__)
# A channel's pause that open pages hear of: they say until when messages wait. What is over sooner nobody has read.
WORTH_TELLING = timedelta(minutes=1)


def deliver(conversation: Conversation) -> None:
    """Send everything queued in this conversation, oldest first, until nothing is left or somebody else is at it."""
    correlation.about(conversation.pk)
    while message := conversation.messages.next_to_send().for_sending().first():
        if not dispatch(conversation, message):
            return


def dispatch(conversation: Conversation, message: Message) -> bool:
    """Deal with the message whose turn it is; False: another worker does.

    Whatever can be known beforehand is asked before the claim: what happens to this worker until then does no harm.
    """
    try:
        limits.demand(conversation.channel, conversation.identity.external_id)
        letter = outbound(conversation, message)
    except WindowShut as shut:
        conversation.set_aside(message, Status.FAILED, by=None, because=shut.detail)
    except Refused as full:
        wait(conversation, message, full)
    else:
        attempt = message.claim()
        if attempt is None:
            return False
        send(conversation, message, letter, attempt)
    return True


def wait(conversation: Conversation, message: Message, full: Refused) -> None:
    """A limit is reached before the provider had to say so: no attempt, only time."""
    decided = fate(full, failures=0, now=timezone.now())
    with transaction.atomic():
        conversation.set_aside(message, decided.status, by=None, because=full.detail, until=decided.not_before)
        follow(conversation, decided, full)


def send(conversation: Conversation, message: Message, letter: Outbound, attempt: Attempt) -> None:
    """Hand a claimed message to the provider and record what became of it."""
    try:
        external_id = conversation.channel.adapter.send(letter)
    except Refused as refused:
        settle(conversation, message, attempt, refused)
    except Exception:  # An adapter's own bug: it may have sent. What waits behind it must not wait for ever.
        logger.exception("sending message %s broke off", message.pk)
        sentence = _("Sending broke off: it may have arrived or not.")
        settle(conversation, message, attempt, Refused(Verdict.UNKNOWN, sentence, code="broke off"))
    else:
        sent(conversation, message, attempt, external_id)


def sent(conversation: Conversation, message: Message, attempt: Attempt, external_id: str) -> None:
    """The provider has it, and calls it so."""
    with transaction.atomic():
        attempt.end(SENT)
        Message.objects.know_as(message, external_id)
        conversation.deliver([message], Status.SENT, by=None)
    message.external_id = external_id
    early.settle(message)


def settle(conversation: Conversation, message: Message, attempt: Attempt, refused: Refused) -> None:
    """An attempt that did not go well: its outcome and all that follows from it, in one transaction."""
    with transaction.atomic():
        attempt.end(refused.verdict, code=refused.provider_code, detail=refused.detail)
        failures = Attempt.objects.failed_in_a_row(message) if refused.verdict == Verdict.RETRY else 0
        decided = fate(refused, failures=failures, now=timezone.now())
        facts = {"error": refused.detail, "attempt": attempt, "not_before": decided.not_before}
        conversation.deliver([message], decided.status, by=None, **facts)
        follow(conversation, decided, refused)


def follow(conversation: Conversation, decided: Fate, refused: Refused) -> None:
    """What a message's fate means for all others on its channel."""
    if decided.suspends:
        conversation.channel.suspend(refused.detail)
    until = decided.pause_until
    if until and conversation.channel.pause(until) and until - timezone.now() >= WORTH_TELLING:
        transaction.on_commit(events.push_channels)


def settle_abandoned() -> None:
    """Messages whose worker died while sending: sent again where that is harmless, else a person must look."""
    for message in Message.objects.abandoned().select_related("conversation__channel"):
        conversation, attempt = message.conversation, message.attempts.filter(outcome=CALLING).last()
        again = conversation.channel.adapter.idempotent
        sentence = _("Sending broke off: it may have arrived or not.")
        with transaction.atomic():
            if attempt is not None:
                attempt.end(Verdict.UNKNOWN, code="broke off", detail=sentence)
            status, error = (Status.QUEUED, "") if again else (Status.UNKNOWN, sentence)
            conversation.deliver([message], status, by=None, error=error, attempt=attempt)
