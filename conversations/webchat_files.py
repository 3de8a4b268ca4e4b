"""A visitor's files: by links that are signed, short-lived, and work without a cookie."""

import uuid
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header

from channels_app.models import Channel
from conversations import media
from conversations.models import Attachment

LASTS = timedelta(hours=1)
signer = TimestampSigner(salt="conversations.webchat_files")


def address(channel: Channel, attachment: Attachment) -> str:
    """Where this file can be fetched for an hour, by whoever has the address."""
    key = signer.sign(attachment.uuid.hex).partition(":")[2]
    return reverse("webchat-file", args=[channel.uuid, attachment.uuid]) + f"?key={key}"


def file(request: HttpRequest, uuid: uuid.UUID, attachment: uuid.UUID) -> HttpResponse:
    try:
        signer.unsign(f"{attachment.hex}:{request.GET.get('key', '')}", max_age=LASTS)
    except BadSignature as error:
        raise Http404 from error
    return served(get_object_or_404(Attachment, uuid=attachment, message__channel__uuid=uuid))


def served(attachment: Attachment) -> HttpResponse:
    """The file, in a browser's hands as harmlessly as can be: shown only if it is a picture or sound, never run."""
    inline = attachment.content_type in media.INLINE
    with attachment.file.open() as stored:
        response = HttpResponse(stored.read(), content_type=attachment.content_type)
    disposition = content_disposition_header(not inline, attachment.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = f"private, max-age={int(LASTS.total_seconds())}, immutable"
    return response
