"""A customer and an agent as programs see Monty: over HTTP and websockets, nothing else."""

import json
import uuid
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from websockets import Origin
from websockets.sync.client import ClientConnection, connect

# A page that nobody reads on for a while answers no ping; it shall stay open all the same.
QUIETLY: dict[str, Any] = {"legacy": True, "ping_interval": None}


class Http:
    """A small HTTP client that keeps cookies."""

    def __init__(self, base: str, **headers: str) -> None:
        self.base = base
        self.headers = headers
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        all_headers = {name.replace("_", "-"): value for name, value in (self.headers | headers).items()}
        request = Request(self.base + path, data=body, method=method, headers=all_headers)
        try:
            with self.opener.open(request, timeout=15) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def get(self, path: str) -> Any:
        status, text = self.call("GET", path)
        assert status == 200, text
        return json.loads(text)

    def post(self, path: str, body: dict[str, Any] | None = None, *, expect: tuple[int, ...] = (200, 201)) -> Any:
        content = json.dumps(body or {}).encode()
        status, text = self.call("POST", path, content, Content_Type="application/json")
        assert status in expect, (status, text)
        return json.loads(text)

    def cookie_header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)


class Visitor:
    """A customer in the webchat."""

    def __init__(self, url: str, channel: str) -> None:
        self.channel = channel
        self.http = Http(f"{url}/webchat/{channel}/")
        self.token = self.http.post("sessions/")["token"]
        self.http.headers["Authorization"] = f"Visitor {self.token}"

    def say(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        return dict(self.http.post("messages/", {"client_id": client_id or str(uuid.uuid4()), "text": text}))

    def read(self, after: int = 0) -> list[dict[str, Any]]:
        return list(self.http.get(f"messages/?after={after}")["messages"])

    def has_seen(self, message: int) -> None:
        body = json.dumps({"read": message}).encode()
        status, text = self.http.call("POST", "receipts/", body, Content_Type="application/json")
        assert status == 204, text

    def listen(self, socket_url: str) -> ClientConnection:
        socket = connect(f"{socket_url}/ws/webchat/{self.channel}/", **QUIETLY)
        socket.send(json.dumps({"type": "auth", "token": self.token}))
        assert json.loads(socket.recv(timeout=10)) == {"hint": "ready"}
        return socket


class Agent:
    """A teammate with a browser session for the socket and a token for the API."""

    def __init__(self, url: str, username: str, password: str = "monty") -> None:
        self.url = url
        self.api = Http(f"{url}/api/v1/")
        token = self.api.post("tokens/", {"username": username, "password": password})["token"]
        self.api.headers["Authorization"] = f"Token {token}"
        self.browser = Http(url)
        self.log_in(username, password)

    def log_in(self, username: str, password: str) -> None:
        self.browser.call("GET", "/login/")
        csrf = next(cookie.value for cookie in self.browser.cookies if cookie.name == "csrftoken")
        form = urlencode({"username": username, "password": password, "csrfmiddlewaretoken": csrf}).encode()
        status, text = self.browser.call("POST", "/login/", form, Referer=f"{self.url}/login/")
        assert status == 200, text

    def presence(self, availability: str) -> None:
        body = json.dumps({"availability": availability}).encode()
        status, text = self.api.call("PUT", "me/presence/", body, Content_Type="application/json")
        assert status == 200, text

    def listen(self, socket_url: str) -> ClientConnection:
        """An open inbox; the first frame has been read."""
        origin = Origin(socket_url.replace("ws", "http", 1))
        headers = {"Cookie": self.browser.cookie_header()}
        socket = connect(f"{socket_url}/ws/inbox/", origin=origin, additional_headers=headers, **QUIETLY)
        assert json.loads(socket.recv(timeout=10)) == {"hint": "ready"}
        return socket


def hear(socket: ClientConnection, *, seconds: float = 10, **wanted: Any) -> dict[str, Any]:
    """The next frame with these values; others are passed over. Raises TimeoutError."""
    while True:
        frame = json.loads(socket.recv(timeout=seconds))
        if wanted.items() <= frame.items():
            return dict(frame)
