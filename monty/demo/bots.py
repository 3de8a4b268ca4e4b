"""The demo's flows: documents as any installation may import them, published."""

import json
from pathlib import Path

from flows.models import Flow, Trigger, TriggerKind

FOLDER = Path(__file__).parent / "documents"
BY_HAND = (TriggerKind.BY_HAND, "")
# Key: name, description, and what makes it begin. Those that others lead to come first. None begins with every first
# message or every close: whoever tries the demo wants to reach people, too.
FLOWS: dict[str, tuple[str, str, list[tuple[TriggerKind, str]]]] = {
    "order-status": (
        "Order status",
        "Asks for the order’s number and hands over to somebody who looks it up.",
        [BY_HAND, (TriggerKind.KEYWORD, "order status")],
    ),
    "contact-outside-hours": (
        "Contact outside hours",
        "Asks for an address and what it is about, for the morning.",
        [BY_HAND],
    ),
    "welcome": (
        "Welcome",
        "A menu: orders, delivery times, or a person.",
        [BY_HAND, (TriggerKind.KEYWORD, "menu")],
    ),
    "satisfaction": (
        "Satisfaction",
        "Asks how content the customer is; reports count the answers.",
        [BY_HAND],
    ),
}


def make_flows() -> None:
    """What is there stays as it is."""
    for key, (name, description, triggers) in FLOWS.items():
        flow, new = Flow.objects.get_or_create(key=key, defaults={"name": name, "description": description})
        if not new:
            continue
        draft = flow.edit(by=None)
        draft.edit(json.loads((FOLDER / f"{key}.json").read_text()), by=None)
        draft.publish(by=None)
        for kind, word in triggers:
            Trigger.objects.create(flow=flow, kind=kind, word=word)
