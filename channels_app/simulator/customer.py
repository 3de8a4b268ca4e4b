"""What a customer does on the phone. Each is one row at the provider and what Monty is told about it."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.border import storable
from channels_app.simulator import files, hooks
from channels_app.simulator.models import Account, Media, Message, Person
from monty.errors import BadInput

PLACE = {"latitude": 53.5503, "longitude": 9.9928, "name": "Pottlewick", "address": "Hafenstr. 1, Hamburg"}
FRIEND = {
    "name": {"formatted_name": "Bob Stone", "first_name": "Bob"},
    "phones": [{"phone": "+49 170 1234567", "wa_id": "491701234567", "type": "CELL"}],
    "emails": [{"email": "bob@example.org", "type": "WORK"}],
    "org": {"company": "Stone Ltd"},
}


@transaction.atomic
def write(person: Person, kind: str = "text", *, reply_to: str = "", **fields: Any) -> Message:
    account, now = person.account, timezone.now()
    message = Message.objects.create(
        account=account,
        person=person,
        from_customer=True,
        external_id=account.provider.message_id(),
        kind=kind,
        reply_to=reply_to if account.messages.filter(external_id=reply_to).exists() else "",
        at=now,
        **fields,
    )
    Person.objects.filter(pk=person.pk).update(wrote_at=now)
    hooks.tell(account, account.provider.heard(message))
    return message


def say(person: Person, text: str, *, file: UploadedFile | None = None, reply_to: str = "") -> None:
    """Text, a file, or both. Where captions are not known, the file goes first and alone."""
    text, reply_to = storable(text).strip(), storable(reply_to)
    if file is None and not text:
        raise BadInput(_("There is nothing to send."), field="text")
    if file is None:
        write(person, text=text, reply_to=reply_to)
        return
    kind, media = received(person.account, file)
    captioned = person.account.provider.captions and kind in ("image", "video", "file")
    write(person, kind, media=media, text=text if captioned else "", reply_to=reply_to)
    if text and not captioned:
        write(person, text=text)


def received(account: Account, file: UploadedFile) -> tuple[str, Media]:
    family = (file.content_type or "").partition("/")[0]
    kind = {"image": "image", "video": "video", "audio": "voice"}.get(family, "file")
    if kind not in account.provider.customers_can:
        raise BadInput(_("This channel does not take such a file."), field="file")
    name = storable(file.name or "").replace("/", "_")
    return kind, files.keep(account, name, file.content_type or "application/octet-stream", file.read())


# What can be sent with one press. The key is also what the provider must be able to do.
SENDS: dict[str, Callable[[Account], dict[str, Any]]] = {
    "image": lambda account: {"media": files.picture(account)},
    "voice": lambda account: {"media": files.voice(account)},
    "sticker": lambda account: {"media": files.sticker(account)},
    "heart": lambda _account: {},
    "location": lambda _account: {"details": {"location": PLACE}},
    "contact": lambda _account: {"details": {"contacts": [FRIEND]}},
    "story": lambda account: {"media": files.picture(account)},
}


def send(person: Person, kind: str) -> None:
    demand(person, kind)
    write(person, kind, **SENDS[kind](person.account))


def demand(person: Person, what: str) -> None:
    """Raises BadInput where the provider does not know this."""
    if what not in person.account.provider.customers_can:
        raise BadInput(_("This channel does not have that."), field="what")


def press(message: Message, payload: str) -> None:
    """A button under a message of the business."""
    button = next((each for each in message.details.get("buttons", []) if each["payload"] == payload), None)
    if button is None:
        raise BadInput(_("There is no such button."), field="payload")
    reply_to = "" if button.get("quick") else message.external_id
    write(message.person, text=button["title"], details={"pressed": button}, reply_to=reply_to)


@transaction.atomic
def react(message: Message, sign: str) -> None:
    """Set a sign; the same once more takes it back."""
    demand(message.person, "react")
    if sign not in message.account.provider.signs:
        raise BadInput(_("This channel does not have that."), field="sign")
    message.reaction = "" if message.reaction == sign else sign
    message.save(update_fields=["reaction"])
    hooks.tell(message.account, message.account.provider.reacted(message))


@transaction.atomic
def edit(message: Message, text: str) -> None:
    demand(message.person, "edit")
    text = storable(text).strip()
    if not text or not message.from_customer or message.unsent:
        raise BadInput(_("This cannot be changed."), field="text")
    message.text, message.edits = text, message.edits + 1
    message.save(update_fields=["text", "edits"])
    hooks.tell(message.account, message.account.provider.edited(message))


@transaction.atomic
def unsend(message: Message) -> None:
    demand(message.person, "unsend")
    Message.objects.filter(pk=message.pk).update(text="", media=None, details={}, unsent=True)
    hooks.tell(message.account, message.account.provider.unsent(message))


@transaction.atomic
def see(person: Person) -> None:
    """The customer looks at the screen: everything that arrived is read."""
    messages = list(person.messages.unread().select_related("person"))
    if messages:
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(status="read")
        hooks.tell(person.account, person.account.provider.seen(person, messages))


def show_typing(person: Person) -> None:
    demand(person, "typing")
    hooks.tell(person.account, person.account.provider.typed(person))
