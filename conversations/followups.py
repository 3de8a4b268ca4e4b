"""What a change calls for: which task runs after which event. Lost ones are found again by the sweeps."""

from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from channels_app.models import Channel
from conversations import events, tasks
from conversations.models import Event
from teams import presence
from teams.models import Membership, Team, Teammate


def connect() -> None:
    events.recorded.connect(after_event)
    presence.changed.connect(after_presence)
    post_save.connect(after_membership, sender=Membership)
    post_delete.connect(after_membership, sender=Membership)
    post_save.connect(after_teammate, sender=Teammate)
    m2m_changed.connect(after_rights, sender=Teammate.groups.through)
    m2m_changed.connect(after_rights, sender=Teammate.user_permissions.through)
    post_save.connect(after_team, sender=Team)
    post_save.connect(after_channel, sender=Channel)


def soon(task: Task, *ids: int) -> None:
    """Ask for a task after the commit. A dead broker fails nobody's save: the sweeps look again."""
    transaction.on_commit(partial(task.delay, *ids), robust=True)


def after_event(event: Event, **_: Any) -> None:
    if event.verb == "reply":
        tasks.deliver.delay(event.conversation_id)
    if waits_in_a_team(event):
        tasks.assign.delay(event.team_id)
    left = event.was.get("assignee") or (event.assignee_id if event.verb in ("close", "drop") else None)
    if left:
        tasks.assign_for.delay(left)


def waits_in_a_team(event: Event) -> bool:
    came = event.verb in ("start", "hand_to", "unassign", "take_back", "revive", "undo")
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


def after_channel(instance: Channel, created: bool, **_: Any) -> None:
    if not created:
        soon(tasks.recount_windows, instance.pk)
