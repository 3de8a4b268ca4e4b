"""One conversation in which every kind of message walks past: for pages, screenshots and a look at everything."""

import io
import math
import struct
import wave
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from channels_app.border import Fetched, Inbound, Media, Sender
from channels_app.models import Channel
from conversations import media
from conversations.incoming import fetching, intake
from conversations.models import Attachment, Author, Conversation, Message, Reaction, Status

WHO = Sender("parade", name="Parade Lind", username="parade", verified=True)
PARTS: list[dict[str, Any]] = [
    {"location": {"latitude": 53.5503, "longitude": 9.9928, "name": "Depot", "address": "Hafenstr. 1, Hamburg"}},
    {
        "contacts": [
            {
                "name": "Bob Stone",
                "phones": ["+49 170 1234567"],
                "emails": ["bob@example.org"],
                "organisation": "Stone Ltd",
            }
        ]
    },
    {"button": {"title": "Yes, please", "payload": "YES"}},
    {"form": {"name": "Delivery", "answers": {"Street": "Hafenstr. 1", "items": 3, "Ring twice": True}}},
    {"referral": {"source": "ad", "ref": "120226", "title": "Winter sale", "url": "https://example.org/sale"}},
    {"story": {"kind": "reply", "url": "https://example.org/story", "until": "2020-01-01T00:00:00+00:00"}},
    {"shared": {"kind": "post", "title": "Five ways to fold a box", "url": "https://www.example.org/post/1"}},
    {
        "order": {
            "items": [{"id": "teapot-blue", "quantity": "2", "price": "19.90", "currency": "EUR"}],
            "note": "As a gift",
        }
    },
    {"quick_replies": [{"title": "Yes, please", "payload": "YES"}, {"title": "No", "payload": "NO"}]},
    {"forwarded": True},
    {"unsupported": "poll"},
    {"unsupported": "encrypted"},
]
# Beside these parts customers write something, too.
WORDS = {"referral": "I saw your sale", "story": "Love it!", "forwarded": "Have you heard?", "button": "Yes, please"}


@transaction.atomic
def walk(channel: Channel) -> Conversation:
    """Write every kind of message; the files are put in by hand, and no worker sees them before."""
    first = say(channel, "Hello! Is the parade coming?")
    for details in PARTS:
        say(channel, WORDS.get(next(iter(details)), ""), details=details)
    with_files(channel)
    conversation: Conversation = first.conversation
    conversation.refresh_from_db()
    in_time(channel, conversation, first)
    return conversation


def say(channel: Channel, text: str, **fields: Any) -> Message:
    at = timezone.now()
    return intake.receive(channel, Inbound(f"parade-{at.isoformat()}", WHO, at=at, text=text, **fields))[0]


def with_files(channel: Channel) -> None:
    photos = [Fetched(drawn((900, 600 + 40 * hue), hue)) for hue in range(3)]
    held(say(channel, "Three of them", media=tuple(Media("image") for _ in photos)), *photos)
    held(say(channel, "And one", media=(Media("image", name="one.png"),)), Fetched(drawn((700, 500), 3)))
    held(say(channel, "", media=(Media("sticker"),)), Fetched(drawn((160, 160), 4, "WEBP")))
    held(say(channel, "", media=(Media("voice"),)), Fetched(spoken()))
    held(say(channel, "", media=(Media("file", name="offer.pdf"),)), Fetched(b"%PDF-1.7\n" + b"0" * 4000))
    say(channel, "", media=(Media("image", url="https://cdn.example.org/on-its-way"),))
    Attachment.objects.waiting().update(fetch_at=timezone.now() + timedelta(days=1))
    (lost,) = say(channel, "", media=(Media("video", url="https://cdn.example.org/gone"),)).attachments.all()
    fetching.lose(lost, "The provider does not have it any more.")


def held(message: Message, *files: Fetched) -> None:
    for attachment, file in zip(message.attachments.all(), files, strict=True):
        fetching.keep(attachment, media.received(file, attachment.media))


def in_time(channel: Channel, conversation: Conversation, first: Message) -> None:
    """What comes later to a message: an answer, a sign, another wording, nothing at all."""
    conversation.reply("It is passing just now", by=None, reply_to=first)
    ours = conversation.messages.latest("pk")
    Message.objects.filter(pk=ours.pk).update(status=Status.READ)
    Reaction.objects.create(message=ours, emoji="❤️", at=timezone.now())
    edited, gone = say(channel, "I see it *now*"), say(channel, "Never mind")
    Message.objects.filter(pk=edited.pk).update(edited_at=timezone.now())
    Message.objects.filter(pk=gone.pk).update(unsent_at=timezone.now(), text="")
    elsewhere = Message.objects.create(
        conversation=conversation,
        channel=channel,
        author_kind=Author.SYSTEM,
        status=Status.SENT,
        elsewhere=True,
        text="Sent with the provider's own app",
    )
    conversation.events.create(verb="reply", message=elsewhere, state=conversation.state)


def drawn(size: tuple[int, int], hue: int, format: str = "PNG") -> bytes:
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    colours = ["#dbe7ff", "#ffe3d3", "#d8f3df", "#f3e4ff", "#fff0b8"]
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), 24, fill=colours[hue])
    draw.ellipse((size[0] * 0.3, size[1] * 0.25, size[0] * 0.7, size[1] * 0.75), fill="#3b5bdb")
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


def spoken(seconds: int = 4) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(each / 8))) for each in range(seconds * 8000)))
    return out.getvalue()
