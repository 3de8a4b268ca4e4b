"""One answer as the messages that it becomes at the provider: there each carries so many files, and a text or none."""

from dataclasses import dataclass, replace

from channels_app.adapters.base import Capabilities
from channels_app.border import File


@dataclass(frozen=True, slots=True)
class Part:
    text: str = ""
    files: tuple[File, ...] = ()


def parts(can: Capabilities, text: str, files: tuple[File, ...]) -> list[Part]:
    """In the order in which they are sent: the files, the last of which says the text if it may, else the text after.

    Pure. Each is one message at the provider, so that one which fails leaves no other half done.
    """
    carriers = [Part(files=files[first : first + can.files]) for first in range(0, len(files), can.files)]
    if not carriers:
        return [Part(text)]
    if not text.strip():
        return carriers
    if can.takes_caption(carriers[-1].files[-1].content_type, text):
        return [*carriers[:-1], replace(carriers[-1], text=text)]
    return [*carriers, Part(text)]
