"""How a person's answer gets into a conversation, from the page and the API alike."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_app.border import File, QuickReply
from conversations.models import Conversation, Message, SavedReply, Upload
from conversations.models.stored_file import demand_few
from conversations.sending.fitting import fitted
from conversations.sending.parts import parts
from conversations.variables import demand_filled
from monty.errors import BadInput, SomebodyWrote
from teams.models import Teammate


def send(
    conversation: Conversation,
    text: str,
    *,
    by: Teammate,
    files: tuple[File, ...] = (),
    client_id: UUID | None = None,
    reply_to: int | None = None,
    seen: int | None = None,
    force: bool = False,
    saved_reply: int | None = None,
    uploads: Sequence[UUID] = (),
    quick_replies: Sequence[QuickReply] = (),
    card: Mapping[str, str] | None = None,
) -> tuple[Message, bool]:
    """Queue an answer; its first message, and True if it is new (the same `client_id` again is the same answer).

    Where the channel does not carry it as one message it becomes several, all or none. Whoever answers what nobody
    has, has it from then on. `seen` is the last message on the writer's screen: if somebody wrote meanwhile, nothing
    is sent unless `force`. `saved_reply`: the text was made from it, its files go along, and its use is counted.
    `uploads`: files that wait here for it. `quick_replies` and `card` stand under its first message. Raises
    SomebodyWrote, Taken, WindowShut, VerbNotAllowed, BadInput, MediaTooLarge, MediaRefused, TooManyFiles.
    """
    adapter = conversation.channel.adapter
    # Sent again after its reply was deleted, or its files have gone with it, it is still the same answer.
    if (saved_reply is not None or uploads) and (twin := twin_of(conversation, client_id, by=by)):
        return twin, False
    used = saved(saved_reply, text, by=by)
    chosen = Upload.objects.chosen(conversation, uploads, by=by) if uploads else ()
    files = (*files, *chosen, *(used.contents if used else ()))
    demand_few(len(files))
    first, *rest = parts(adapter.can, text, tuple(fitted(file, adapter) for file in files))
    with transaction.atomic():
        now = locked(conversation)
        twin = twin_of(conversation, client_id, by=by)
        if twin is not None:
            return twin, False
        if seen is not None and not force:
            demand_nothing_newer(conversation, seen, by=by)
        quoted = quoted_message(conversation, reply_to)
        # Nobody had it when it was read, or nobody has it now: `pick_up` sees whether somebody was faster.
        if now.is_live and None in (conversation.assignee_id, now.assignee_id):
            conversation.pick_up(by=by)
        under = {"quick_replies": quick_replies, "card": card}
        event = conversation.reply(first.text, by=by, files=first.files, client_id=client_id, reply_to=quoted, **under)
        for part in rest:
            conversation.reply(part.text, by=by, files=part.files)
        if used is not None:
            SavedReply.objects.count_use(used.pk)
        if chosen:
            Upload.objects.spend(conversation, uploads, by=by)
        return event.message, True


def note(conversation: Conversation, text: str, *, by: Teammate, client_id: UUID | None = None) -> tuple[Message, bool]:
    """Keep a private note; True if it is new (the same `client_id` again is the same note). Raises BadInput."""
    with transaction.atomic():
        locked(conversation)
        twin = twin_of(conversation, client_id, by=by)
        if twin is not None:
            return twin, False
        return conversation.note(text, by=by, client_id=client_id).message, True


def saved(reply_id: int | None, text: str, *, by: Teammate) -> SavedReply | None:
    """What a text was made from. Raises BadInput: it is not there, or a variable is still in the text."""
    if reply_id is None:
        return None
    demand_filled(text)
    found: SavedReply | None = SavedReply.objects.visible_to(by).complete().filter(pk=reply_id).first()
    if found is None:
        raise BadInput(_("This saved reply is not there any more."), field="saved_reply")
    return found


def locked(conversation: Conversation) -> Conversation:
    """As it stands now, until the transaction ends: of two writers one comes after the other."""
    row: Conversation = Conversation.for_change().get(pk=conversation.pk)
    return row


def twin_of(conversation: Conversation, client_id: UUID | None, *, by: Teammate) -> Message | None:
    """What the writer's browser has already sent under this id."""
    twin = Message.objects.filter(author=by, client_id=client_id).first() if client_id else None
    if twin is not None and twin.conversation_id != conversation.pk:
        raise BadInput(_("This id belongs to a message in another conversation."), field="client_id")
    return twin


def demand_nothing_newer(conversation: Conversation, seen: int, *, by: Teammate) -> None:
    """Raises SomebodyWrote with the ids of what others wrote after `seen`."""
    newer = conversation.messages.after(seen).exclude(author=by).values_list("pk", flat=True)
    if newer:
        sentence = ngettext("Somebody wrote meanwhile.", "%(count)s messages came meanwhile.", len(newer))
        raise SomebodyWrote(sentence % {"count": len(newer)}, messages=list(newer))


def quoted_message(conversation: Conversation, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    quoted: Any = conversation.messages.filter(pk=message_id).first()
    if quoted is None:
        raise BadInput(_("There is no such message in this conversation."), field="reply_to")
    return quoted
