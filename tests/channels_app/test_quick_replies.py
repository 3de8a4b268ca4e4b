"""Buttons under a message, as the providers want them."""

import json

import pytest
import respx

from channels_app.border import Outbound, QuickReply
from channels_app.models import Channel

OFFERED = (QuickReply("Yes, please", "YES"), QuickReply("No", "NO"))


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
@pytest.mark.parametrize(
    ("offered", "told"),
    [
        ((), {"text": "Shall I order it?"}),
        (
            OFFERED,
            {
                "text": "Shall I order it?",
                "quick_replies": [
                    {"content_type": "text", "title": "Yes, please", "payload": "YES"},
                    {"content_type": "text", "title": "No", "payload": "NO"},
                ],
            },
        ),
    ],
)
def test_meta_is_told_of_them_beside_the_text(kind, offered, told):
    channel = Channel(kind=kind, external_id="1", config={"base_url": "https://graph.example", "access_token": "x"})
    with respx.mock(base_url="https://graph.example") as graph:
        call = graph.post(path__regex="/messages$").respond(json={"message_id": "mid.1", "recipient_id": "2"})
        channel.adapter.send(Outbound(id=1, recipient="2", text="Shall I order it?", quick_replies=offered))

    message = json.loads(call.calls.last.request.content)["message"]
    assert {name: message[name] for name in message if name != "metadata"} == told
