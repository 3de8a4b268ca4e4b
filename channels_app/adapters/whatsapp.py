"""WhatsApp: a business's number on the Cloud API."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app import whatsapp_items
from channels_app.adapters.base import MB, Capabilities, Rate, Window
from channels_app.border import Fetched, Former, Item, KnownTemplate, Media, Outbound, Outfile, Template
from channels_app.fetch import fetch
from channels_app.graph import GraphAdapter, GraphConfig, sent_along
from channels_app.json_values import identifier, mapping, sequence, text
from channels_app.verdicts import Refused, Verdict
from channels_app.whatsapp_choices import interactive
from channels_app.whatsapp_people import international

# Pages of 100 templates; Meta allows an account 6,000.
PAGES = 60
TEMPLATE_FIELDS = "id,name,language,status,category,components,parameter_format"


class WhatsApp(GraphAdapter):
    kind = "whatsapp"
    label = "WhatsApp"
    icon = "whatsapp"
    # Meta: 24 h after the customer's last message; later only approved templates.
    window = Window(product=timedelta(hours=24), free=timedelta(hours=24), template_after=True)
    can = Capabilities(
        text=4096,
        media={
            "image/jpeg": 5 * MB,
            "image/png": 5 * MB,
            "audio/aac": 16 * MB,
            "audio/amr": 16 * MB,
            "audio/mpeg": 16 * MB,
            "audio/mp4": 16 * MB,
            "audio/ogg": 16 * MB,
            "video/mp4": 16 * MB,
            "video/3gpp": 16 * MB,
            "application/*": 100 * MB,
            "text/plain": 100 * MB,
        },
        caption=1024,
        captioned=("image/*", "video/*", "application/*", "text/*"),
        # Up to three are buttons, up to ten the rows of a list.
        quick_replies=10,
        quick_reply_titles=((3, 20), (10, 24)),
        reply_to=True,
        reactions=True,
        typing=True,
        mark_read=True,
        typing_reads=True,
        delivered=True,
        read=True,
        # Meta: of a number; and to one person one message in 6 s, of which 45 may be borrowed at once.
        rates=(Rate(80, timedelta(seconds=1)), Rate(45, timedelta(seconds=270), of_recipient=True)),
    )

    class Config(GraphConfig):
        waba_id = forms.RegexField(
            r"^[0-9]{5,30}$",
            label=lazy("Id of the WhatsApp Business account"),
            required=False,
            help_text=lazy("For its templates. The account id above is that of the phone number."),
        )

    def address_of(self, former: Former) -> str:
        """A number without its plus, as WhatsApp writes it."""
        return (international(former.handle) or international(former.phone)).removeprefix("+") or former.handle

    # --- In ---------------------------------------------------------------------------------------------------------

    def parse(self, raw: Any) -> list[Item]:
        return whatsapp_items.read(raw)

    def fetch_media(self, media: Media, largest: int) -> Fetched:
        """From the address in the webhook while it lives (5 minutes), else from one that WhatsApp is asked for."""
        if media.url:
            try:
                return self.fetched(media.url, media, largest)
            except Refused as refused:
                if not media.ref or refused.provider_code not in ("401", "403", "404", "410"):
                    raise
        if not media.ref:
            raise self.cannot(_("WhatsApp gave no address for this file."))
        about = {"phone_number_id": self.channel.external_id} if self.channel.external_id else {}
        told = self.ask("GET", quote(media.ref, safe=""), params=about, harmless=True)
        return self.fetched(text(told.get("url")), media, largest)

    def fetched(self, url: str, media: Media, largest: int) -> Fetched:
        """Files are given out to our token only, which goes to the allowed hosts only."""
        came = fetch(url, hosts=self.media_hosts, largest=largest, headers=self.bearer(), private=self.is_stand_in)
        return Fetched(came.content, media.name or came.name, came.content_type or media.content_type)

    # --- Out --------------------------------------------------------------------------------------------------------

    def send(self, message: Outbound) -> str:
        content = self.template(message.template) if message.template else self.content(message)
        answers = {"context": {"message_id": message.reply_to}} if message.reply_to else {}
        told = self.post(
            "messages",
            {"recipient_type": "individual", **addressed(message), **content, **answers}
            | {"biz_opaque_callback_data": sent_along(message.id)},
        )
        accepted = [mapping(each) for each in sequence(told.get("messages"))]
        if accepted and (sent := identifier(accepted[0].get("id"))):
            return sent
        # Accepted, it seems, but there is nothing to recognise it by.
        raise Refused(Verdict.UNKNOWN, _("WhatsApp's answer cannot be read."), code="no message id")

    def content(self, message: Outbound) -> dict[str, Any]:
        if message.file is None and message.quick_replies:
            return interactive(message.text, message.quick_replies)
        if message.file is None:
            return {"type": "text", "text": {"preview_url": True, "body": message.text}}
        kind = kind_of(message.file.content_type)
        part = {"id": self.upload(message.file)}
        if message.text:
            part["caption"] = message.text
        if kind == "document":
            part["filename"] = message.file.name
        return {"type": kind, kind: part}

    def template(self, template: Template) -> dict[str, Any]:
        values = {"components": template.components} if template.components else {}
        return {
            "type": "template",
            "template": {"name": template.name, "language": {"code": template.language}, **values},
        }

    def upload(self, file: Outfile) -> str:
        """The file's id, which lives for 30 days. Uploading twice does no harm."""
        fields = {"messaging_product": "whatsapp", "type": file.content_type}
        content = {"file": (file.name, file.read(), file.content_type)}
        told = self.ask("POST", self.of_number("media"), data=fields, files=content, harmless=True)
        if media_id := identifier(told.get("id")):
            return media_id
        raise Refused(Verdict.RETRY, _("WhatsApp's answer cannot be read."), code="no media id")

    def show_typing(self, recipient: str, *, last: str) -> None:
        """For 25 s or until we answer. WhatsApp knows it only as a part of having read."""
        self.tell_read(last, {"typing_indicator": {"type": "text"}})

    def mark_read(self, recipient: str, *, last: str) -> None:
        """This message and all before it."""
        self.tell_read(last, {})

    def tell_read(self, last: str, beside: dict[str, Any]) -> None:
        if last:
            self.post("messages", {"status": "read", "message_id": last, **beside}, harmless=True)

    def post(self, path: str, body: dict[str, Any], **how: Any) -> dict[str, Any]:
        return self.ask("POST", self.of_number(path), json={"messaging_product": "whatsapp", **body}, **how)

    def of_number(self, path: str) -> str:
        if not self.channel.external_id:
            raise self.cannot(_("The id of the phone number is missing: it is the channel's account id."))
        return f"{quote(self.channel.external_id, safe='')}/{path}"

    # --- The account ------------------------------------------------------------------------------------------------

    def check(self) -> str:
        fields = {"fields": "display_phone_number,verified_name"}
        told = self.ask("GET", self.of_number("").rstrip("/"), params=fields, harmless=True)
        number, name = text(told.get("display_phone_number")), text(told.get("verified_name"))
        return f"{name} ({number})" if name and number else name or number

    def templates(self) -> list[KnownTemplate]:
        return [known(mapping(each)) for each in self.listed_templates()]

    def listed_templates(self) -> Iterator[Any]:
        """Page by page; a list that leads back to a page it had ends there."""
        account = str(self.channel.config.get("waba_id") or "")
        if not account:
            raise self.cannot(_("The id of the WhatsApp Business account is missing; its templates belong to it."))
        after: dict[str, str] = {}
        for _page in range(PAGES):
            params = {"fields": TEMPLATE_FIELDS, "limit": "100", **after}
            told = self.ask("GET", f"{account}/message_templates", params=params, harmless=True)
            yield from sequence(told.get("data"))
            paging = mapping(told.get("paging"))
            cursor = text(mapping(paging.get("cursors")).get("after"))
            if not paging.get("next") or not cursor:
                return
            after = {"after": cursor}


def addressed(message: Outbound) -> dict[str, str]:
    """By number where it is known, since not every kind of message may go to an id; `+`, or a country is added."""
    ids = (message.recipient, *message.also)
    number = next(filter(None, map(international, ids)), "")
    return {"to": number} if number else {"recipient": message.recipient}


def kind_of(content_type: str) -> str:
    family = content_type.partition("/")[0]
    return family if family in ("image", "audio", "video") else "document"


def known(told: dict[str, Any]) -> KnownTemplate:
    return KnownTemplate(
        external_id=identifier(told.get("id")),
        name=text(told.get("name")),
        language=text(told.get("language")),
        category=text(told.get("category")).lower(),
        status=text(told.get("status")).lower(),
        components=[mapping(each) for each in sequence(told.get("components"))],
        named=told.get("parameter_format") == "NAMED",
    )
