"""Flows for tests: documents in a few words, published the product's own way."""

from typing import Any

from channels_app.models import Channel
from conversations.models import Conversation, Message
from flows.models import Flow, FlowRun, Trigger, TriggerKind
from tests import make


def node(
    number: str, type_name: str, /, *, exits: dict[str, str] | None = None, name: str = "", **fields: Any
) -> dict[str, Any]:
    return {"id": number, "type": type_name, "name": name, "fields": fields, "exits": exits or {}}


def say(number: str, text: str, then: str = "") -> dict[str, Any]:
    return node(number, "send_message", text=text, exits={"next": then} if then else {})


def document(*nodes: dict[str, Any]) -> dict[str, Any]:
    """It starts at the first."""
    return {"schema": 1, "start": nodes[0]["id"] if nodes else "", "nodes": list(nodes)}


MENU = document(
    node(
        "menu",
        "ask",
        name="What is it about?",
        text="Hello {{contact.first_name}}, what is it about?",
        kind="choice",
        save_as="topic",
        choices=[{"id": "order", "title": "My order"}, {"id": "else", "title": "Something else"}],
        exits={"choice:order": "number", "choice:else": "desk", "timeout": "bye"},
        timeout_minutes=10,
    ),
    node(
        "number",
        "ask",
        name="Order number",
        text="Which number?",
        kind="number",
        save_as="number",
        exits={"next": "thanks"},
    ),
    say("thanks", "Thanks, we look at {{answers.number}}.", "desk"),
    node("desk", "hand_over", text="One moment please.", away_text="Nobody is here now."),
    say("bye", "Bye then."),
)


def flow(name: str = "Welcome", raw: dict[str, Any] = MENU, *triggers: str, on: tuple[Channel, ...] = ()) -> Flow:
    """A published flow; a trigger is "first_message" or "keyword:order"."""
    row = Flow.objects.create(key=name.lower().replace(" ", "-"), name=name)
    row.channels.set(on)
    for each in triggers or (TriggerKind.BY_HAND.value,):
        kind, _colon, word = each.partition(":")
        Trigger.objects.create(flow=row, kind=kind, word=word)
    publish(row, raw)
    return row


def publish(row: Flow, raw: dict[str, Any]) -> None:
    draft = row.edit(by=None)
    draft.edit(raw, by=None)
    draft.publish(by=None)


def said(conversation: Conversation) -> list[str]:
    """By the bot, to the customer, in order."""
    return [each.text for each in of_bot(conversation) if not each.private]


def notes(conversation: Conversation) -> list[str]:
    return [each.text for each in of_bot(conversation) if each.private]


def of_bot(conversation: Conversation) -> list[Message]:
    return list(Message.objects.filter(conversation=conversation, author_kind="bot").order_by("pk"))


def run_of(conversation: Conversation) -> FlowRun:
    return FlowRun.objects.filter(conversation=conversation).latest("pk")


def message(on: Channel, text: str = "Hi", who: str = "visitor-1", **fields: Any) -> Message:
    """A customer's message on the channel as it is now: flows may have been published since it was made."""
    return make.message(Channel.objects.get(pk=on.pk), text, who, **fields)


def write(conversation: Conversation, text: str = "", *, press: str = "", **fields: Any) -> Message:
    """The customer of this conversation writes, or presses a button."""
    details = {"button": {"title": text or press, "payload": press}} if press else {}
    who = conversation.identity.external_id
    return message(conversation.channel, text or press, who, details=details, **fields)
