"""Twitter: direct messages of an account at X."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app import http, twitter_items
from channels_app.adapters.base import MB, Capabilities, Rate, Window
from channels_app.border import Fetched, Item, Media, Outbound, Sender
from channels_app.fetch import fetch
from channels_app.json_values import identifier, mapping, sequence, text
from channels_app.outside import OutsideAdapter, OutsideConfig, address_field, hosts_field, same
from channels_app.twitter_calls import Api, bearer, body_of, refusal
from channels_app.twitter_uploads import upload
from channels_app.verdicts import Refused, Verdict

# A picture's address in webhooks wants a signature of OAuth 1.0a; its three last parts name it in the API too.
PICTURE = re.compile(r"https://ton\.twitter\.com/.*/dm/([0-9]+)/([0-9]+)/([^/?#]+)")


def secret_field(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.PasswordInput, max_length=1000, help_text=help_text
    )


class Twitter(OutsideAdapter):
    kind = "twitter"
    label = "Twitter"
    icon = "x-logo"
    signed_with = "consumer_secret"
    # X sets no limit of its own.
    window = Window(product=timedelta(hours=48))
    can = Capabilities(
        text=10_000,
        media={
            "image/jpeg": 5 * MB,
            "image/png": 5 * MB,
            "image/webp": 5 * MB,
            "image/gif": 15 * MB,
            "video/mp4": 512 * MB,
            "video/quicktime": 512 * MB,
            "video/webm": 512 * MB,
        },
        caption=10_000,
        read=True,
        # X: direct messages of one user.
        rates=(Rate(15, timedelta(minutes=15)), Rate(1440, timedelta(hours=24))),
    )

    class Config(OutsideConfig):
        consumer_secret = secret_field(
            lazy("API key secret (consumer secret)"), lazy("X signs with it what it sends to Monty.")
        )
        client_id = forms.CharField(label=lazy("Client ID"), required=False, max_length=200)
        client_secret = secret_field(lazy("Client secret"), lazy("Of OAuth 2.0. Empty for an app that has none."))
        access_token = secret_field(lazy("Access token"), lazy("Of OAuth 2.0, for the account. It lives two hours."))
        refresh_token = secret_field(
            lazy("Refresh token"), lazy("Monty exchanges it for new access tokens, and keeps the next one itself.")
        )
        bearer_token = secret_field(
            lazy("Bearer token of the app"), lazy("Only for the test of whether X knows Monty's address.")
        )
        base_url = address_field("https://api.x.com")
        media_hosts = hosts_field("*.twimg.com", "ton.twitter.com")

    @property
    def api(self) -> Api:
        return Api(self.channel, self.setting("base_url"))

    # --- In ---------------------------------------------------------------------------------------------------------

    def handshake(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        """X sends a word, once an hour or so, and wants it back signed."""
        word = query.get("crc_token", "")
        if not word or not self.channel.secret("consumer_secret"):
            return None
        signature = self.signature(word.encode(errors="surrogatepass"))
        return "application/json", json.dumps({"response_token": signature})

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """HMAC-SHA256 of the very bytes, by the consumer secret, in Base64."""
        given = headers.get("X-Twitter-Webhooks-Signature", "")
        return bool(self.channel.secret("consumer_secret")) and same(given, self.signature(body))

    def signature(self, words: bytes) -> str:
        digest = hmac.new(self.channel.secret("consumer_secret").encode(), words, hashlib.sha256).digest()
        return f"sha256={base64.b64encode(digest).decode()}"

    def parse(self, raw: Any) -> list[Item]:
        return twitter_items.read(raw)

    def fetch_media(self, media: Media, largest: int) -> Fetched:
        """Pictures through the API, which takes our token; videos and faces lie open."""
        if picture := PICTURE.fullmatch(media.url.partition("?")[0]):
            return self.fetch_picture("/".join(quote(part) for part in picture.groups()), largest)
        return fetch(media.url, hosts=self.media_hosts, largest=largest, private=self.is_stand_in)

    def fetch_picture(self, path: str, largest: int) -> Fetched:
        address = f"{self.api.base_url}/2/dm_conversations/media/{path}"
        hosts = [urlsplit(address).hostname or "", *self.media_hosts]

        def with_token(token: str) -> Fetched:
            return fetch(address, hosts=hosts, largest=largest, headers=bearer(token), private=self.is_stand_in)

        token = self.api.token()
        try:
            return with_token(token)
        except Refused as refused:
            if refused.provider_code != "401":
                raise
        return with_token(self.api.renewed(token))

    def fetch_profile(self, external_id: str) -> Sender | None:
        fields = {"user.fields": "name,username,profile_image_url"}
        try:
            told = self.api.ask("GET", f"/2/users/{quote(external_id, safe='')}", params=fields, harmless=True)
        except Refused as refused:
            if refused.verdict == Verdict.PERMANENT:
                return None
            raise
        return twitter_items.person_of(external_id, told) if told else None

    # --- Out --------------------------------------------------------------------------------------------------------

    def send(self, message: Outbound) -> str:
        """A text, a file, or both. X refuses a body with anything else in it."""
        body: dict[str, Any] = {"text": message.text} if message.text else {}
        if message.file is not None:
            body["attachments"] = [{"media_id": upload(self.api, message.file)}]
        person = quote(message.recipient, safe="")
        response = self.api.call("POST", f"/2/dm_conversations/with/{person}/messages", json=body)
        if sent := identifier(mapping(body_of(response).get("data")).get("dm_event_id")):
            return sent
        raise not_sent(response)

    def check(self) -> str:
        told = self.api.ask("GET", "/2/users/me", harmless=True)
        account, name = identifier(told.get("id")), text(told.get("username"))
        if self.channel.external_id not in ("", account):
            sentence = _("The access token is that of another account: %(name)s (%(account)s).")
            raise Refused(Verdict.RECONNECT, sentence % {"name": name, "account": account})
        if not self.channel.secret("bearer_token") or self.posts_to_us():
            return name
        sentence = _("%(name)s. But X does not confirm that it posts to %(address)s.")
        return sentence % {"name": name, "address": self.to_paste}

    def posts_to_us(self) -> bool:
        """Whether X knows our address and has found it to answer. Only the app as a whole may ask."""
        headers = bearer(self.channel.secret("bearer_token"))
        response = http.call("GET", f"{self.api.base_url}/2/webhooks", headers=headers, harmless=True)
        known = [mapping(each) for each in sequence(body_of(response).get("data"))]
        return any(each.get("url") == self.to_paste and each.get("valid") is True for each in known)


def not_sent(response: httpx.Response) -> Refused:
    """Why a message did not go out. Of a message, 403 and 404 speak of its recipient, unless the app is at fault."""
    refused = refusal(response)
    if refused.verdict == Verdict.UNREACHABLE:
        return refused
    if response.status_code in (403, 404) and "client" not in text(body_of(response).get("type")):
        sentence = _("X does not let us write to this person.")
        return Refused(Verdict.UNREACHABLE, sentence, code=refused.provider_code)
    if response.is_success:
        return Refused(Verdict.UNKNOWN, _("X's answer cannot be read."), code="no dm_event_id")
    return refused
