"""The sockets: who is let in, what they hear, and when they must go."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels_app import live
from channels_app.consumers import LiveConsumer
from channels_app.models import Visitor, hashed
from monty.asgi import doors as application
from teams.login import second_factor, sessions
from teams.models import PresenceChange, Teammate
from tests import make

HOST = "inbox.example.org"
HEARTBEAT = '{"type": "heartbeat"}'

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_transaction(monkeypatch):
    """Channels closes database connections between frames; here that would end the test's own transaction."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
    yield
    live.registry.loop = None


def session_of(person: Teammate) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@asynccontextmanager
async def connected(path: str, browser: Client | None = None, origin: str = f"https://{HOST}"):
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value if browser else "none"
    headers = [
        (b"host", HOST.encode()),
        (b"origin", origin.encode()),
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()),
    ]
    socket = WebsocketCommunicator(application, path, headers=headers)
    assert (await socket.connect())[0]
    try:
        yield socket
    finally:
        await socket.disconnect()


def inbox(browser: Client | None = None, **options) -> AbstractAsyncContextManager[WebsocketCommunicator]:
    return connected("/ws/inbox/", browser, **options)


def played(scenario: Callable) -> None:
    """Play it on a loop whose database calls come back to this thread."""
    async_to_sync(scenario)()


async def code_of_close(socket: WebsocketCommunicator) -> int:
    while (frame := await socket.receive_output())["type"] != "websocket.close":
        pass
    return frame["code"]


def groups() -> set[str]:
    return set(live.registry.groups)


# --- Agents ---------------------------------------------------------------------------------------------------------


def test_an_agent_hears_what_concerns_them_and_nothing_else(ana, sales, support):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser) as socket:
            assert await socket.receive_json_from() == {"hint": "ready"}
            assert groups() == {live.person(ana.pk), live.team(sales.pk), live.EVERYBODY}
            await live.registry.deliver([live.team(support.pk), live.OVERSEERS], '{"id": 1}')
            await live.registry.deliver([live.team(sales.pk), live.person(ana.pk)], '{"id": 2}')
            assert await socket.receive_json_from() == {"id": 2}
            assert await socket.receive_nothing()
        assert groups() == set()

    played(scenario)


def test_an_overseer_hears_everything(sara):
    browser = session_of(sara)

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            assert groups() == {live.person(sara.pk), live.EVERYBODY, live.OVERSEERS}

    played(scenario)


def test_without_a_session_nobody_gets_in(ana):
    async def scenario():
        async with inbox() as socket:
            assert await code_of_close(socket) == 4401
            assert groups() == set()

    played(scenario)


def test_somebody_who_left_does_not_get_in(ana):
    browser = session_of(ana)
    Teammate.objects.filter(pk=ana.pk).update(is_active=False)

    async def scenario():
        async with inbox(browser) as socket:
            assert await code_of_close(socket) == 4401

    played(scenario)


@pytest.mark.parametrize("origin", ["https://evil.example", "https://evil.inbox.example.org", "null", ""])
def test_no_other_page_may_use_the_session(ana, origin):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser, origin=origin) as socket:
            assert await code_of_close(socket) == 4403
            await socket.send_to(text_data=HEARTBEAT)
            assert await socket.receive_nothing()
            assert groups() == set()

    played(scenario)
    ana.refresh_from_db()
    assert ana.last_seen_at is None


@pytest.mark.django_db(transaction=True)
def test_joining_a_team_is_heard_at_once(ana, support):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            await sync_to_async(support.memberships.create)(teammate=ana)
            assert await socket.receive_json_from() == {"hint": "membership"}
            assert await socket.receive_json_from() == {"hint": "ready"}
            assert live.team(support.pk) in groups()

    played(scenario)


@pytest.mark.django_db(transaction=True)
def test_leaving_a_team_ends_hearing_of_it(ana, sales):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            await sync_to_async(ana.memberships.all().delete)()
            await socket.receive_json_from()
            await socket.receive_json_from()
            assert live.team(sales.pk) not in groups()

    played(scenario)


def logs_out(browser: Client, ana: Teammate) -> None:
    browser.logout()


def changes_password(browser: Client, ana: Teammate) -> None:
    ana.set_password("another one")
    ana.save()


def leaves(browser: Client, ana: Teammate) -> None:
    Teammate.objects.filter(pk=ana.pk).update(is_active=False)


def needs_a_second_factor(browser: Client, ana: Teammate) -> None:
    make.setting("second_factor", second_factor.OF_ALL)


@pytest.mark.parametrize("happens", [logs_out, changes_password, leaves, needs_a_second_factor])
def test_an_open_socket_ends_with_the_next_heartbeat_after_its_person(ana, happens):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            await sync_to_async(happens)(browser, ana)
            await socket.send_to(text_data=HEARTBEAT)
            assert await code_of_close(socket) == 4401
            assert groups() == set()

    played(scenario)


@pytest.mark.django_db(transaction=True)
def test_an_open_socket_ends_at_once_when_its_browser_is_logged_out_elsewhere(ana):
    browser = Client()
    browser.post("/login/", {"username": "ana", "password": "monty"})

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            await sync_to_async(lambda: sessions.end(sessions.of(ana), by=ana))()
            assert await code_of_close(socket) == 4401

    played(scenario)


