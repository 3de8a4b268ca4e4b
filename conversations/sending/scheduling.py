"""Answers to be sent later: kept now with all that an answer is asked for, sent by beat when their time has come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from channels_app.border import File
from conversations.models import Conversation, Held, Message, SavedReply, Scheduled, Upload
from conversations.models.deferred import gone
from conversations.models.scheduled import ScheduledQuerySet
from conversations.models.stored_file import demand_few
from conversations.sending import composer
from conversations.sending.fitting import fitted
from conversations.sending.parts import parts
from monty.errors import BadInput, Forbidden, MontyError
from teams.models import Teammate


def schedule(
    conversation: Conversation,
    text: str,
    send_at: datetime,
    *,
    by: Teammate,
    files: tuple[File, ...] = (),
    client_id: UUID | None = None,
    reply_to: int | None = None,
    saved_reply: int | None = None,
    uploads: Sequence[UUID] = (),
) -> tuple[Scheduled, bool]:
    """Keep an answer until its time comes; True if it is new (the same `client_id` again is the same one).

    What the channel does not take is refused now, as if it were sent at once. `uploads`: files that wait here for it.
    Raises WindowShut, VerbNotAllowed, BadInput, MediaTooLarge, MediaRefused, TooManyFiles.
    """
    if twin := twin_of(conversation, client_id, by=by):
        return twin, False
    used = composer.saved(saved_reply, text, by=by)
    chosen = Upload.objects.chosen(conversation, uploads, by=by) if uploads else ()
    files = checked(conversation, text, (*files, *chosen, *(used.contents if used else ())))
    with transaction.atomic():
        composer.locked(conversation)
        if twin := twin_of(conversation, client_id, by=by):
            return twin, False
        quoted = composer.quoted_message(conversation, reply_to)
        event = conversation.schedule(
            text, send_at, by=by, files=files, client_id=client_id, reply_to=quoted, saved_reply=used
        )
        if chosen:
            Upload.objects.spend(conversation, uploads, by=by)
        return Scheduled.objects.complete().get(pk=event.data["scheduled"][0]), True


def checked(conversation: Conversation, text: str, files: tuple[File, ...]) -> tuple[File, ...]:
    """The files as the channel takes them. Raises what an answer would be refused with."""
    adapter = conversation.channel.adapter
    demand_few(len(files))
    conversation.demand_text(text, files=files)
    fit = tuple(fitted(file, adapter) for file in files)
    for part in parts(adapter.can, text, fit):
        adapter.demand_length(part.text)
    return fit


def twin_of(conversation: Conversation, client_id: UUID | None, *, by: Teammate) -> Scheduled | None:
    """What the writer's browser has already kept under this id."""
    if client_id is None:
        return None
    twin: Scheduled | None = Scheduled.objects.complete().filter(by=by, client_id=client_id).first()
    if twin is not None and twin.conversation_id != conversation.pk:
        raise BadInput(_("This id belongs to a message in another conversation."), field="client_id")
    return twin


def send_now(row: Scheduled, *, by: Teammate) -> Message:
    """Send it at once, as an answer of whoever says so. Raises what an answer is refused with, VerbNotAllowed."""
    message = leave(Scheduled.objects.open(), row.pk, by=by)
    if message is None:
        raise gone("send_now")
    return message


def send_due(number: int) -> None:
    """Send what its time has come for, once; what is refused is held back, with the reason in words."""
    try:
        leave(Scheduled.objects.due(), number)
    except MontyError as refused:
        row = Scheduled.objects.waiting().filter(pk=number).select_related("conversation").first()
        if row is not None:
            row.conversation.hold(Held.REFUSED, by=None, only=row, reason=str(refused))


def leave(rows: ScheduledQuerySet, number: int, *, by: Teammate | None = None) -> Message | None:
    """One of these rows becomes an answer; None if it is not among them (any more).

    The claim and the message are committed together: whoever dies before leaves it as it was, whoever comes second
    finds it taken.
    """
    with transaction.atomic():
        row = rows.complete().select_related("conversation__channel").filter(pk=number).first()
        if row is None:
            return None
        # First the conversation, like everybody who changes what is in it.
        composer.locked(row.conversation)
        if not rows.filter(pk=number).claim():
            return None
        if by is None:
            demand_sight(row.conversation, row.by)
        message = answer(row, by=by or row.by)
        settle(row, message)
        return message


def answer(row: Scheduled, *, by: Teammate) -> Message:
    message, _new = composer.send(
        row.conversation,
        row.text,
        by=by,
        files=row.contents,
        client_id=row.client_id,
        reply_to=row.reply_to_id,
    )
    return message


def settle(row: Scheduled, message: Message) -> None:
    """It is an answer like any other from now on."""
    row.leave_as(message)
    if row.saved_reply_id is not None:
        SavedReply.objects.count_use(row.saved_reply_id)
    Conversation.objects.filter(pk=row.conversation_id).update(sends_later=row.conversation.still_sends_later)


def demand_sight(conversation: Conversation, writer: Teammate) -> None:
    """Raises Forbidden if the writer may not answer here any more."""
    sees = writer.is_at_work and Conversation.objects.visible_to(writer).filter(pk=conversation.pk).exists()
    if not sees:
        raise Forbidden(_("%(name)s cannot answer here any more.") % {"name": writer})
