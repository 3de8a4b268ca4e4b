"""What a channel is to the rest of Monty. Nothing outside this package asks for a channel's kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from channels_app.border import Fetched, Former, Item, KnownTemplate, Media, Outbound, QuickReply, Sender
from channels_app.verdicts import Refused, Verdict
from monty.errors import BadInput

if TYPE_CHECKING:
    from channels_app.models import Channel


MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Window:
    """How long after the customer's last message a channel may be used.

    `product` bounds reopening and responding (a channel may override it). `free` is the provider's own limit for
    any message, `human` its limit for messages written by a person; None: the provider sets no such limit.
    `template_after`: when `free` has passed, approved templates remain possible.
    """

    product: timedelta
    free: timedelta | None = None
    human: timedelta | None = None
    template_after: bool = False


class Unit(StrEnum):
    CHARACTERS = "characters"
    # Of UTF-8.
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Rate:
    """A provider's limit: so many messages in any span of this length, of the whole channel or `of_recipient`."""

    messages: int
    per: timedelta
    of_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel takes and tells, as its provider documents it."""

    text: int
    text_unit: Unit = Unit.CHARACTERS
    # MIME type, or a whole family (`image/*`, `*/*`), to the largest size in bytes. The most exact one counts.
    media: Mapping[str, int] = field(default_factory=dict)
    # How many files one message carries.
    files: int = 1
    # How long a caption of a file may be; 0: a text beside a file is a message of its own.
    caption: int = 0
    # Which files may have one, by MIME type or family.
    captioned: tuple[str, ...] = ("*/*",)
    # What may go out in which time.
    rates: tuple[Rate, ...] = ()
    # How many quick replies may stand under a text.
    quick_replies: int = 0
    # How long each of them may be, by how many there are at most; fewer may be longer or shorter.
    quick_reply_titles: tuple[tuple[int, int], ...] = ()
    # It shows cards, which are alive; elsewhere a text with a link says the same.
    cards: bool = False
    reply_to: bool = False
    reactions: bool = False
    # It can be told that we are typing, that we have read.
    typing: bool = False
    mark_read: bool = False
    # It cannot show that we are typing without showing that we have read.
    typing_reads: bool = False
    # It tells that messages arrived, that they were read.
    delivered: bool = False
    read: bool = False

    def length(self, text: str) -> int:
        """The text's length in the unit that the provider counts in."""
        return len(text.encode(errors="ignore")) if self.text_unit == Unit.BYTES else len(text)

    def largest(self, content_type: str) -> int | None:
        """How many bytes a file of this type may have; None: the channel does not take the type."""
        known = [self.media[name] for name in names_of(content_type) if name in self.media]
        return known[0] if known else None

    def longest_title(self, number: int) -> int | None:
        """How many characters each of so many quick replies may have; None: no limit, or they are not shown at all."""
        return next((longest for most, longest in self.quick_reply_titles if number <= most), None)

    def takes_caption(self, content_type: str, text: str) -> bool:
        """Whether a file of this type may carry this text."""
        captioned = any(name in self.captioned for name in names_of(content_type))
        return captioned and self.length(text) <= self.caption


def names_of(content_type: str) -> tuple[str, str, str]:
    """By which names a table may speak of a MIME type, the most exact one first."""
    return content_type, f"{content_type.partition('/')[0]}/*", "*/*"