def test_a_reload_of_the_page_and_a_restart_of_the_server_are_no_change_of_presence(ana):
    browser = session_of(ana)

    async def scenario():
        for _ in range(3):
            async with inbox(browser) as socket:
                assert await socket.receive_json_from() == {"hint": "ready"}

    played(scenario)
    ana.refresh_from_db()
    assert ana.is_ready
    assert PresenceChange.objects.get().what == "connected"


def test_connecting_and_each_heartbeat_are_signs_of_life(ana):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            await sync_to_async(long_silence)(ana)
            await socket.send_to(text_data=HEARTBEAT)
            assert await socket.receive_json_from() == {"hint": "ready"}

    played(scenario)
    ana.refresh_from_db()
    assert ana.is_connected
    # The second: nobody had noticed the silence, but their dot had turned red for whoever looked meanwhile.
    assert [each.what for each in PresenceChange.objects.filter(teammate=ana)] == ["connected", "connected"]


def long_silence(person: Teammate) -> None:
    assert Teammate.objects.get(pk=person.pk).is_connected
    Teammate.objects.filter(pk=person.pk).update(last_seen_at=timezone.now() - timedelta(hours=1))


GARBAGE = [" ", "{", "[]", "null", "42", '"heartbeat"', '{"type": "close"}', '{"type": ["heartbeat"]}', "[" * 100_000]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: ascii(text[:20]))
def test_garbage_is_ignored(ana, garbage):
    browser = session_of(ana)

    async def scenario():
        async with inbox(browser) as socket:
            await socket.receive_json_from()
            await socket.send_to(text_data=garbage)
            await socket.send_to(bytes_data=garbage.encode())
            assert await socket.receive_nothing()
            await socket.send_to(text_data=HEARTBEAT)
            assert await socket.receive_json_from() == {"hint": "ready"}

    played(scenario)


@given(st.text() | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_no_text_at_all_breaks_a_socket(text):
    async def scenario():
        await LiveConsumer().receive(text_data=text)

    played(scenario)


def test_a_socket_that_went_while_its_groups_were_read_does_not_come_back(ana):
    async def scenario():
        socket = LiveConsumer()
        await socket.disconnect(1006)
        await socket.join([live.EVERYBODY])
        assert groups() == set()

    played(scenario)


# --- Visitors -------------------------------------------------------------------------------------------------------


@pytest.fixture
def visitor(webchat) -> Visitor:
    return Visitor.objects.create(channel=webchat, token_hash=hashed("t0ken"))


def page(channel, **options):
    return connected(f"/ws/webchat/{channel.uuid}/", **options)


def auth(token: object) -> str:
    return json.dumps({"type": "auth", "token": token})


def test_a_visitor_hears_what_concerns_them_once_they_have_shown_their_token(webchat, visitor):
    async def scenario():
        async with page(webchat) as socket:
            assert await socket.receive_nothing()
            assert groups() == set()
            await socket.send_to(text_data=auth("t0ken"))
            assert await socket.receive_json_from() == {"hint": "ready"}
            assert groups() == {live.visitor(visitor.external_id, webchat.pk)}

    played(scenario)


@pytest.mark.parametrize(
    "token", ["wrong", "", None, 7, {"t0ken": 1}, "\ud83d", "x" * 10_000], ids=lambda t: ascii(t)[:20]
)
def test_a_wrong_token_lets_nobody_in(webchat, visitor, token):
    async def scenario():
        async with page(webchat) as socket:
            await socket.send_to(text_data=auth(token))
            assert await code_of_close(socket) == 4401
            await socket.send_to(text_data=auth("t0ken"))
            assert await socket.receive_nothing()
            assert groups() == set()

    played(scenario)


def test_a_token_of_another_channel_lets_nobody_in(visitor):
    other = make.channel()

    async def scenario():
        async with page(other) as socket:
            await socket.send_to(text_data=auth("t0ken"))
            assert await code_of_close(socket) == 4401

    played(scenario)


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [("https://shop.example", True), (f"https://{HOST}", True), ("https://evil.example", False)],
)
def test_only_the_websites_named_may_use_a_channel(webchat, visitor, origin, let_in):
    webchat.config = {"origins": ["https://shop.example"]}
    webchat.save()

    async def scenario():
        async with page(webchat, origin=origin) as socket:
            if not let_in:
                assert await code_of_close(socket) == 4403
            await socket.send_to(text_data=auth("t0ken"))
            if let_in:
                assert await socket.receive_json_from() == {"hint": "ready"}
            else:
                assert await socket.receive_nothing()
                assert groups() == set()

    played(scenario)


@pytest.mark.parametrize("channel", ["facebook", "switched off", "unknown"])
def test_where_there_is_no_webchat_nobody_gets_in(db, channel):
    rows = {
        "facebook": lambda: make.channel("facebook"),
        "switched off": lambda: make.channel(active=False),
        "unknown": lambda: type("Nothing", (), {"uuid": "00000000-0000-4000-8000-000000000000"}),
    }
    row = rows[channel]()

    async def scenario():
        async with page(row) as socket:
            assert await code_of_close(socket) == 4403

    played(scenario)
