"""The four providers, simulated, with the network between them and Monty inside this process."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from channels_app import http
from channels_app.models import Channel
from channels_app.simulator import people, tokens
from channels_app.simulator.connection import connect
from channels_app.simulator.models import Account, Person
from tests import make

IDS = {
    "facebook": "104000000000001",
    "whatsapp": "105000000000002",
    "instagram": "178400000000003",
    "twitter": "1590000000000000004",
}


@pytest.fixture
def account(db) -> Callable[[str], Account]:
    """The account of a connected channel of this kind, with the standing cast."""

    def made(kind: str) -> Account:
        channel = make.channel(kind, external_id=IDS[kind])
        connect(channel)
        row = Account.objects.of(channel)
        people.cast(row)
        return row

    return made


@pytest.fixture
def facebook(account) -> Account:
    return account("facebook")


@pytest.fixture
def instagram(account) -> Account:
    return account("instagram")


@pytest.fixture
def whatsapp(account) -> Account:
    return account("whatsapp")


@pytest.fixture
def twitter(account) -> Account:
    return account("twitter")


class Network(httpx.BaseTransport):
    """Whatever goes to a webhook address is kept and answered as told; all else reaches this process's own pages."""

    def __init__(self) -> None:
        self.posted: list[httpx.Request] = []
        self.answers: list[int] = []
        self.proves = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith("/webhooks/"):
            return page(request)
        if request.method == "GET":
            return self.handshake(request)
        self.posted.append(request)
        return httpx.Response(self.answers.pop(0) if self.answers else 200)

    def handshake(self, request: httpx.Request) -> httpx.Response:
        channel = Channel.objects.get(uuid=request.url.path.split("/")[2])
        if not self.proves:
            return httpx.Response(403)
        query = dict(request.url.params)
        if challenge := query.get("hub.challenge"):
            assert query["hub.verify_token"] == "monty-verify"
            return httpx.Response(200, text=challenge)
        content_type, body = channel.adapter.handshake(query) or ("text/plain", "")
        return httpx.Response(200, text=body, headers={"Content-Type": content_type})

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.posted]


def page(request: httpx.Request) -> httpx.Response:
    """This process's own answer, inside the test's transaction."""
    content_type = request.headers.get("Content-Type", "application/octet-stream")
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-type")}
    path = request.url.raw_path.decode()
    answer = Client(headers=headers).generic(request.method, path, request.read(), content_type)
    return httpx.Response(answer.status_code, headers=dict(answer.headers), stream=httpx.ByteStream(answer.content))


@pytest.fixture
def network(monkeypatch) -> Network:
    made = Network()
    monkeypatch.setattr(http, "transport", made)
    return made


def nora(account: Account) -> Person:
    return account.people.get(name="Nora Quist")


class Api:
    """Monty as the provider sees it: a token and requests."""

    def __init__(self, account: Account, token: str | None = None) -> None:
        self.account = account
        own = account.channel.external_id
        is_x = account.channel.kind == "twitter"
        self.token = token or (tokens.x_token(own, "access") if is_x else tokens.graph_token(account.channel.kind, own))
        self.base = f"/demo/providers/{account.channel.kind}/" + ("2" if is_x else "v26.0")

    def call(self, method: str, path: str, body: Any = None, **extra: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = getattr(Client(headers=headers), method)
        if body is None or extra.get("format") == "form":
            answer = request(f"{self.base}/{path}", body)
        else:
            content = body if isinstance(body, str) else json.dumps(body)
            answer = request(f"{self.base}/{path}", content, content_type=extra.get("type", "application/json"))
        is_json = answer.headers.get("Content-Type") == "application/json"
        return answer.status_code, answer.json() if is_json else answer.content

    def post(self, path: str, body: Any = None, **extra: Any) -> tuple[int, Any]:
        return self.call("post", path, body, **extra)

    def get(self, path: str) -> tuple[int, Any]:
        return self.call("get", path)


@pytest.fixture
def time_machine_at(time_machine) -> Callable[[timedelta], None]:
    """Set the clock so much later than the test began."""
    start = timezone.now()

    def move(later: timedelta) -> None:
        time_machine.move_to(start + later, tick=False)

    return move
