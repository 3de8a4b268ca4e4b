"""Handing files out: to teammates who see the conversation, to its visitor, and to the provider that carries it.

They come from strangers, so in a browser's hands they may do nothing but be looked at or listened to.
"""

import re
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.signing import BadSignature, TimestampSigner
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from channels_app.models import Channel
from conversations import media
from conversations.models import Attachment, Contact, Conversation
from monty.isolation import for_other_websites
from teams.access import logged_in, of_oneself, person, token_too
from teams.models import Teammate

# A file never changes, so a teammate's browser keeps it.
DAY = timedelta(days=1)
# How long a visitor's links work.
HOUR = timedelta(hours=1)
# How long a provider may take to fetch what it is to carry: it does so at once, a queue of its own included.
PROVIDER = timedelta(minutes=10)
# Of a film only this much is read into memory at a time; the browser asks for the rest (RFC 9110, 14.2).
PART_BYTES = 4 * 1024 * 1024

for_visitors = TimestampSigner(salt="conversations.files.visitor")
for_providers = TimestampSigner(salt="conversations.files.provider")


# --- The addresses --------------------------------------------------------------------------------------------------


def visitor_address(channel: Channel, attachment: Attachment) -> str:
    """Where a visitor's page fetches this file, for an hour and without a cookie."""
    key = for_visitors.sign(attachment.uuid.hex).partition(":")[2]
    return reverse("webchat-file", args=[channel.uuid, attachment.uuid]) + f"?key={key}"


def public_link(attachment: Attachment) -> str:
    """Where a provider fetches this file for ten minutes: whoever has the address gets it."""
    return settings.PUBLIC_URL + reverse("media-link", args=[for_providers.sign(attachment.uuid.hex)])


# --- The views ------------------------------------------------------------------------------------------------------


@require_safe
@token_too
@logged_in
def file(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """A file, for whoever sees its conversation."""
    return served(request, seen(request, uuid), lasts=DAY)


@require_safe
@token_too
@logged_in
def thumbnail(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The small picture that the thread shows, for whoever sees the conversation."""
    found = seen(request, uuid)
    if not found.thumbnail:
        raise Http404
    return small(found.thumbnail)


@require_safe
@logged_in
def picture(request: HttpRequest, pk: int, version: str) -> HttpResponseBase:
    """A customer's picture, for whoever sees a conversation with them. `version`: which one, so that it may be kept."""
    mine = Contact.objects.who_speak_in(Conversation.objects.visible_to(person(request)))
    return small(get_object_or_404(mine.exclude(picture=""), pk=pk).picture)


@require_safe
@of_oneself
def photo(request: HttpRequest, pk: int, version: str) -> HttpResponseBase:
    """A teammate's photo, for whoever works here."""
    return small(get_object_or_404(Teammate.objects.exclude(photo=""), pk=pk).photo)


@require_safe
@for_other_websites
def visitor_file(request: HttpRequest, uuid: UUID, attachment: UUID) -> HttpResponseBase:
    """A file of the visitor's own thread, for whoever has its signed address."""
    unsigned(for_visitors, f"{attachment.hex}:{request.GET.get('key', '')}", HOUR)
    rows = Attachment.objects.stored().filter(message__channel__uuid=uuid)
    return served(request, get_object_or_404(rows, uuid=attachment), lasts=HOUR)


@require_safe
def provider_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """A file that a provider is to carry, for whoever has its signed address."""
    name = unsigned(for_providers, token, PROVIDER)
    return served(request, get_object_or_404(Attachment.objects.stored(), uuid=UUID(hex=name)), lasts=PROVIDER)


def seen(request: HttpRequest, uuid: UUID) -> Attachment:
    visible_ones = Conversation.objects.visible_to(person(request))
    return get_object_or_404(Attachment.objects.stored().in_conversations(visible_ones), uuid=uuid)


def unsigned(signer: TimestampSigner, token: str, lasts: timedelta) -> str:
    """What was signed. A wrong signature and an old one look like no file at all."""
    try:
        return signer.unsign(token, max_age=lasts)
    except BadSignature as error:
        raise Http404 from error


# --- The answer -----------------------------------------------------------------------------------------------------


def served(request: HttpRequest, attachment: Attachment, *, lasts: timedelta) -> HttpResponseBase:
    """The file or the part of it that was asked for: shown in place only if it is a picture, sound or film."""
    stored = opened(attachment.file)
    wanted = part(request.headers.get("Range", ""), stored.size)
    response: HttpResponseBase = FileResponse(stored) if wanted is None else partial(stored, wanted)
    response.headers["Content-Type"] = attachment.content_type or media.UNKNOWN
    response.headers["Accept-Ranges"] = "bytes"
    disposition = content_disposition_header(attachment.content_type not in media.INLINE, attachment.label)
    response.headers["Content-Disposition"] = disposition or "inline"
    return harmless(response, lasts=lasts)


def harmless(response: HttpResponseBase, *, lasts: timedelta) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = f"private, max-age={int(lasts.total_seconds())}, immutable"
    return response


def small(picture: FieldFile) -> HttpResponseBase:
    """A picture of Monty's own making."""
    return harmless(FileResponse(opened(picture), content_type=media.SMALL_TYPE), lasts=DAY)


def opened(stored: FieldFile) -> File:
    """Raises Http404 also when the storage has lost it."""
    try:
        return stored.open()
    except FileNotFoundError as error:
        raise Http404 from error


def partial(stored: File, wanted: range) -> HttpResponse:
    """206 with these bytes, or 416 if there are none."""
    with stored:
        if not wanted:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
        stored.seek(wanted.start)
        content = stored.read(len(wanted))
    span = f"bytes {wanted.start}-{wanted.start + len(content) - 1}/{stored.size}"
    return HttpResponse(content, status=206, headers={"Content-Range": span})


def part(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for, a bounded part at a time; None: all of them; empty: there are none.

    Several ranges at once are nobody's need here: they get the whole file, as the standard allows.
    """
    asked = re.fullmatch(r"bytes=([0-9]{0,19})-([0-9]{0,19})", header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        return bounded(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return bounded(int(first), min(int(last) + 1 if last else size, size))


def bounded(start: int, end: int) -> range:
    return range(start, min(end, start + PART_BYTES))
