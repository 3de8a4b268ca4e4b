"""Which template shows which part of a message, and the words and addresses that the parts need."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations import details, media
from conversations.models import Attachment, Message

register = template.Library()

# In this order; what a message is about comes before its text and files, what it consists of after them, what it offers
# under everything.
BEFORE = ("forwarded", "referral", "story", "button")
AFTER = ("location", "contacts", "shared", "order", "form", "unsupported")
UNDER = ("quick_replies",)


@dataclass(frozen=True, slots=True)
class Part:
    template: str
    facts: Any


def parts_of(message: Message, names: Iterable[str]) -> list[Part]:
    parts = details.known(message.details)
    return [Part(f"inbox/parts/{name}.html", parts[name]) for name in names if name in parts]


@register.filter
def parts_before(message: Message) -> list[Part]:
    return parts_of(message, BEFORE)


@register.filter
def parts_after(message: Message) -> list[Part]:
    return parts_of(message, AFTER)


@register.filter
def parts_under(message: Message) -> list[Part]:
    return parts_of(message, UNDER)


# --- Files ----------------------------------------------------------------------------------------------------------


@register.filter
def album(message: Message) -> list[Attachment]:
    """The pictures that are here; several make a grid."""
    return [file for file in message.attachments.all() if file.is_here and file.is_image and file.kind != "sticker"]


@register.filter
def single_files(message: Message) -> list[Attachment]:
    """Everything else, each for itself."""
    pictures = album(message)
    return [file for file in message.attachments.all() if file not in pictures]


@register.filter
def is_bare(message: Message) -> bool:
    """A sticker alone needs no bubble around it."""
    files = message.attachments.all()
    return not message.text and len(files) == 1 and files[0].is_here and files[0].kind == "sticker"


@register.filter
def file_template(file: Attachment) -> str:
    """How a file is shown: where it stands, then what it is. What nobody can play is a link."""
    if not file.is_here:
        return f"inbox/files/{file.state}.html"
    if file.is_image:
        return "inbox/files/sticker.html"
    return f"inbox/files/{player(file) or 'download'}.html"


def player(file: Attachment) -> str:
    """audio, video, or "" if a browser cannot play it."""
    family = file.content_type.partition("/")[0]
    if file.content_type not in media.INLINE or family not in ("audio", "video"):
        return ""
    # Some providers send what was spoken as a film without a picture.
    return "audio" if file.kind in ("audio", "voice") else family


LOADING: dict[str, Promise] = {
    "image": gettext_lazy("Loading picture…"),
    "sticker": gettext_lazy("Loading sticker…"),
    "audio": gettext_lazy("Loading audio…"),
    "voice": gettext_lazy("Loading voice message…"),
    "video": gettext_lazy("Loading video…"),
    "file": gettext_lazy("Loading file…"),
}


@register.filter
def loading(file: Attachment) -> str:
    return str(LOADING.get(file.kind, LOADING["file"]))


# --- Addresses and words of single parts ------------------------------------------------------------------------------


@register.filter
def coordinates(location: dict[str, Any]) -> str:
    """As every map program reads them, whatever the reader's language writes for a point."""
    return f"{location['latitude']:.6f},{location['longitude']:.6f}"


@register.filter
def map_address(location: dict[str, Any]) -> str:
    latitude, longitude = coordinates(location).split(",")
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"


@register.filter
def host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@register.filter
def is_over(until: str | None) -> bool:
    """Whether this moment (ISO 8601) has passed."""
    at = parse_datetime(until or "")
    return at is not None and at <= timezone.now()


@register.filter
def pairs(answers: dict[str, str]) -> list[tuple[str, str]]:
    """What a template cannot ask of a dictionary that may have a key of any name, "items" too."""
    return list(answers.items())


SHARED: dict[str, Promise] = {
    "post": gettext_lazy("Shared a post"),
    "reel": gettext_lazy("Shared a reel"),
    "story": gettext_lazy("Shared a story"),
    "product": gettext_lazy("Shared a product"),
    "link": gettext_lazy("Shared a link"),
}


@register.filter
def shared_words(kind: str) -> str:
    return str(SHARED.get(kind, SHARED["link"]))


@register.filter
def referral_words(source: str) -> str:
    """Providers name an advertisement `ad` or `ADS`; all else is some kind of link."""
    return _("Came by an advertisement") if source.lower() in ("ad", "ads") else _("Came by a link")


@register.filter
def unsupported_words(what: str) -> str:
    if "encrypt" in what.lower():
        return _("An encrypted message: only the app it was sent with can show it")
    return _("Sent something Monty cannot show: %(what)s") % {"what": what.replace("_", " ")}
