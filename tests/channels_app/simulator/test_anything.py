"""Whatever is sent to the simulated APIs is answered, never with a crash of theirs."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_app.simulator import customer
from channels_app.simulator.models import Account
from tests.channels_app.simulator.conftest import Api, nora

pytestmark = pytest.mark.once

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))
CALM = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def replaced(value: object, place: list[int], new: object) -> object:
    """The value with the leaf or branch at this place exchanged."""
    if not place or not isinstance(value, dict | list) or not value:
        return new
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[place[0] % len(keys)]
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(value[key], place[1:], new)
    return copy


def bodies(kind: str, person: str) -> list[object]:
    if kind == "twitter":
        return [{"text": "x", "attachments": [{"media_id": "1"}]}]
    if kind == "whatsapp":
        head = {"messaging_product": "whatsapp", "recipient": person, "context": {"message_id": "wamid.1"}}
        reply = {"type": "reply", "reply": {"id": "a", "title": "A"}}
        row = {"id": "a", "title": "A"}
        part = {"type": "text", "text": "x"}
        named = {"name": "order_update", "language": {"code": "en_US"}}
        return [
            head | {"type": "text", "text": {"body": "x"}},
            head | {"type": "image", "image": {"id": "1"}},
            head
            | {
                "type": "interactive",
                "interactive": {"type": "button", "body": {"text": "x"}, "action": {"buttons": [reply]}},
            },
            head
            | {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "x"},
                    "action": {"button": "b", "sections": [{"rows": [row]}]},
                },
            },
            head
            | {
                "type": "template",
                "template": named
                | {
                    "components": [
                        {"type": "body", "parameters": [part, part]},
                        {"type": "button", "index": 0, "parameters": [{"payload": "p"}]},
                    ]
                },
            },
            {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": "wamid.1",
                "typing_indicator": {"type": "text"},
            },
        ]
    head = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "reply_to": {"mid": "m_1"}}
    quick = {"content_type": "text", "title": "t", "payload": "p"}
    button = {"type": "postback", "title": "t", "payload": "p"}
    return [
        {"recipient": {"id": person}, "message": {"text": "x", "quick_replies": [quick]}},
        head | {"message": {"text": "x", "metadata": "y"}},
        {
            "recipient": {"id": person},
            "message": {"attachments": [{"type": "image", "payload": {"attachment_id": "1"}}]},
        },
        {
            "recipient": {"id": person},
            "message": {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "button", "text": "x", "buttons": [button]},
                }
            },
        },
        {
            "recipient": {"id": person},
            "message": {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "generic", "elements": [{"title": "x", "buttons": [button]}]},
                }
            },
        },
        {"recipient": {"id": person}, "sender_action": "react", "payload": {"message_id": "m_1", "reaction": "love"}},
    ]


@pytest.mark.parametrize("kind", ["facebook", "instagram", "whatsapp", "twitter"])
@given(data=st.data())
@CALM
def test_any_json_in_any_place_is_answered(account_once, kind, data):
    made = account_once(kind)
    person = nora(made).external_id
    body = data.draw(st.sampled_from(bodies(kind, person)))
    changed = replaced(body, data.draw(st.lists(st.integers(0, 5), max_size=6)), data.draw(ANYTHING))
    path = f"dm_conversations/with/{person}/messages" if kind == "twitter" else "me/messages"
    status, _answer = Api(made).post(path, json.dumps(changed))
    assert status < 500


@pytest.fixture
def account_once(account):
    """One account in all examples of a test."""
    made: dict[str, Account] = {}

    def once(kind: str):
        if kind not in made:
            made[kind] = account(kind)
            customer.write(nora(made[kind]), text="Hello")
        return made[kind]

    return once
