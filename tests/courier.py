"""A channel whose customers send files, and which knows who they are: what it holds is laid down by the test."""

from typing import ClassVar

from channels_app.border import Fetched, Media, Sender
from tests.pigeon import Pigeon


class Courier(Pigeon):
    kind = "courier"
    label = "Courier"
    # By address; an error is raised.
    holds: ClassVar[dict[str, Fetched | Exception]] = {}
    knows: ClassVar[dict[str, Sender | Exception]] = {}
    asked: ClassVar[list[str]] = []

    @classmethod
    def forget(cls) -> None:
        for memory in (cls.holds, cls.knows, cls.asked, cls.carried):
            memory.clear()

    def fetch_media(self, media: Media, largest: int) -> Fetched:
        self.asked.append(media.url)
        held = self.holds[media.url]
        if isinstance(held, Exception):
            raise held
        return held

    def fetch_profile(self, external_id: str) -> Sender | None:
        self.asked.append(external_id)
        known = self.knows.get(external_id)
        if isinstance(known, Exception):
            raise known
        return known
