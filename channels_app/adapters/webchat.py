"""Webchat: Monty's own widget on somebody's website. Monty is the provider, so sending is telling the visitor."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_app import origins
from channels_app.adapters.base import MB, Adapter, Capabilities, Window
from channels_app.border import Outbound, storable
from monty.errors import BadInput


class Webchat(Adapter):
    kind = "webchat"
    label = "Webchat"
    window = Window(product=timedelta(hours=48))
    can = Capabilities(
        text=5000,
        media={"*/*": 25 * MB},
        files=10,
        caption=5000,
        reply_to=True,
        delivered=True,
        read=True,
    )
    idempotent = True

    class Config(forms.Form):
        origins = forms.CharField(
            label=_("Websites"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_(
                "One origin a line, such as https://shop.example.org or https://*.example.org. Only these may show "
                "the chat. Empty: any website may."
            ),
        )
        identity_secret = forms.CharField(
            label=_("Identity secret"),
            required=False,
            widget=forms.PasswordInput,
            help_text=_(
                "Your website signs its user's id with it (HMAC-SHA256), which proves to Monty who the visitor is."
            ),
        )
        greeting = forms.CharField(label=_("Greeting"), required=False, max_length=200)

        def clean_origins(self) -> list[str]:
            lines = self.cleaned_data["origins"].split()
            for line in lines:
                if not origins.PATTERN.fullmatch(line):
                    raise ValidationError(_("“%(line)s” is not an origin."), params={"line": line})
            return [line.lower() for line in lines]

    def send(self, message: Outbound) -> str:
        """Nothing to call: once the message counts as sent, the visitor's page is told and fetches it."""
        return ""

    @property
    def to_paste(self) -> str:
        """The tag that puts the chat on every page which has it."""
        return f'<script src="{settings.PUBLIC_URL}/webchat/{self.channel.uuid}/widget.js" async></script>'

    @property
    def origins(self) -> list[str]:
        return list(self.channel.config.get("origins", []))

    def admits(self, origin: str | None) -> bool:
        """Whether a page of this origin may use the chat. Programs that are no browser send no origin."""
        if not origin or not self.origins:
            return True
        return any(origins.matches(origin.lower(), allowed) for allowed in self.origins)

    def verified_user(self, identity: dict[str, Any], user_hash: str) -> str:
        """The website's own id of its user, proved by hex HMAC-SHA256(identity secret, id). Raises BadInput."""
        user_id = storable(str(identity.get("user_id", "")))
        secret = self.channel.secret("identity_secret")
        proof = hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
        if not (secret and user_id and hmac.compare_digest(proof.encode(), storable(user_hash).encode())):
            raise BadInput(str(_("The signature does not prove this identity.")), field="user_hash")
        return user_id
