"""A visitor's browser, as far as HTTP goes."""

import io
import uuid
from typing import Any, Self

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.response import Response
from rest_framework.test import APIClient

from channels_app.border import File
from channels_app.models import Channel

# From the product's documentation of identity: secret, id and the hash that proves it.
SECRET, USER, HASH = (
    "monty-widget-secret",
    "user-42",
    "47c4b74095f163dfcec99854b14b1ae16b9b2c457f795fa56c168471e52008af",
)


class VisitorClient:
    """Begins a session when made; `session` is the answer it got."""

    def __init__(self, channel: Channel, body: Any = None, *, origin: str = "", address: str = "127.0.0.1") -> None:
        self.channel = channel
        self.http = APIClient()
        self.http.defaults |= {"REMOTE_ADDR": address} | ({"HTTP_ORIGIN": origin} if origin else {})
        self.session = self.post("sessions/", body or {})
        if self.session.status_code == 201:
            self.token = self.session.data["token"]
            self.http.credentials(HTTP_AUTHORIZATION=f"Visitor {self.token}")

    @classmethod
    def again(cls, other: Self) -> Self:
        """Another tab of the same browser."""
        tab = cls.__new__(cls)
        tab.channel, tab.token, tab.http = other.channel, other.token, APIClient()
        tab.http.credentials(HTTP_AUTHORIZATION=f"Visitor {tab.token}")
        return tab

    def url(self, name: str) -> str:
        return f"/webchat/{self.channel.uuid}/{name}"

    def get(self, **query: Any) -> Response:
        return self.http.get(self.url("messages/"), query)

    def post(self, name: str, body: Any, kind: str = "json") -> Response:
        return self.http.post(self.url(name), body, format=kind)

    def say(self, text: str, *, client_id: uuid.UUID | None = None) -> Response:
        return self.post("messages/", {"client_id": str(client_id or uuid.uuid4()), "text": text})

    def send_file(self, file: SimpleUploadedFile) -> Response:
        return self.post("messages/", {"client_id": str(uuid.uuid4()), "file": file}, "multipart")

    def thread(self, **query: Any) -> list[dict[str, Any]]:
        return self.get(**query).data["messages"]


def signed(shop, user_hash: str = HASH, **identity: str) -> VisitorClient:
    return VisitorClient(shop, {"identity": {"user_id": USER} | identity, "user_hash": user_hash})


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture() -> File:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return File("cat.png", out.getvalue(), "image/png", width=8, height=8)


PICTURE = picture()