class Adapter:
    """One kind of channel. A subclass is one file; everything it does not override is what it cannot do."""

    kind: ClassVar[str]
    label: ClassVar[str]
    # An icon of static/vendor/vendor.toml.
    icon: ClassVar[str] = "message-circle"
    window: ClassVar[Window]
    can: ClassVar[Capabilities]
    # Sending twice does no harm: a message whose worker died while sending may simply be sent again.
    idempotent: ClassVar[bool] = False
    # The provider posts to /webhooks/<uuid>/.
    has_webhook: ClassVar[bool] = False
    # The secret of `Config` that the provider signs its posts with. Channels that share it may share an address there.
    signed_with: ClassVar[str] = "app_secret"

    class Config(forms.Form):
        """The channel's own settings, as the admin asks for them. Stored as `Channel.config`."""

    def __init__(self, channel: "Channel") -> None:
        self.channel = channel

    @classmethod
    def secret_names(cls) -> list[str]:
        """The settings that are secrets: never shown again, encrypted at rest, read by `channel.secret(name)`."""
        fields = cls.Config.base_fields.items()
        return [name for name, field in fields if isinstance(field.widget, forms.PasswordInput)]

    @property
    def to_paste(self) -> str:
        """What connects the channel: pasted by hand at the provider (here: where it shall send its events)."""
        return f"{settings.PUBLIC_URL}/webhooks/{self.channel.uuid}/"

    def demand_length(self, text: str) -> None:
        """Raises BadInput for a text longer than the channel takes, in the unit that its provider counts in."""
        length = self.can.length(text)
        if length > self.can.text:
            facts = {"limit": self.can.text, "length": length}
            sentences = {
                Unit.CHARACTERS: _("At most %(limit)s characters; this is %(length)s."),
                Unit.BYTES: _(
                    "At most %(limit)s bytes (many letters and every emoji count more than one); this is %(length)s."
                ),
            }
            raise BadInput(sentences[self.can.text_unit] % facts, field="text")

    def demand_quick_replies(self, offered: Sequence[QuickReply]) -> None:
        """Raises BadInput for more buttons than the channel shows, or for two that would say the same."""
        if len(offered) > self.can.quick_replies:
            facts = {"limit": self.can.quick_replies, "number": len(offered)}
            sentence = _("At most %(limit)s answers to choose from; these are %(number)s.")
            raise BadInput(sentence % facts, field="quick_replies")
        if len({each.payload for each in offered}) < len(offered) or not all(each.title.strip() for each in offered):
            raise BadInput(_("Answers to choose from need words, and each its own payload."), field="quick_replies")
        longest = self.can.longest_title(len(offered))
        if longest is not None and any(len(each.title) > longest for each in offered):
            sentence = _("An answer to choose from has at most %(limit)s characters.")
            raise BadInput(sentence % {"limit": longest}, field="quick_replies")

    def address_of(self, former: Former) -> str:
        """By which id somebody will write here whom another program has known; "" if that cannot be told."""
        return former.handle

    # --- In --------------------------------------------------------------------------------------------------------

    def handshake(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        """The answer to the provider's GET, as (content type, body); None: it did not prove itself."""
        return None

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the provider signed these very bytes. Compares in constant time."""
        return False

    def parse(self, raw: Any) -> list[Item]:
        """What a delivery (decoded JSON, any value at all) says. Pure and total: it raises nothing, loses nothing."""
        return []

    def fetch_media(self, media: Media, largest: int) -> Fetched:
        """Get a customer's file, at most `largest` bytes. Raises Refused."""
        raise self.cannot(_("Files cannot be fetched from this channel."))

    @property
    def tells_profiles(self) -> bool:
        return type(self).fetch_profile is not Adapter.fetch_profile

    def fetch_profile(self, external_id: str) -> Sender | None:
        """Who this is, asked of the provider; None where it does not tell. Raises Refused."""
        return None

    # --- Out -------------------------------------------------------------------------------------------------------

    def send(self, message: Outbound) -> str:
        """Hand a message to the provider; return the provider's id for it ("" if it gives none). Raises Refused."""
        raise Refused(Verdict.PERMANENT, _("Monty is not connected to %(channel)s yet.") % {"channel": self.label})

    def show_typing(self, recipient: str, *, last: str) -> None:
        """Tell that somebody is typing. `last`: the provider's id of the customer's last message. Raises Refused."""

    def mark_read(self, recipient: str, *, last: str) -> None:
        """Tell that the customer's messages up to `last` were read. Raises Refused."""

    def check(self) -> str:
        """Ask the provider whose account this is, which proves token and address; its name. Raises Refused."""
        raise self.cannot(_("There is nothing to test on this channel."))

    def token_ends(self) -> datetime | None:
        """When the access token ends, exchanged before for one that lives longer where the provider does that.

        None: it does not end, or nobody tells. Raises Refused.
        """
        return None

    def templates(self) -> list[KnownTemplate]:
        """All templates the account has, whatever their status. Raises Refused."""
        return []

    def cannot(self, sentence: str) -> Refused:
        return Refused(Verdict.PERMANENT, f"{self.label}: {sentence}")
