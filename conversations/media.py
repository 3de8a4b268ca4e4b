"""Files people send: what they are is found by looking inside, never by their name."""

import io
import warnings
from typing import Any

import filetype
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from channels_app.border import File, clean_name
from monty.errors import MediaRefused, MediaTooLarge

# What a browser may show in place; everything else is downloaded.
INLINE = {"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "audio/mpeg", "audio/ogg", "audio/mp4"}
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
# A picture of more pixels, in all its frames, is a bomb, not a photograph (a 60-megapixel camera's fits).
MAX_PIXELS = 64_000_000
TEXT = "text/plain"


def checked(upload: Any) -> File:
    """A file as it may be stored and passed on. Raises MediaTooLarge, MediaRefused.

    Pictures are decoded and written anew: turned as their EXIF says, then without EXIF (it tells where they were
    taken), and without anything hidden behind the picture.
    """
    name = clean_name(str(upload.name)) or "file"
    if upload.size > settings.MEDIA_MAX_BYTES:
        megabytes = settings.MEDIA_MAX_BYTES // (1024 * 1024)
        raise MediaTooLarge(_("%(name)s is larger than %(limit)s MB.") % {"name": name, "limit": megabytes})
    content = upload.read()
    if not content:
        raise MediaRefused(_("%(name)s is empty.") % {"name": name})
    content_type = sniffed(content)
    if content_type is None:
        raise MediaRefused(_("%(name)s is of a kind that is not passed on.") % {"name": name})
    return picture(name, content, content_type) if content_type in IMAGES else File(name, content, content_type)


def sniffed(content: bytes) -> str | None:
    """The MIME type found in the bytes; plain text that a browser could not take for a page; else None."""
    kind = filetype.guess(content)
    if kind is not None:
        return None if kind.mime in REFUSED else ALSO_KNOWN_AS.get(kind.mime, kind.mime)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "<" in text[:1024] or "\0" in text else TEXT


ALSO_KNOWN_AS = {"image/apng": "image/png"}
# Programs, and formats that carry them.
REFUSED = {"application/x-msdownload", "application/x-executable", "application/x-shockwave-flash"}


def picture(name: str, content: bytes, content_type: str) -> File:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=[IMAGES[content_type]])
            if image.width * image.height * getattr(image, "n_frames", 1) > MAX_PIXELS:
                raise MediaRefused(_("%(name)s has too many pixels.") % {"name": name})
            return rewritten(image, name, content_type)
    except MediaRefused:
        raise
    except Exception as error:  # Broken bytes make a decoder raise anything: struct.error, IndexError, zlib.error, …
        raise MediaRefused(_("%(name)s is not a picture that can be read.") % {"name": name}) from error


def rewritten(image: Image.Image, name: str, content_type: str) -> File:
    animated = getattr(image, "is_animated", False)
    upright = image if animated else ImageOps.exif_transpose(image)
    out = io.BytesIO()
    # The colour profile is part of the picture; comments and metadata are not.
    kept = {"icc_profile": image.info.get("icc_profile"), "exif": b"", "xmp": b"", "comment": b"", "quality": 90}
    upright.save(out, format=IMAGES[content_type], save_all=animated, **kept)
    return File(name, out.getvalue(), content_type, width=upright.width, height=upright.height)
