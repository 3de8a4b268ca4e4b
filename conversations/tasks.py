"""Background work. Each task takes ids, calls one function, and may safely run twice."""

import logging

from celery import shared_task
from django.core.cache import cache

from channels_app.models import Channel, Delivery, Template, Visitor
from channels_app.verdicts import Refused
from conversations import bulk as bulk_work
from conversations import digests, events
from conversations.balancer import assignment, returning
from conversations.importing import work as importing
from conversations.incoming import early, fetching, ingest, profiles
from conversations.models import (
    Attachment,
    BulkRun,
    Conversation,
    Event,
    Import,
    Mailing,
    Message,
    Scheduled,
)
from conversations.reports import mailing, measuring, online, rollups
from conversations.sending import outbox, scheduling, signs
from conversations.transcripts import mail
from monty import health
from teams import presence
from teams.models import Membership, Team

logger = logging.getLogger(__name__)


@shared_task
def deliver(conversation_id: int) -> None:
    outbox.deliver(Conversation.objects.select_related("channel", "identity").get(pk=conversation_id))


@shared_task
def read_delivery(delivery_id: int) -> None:
    ingest.read(delivery_id)


@shared_task
def show_typing(conversation_id: int) -> None:
    signs.show_typing(Conversation.objects.select_related("channel", "identity").get(pk=conversation_id))


@shared_task
def show_read(conversation_id: int) -> None:
    if not signs.show_read(Conversation.objects.select_related("channel", "identity").get(pk=conversation_id)):
        show_read.apply_async((conversation_id,), countdown=signs.ONCE_IN.total_seconds())


@shared_task
def fetch_attachment(attachment_id: int) -> None:
    fetching.fetch(attachment_id)


@shared_task
def fetch_profiles(people: list[tuple[int, str]]) -> None:
    for identity_id, picture in people:
        profiles.fetch(identity_id, picture)


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
def sync_templates(channel_id: int) -> None:
    """Ask for a channel's templates again: once a day, and whenever its provider says that one has changed."""
    try:
        Template.objects.sync(Channel.objects.get(pk=channel_id))
    except Refused as error:
        logger.warning("templates of channel %s were not synced: %s", channel_id, error)


@shared_task
def sync_all_templates() -> None:
    for channel_id in Channel.objects.with_templates().values_list("pk", flat=True):
        sync_templates.delay(channel_id)


@shared_task
def look_after_channel(channel_id: int) -> None:
    try:
        Channel.objects.get(pk=channel_id).look_after()
    except Refused as error:
        logger.warning("channel %s was not looked after: %s", channel_id, error)


@shared_task
def look_after_channels() -> None:
    for channel_id in Channel.objects.at_a_provider().values_list("pk", flat=True):
        look_after_channel.delay(channel_id)


@shared_task
def send_transcript(visitor_id: int) -> None:
    if visitor := Visitor.objects.claim_transcript(visitor_id):
        mail.send(visitor)


@shared_task
def send_one_scheduled(scheduled_id: int) -> None:
    scheduling.send_due(scheduled_id)


@shared_task
def send_digest(teammate_id: int) -> None:
    digests.send(teammate_id)


@shared_task
def bulk(run_id: int) -> None:
    bulk_work.carry_out(run_id)


@shared_task
def bring(import_id: int) -> None:
    importing.carry_out(import_id)


# --- The sweeps: what a fast path lost with its process, found again ------------------------------------------------


@shared_task
def publish_missed() -> None:
    if missed := list(Event.objects.missed().select_related("conversation__identity", "conversation__channel")[:500]):
        events.publish(missed)


@shared_task
def deliver_missed() -> None:
    outbox.settle_abandoned()
    for conversation_id in Message.objects.overdue().order_by().values_list("conversation", flat=True).distinct()[:500]:
        deliver(conversation_id)


@shared_task
def read_missed() -> None:
    Delivery.objects.retry()
    Delivery.objects.give_up()
    for delivery_id in Delivery.objects.overdue().values_list("pk", flat=True)[:100]:
        read_delivery(delivery_id)


@shared_task
def settle_early() -> None:
    early.settle_missed()


@shared_task
def fetch_missed() -> None:
    for attachment_id in Attachment.objects.to_fetch().order_by("fetch_at").values_list("pk", flat=True)[:100]:
        fetch_attachment.delay(attachment_id)


@shared_task
def assign_missed() -> None:
    for team_id in Team.objects.filter(auto_assign=True).values_list("pk", flat=True):
        assignment.assign_waiting(team_id)


@shared_task
def take_back_overdue() -> None:
    for team in Team.objects.that_take_back():
        returning.take_back(team)


@shared_task
def warn_of_windows() -> None:
    for conversation in Conversation.objects.to_warn_of_window()[:500]:
        conversation.warn_of_window(by=None)


@shared_task
def wake_snoozed() -> None:
    for conversation in Conversation.objects.to_wake()[:500]:
        conversation.wake(by=None)


@shared_task
def send_scheduled() -> None:
    """Each as a task of its own: one that breaks off keeps no other from leaving."""
    for number in Scheduled.objects.due().order_by("send_at").values_list("pk", flat=True)[:500]:
        send_one_scheduled.delay(number)


@shared_task
def expire_windows() -> None:
    for conversation in Conversation.objects.windows_ended()[:500]:
        conversation.shut_window(by=None)


@shared_task
def resume_bulk() -> None:
    for run_id in BulkRun.objects.abandoned().values_list("pk", flat=True)[:20]:
        bulk_work.carry_out(run_id)


@shared_task
def resume_imports() -> None:
    for import_id in Import.objects.abandoned().values_list("pk", flat=True)[:20]:
        importing.carry_out(import_id)


@shared_task
def notice_vanished() -> None:
    presence.notice_vanished()


@shared_task
def send_overdue_transcripts() -> None:
    for visitor_id in Visitor.objects.transcripts_overdue().values_list("pk", flat=True)[:100]:
        send_transcript(visitor_id)


@shared_task
def send_digests() -> None:
    for teammate_id in digests.readers().values_list("pk", flat=True):
        send_digest.delay(teammate_id)


@shared_task
def measure_changed() -> None:
    measuring.keep_up()


@shared_task
def add_up_reports() -> None:
    rollups.add_up_missed()


@shared_task
def count_online() -> None:
    online.count_online()


@shared_task
def send_report(mailing_id: int) -> None:
    mailing.send(mailing_id)


@shared_task
def send_reports() -> None:
    for mailing_id in Mailing.objects.due().values_list("pk", flat=True)[:100]:
        send_report.delay(mailing_id)


@shared_task
def worker_is_alive() -> None:
    """Proof for /readyz that beat, broker and a worker work together."""
    cache.set(health.WORKER_SEEN, True, timeout=health.WORKER_SEEN_FOR)
