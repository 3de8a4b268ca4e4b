"""Background work. Each task takes ids, calls one function, and may safely run twice."""

from celery import shared_task
from django.core.cache import cache

from channels_app.models import Channel
from conversations import assignment, events, outbox, returning
from conversations import bulk as bulk_work
from conversations.models import BulkRun, Conversation, Event, Message, Round
from monty import health
from teams import presence
from teams.models import Membership, Team


@shared_task
def deliver(conversation_id: int) -> None:
    outbox.deliver(Conversation.objects.select_related("channel", "identity").get(pk=conversation_id))


@shared_task
def assign(team_id: int) -> None:
    assignment.assign_waiting(team_id)


@shared_task
def assign_for(teammate_id: int) -> None:
    """The teammate has room again, or has come: look after the inboxes of all their teams."""
    for team_id in Membership.objects.filter(teammate=teammate_id).values_list("team", flat=True):
        assignment.assign_waiting(team_id)


@shared_task
def recount_windows(channel_id: int) -> None:
    Conversation.objects.recount_windows(Channel.objects.get(pk=channel_id))


@shared_task
def bulk(run_id: int) -> None:
    bulk_work.carry_out(run_id)


# --- The sweeps: what a fast path lost with its process, found again ------------------------------------------------


@shared_task
def publish_missed() -> None:
    if missed := list(Event.objects.missed().select_related("conversation__identity")[:500]):
        events.publish(missed)


@shared_task
def deliver_missed() -> None:
    outbox.settle_abandoned()
    for conversation_id in Message.objects.overdue().order_by().values_list("conversation", flat=True).distinct()[:500]:
        deliver(conversation_id)


@shared_task
def assign_missed() -> None:
    for team_id in Team.objects.filter(auto_assign=True).values_list("pk", flat=True):
        assignment.assign_waiting(team_id)


@shared_task
def take_back_overdue() -> None:
    for team in Team.objects.that_take_back():
        returning.take_back(team)


@shared_task
def forget_old_rounds() -> None:
    Round.objects.outdated().delete()


@shared_task
def expire_windows() -> None:
    for conversation in Conversation.objects.windows_ended()[:500]:
        conversation.shut_window(by=None)


@shared_task
def resume_bulk() -> None:
    for run_id in BulkRun.objects.abandoned().values_list("pk", flat=True)[:20]:
        bulk_work.carry_out(run_id)


@shared_task
def forget_old_bulk_runs() -> None:
    BulkRun.objects.outdated().delete()


@shared_task
def notice_vanished() -> None:
    presence.notice_vanished()


@shared_task
def worker_is_alive() -> None:
    """Proof for /readyz that beat, broker and a worker work together."""
    cache.set(health.WORKER_SEEN, True, timeout=health.WORKER_SEEN_FOR)
