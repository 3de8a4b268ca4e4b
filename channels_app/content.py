"""What a provider's message holds, as readers of all providers put it together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from channels_app.border import Media


@dataclass(frozen=True, slots=True)
class Content:
    """`details`: by the names of `border.DETAILS`. `whole`: nothing of it is missing here."""

    text: str = ""
    media: tuple[Media, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    whole: bool = True


def together(parts: Sequence[Content]) -> Content:
    """A message of these parts. Of two details of one name the first is shown; an empty message cannot be."""
    details = {name: value for part in reversed(parts) for name, value in part.details.items()}
    wording = "\n".join(part.text for part in parts if part.text)
    media = tuple(media for part in parts for media in part.media)
    if not (wording or media or details):
        return cannot_show("message")
    none_hidden = len(details) == sum(len(part.details) for part in parts)
    return Content(wording, media, details, whole=none_hidden and all(part.whole for part in parts))


def cannot_show(what: str) -> Content:
    return Content(details={"unsupported": what[:100] or "message"}, whole=False)
