"""What a change calls for: which task runs after which event. Lost ones are found again by the sweeps."""

from collections.abc import Iterator, Sequence
from typing import Any

from allauth.usersessions.models import UserSession
from celery import Task
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from channels_app.models import Channel, Remark
from channels_app.models.channel import SUSPENSION
from channels_app.rules import WINDOWS
from conversations import events, tasks
from conversations.incoming import profiles
from conversations.models import Conversation, Event, rollup
from conversations.rules import EXPIRING_SOON
from conversations.telling import waits_in_a_team
from monty.afterwards import afterwards
from monty.known import ASKED_EVERY
from teams import presence
from teams.models import Membership, Setting, Team, Teammate

# After these a teammate has less to do with the conversation that they keep.
FREES = ("close", "drop", "block", "snooze")


def connect() -> None:
    events.recorded.connect(after_events)
    events.recorded.connect(rollup.after_events)
    pre_delete.connect(rollup.before_deletion, sender=Conversation)
    presence.changed.connect(after_presence)
    post_save.connect(after_membership, sender=Membership)
    post_delete.connect(after_membership, sender=Membership)
    post_delete.connect(after_session, sender=UserSession)
    post_save.connect(after_teammate, sender=Teammate)
    m2m_changed.connect(after_rights, sender=Teammate.groups.through)
    m2m_changed.connect(after_rights, sender=Teammate.user_permissions.through)
    post_save.connect(after_team, sender=Team)
    post_save.connect(after_channel, sender=Channel)
    post_save.connect(after_remark, sender=Remark)
    post_save.connect(after_setting, sender=Setting)


def soon(task: Task, *ids: int) -> None:
    """Ask for a task after the commit. A dead broker fails nobody's save: the sweeps look again."""
    afterwards(task.delay, *ids)


def after_events(events: Sequence[Event], **_: Any) -> None:
    """Each task once, however many of the events call for it: a provider may post a thousand messages in one."""
    for task, ids in dict.fromkeys(call for event in events for call in calls(event)):
        task.delay(*ids)
    for people in profiles.due(events):
        tasks.fetch_profiles.delay(people)


def calls(event: Event) -> Iterator[tuple[Task, tuple[Any, ...]]]:
    """The tasks an event calls for, with what they take."""
    if event.verb in ("reply", "retry"):
        yield tasks.deliver, (event.conversation_id,)
    if event.verb == "mark_read":
        yield tasks.show_read, (event.conversation_id,)
    for attachment_id in event.data.get("files", []):
        yield tasks.fetch_attachment, (attachment_id,)
    if waits_in_a_team(event):
        yield tasks.assign, (event.team_id,)
    left = event.was.get("assignee") or (event.assignee_id if event.verb in FREES else None)
    if left:
        yield tasks.assign_for, (left,)


def after_presence(teammate: Teammate, **_: Any) -> None:
    events.push_presence(teammate)
    if teammate.is_ready:
        soon(tasks.assign_for, teammate.pk)


def after_membership(instance: Membership, **_: Any) -> None:
    """Who sees what has changed: open sockets join their groups anew."""
    transaction.on_commit(lambda: events.push_membership(instance.teammate_id))
    soon(tasks.assign_for, instance.teammate_id)


def after_session(instance: UserSession, **_: Any) -> None:
    """A browser was logged out: its sockets find that out at once, not with the next heartbeat."""
    transaction.on_commit(lambda: events.push_membership(instance.user_id))


def after_teammate(instance: Teammate, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Their capacity or rights may have changed. Sockets and Auto Assign write other fields, by name and often."""
    if update_fields is None or update_fields & {"capacity", "is_active", "is_superuser", "inbox", "own_teams_only"}:
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


def after_setting(instance: Setting, **_: Any) -> None:
    """A window was made longer or shorter for all channels of a kind, or that which is soon for all of them."""
    of_all = instance.name == EXPIRING_SOON.name
    kinds = [kind for kind, rule in WINDOWS.items() if of_all or rule.name == instance.name]
    for number in Channel.objects.filter(kind__in=kinds).values_list("pk", flat=True):
        # Not before every worker goes by the new value.
        afterwards(tasks.recount_windows.apply_async, (number,), countdown=ASKED_EVERY + 1)


def after_remark(instance: Remark, created: bool, **_: Any) -> None:
    """The provider approved a template, or paused one."""
    if created and instance.topic == "template":
        soon(tasks.sync_templates, instance.channel_id)
