"""The channels that webhooks come for, remembered by this process: a provider's post need not ask for its channel."""

import time
from typing import Any
from uuid import UUID

from django.db.models.signals import post_delete, post_save

from channels_app.models import Channel

# Seconds. For so long another process may go on with a channel that was changed here.
LASTS = 5.0
known: dict[UUID, tuple[float, Channel]] = {}


def connected(uuid: UUID) -> Channel | None:
    """The active channel with this address, if providers may post to it."""
    until, channel = known.get(uuid, (0.0, None))
    if channel is not None and time.monotonic() < until:
        return channel
    channel = Channel.objects.filter(uuid=uuid, active=True).first()
    # What is not there is not remembered: addresses can be made up without end.
    known.pop(uuid, None)
    if channel is None or not channel.adapter.has_webhook:
        return None
    known[uuid] = (time.monotonic() + LASTS, channel)
    return channel


def forget(instance: Channel, **_: Any) -> None:
    known.pop(instance.uuid, None)


def connect() -> None:
    post_save.connect(forget, sender=Channel)
    post_delete.connect(forget, sender=Channel)
