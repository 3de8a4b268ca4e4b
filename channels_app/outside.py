"""What the channels of outside providers share: settings, the comparing of proofs, and the reading of times."""

import hmac
import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

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


class OutsideConfig(forms.Form):
    """Where the provider is, and where its files are: a subclass names both with the provider's own."""

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
    """Whether this is this machine or a private address: where a stand-in for the provider may live."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


class OutsideAdapter(Adapter):
    """A channel whose provider posts to Monty and is called at `base_url`."""

    has_webhook = True

    def setting(self, name: str) -> str:
        """A plain setting of the channel, or its default."""
        return str(self.channel.config.get(name) or self.Config.base_fields[name].initial or "")

    @property
    def media_hosts(self) -> list[str]:
        """Where files may be fetched from."""
        hosts = self.channel.config.get("media_hosts")
        return list(hosts) if isinstance(hosts, list) else self.setting("media_hosts").split()

    @property
    def is_stand_in(self) -> bool:
        """The API is a local stand-in, without https; its files are on a private address too."""
        return urlsplit(self.setting("base_url")).scheme == "http"


def same(given: str, right: str) -> bool:
    """In constant time, whatever characters a stranger may send."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), right.encode(errors="surrogatepass"))


def moment(value: Any) -> datetime | None:
    """A provider's time: an integer or a string of digits, in milliseconds or in seconds. Never ahead of our clock.

    None for anything else.
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return None
    seconds = value / 1000 if value >= MILLISECONDS_FROM else float(value)
    now = timezone.now()
    return datetime.fromtimestamp(seconds, UTC) if seconds < now.timestamp() else now
