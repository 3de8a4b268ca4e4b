"""A seventh kind of channel: its provider posts signed JSON, whose items are the very facts of the border."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.test import Client

from channels_app import border
from channels_app.adapters.base import Adapter, Capabilities, Window
from channels_app.border import Item, Media, Sender
from channels_app.models import Channel

SECRET = "trumpet"


class Herald(Adapter):
    kind = "herald"
    label = "Herald"
    has_webhook = True
    window = Window(product=timedelta(hours=48))
    can = Capabilities(text=2000, delivered=True, read=True, typing=True)

    class Config(forms.Form):
        app_secret = forms.CharField()
        verify_token = forms.CharField()

    def handshake(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        mine = query.get("token") == self.channel.secret("verify_token")
        return ("text/plain", query.get("challenge", "")) if mine else None

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        return hmac.compare_digest(headers.get("X-Seal", "").encode(), seal(body).encode())

    def parse(self, raw: Any) -> list[Item]:
        if raw == "trip":
            raise RuntimeError("the herald tripped")
        return [item(each) for each in raw] if isinstance(raw, list) else []


def item(raw: Any) -> Item:
    try:
        fields = {name: value(name, inner) for name, inner in raw["fact"].items() if name != "kind"}
        return Item(raw.get("account", ""), getattr(border, raw["fact"]["kind"])(**fields))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Item("", border.Unknown(raw, "The herald spoke in riddles."))


def value(name: str, raw: Any) -> Any:
    if name in ("sender", "recipient", "customer", "after") and raw is not None:
        return Sender(**{**raw, "also": tuple(raw.get("also", ()))})
    if name in ("at", "up_to") and raw is not None:
        return datetime.fromtimestamp(raw, UTC)
    if name == "media":
        return tuple(Media(**each) for each in raw)
    return tuple(raw) if name == "external_ids" else raw


def seal(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def said(kind: str, account: str = "", **fields: Any) -> dict[str, Any]:
    """An item as the provider writes it; `who` is short for the customer it is about."""
    fields = {"at": datetime.now(UTC).timestamp(), "kind": kind} | fields
    fields = {name: each.timestamp() if isinstance(each, datetime) else each for name, each in fields.items()}
    if who := fields.pop("who", None):
        about = {"Echo": "recipient", "Receipt": "customer"}.get(kind, "sender")
        fields[about] = {"external_id": who}
    return {"account": account, "fact": fields}


def post(client: Client, channel: Channel, *items: Any, body: bytes | None = None, **headers: str) -> Any:
    """What the provider posts, sealed."""
    body = json.dumps(items).encode() if body is None else body
    return client.post(
        f"/webhooks/{channel.uuid}/",
        body,
        content_type="application/json",
        headers={"X-Seal": seal(body)} | {name.replace("_", "-"): text for name, text in headers.items()},
    )
