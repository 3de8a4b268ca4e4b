"""Everything that is known of one customer, as a file to hand to them: a ZIP with JSON and what they sent and got."""

import json
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Attachment, Contact, Conversation, Message
from conversations.models.contact import DESCRIBED
from monty.errors import Forbidden
from teams import audit
from teams.models import Deed, Teammate

IN_MEMORY = 1 << 20
AT_ONCE = 200

# What floors above know of somebody: facts by the name of the file that tells them.
PARTS: dict[str, Callable[[Contact], Any]] = {}


def add_part(name: str, facts: Callable[[Contact], Any]) -> None:
    PARTS[name] = facts


def may_take(by: Teammate) -> bool:
    """It holds what was said with any team, so it is for those who reach every one."""
    return by.oversees and by.has_perm("conversations.export_contact")


def take(contact: Contact, *, by: Teammate) -> IO[bytes]:
    """The file, at its beginning; the audit log tells who took it. Raises Forbidden.

    Without what teammates noted among themselves: that is theirs.
    """
    if not may_take(by):
        raise Forbidden(_("You cannot export contacts."))
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (whoever answers with it closes it)
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("contact.json", as_json(card(contact)))
        for row in Conversation.objects.of_contact(contact).select_related("channel").order_by("pk"):
            archive.writestr(f"conversations/{row.pk}.json", as_json({**place(row), "messages": list(said_in(row))}))
            for attachment in Attachment.objects.stored().of_conversation(row.pk).filter(message__private=False):
                pack(archive, attachment)
        for name, facts in PARTS.items():
            archive.writestr(f"{name}.json", as_json(facts(contact)))
    made.seek(0)
    audit.note(Deed.EXPORTED, contact, by=by)
    return made


def answer(contact: Contact, *, by: Teammate) -> FileResponse:
    """The file, to whoever takes it along. Raises Forbidden."""
    name = f"contact-{contact.pk}.zip"
    return FileResponse(take(contact, by=by), as_attachment=True, filename=name, content_type="application/zip")


def as_json(facts: Any) -> str:
    return json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def card(contact: Contact) -> dict[str, Any]:
    identities = contact.identities.select_related("channel").prefetch_related("aliases").order_by("pk")
    return {
        **{name: getattr(contact, name) for name in DESCRIBED},
        "attributes": contact.attributes,
        "known_since": contact.created_at,
        "exported_at": timezone.now(),
        "addresses": [
            {
                "channel": each.channel.label,
                "id": each.external_id,
                "other_ids": [alias.external_id for alias in each.aliases.all()],
                "user_name": each.username,
            }
            for each in identities
        ],
    }


def place(row: Conversation) -> dict[str, Any]:
    return {"number": row.pk, "channel": row.channel.label, "started_at": row.started_at, "state": row.state}


def said_in(row: Conversation) -> Iterator[dict[str, Any]]:
    rows: Any = Message.objects.filter(conversation=row, private=False).order_by("at", "pk")
    for each in rows.prefetch_related("attachments").iterator(chunk_size=AT_ONCE):
        files = [name_of(attachment) for attachment in each.attachments.all()]
        yield {
            "from": each.author_kind,
            "at": each.at,
            "text": each.text,
            "details": each.details,
            "status": each.status,
            "files": files,
        }


def name_of(attachment: Attachment) -> str:
    """Within the archive: as it was called, and no two alike."""
    return f"files/{attachment.pk}-{attachment.label.replace('/', '_')}"


def pack(archive: ZipFile, attachment: Attachment) -> None:
    """What the storage has lost is named in the JSON and not there."""
    try:
        with attachment.file.open() as content, archive.open(name_of(attachment), "w") as packed:
            for chunk in content.chunks():
                packed.write(chunk)
    except FileNotFoundError:
        return
