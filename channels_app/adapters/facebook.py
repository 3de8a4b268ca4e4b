"""Facebook: Messenger on a page."""

import json
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from channels_app.adapters.base import MB, Capabilities, Rate, Window
from channels_app.border import Outbound, Outfile
from channels_app.graph import sent_along
from channels_app.messenger import MessengerAdapter, kind_of, word
from channels_app.verdicts import Refused, Verdict


class Facebook(MessengerAdapter):
    kind = "facebook"
    label = "Facebook"
    icon = "facebook"
    # Meta lets anything out for 24 h; until day 7 only what a person wrote, tagged HUMAN_AGENT.
    window = Window(product=timedelta(days=7), free=timedelta(hours=24), human=timedelta(days=7))
    can = Capabilities(
        text=2000,
        media={"image/*": 8 * MB, "*/*": 25 * MB},
        quick_replies=13,
        quick_reply_titles=((13, 20),),
        reply_to=True,
        reactions=True,
        typing=True,
        mark_read=True,
        delivered=True,
        read=True,
        # Meta: the Send API's limit for text, of a page.
        rates=(Rate(300, timedelta(seconds=1)),),
    )
    profile_fields = "first_name,last_name,name,profile_pic"

    @property
    def node(self) -> str:
        return self.channel.external_id or "me"

    def body(self, message: Outbound, content: dict[str, Any]) -> dict[str, Any]:
        """`metadata` comes back in the echo, which tells Monty's own messages from others'."""
        marked = {**content, "metadata": sent_along(message.id)}
        return {"messaging_type": "RESPONSE", **super().body(message, marked)}

    def send_file(self, message: Outbound, file: Outfile) -> str:
        """In a form, with its content: Monty needs no public address for it."""
        content = {"attachment": {"type": kind_of(file.content_type), "payload": {"is_reusable": True}}}
        fields = as_fields(self.body(message, content))
        return self.post(data=fields, files={"filedata": (file.name, file.read(), file.content_type)})

    def check(self) -> str:
        told = self.ask("GET", "me", params={"fields": "id,name"})
        page, name = word(told, "id"), word(told, "name")
        if self.channel.external_id not in ("", page):
            sentence = _("The access token is that of another page: %(name)s (%(page)s).")
            raise Refused(Verdict.RECONNECT, sentence % {"name": name, "page": page})
        return name


def as_fields(body: dict[str, Any]) -> dict[str, str]:
    """A body as the fields of a form: Meta wants JSON in those that are objects."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
