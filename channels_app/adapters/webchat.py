"""Webchat: Monty's own widget on somebody's website. Monty is the provider, so sending is telling the visitor."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_app import live, origins, proofs, webchat_form
from channels_app.adapters.base import MB, Adapter, Capabilities, Window
from channels_app.border import Former, Outbound


class Webchat(Adapter):
    kind = "webchat"
    label = "Webchat"
    window = Window(product=timedelta(hours=48))
    can = Capabilities(
        text=5000,
        media={"*/*": 25 * MB},
        files=10,
        caption=5000,
        quick_replies=13,
        cards=True,
        reply_to=True,
        typing=True,
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
                "Your website signs its user's id with it (HMAC-SHA256, or a JSON Web Token), which proves to Monty "
                "who the visitor is. At least 32 random characters."
            ),
        )
        identity_secret_old = forms.CharField(
            label=_("Old identity secret"),
            required=False,
            widget=forms.PasswordInput,
            help_text=_("While the website changes from one secret to the next, both may count."),
        )
        accept_old_secret = forms.BooleanField(
            label=_("Accept the old secret, too"),
            required=False,
            help_text=_("Switch it off as soon as the website signs with the new one."),
        )
        identity_required = forms.BooleanField(
            label=_("Only for proved users"),
            required=False,
            help_text=_("Visitors whom the website has not proved by a signature may not use the chat."),
        )
        greeting = forms.CharField(label=_("Greeting"), required=False, max_length=200)
        answers_within = forms.ChoiceField(
            label=_("Usual answer time"),
            required=False,
            choices=[
                ("", _("Do not say")),
                ("minutes", _("A few minutes")),
                ("hours", _("A few hours")),
                ("day", _("A day")),
            ],
        )
        ask_name = forms.ChoiceField(label=_("Ask for the name"), required=False, choices=webchat_form.ASKED)
        ask_email = forms.ChoiceField(
            label=_("Ask for the e-mail address"),
            required=False,
            choices=webchat_form.ASKED,
            help_text=_("Outside the team's hours every visitor is asked for it, and may leave it out."),
        )
        ask_phone = forms.ChoiceField(label=_("Ask for the phone number"), required=False, choices=webchat_form.ASKED)
        ask_also = forms.JSONField(
            label=_("Ask also"),
            required=False,
            help_text=_(
                'Your own questions, as JSON: [{"name": "size", "label": "Your size", "type": "choice", "required": '
                'true, "options": ["S", "M"]}]. Types: text, long, choice, yes_no, number, date.'
            ),
        )

        def clean_ask_also(self) -> list[dict[str, Any]]:
            return webchat_form.checked(self.cleaned_data["ask_also"])

        def clean_origins(self) -> list[str]:
            lines = self.cleaned_data["origins"].split()
            for line in lines:
                if not origins.PATTERN.fullmatch(line):
                    raise ValidationError(_("“%(line)s” is not an origin."), params={"line": line})
            return [line.lower() for line in lines]

    def address_of(self, former: Former) -> str:
        """By the website's id of its user; other visitors are known by their browser alone, which was another's."""
        return f"user:{former.user}" if former.user else ""

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

    @property
    def secrets(self) -> list[str]:
        """What the website may have signed with: its secret, and while it changes that, the one before."""
        names = ["identity_secret", *(["identity_secret_old"] if self.channel.config.get("accept_old_secret") else [])]
        return [secret for name in names if (secret := self.channel.secret(name))]

    @property
    def is_for_proved_users(self) -> bool:
        return bool(self.channel.config.get("identity_required"))

    def proved(self, identity: dict[str, Any], *, user_hash: str = "", jwt: str = "") -> proofs.Person:
        """Whom the website has proved its visitor to be; a JSON Web Token says more than a hash. Raises BadInput."""
        return proofs.by_jwt(self.secrets, jwt) if jwt else proofs.by_hash(self.secrets, identity, user_hash)

    def show_typing(self, recipient: str, *, last: str) -> None:
        """A hint on the visitor's open pages."""
        live.push([live.visitor(recipient, self.channel.pk)], {"hint": "typing"})
