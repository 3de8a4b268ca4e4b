"""What flows hear from below: the one place that is told what happened in conversations."""

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from channels_app.models import Channel
from conversations import events as house
from conversations.models import Event
from flows import starting, tasks
from flows.models import Flow, FlowRun, Trigger, TriggerKind
from monty.errors import MontyError

HEARD = ("receive", "overhear")


def connect() -> None:
    house.recorded.connect(after_events)
    post_save.connect(after_trigger, sender=Trigger)
    post_delete.connect(after_trigger, sender=Trigger)
    post_save.connect(after_channel, sender=Channel)
    m2m_changed.connect(after_channels, sender=Flow.channels.through)


def after_events(events: Sequence[Event], **_: Any) -> None:
    """What concerns runs wakes them; what asks for a bot gets an answer; what was closed may be followed up."""
    forgotten = {event.conversation_id for event in events if event.verb == "forget"}
    if forgotten:
        FlowRun.objects.forget(forgotten)
    woken = {event.conversation_id for event in events if concerns_a_run(event)}
    if woken:
        # Before anybody is told: a task that is lost leaves a run that is due.
        FlowRun.objects.wake(woken)
    asking = {event.conversation_id for event in events if asks_bots(event)}
    for number in sorted(woken | asking):
        tasks.attend.delay(number)
    follow_up([event for event in events if event.verb == "close" and event.actor_id is not None])


def concerns_a_run(event: Event) -> bool:
    """A bot has just got it, or lost it, or is being answered."""
    lost = bool(event.was.get("bot")) and event.verb not in ("hand_over", "end_flow")
    return lost or event.verb == "send_flow" or (event.verb in HEARD and event.conversation.with_bot)


def asks_bots(event: Event) -> bool:
    return event.verb == "receive" and event.conversation.bot_asked_at is not None


def follow_up(closed: Sequence[Event]) -> None:
    """A flow that asks something after the end. Told of the same close again, it does not begin again."""
    if not closed:
        return
    flows = Trigger.objects.after_close({event.conversation.channel for event in closed})
    for event in closed:
        flow = flows.get(event.conversation.channel_id)
        if flow is None or FlowRun.objects.filter(cause=event.pk).exists():
            continue
        try:
            starting.begin(event.conversation, flow, TriggerKind.AFTER_CLOSE, by=None, cause=event.pk)
        except MontyError:
            # It was reopened meanwhile, or the window has shut: then nobody is asked.
            continue


def after_trigger(instance: Trigger, **_: Any) -> None:
    Flow.objects.mark_channels()


def after_channels(action: str, **_: Any) -> None:
    if action.startswith("post_"):
        Flow.objects.mark_channels()


def after_channel(created: bool, **_: Any) -> None:
    """Flows for every channel are for a new one, too."""
    if created:
        Flow.objects.mark_channels()
