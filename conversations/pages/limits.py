"""What a channel takes, as the composer says it before anything is sent."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from channels_app.adapters.base import Capabilities
from conversations.models.stored_file import at_most

# The rest are documents.
FAMILIES = ["image", "audio", "video"]


@dataclass(frozen=True, slots=True)
class Limits:
    """`text` in `unit`s; `bytes` that any file may have; `media`: what the page's script checks files by (JSON)."""

    text: int
    unit: str
    bytes: int
    media: str
    sentence: str
    # How many files at once, in words.
    number: str


def limits(can: Capabilities) -> Limits:
    sizes = {name: min(size, settings.MEDIA_MAX_BYTES) for name, size in can.media.items()}
    return Limits(
        can.text, can.text_unit.value, settings.MEDIA_MAX_BYTES, json.dumps(sizes), sentence(sizes), at_most()
    )


def sentence(sizes: dict[str, int]) -> str:
    """Of each kind of file how large it may be; what is not named is not taken."""
    by_family = {family: largest(sizes, family) for family in [*FAMILIES, "other"]}
    if len(set(by_family.values())) == 1:
        return _("Up to %(size)s each.") % {"size": filesizeformat(by_family["other"])}
    names = {"image": _("Pictures"), "audio": _("Sound"), "video": _("Films"), "other": _("Documents")}
    line = _("%(what)s up to %(size)s")
    taken = [(names[family], size) for family, size in by_family.items() if size]
    return " · ".join(line % {"what": name, "size": filesizeformat(size)} for name, size in taken) + "."


def largest(sizes: dict[str, int], family: str) -> int:
    """0 where no file of the family is taken."""
    mine = [size for name, size in sizes.items() if family_of(name) == family]
    return max(mine, default=sizes.get("*/*", 0))


def family_of(name: str) -> str:
    family = name.partition("/")[0]
    return family if family in FAMILIES else "other"
