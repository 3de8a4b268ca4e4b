"""Messenger's side of the Graph API, which Facebook and Instagram share: reading, sending, files, people."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import Fetched, Item, Media, Outbound, Outfile, Sender
from channels_app.fetch import fetch
from channels_app.graph import GraphAdapter
from channels_app.messenger_items import read
from channels_app.verdicts import Refused, Verdict

# How Meta names the kinds of attachments; everything else is a file, also a picture that it could not show.
KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/", "video/")


class MessengerAdapter(GraphAdapter):
    """A subclass tells how a file goes out (`send_file`), what is asked about people, and whose account it is."""

    # What is asked about a person.
    profile_fields: str

    @property
    def node(self) -> str:
        """The account in the API's addresses; `me` is the one that the token belongs to."""
        return "me"

    # --- In ---------------------------------------------------------------------------------------------------------

    def parse(self, raw: Any) -> list[Item]:
        return read(raw)

    def fetch_media(self, media: Media, largest: int) -> Fetched:
        """From Meta's signed addresses, which need no token and must not see it."""
        if not media.url:
            raise self.cannot(_("Meta gave no address for this file."))
        return fetch(media.url, hosts=self.media_hosts, largest=largest, private=self.is_stand_in)

    def fetch_profile(self, external_id: str) -> Sender | None:
        """None where Meta does not tell: no consent yet, a phone-number account, a permission that the app lacks."""
        try:
            told = self.ask("GET", external_id, params={"fields": self.profile_fields})
        except Refused as refused:
            if refused.verdict in (Verdict.PERMANENT, Verdict.UNREACHABLE):
                return None
            raise
        return self.person(external_id, told)

    def person(self, external_id: str, told: dict[str, Any]) -> Sender | None:
        """Without the feature for profiles Meta answers with an empty object."""
        parts = filter(None, [word(told, "first_name"), word(told, "last_name")])
        sender = Sender(
            external_id=external_id,
            name=word(told, "name") or " ".join(parts),
            username=word(told, "username"),
            picture=word(told, "profile_pic"),
            verified=True,
        )
        return sender if sender.name or sender.username or sender.picture else None

    # --- Out --------------------------------------------------------------------------------------------------------

    def send(self, message: Outbound) -> str:
        if message.file is None:
            buttons = [{"content_type": "text", **asdict(each)} for each in message.quick_replies]
            content = {"text": message.text} | ({"quick_replies": buttons} if buttons else {})
            return self.post(json=self.body(message, content))
        if message.text:
            raise self.cannot(_("A text beside a file is a message of its own."))
        return self.send_file(message, message.file)

    def send_file(self, message: Outbound, file: Outfile) -> str:
        """Hand over a message that is a file; the id that Meta gives it. Raises Refused."""
        raise NotImplementedError

    def body(self, message: Outbound, content: dict[str, Any]) -> dict[str, Any]:
        """After 24 h Meta wants the tag that says that a person wrote it; it must never stand on what a bot wrote."""
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if message.tagged else {}
        answers = {"reply_to": {"mid": message.reply_to}} if message.reply_to else {}
        return {"recipient": addressed(message.recipient), "message": content, **tagged, **answers}

    def post(self, **request: Any) -> str:
        """Hand a message over; the id that Meta gives it. Raises Refused."""
        told = self.ask("POST", f"{self.node}/messages", **request)
        if not word(told, "message_id"):
            # Accepted, it seems, but there is nothing to recognise it by.
            raise Refused(Verdict.UNKNOWN, _("Meta's answer cannot be read."), code="no message_id")
        return word(told, "message_id")

    def show_typing(self, recipient: str, *, last: str) -> None:
        """Meta shows it for 20 s at most."""
        self.act(recipient, "typing_on")

    def mark_read(self, recipient: str, *, last: str) -> None:
        """Everything that the customer has written so far."""
        self.act(recipient, "mark_seen")

    def act(self, recipient: str, action: str) -> None:
        """Meta allows nothing else in such a body."""
        body = {"recipient": addressed(recipient), "sender_action": action}
        self.ask("POST", f"{self.node}/messages", json=body)


def addressed(recipient: str) -> dict[str, str]:
    """A person by their id, or by the reference that a plugin of a website gave them (see `messenger_items.party`)."""
    plugin, is_plugin, reference = recipient.partition("user_ref:")
    return {"user_ref": reference} if is_plugin and not plugin else {"id": recipient}


def kind_of(content_type: str) -> str:
    return content_type.partition("/")[0] if content_type.startswith(KINDS) else "file"


def word(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
