"""What a visitor's socket says when something happens: only that it did, and only where it concerns them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connections

from channels_app.models import Channel, Visitor, hashed, new_token
from monty.asgi import websocket
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def token(webchat: Channel) -> str:
    secret = new_token()
    Visitor.objects.create(channel=webchat, token_hash=hashed(secret))
    return secret


def opened(channel: Channel) -> WebsocketCommunicator:
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    return WebsocketCommunicator(websocket, f"/ws/webchat/{channel.uuid}/", headers=headers)


def run(scene: Callable[[], Awaitable[None]]) -> None:
    """Play a scene on a loop of its own, as the server's is."""

    async def play() -> None:
        await scene()
        # The loop's own thread leaves with its connection; nobody else would close it.
        await database_sync_to_async(connections.close_all)()

    asyncio.run(play())


async def authenticated(channel: Channel, token: str) -> WebsocketCommunicator:
    socket = opened(channel)
    assert (await socket.connect())[0]
    await socket.send_json_to({"type": "auth", "token": token})
    assert await socket.receive_json_from() == {"hint": "ready"}
    return socket


async def in_database(work: Callable[[], Any]) -> Any:
    return await database_sync_to_async(work)()


def test_a_visitor_hears_that_an_answer_came_but_not_what_it_says(webchat, token, ana):
    who = Visitor.objects.get().external_id
    conversation = make.message(webchat, who=who).conversation

    async def scene() -> None:
        socket = await authenticated(webchat, token)
        event = await in_database(lambda: conversation.reply("Our secret recipe", by=ana))
        frame = await socket.receive_json_from()
        assert frame == {"id": event.pk, "verb": "reply", "message": event.message_id, "state": "open"}
        await socket.disconnect()

    run(scene)


def test_a_note_is_not_even_hinted_at(webchat, token, ana):
    conversation = make.message(webchat, who=Visitor.objects.get().external_id).conversation

    async def scene() -> None:
        socket = await authenticated(webchat, token)
        await in_database(lambda: conversation.note("A difficult one", by=ana))
        await in_database(lambda: conversation.close(by=ana))
        assert (await socket.receive_json_from())["verb"] == "close"
        await socket.disconnect()

    run(scene)


def test_a_visitor_hears_nothing_of_anothers_conversation(webchat, token, ana):
    mine = make.message(webchat, who=Visitor.objects.get().external_id).conversation
    other = make.message(webchat, who="somebody-else").conversation

    async def scene() -> None:
        socket = await authenticated(webchat, token)
        await in_database(lambda: other.reply("Not for you", by=ana))
        event = await in_database(lambda: mine.reply("For you", by=ana))
        assert (await socket.receive_json_from())["id"] == event.pk
        await socket.disconnect()

    run(scene)


def test_before_it_says_who_it_is_a_socket_hears_nothing(webchat, token, ana):
    conversation = make.message(webchat, who=Visitor.objects.get().external_id).conversation

    async def scene() -> None:
        socket = opened(webchat)
        assert (await socket.connect())[0]
        await in_database(lambda: conversation.reply("Hello", by=ana))
        assert await socket.receive_nothing()
        await socket.disconnect()

    run(scene)


def test_a_visitor_hears_when_somebody_has_read(webchat, token, ana):
    conversation = make.message(webchat, who=Visitor.objects.get().external_id).conversation

    async def scene() -> None:
        socket = await authenticated(webchat, token)
        await in_database(lambda: conversation.mark_read(by=ana))
        assert (await socket.receive_json_from())["verb"] == "mark_read"
        await socket.disconnect()

    run(scene)
