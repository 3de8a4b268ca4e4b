"""The Graph API: what the channels of Meta share. How it proves itself, and how it is called."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app import graph_refusals, graph_tokens, http
from channels_app.outside import OutsideAdapter, OutsideConfig, address_field, hosts_field, same


class GraphConfig(OutsideConfig):
    """The settings of every channel of Meta. Those with a password widget are secrets."""

    access_token = forms.CharField(
        label=lazy("Access token"), required=False, widget=forms.PasswordInput, max_length=1000
    )
    app_secret = forms.CharField(
        label=lazy("App secret"),
        required=False,
        widget=forms.PasswordInput,
        help_text=lazy("Of the app at developers.facebook.com. Meta signs with it what it sends to Monty."),
    )
    verify_token = forms.CharField(
        label=lazy("Verify token"),
        required=False,
        widget=forms.PasswordInput,
        help_text=lazy("Any words of your choice. Type the same at Meta, beside Monty's address."),
    )
    app_id = forms.RegexField(
        r"^[0-9]{1,30}$",
        label=lazy("App ID"),
        required=False,
        help_text=lazy("Of the same app. With it Monty asks Meta once a day until when the access token is good."),
    )
    base_url = address_field("https://graph.facebook.com")
    version = forms.RegexField(r"^v\d+\.\d+$", label=lazy("Version of the API"), initial="v26.0")
    media_hosts = hosts_field("*.fbcdn.net", "*.fbsbx.com")


class GraphAdapter(OutsideAdapter):
    """A channel of Meta. What is missing here (reading, sending) is its subclass's own."""

    class Config(GraphConfig):
        """As they are; a channel with settings of its own adds them."""

    # --- In ---------------------------------------------------------------------------------------------------------

    def handshake(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        """Meta sends a challenge with our own verify token and wants the challenge back, as it is."""
        token, challenge = self.channel.secret("verify_token"), query.get("hub.challenge", "")
        proved = bool(token) and same(query.get("hub.verify_token", ""), token)
        # As plain text: whoever knows the token could else have us show their markup.
        return ("text/plain", challenge) if proved and challenge and query.get("hub.mode") == "subscribe" else None

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """HMAC-SHA256 of the very bytes, by the app secret, in lower-case hex. The older SHA-1 header is no proof."""
        secret = self.channel.secret("app_secret")
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return bool(secret) and same(headers.get("X-Hub-Signature-256", ""), f"sha256={signature}")

    # --- Out --------------------------------------------------------------------------------------------------------

    def address(self, path: str) -> str:
        return f"{self.setting('base_url').rstrip('/')}/{self.setting('version')}/{path}"

    def ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Call the API below its version; return the object that it answers. Raises Refused.

        The token goes in a header: addresses end up in logs. `request`: as httpx takes it (params, json, data, files).
        """
        return graph_refusals.answer_of(http.call(method, self.address(path), headers=self.bearer(), **request))

    def token_ends(self) -> datetime | None:
        return graph_tokens.told_end(self)

    def bearer(self) -> dict[str, str]:
        """The header that says who calls. Raises Refused where the channel was never connected."""
        token = self.channel.secret("access_token")
        if not token:
            raise self.cannot(_("Monty is not connected to this account yet: the access token is missing."))
        return {"Authorization": f"Bearer {token}"}


def ours(value: Any) -> int | None:
    """Monty's id of a message, from what was sent along with it (`sent_along`) and came back."""
    found = re.fullmatch(r"monty:msg:([0-9]{1,18})", value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def sent_along(message_id: int) -> str:
    return f"monty:msg:{message_id}"
