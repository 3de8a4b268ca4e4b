"""The body of a webhook: what happened and where, in ids and small facts. What was said is read by REST."""

import json
from typing import Any

from rest_framework.renderers import JSONRenderer

from conversations.api.serializers import EventSerializer
from conversations.models import Event
from webhooks.models import Delivery


def body(delivery: Delivery) -> str:
    """The same whenever it is asked for: an event never changes."""
    event = delivery.event
    told = {"type": delivery.verb, "timestamp": event.at if event else delivery.since, "data": facts(delivery, event)}
    written: bytes = JSONRenderer().render(told)
    return written.decode()


def facts(delivery: Delivery, event: Event | None) -> dict[str, Any]:
    """The event as REST tells it, without what tells of the customer; and whose it is."""
    if event is None:
        return {"webhook": delivery.subscription_id}
    place = event.conversation
    whose = {"channel": place.channel_id, "contact": place.identity.contact_id}
    return {**EventSerializer(event).data, "data": event.harmless, **whose}


def indented(delivery: Delivery) -> str:
    """The same for people."""
    return json.dumps(json.loads(body(delivery)), indent=2, ensure_ascii=False)
