"""Instagram: direct messages of a professional account."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app import graph_tokens
from channels_app.adapters.base import MB, Capabilities, Rate, Unit, Window
from channels_app.border import Outbound, Outfile
from channels_app.graph import GraphConfig
from channels_app.messenger import MessengerAdapter, kind_of, word
from channels_app.outside import address_field, hosts_field
from channels_app.verdicts import Refused, Verdict

# The API for accounts that are linked to a page of Facebook, whose token is the page's. Everywhere else it is the
# account's own (Instagram Login). Both speak the same; only how to ask whose token it is differs.
THROUGH_A_PAGE = "graph.facebook.com"


class Instagram(MessengerAdapter):
    kind = "instagram"
    label = "Instagram"
    icon = "instagram"
    # Meta: 24 h for anything, until day 7 for what a person wrote. The product's own 72 h end earlier.
    window = Window(product=timedelta(hours=72), free=timedelta(hours=24), human=timedelta(days=7))
    can = Capabilities(
        text=1000,
        text_unit=Unit.BYTES,
        media={
            "image/png": 8 * MB,
            "image/jpeg": 8 * MB,
            "image/gif": 8 * MB,
            "audio/aac": 25 * MB,
            "audio/mp4": 25 * MB,
            "audio/x-m4a": 25 * MB,
            "audio/wav": 25 * MB,
            "audio/x-wav": 25 * MB,
            "video/mp4": 25 * MB,
            "video/ogg": 25 * MB,
            "video/x-msvideo": 25 * MB,
            "video/quicktime": 25 * MB,
            "video/webm": 25 * MB,
            "application/pdf": 25 * MB,
        },
        quick_replies=13,
        quick_reply_titles=((13, 20),),
        reply_to=True,
        reactions=True,
        typing=True,
        mark_read=True,
        read=True,
        # Meta: the Send API's limit for text, of an account.
        rates=(Rate(300, timedelta(seconds=1)),),
    )
    profile_fields = "name,username,profile_pic"

    class Config(GraphConfig):
        base_url = address_field(
            "https://graph.instagram.com",
            lazy(
                "https://graph.instagram.com with the account's own token (Instagram Login), or "
                "https://graph.facebook.com with the token of the page that the account is linked to."
            ),
        )
        media_hosts = hosts_field("*.fbcdn.net", "*.fbsbx.com", "*.cdninstagram.com")

    def send_file(self, message: Outbound, file: Outfile) -> str:
        """Instagram fetches it from a signed link, which lives for minutes."""
        content = {"attachment": {"type": kind_of(file.content_type), "payload": {"url": file.link()}}}
        return self.post(json=self.body(message, content))

    @property
    def through_a_page(self) -> bool:
        return urlsplit(self.setting("base_url")).hostname == THROUGH_A_PAGE

    def token_ends(self) -> datetime | None:
        return super().token_ends() if self.through_a_page else graph_tokens.lengthened(self)

    def check(self) -> str:
        """The account that webhooks name is `user_id`; `id` is another one, of the app's own."""
        node, fields = (self.channel.external_id, "id,username") if self.through_a_page else ("me", "user_id,username")
        told = self.ask("GET", node, params={"fields": fields})
        account, name = word(told, "user_id") or word(told, "id"), word(told, "username")
        if self.channel.external_id not in ("", account):
            sentence = _("The access token is that of another account: %(name)s (%(account)s).")
            raise Refused(Verdict.RECONNECT, sentence % {"name": name, "account": account})
        return name
