"""Which flow answers a customer who has just written, if any does."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from conversations.incoming import intake
from conversations.models import Conversation, Episode, Message
from flows import starting
from flows.models import FlowRun, HumanWord, Trigger, TriggerKind
from flows.models.word import says, words_of
from monty.errors import MontyError


def consider(conversation_id: int) -> FlowRun | None:
    """Begin the flow whose trigger fits, else leave the conversation to people. Twice does no harm."""
    with transaction.atomic():
        row = Conversation.for_change().get(pk=conversation_id)
        if row.bot_asked_at is None:
            return None
        run = begin_what_fits(row)
        if run is None:
            row.leave_to_people(by=None)
            # The bots' own words would have said it.
            intake.say_away([row])
        return run


def begin_what_fits(row: Conversation) -> FlowRun | None:
    message = row.messages.of_contact().order_by("-pk").first()
    if message is None or not row.is_live or row.assignee_id is not None:
        return None
    if HumanWord.objects.asked_for_in(message.text):
        return None
    trigger = fitting(row, message, Trigger.objects.that_greet(row.channel))
    if trigger is None:
        return None
    try:
        return starting.begin(row, trigger.flow, TriggerKind(trigger.kind), by=None)
    except MontyError:  # The window has shut meanwhile, or the flow was archived: people decide.
        return None


def fitting(row: Conversation, message: Message, triggers: Sequence[Trigger]) -> Trigger | None:
    """The first that fits, in the order given."""
    said, details = words_of(message.text), message.details
    pressed = {details.get("button", {}).get("payload"), details.get("referral", {}).get("ref")} - {None, ""}
    first: bool | None = None
    for trigger in triggers:
        if trigger.kind == TriggerKind.POSTBACK and trigger.word in pressed:
            return trigger
        if trigger.kind == TriggerKind.KEYWORD and says(said, words_of(trigger.word)):
            return trigger
        if trigger.kind in (TriggerKind.FIRST_MESSAGE, TriggerKind.OUTSIDE_HOURS):
            first = is_first(row) if first is None else first
            if first and (trigger.kind == TriggerKind.FIRST_MESSAGE or is_shut(row)):
                return trigger
    return None


def is_first(row: Conversation) -> bool:
    """Since the conversation began or came back nobody has answered, neither a person nor a flow."""
    episode = Episode.objects.running().filter(conversation=row).first()
    if episode is None or episode.first_reply_at is not None:
        return False
    return not FlowRun.objects.filter(conversation=row, started_at__gte=episode.started_at).exists()


def is_shut(row: Conversation) -> bool:
    return row.team is not None and not row.team.is_open(timezone.now())
