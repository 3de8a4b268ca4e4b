"""What crosses the border between channels and conversations: plain facts, no rows, no provider's words."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


def storable(text: str) -> str:
    """Without what no database keeps: NUL, and halves of letters (a lone surrogate, which JSON can carry)."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def storable_json(value: Any) -> Any:
    """The same of every text in a value that came as JSON."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_json(key): storable_json(inner) for key, inner in value.items()}
    return [storable_json(inner) for inner in value] if isinstance(value, list | tuple) else value


def clean_name(name: str) -> str:
    """The last part of a path, of letters that can be seen: no line breaks, no reversed writing, no leading dot."""
    last = storable(name).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip(" .")[-200:]


@dataclass(frozen=True, slots=True)
class Sender:
    """The customer. `external_id` is the channel's own id of the person, unique within the channel.

    `also`: further ids of the same person on the channel (WhatsApp: phone number and business-scoped id).
    """

    external_id: str
    name: str = ""
    email: str = ""
    # The channel vouches for name and e-mail; what a visitor merely typed is not verified.
    verified: bool = False
    also: tuple[str, ...] = ()
    username: str = ""
    phone: str = ""
    # Where the person's picture may be fetched now.
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """How another program knew a customer: by the channel's id (`handle`), by the website's (`user`), by a number."""

    handle: str = ""
    user: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file's content with the facts found by looking inside it, never by its name alone."""

    name: str
    content: bytes
    content_type: str
    width: int | None = None
    height: int | None = None
    # A smaller picture for lists and threads, where it is worth having one.
    thumbnail: bytes = b""

    @property
    def is_image(self) -> bool:
        return self.width is not None


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a provider holds and a worker has yet to fetch: by `url`, by the provider's id `ref`, or by both.

    `kind`: image, sticker, audio, voice, video or file, as the provider says; name and type are its hints only.
    """

    kind: str
    url: str = ""
    ref: str = ""
    name: str = ""
    content_type: str = ""

    @property
    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


# --- What a provider tells ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inbound:
    """A customer's message. `external_id` makes it idempotent; `at` is the provider's clock, time-zone aware.

    `details` holds what is neither text nor file, by the names of `DETAILS`. `raw` is the provider's own item, kept
    where Monty could not show all of it.
    """

    external_id: str
    sender: Sender
    at: datetime
    text: str = ""
    files: tuple[File, ...] = ()
    media: tuple[Media, ...] = ()
    # The provider's id of the message that this one answers.
    reply_to: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    raw: Any = None


# The parts of a message beside text and files. Every value in them is a string unless said otherwise, every key but the
# first may be missing, and a whole part is missing where the message has none of it.
DETAILS = {
    "location": "latitude, longitude (numbers), name, address, url",
    "contacts": "a list of: name, phones (list), emails (list), organisation",
    "button": "title, payload: the customer pressed a button, a quick reply or a list's row",
    "form": "name, answers (an object): the customer filled in a form",
    "referral": "source, ref, title, url: what brought the customer here (an advertisement, a link)",
    "story": "kind (reply or mention), url, until (ISO 8601: when the story is gone)",
    "shared": "kind (post, reel, link, product, …), title, url",
    "order": "items (list of: id, quantity, price, currency), note",
    "quick_replies": "a list of: title, payload: buttons that we put under a message to the customer",
    "card": "kind, id: what an upper floor shows under a message to the customer",
    "forwarded": "true",
    "unsupported": "what it was, in the provider's word: Monty shows that something came",
}


@dataclass(frozen=True, slots=True)
class Echo:
    """A message to the customer, told by the provider: Monty's own coming back, or one written somewhere else.

    `ours`: Monty's id of the message, where the provider gives back what Monty sent along.
    """

    external_id: str
    recipient: Sender
    at: datetime
    text: str = ""
    media: tuple[Media, ...] = ()
    reply_to: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    ours: int | None = None
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of messages to a customer: those named, or all sent to `customer` up to a time (a watermark).

    `status`: sent, delivered, read or failed; with failed, `error` and `code` say why. `and_before`: what went to
    `customer` before the messages named here has met with the same.
    """

    status: str
    at: datetime
    external_ids: tuple[str, ...] = ()
    customer: Sender | None = None
    up_to: datetime | None = None
    ours: int | None = None
    code: str = ""
    error: str = ""
    and_before: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """The customer's sign on a message (`target`: its provider's id); "" takes it back."""

    target: str
    sender: Sender
    at: datetime
    emoji: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The customer changed the text of a message of theirs."""

    target: str
    sender: Sender
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Unsend:
    """The customer took a message back; providers want it gone on our side too."""

    target: str
    sender: Sender
    at: datetime


@dataclass(frozen=True, slots=True)
class Typing:
    """The customer is typing: a hint, never stored."""

    sender: Sender
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """The customer has another id from now on (a new phone number). `before` is the old one, `after` the new."""

    before: str
    after: Sender
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider says about the account itself. `stops`: nothing can be sent until a person mends it.

    `topic`: account, quality, template, policy or error.
    """

    topic: str
    detail: str
    code: str = ""
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """An item from which not even a sender can be read: kept with its delivery and shown in the admin."""

    raw: Any
    why: str


Fact = Inbound | Echo | Receipt | Reaction | Edit | Unsend | Typing | Moved | Notice | Unknown


@dataclass(frozen=True, slots=True)
class Item:
    """One fact of a delivery, for the channel with this account id ("": whichever channel it was posted to)."""

    account: str
    fact: Fact


# --- What Monty sends -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outfile:
    """A file for a customer. `link` makes a signed public address for providers that fetch it; costs nothing unread."""

    name: str
    content_type: str
    size: int
    read: Callable[[], bytes]
    link: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template with its values, in the provider's own shape of `components`."""

    name: str
    language: str
    components: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button under a message to the customer: its words, and what comes back beside them when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message for a customer, as an adapter gets it: one message at the provider, so at most one file.

    `also`: the recipient's further ids. `tagged`: the free window has passed and a person wrote it (HUMAN_AGENT).
    """

    id: int
    recipient: str
    text: str = ""
    also: tuple[str, ...] = ()
    file: Outfile | None = None
    reply_to: str = ""
    tagged: bool = False
    template: Template | None = None
    quick_replies: tuple[QuickReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from a provider's media address; nothing about it is checked yet."""

    content: bytes
    name: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template as the provider lists it. `status`: approved, pending, rejected, paused, disabled, …"""

    external_id: str
    name: str
    language: str
    category: str
    status: str
    components: list[dict[str, Any]]
    named: bool = False
