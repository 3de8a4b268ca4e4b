"""What a change calls for: which task runs after which event. Lost ones are found again by the sweeps."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from channels_app.models import Channel, Remark
from channels_app.models.channel import SUSPENSION
from conversations import events, profiles, tasks
from conversations.models import Event
from teams import presence
from teams.models import Membership, Team, Teammate

# After these a teammate has less to do with the conversation that they keep.
FREES = ("close", "drop", "block", "snooze")


def connect() -> None:
    events.recorded.connect(after_events)
    presence.changed.connect(after_presence)
    post_save.connect(after_membership, sender=Membership)
    post_delete.connect(after_membership, sender=Membership)
    post_save.connect(after_teammate, sender=Teammate)
    m2m_changed.connect(after_rights, sender=Teammate.groups.through)
    m2m_changed.connect(after_rights, sender=Teammate.user_permissions.through)
    post_save.connect(after_team, sender=Team)
    post_save.connect(after_channel, sender=Channel)
    post_save.connect(after_remark, sender=Remark)


def soon(task: Task, *ids: int) -> None:
    """Ask for a task after the commit. A dead broker fails nobody's save: the sweeps look again."""
    transaction.on_commit(partial(task.delay, *ids), robust=True)


def after_events(events: Sequence[Event], **_: Any) -> None:
    """Each task once, however many of the events call for it: a provider may post a thousand messages in one."""
    for task, ids in dict.fromkeys(call for event in events for call in calls(event)):
        task.delay(*ids)


def calls(event: Event) -> Iterator[tuple[Task, tuple[Any, ...]]]:
    """The tasks an event calls for, with what they take."""
    if event.verb in ("reply", "retry"):
        yield tasks.deliver, (event.conversation_id,)
    if event.verb == "mark_read":
        yield tasks.show_read, (event.conversation_id,)
    for attachment_id in event.data.get("files", []):
        yield tasks.fetch_attachment, (attachment_id,)
    if event.verb == "receive" and profiles.are_due(event.conversation):
        yield tasks.fetch_profile, (event.conversation.identity_id, event.data.get("picture", ""))
    if waits_in_a_team(event):
        yield tasks.assign, (event.team_id,)
    left = event.was.get("assignee") or (event.assignee_id if event.verb in FREES else None)
    if left:
        yield tasks.assign_for, (left,)


def waits_in_a_team(event: Event) -> bool:
    came = event.verb in ("start", "hand_to", "unassign", "take_back", "revive", "undo", "wake") or "woke" in event.data
    return came and event.team_id is not None and event.assignee_id is None


def after_presence(teammate: Teammate, **_: Any) -> None:
    events.push_presence(teammate)
    if teammate.is_ready:
        soon(tasks.assign_for, teammate.pk)


def after_membership(instance: Membership, **_: Any) -> None:
    """Who sees what has changed: open sockets join their groups anew."""
    transaction.on_commit(lambda: events.push_membership(instance.teammate_id))
    soon(tasks.assign_for, instance.teammate_id)


def after_teammate(instance: Teammate, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Their capacity or rights may have changed. Sockets and Auto Assign write other fields, by name and often."""
    if update_fields is None or update_fields & {"capacity", "is_active", "is_superuser"}:
        transaction.on_commit(lambda: events.push_membership(instance.pk))
        soon(tasks.assign_for, instance.pk)


def after_rights(instance: Any, action: str, **_: Any) -> None:
    """Somebody's groups or own permissions changed: they may see more conversations now, or fewer."""
    if isinstance(instance, Teammate) and action in ("post_add", "post_remove", "post_clear"):
        transaction.on_commit(lambda: events.push_membership(instance.pk))


def after_team(instance: Team, **_: Any) -> None:
    if instance.auto_assign:
        soon(tasks.assign, instance.pk)


def after_channel(instance: Channel, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """It was cut off or is there again, which everybody is to see; or its settings have changed."""
    if update_fields == SUSPENSION:
        transaction.on_commit(events.push_channels)
        soon(tasks.deliver_missed)
    # One that was just made has no settings yet with which its provider could be asked.
    elif not created:
        soon(tasks.recount_windows, instance.pk)
        if instance.adapter.window.template_after:
            soon(tasks.sync_templates, instance.pk)


def after_remark(instance: Remark, created: bool, **_: Any) -> None:
    """The provider approved a template, or paused one."""
    if created and instance.topic == "template":
        soon(tasks.sync_templates, instance.channel_id)
