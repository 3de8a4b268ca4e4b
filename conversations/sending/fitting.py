"""Files made to fit what a channel takes: pictures are converted where that costs nothing but bytes, else refused."""

import io
from pathlib import PurePath

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

from channels_app.adapters.base import Adapter
from channels_app.border import File
from monty.errors import MediaRefused, MediaTooLarge

JPEG = "image/jpeg"
# Eight bits a colour; providers refuse CMYK and 16 bits, and only after having accepted them.
PLAIN = {"1", "L", "LA", "P", "RGB", "RGBA"}
# Fewer and fewer bytes: first by quality, then by size.
STEPS = [(1.0, 90), (1.0, 80), (1.0, 70), (0.7, 80), (0.5, 80), (0.35, 75), (0.25, 75)]


def fitted(file: File, adapter: Adapter) -> File:
    """The file as the adapter's channel takes it. Raises MediaTooLarge, MediaRefused."""
    largest = adapter.can.largest(file.content_type)
    if fits(file, largest):
        return file
    goal = adapter.can.largest(JPEG)
    if file.is_image and goal is not None and (picture := as_jpeg(file, goal)):
        return picture
    words = {"name": file.name, "channel": adapter.label, "type": file.content_type}
    if largest is None:
        raise MediaRefused(_("%(name)s: %(channel)s does not take files of this kind (%(type)s).") % words)
    limit = filesizeformat(largest)
    raise MediaTooLarge(_("%(name)s is larger than the %(limit)s that %(channel)s takes.") % {**words, "limit": limit})


def fits(file: File, largest: int | None) -> bool:
    return largest is not None and len(file.content) <= largest and (not file.is_image or is_plain(file))


def is_plain(file: File) -> bool:
    with Image.open(io.BytesIO(file.content)) as image:
        return image.mode in PLAIN


def as_jpeg(file: File, largest: int) -> File | None:
    """The picture as a JPEG of at most so many bytes; None if it moves (that would be lost), or stays too large."""
    with Image.open(io.BytesIO(file.content)) as image:
        if getattr(image, "is_animated", False):
            return None
        flat = on_white(image)
    for scale, quality in STEPS:
        smaller = flat.resize((max(1, int(flat.width * scale)), max(1, int(flat.height * scale))))
        out = io.BytesIO()
        smaller.save(out, format="JPEG", quality=quality, optimize=True)
        if out.tell() <= largest:
            name = f"{PurePath(file.name).stem or 'picture'}.jpg"
            return File(name, out.getvalue(), JPEG, width=smaller.width, height=smaller.height)
    return None


def on_white(image: Image.Image) -> Image.Image:
    """A JPEG has no see-through parts: what they showed is white in every chat."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        # More than eight bits: the high ones are the picture.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
