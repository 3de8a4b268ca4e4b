"""The Graph API: what the channels of Meta share. How it proves itself, how it is called, how it tells the time."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app import graph_refusals, http
from channels_app.adapters.base import Adapter

# Below it a number counts seconds, from it on milliseconds: as seconds it would be the year 33658.
MILLISECONDS_FROM = 10**12
HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


def address_field(initial: str, help_text: Any = "") -> forms.URLField:
    return forms.URLField(label=lazy("Address of the API"), initial=initial, assume_scheme="https", help_text=help_text)


def hosts_field(*initial: str) -> forms.CharField:
    return forms.CharField(
        label=lazy("Hosts of media"),
        widget=forms.Textarea(attrs={"rows": 3}),
        initial="\n".join(initial),
        help_text=lazy("Files are fetched from these only. One a line; *.example.org stands for all below it."),
    )


class GraphConfig(forms.Form):
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
    base_url = address_field("https://graph.facebook.com")
    version = forms.RegexField(r"^v\d+\.\d+$", label=lazy("Version of the API"), initial="v26.0")
    media_hosts = hosts_field("*.fbcdn.net", "*.fbsbx.com")

    def clean_base_url(self) -> str:
        address = str(self.cleaned_data["base_url"]).rstrip("/")
        if urlsplit(address).scheme != "https" and not is_near(urlsplit(address).hostname or ""):
            raise ValidationError(_("Over http the access token could be read on its way. Use https."))
        return address

    def clean_media_hosts(self) -> list[str]:
        hosts = str(self.cleaned_data["media_hosts"]).lower().split()
        for host in hosts:
            if not HOST.fullmatch(host):
                raise ValidationError(_("“%(host)s” is not the name of a host."), params={"host": host})
        return hosts


def is_near(host: str) -> bool:
    """Whether this host is this machine or a neighbour: where a stand-in for the provider may live."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


class GraphAdapter(Adapter):
    """A channel of Meta. What is missing here (reading, sending) is its subclass's own."""

    has_webhook = True
    Config: type[GraphConfig] = GraphConfig

    # --- Settings ---------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str:
        """A plain setting of the channel, or its default."""
        return str(self.channel.config.get(name) or self.Config.base_fields[name].initial)

    @property
    def media_hosts(self) -> list[str]:
        """Where files may be fetched from."""
        hosts = self.channel.config.get("media_hosts")
        return list(hosts) if isinstance(hosts, list) else self.setting("media_hosts").split()

    @property
    def is_stand_in(self) -> bool:
        """The API is a local stand-in, without https; its files are on a private address too."""
        return urlsplit(self.setting("base_url")).scheme == "http"

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

    def bearer(self) -> dict[str, str]:
        """The header that says who calls. Raises Refused where the channel was never connected."""
        token = self.channel.secret("access_token")
        if not token:
            raise self.cannot(_("Monty is not connected to this account yet: the access token is missing."))
        return {"Authorization": f"Bearer {token}"}


def same(given: str, right: str) -> bool:
    """In constant time, whatever characters a stranger may send."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), right.encode(errors="surrogatepass"))


def moment(value: Any) -> datetime | None:
    """A time of Meta's: an integer or a string of digits, in milliseconds or in seconds. Never ahead of our clock.

    None for anything else.
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return None
    seconds = value / 1000 if value >= MILLISECONDS_FROM else float(value)
    now = timezone.now()
    return datetime.fromtimestamp(seconds, UTC) if seconds < now.timestamp() else now


def ours(value: Any) -> int | None:
    """Monty's id of a message, from what was sent along with it (`sent_along`) and came back."""
    found = re.fullmatch(r"monty:msg:([0-9]{1,18})", value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def sent_along(message_id: int) -> str:
    return f"monty:msg:{message_id}"
