"""What a simulated provider is: what its customers can do, and how it tells Monty about it."""

import json
import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

if TYPE_CHECKING:
    from channels_app.simulator.models import Media, Message, Person

Item = dict[str, Any]


def digits(number: int) -> str:
    """A random decimal number of so many digits, as text: ids are never numbers to us."""
    return str(random.randrange(10 ** (number - 1), 10**number))  # noqa: S311


class Provider:
    """One kind of provider towards one account. Each `…` of it that tells something returns items for webhooks."""

    kind: ClassVar[str]
    # What a customer can send and do: names of `customer.SENDS` and `customer.DOES`.
    customers_can: ClassVar[frozenset[str]]
    # What a customer may set on a message; "" takes it back.
    signs: ClassVar[tuple[str, ...]] = ()

    # A file may have a text of its own.
    captions: ClassVar[bool] = False
    # How a voice note calls itself.
    voice_type: ClassVar[str] = "audio/ogg"

    def __init__(self, account: str) -> None:
        self.account = account

    # --- The account ---------------------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        return f"{settings.PUBLIC_URL}/demo/providers/{self.kind}"

    def configuration(self) -> dict[str, Any]:
        """What Monty needs to be connected, by the names of the adapter's form."""
        raise NotImplementedError

    def person(self, seed: int) -> dict[str, str]:
        """The fields of a `Person` with ids of the right shape; the same seed gives the same ids."""
        raise NotImplementedError

    def message_id(self) -> str:
        raise NotImplementedError

    def opens(self, authorization: str) -> bool:
        """Whether this header may have a file by its link."""
        return True

    # --- What happened, as items ---------------------------------------------------------------------------------

    def heard(self, message: "Message") -> Iterable[Item]:
        """A customer wrote."""
        raise NotImplementedError

    def edited(self, message: "Message") -> Iterable[Item]:
        return ()

    def unsent(self, message: "Message") -> Iterable[Item]:
        return ()

    def reacted(self, message: "Message") -> Iterable[Item]:
        """The customer set `message.reaction` on it, or took it back."""
        return ()

    def accepted(self, message: "Message") -> Iterable[Item]:
        """The business wrote: the echo and the ticks up to delivered, as far as there are any."""
        return ()

    def failed(self, message: "Message", code: int, title: str) -> Iterable[Item]:
        """An accepted message did not reach the customer."""
        return ()

    def seen(self, person: "Person", messages: "list[Message]") -> Iterable[Item]:
        """The customer has seen these messages, the last of which is the newest."""
        return ()

    def typed(self, person: "Person") -> Iterable[Item]:
        return ()

    # --- Webhooks ------------------------------------------------------------------------------------------------

    def bodies(self, items: list[Item], *, together: bool) -> list[dict[str, Any]]:
        """What is posted for these items: one body each, or one for all where the provider can."""
        raise NotImplementedError

    def signature(self, body: bytes, secret: str) -> dict[str, str]:
        raise NotImplementedError

    secret: ClassVar[str]

    def challenge(self) -> tuple[dict[str, str], Callable[[str, str], bool]]:
        """The handshake's query, and whether an answer (content type, body) passes it."""
        raise NotImplementedError


def encoded(body: dict[str, Any]) -> bytes:
    """JSON as Meta posts it: ASCII only, and slashes escaped. What is signed are these bytes."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=True).replace("/", "\\/").encode()


def milliseconds(message: "Message") -> int:
    return int(message.at.timestamp() * 1000)


def link(media: "Media | None") -> str:
    return media.link if media else ""
