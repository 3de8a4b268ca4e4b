"""What crosses the border between channels and conversations: plain facts, no rows, no provider's words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


def storable(text: str) -> str:
    """Without what no database keeps: NUL, and halves of letters (a lone surrogate, which JSON can carry)."""
    return text.replace("\0", "").encode(errors="ignore").decode()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. `external_id` is the channel's own id of the person, unique within the channel."""

    external_id: str
    name: str = ""
    email: str = ""
    # The channel vouches for name and e-mail; what a visitor merely typed is not verified.
    verified: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file's content with the facts found by looking inside it, never by its name alone."""

    name: str
    content: bytes
    content_type: str
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        return self.width is not None


@dataclass(frozen=True, slots=True)
class Inbound:
    """A customer's message. `external_id` makes it idempotent; `at` is the provider's clock, time-zone aware."""

    external_id: str
    sender: Sender
    at: datetime
    text: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message for a customer, as an adapter gets it."""

    id: int
    recipient: str
    text: str
    files: tuple[dict[str, Any], ...] = field(default=())
