"""Where providers post. Signed bytes become a row, and that is all that happens before the answer.

A provider wants its answer within seconds and repeats, for days, what got none. So a 200 says: it is stored.
"""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels_app import memory
from channels_app.models import Channel, Delivery, Forgery
from channels_app.verdicts import Refused
from conversations import tasks
from conversations.followups import soon

logger = logging.getLogger(__name__)
# Bytes. The largest that a provider documents has 3 MB (WhatsApp, 1,000 updates).
LARGEST = 4 * 1024 * 1024
PLAIN = "text/plain; charset=utf-8"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A channel's own address at its provider. What is not signed leaves nothing but a count."""
    channel = memory.connected(uuid)
    if channel is None:
        return HttpResponse("There is no such channel.", status=404, content_type=PLAIN)
    return take(channel, request) if request.method == "POST" else shake_hands(channel, request)


def shake_hands(channel: Channel, request: HttpRequest) -> HttpResponse:
    """The provider asks whether this address knows the channel's secret."""
    answer = channel.adapter.handshake(request.GET.dict())
    if answer is None:
        return HttpResponse("This is not the token that was agreed.", status=403, content_type=PLAIN)
    content_type, body = answer
    return HttpResponse(body, content_type=content_type)


def take(channel: Channel, request: HttpRequest) -> HttpResponse:
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse("This is larger than what is taken here.", status=413, content_type=PLAIN)
    if not verified(channel, request, body):
        Forgery.objects.count_one(channel)
        return HttpResponse("The signature is missing or wrong.", status=403, content_type=PLAIN)
    delivery = Delivery.objects.create(channel=channel, body=body)
    # A broker that is away costs nobody the answer: the sweep finds the row.
    soon(tasks.read_delivery, delivery.pk)
    return HttpResponse("EVENT_RECEIVED", content_type=PLAIN)


def verified(channel: Channel, request: HttpRequest, body: bytes) -> bool:
    try:
        return channel.adapter.verify(request.headers, body)
    except Refused as error:  # Our own secret cannot be read: nothing can be verified until it is given again.
        logger.error("channel %s cannot verify what it gets: %s", channel.pk, error)
        return False
