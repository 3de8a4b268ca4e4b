"""Files people send: what they are is found by looking inside, never by their name."""

import io
import mimetypes
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any

import filetype
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from channels_app.border import Fetched, File, Media, clean_name
from monty.errors import MediaRefused, MediaTooLarge

# What a browser may show in place; everything else is downloaded.
INLINE = {
    *("image/jpeg", "image/png", "image/gif", "image/webp"),
    *("video/mp4", "video/webm", "video/quicktime"),
    *("audio/mpeg", "audio/ogg", "audio/mp4", "audio/aac", "audio/wav", "audio/webm"),
}
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
# A picture of more pixels, in all its frames, is a bomb, not a photograph (a 60-megapixel camera's fits).
MAX_PIXELS = 64_000_000
# Pixels of the longer side of a thumbnail, and of a customer's portrait.
SMALL, PORTRAIT = 480, 192
SMALL_TYPE = "image/webp"
TEXT = "text/plain"
# Whatever it is, a browser only keeps it.
UNKNOWN = "application/octet-stream"


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


def received(fetched: Fetched, told: Media) -> File:
    """A customer's file as a provider gave it. Raises MediaRefused for an empty one only.

    The customer has sent it, so of whatever kind it is, it is kept: what could do harm in a browser, or is no picture
    that can be read, as something to download.
    """
    name = clean_name(told.name or fetched.name or told.kind) or "file"
    if not fetched.content:
        raise MediaRefused(_("The file is empty."))
    content_type = sniffed(fetched.content) or UNKNOWN
    if content_type in IMAGES:
        with suppress(MediaRefused):
            return picture(with_suffix(name, content_type), fetched.content, content_type)
        content_type = UNKNOWN
    return File(with_suffix(name, content_type), fetched.content, content_type)


def with_suffix(name: str, content_type: str) -> str:
    """A name by which the file can be opened once it is downloaded."""
    known = mimetypes.guess_extension(content_type) if content_type != UNKNOWN else None
    return name if PurePosixPath(name).suffix or known is None else name + known


def portrait(content: bytes) -> bytes:
    """Somebody's picture, small and square, as WebP. Raises MediaRefused."""
    name = _("The picture")
    with readable(name):
        image = ImageOps.exif_transpose(unpacked(name, content, sniffed(content) or UNKNOWN))
        return webp(ImageOps.fit(opaque(image), (PORTRAIT, PORTRAIT)))


def sniffed(content: bytes) -> str | None:
    """The MIME type found in the bytes; plain text that a browser could not take for a page; else None."""
    kind = filetype.guess(content)
    if kind is not None:
        mime = ALSO_KNOWN_AS.get(kind.mime, kind.mime)
        return None if mime in REFUSED else only_sound(content, mime) or mime
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "<" in text[:1024] or "\0" in text else TEXT


def only_sound(content: bytes, content_type: str) -> str:
    """The type of a film that has no picture, which is what a browser records of a voice; "" of all else.

    Both formats name their tracks by kind near the beginning, or, of an MP4 that was written in one go, at the end.
    """
    sound, picture = TRACKS.get(content_type, ((), ()))
    named = content[:TRACKS_WITHIN] + content[-TRACKS_WITHIN:]
    found = any(name in named for name in sound) and not any(name in named for name in picture)
    return f"audio/{content_type.partition('/')[2]}" if found else ""


# How tracks of sound and of pictures call themselves: WebM by codec, MP4 by handler (and eight bytes of nothing).
TRACKS = {
    "video/webm": ((b"A_OPUS", b"A_VORBIS"), (b"V_VP8", b"V_VP9", b"V_AV1")),
    "video/mp4": ((b"hdlr" + bytes(8) + b"soun",), (b"hdlr" + bytes(8) + b"vide",)),
}
TRACKS_WITHIN = 256 * 1024
ALSO_KNOWN_AS = {"image/apng": "image/png", "video/x-m4v": "video/mp4", "audio/x-wav": "audio/wav"}
# Programs, and formats that carry them.
REFUSED = {"application/x-msdownload", "application/x-executable", "application/x-shockwave-flash"}


def picture(name: str, content: bytes, content_type: str) -> File:
    with readable(name):
        return rewritten(unpacked(name, content, content_type), name, content_type)


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Broken bytes make a decoder raise anything (struct.error, IndexError, zlib.error, …): here it is MediaRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except MediaRefused:
        raise
    except Exception as error:
        raise MediaRefused(not_a_picture(name)) from error


def not_a_picture(name: str) -> str:
    return _("%(name)s is not a picture that can be read.") % {"name": name}


def unpacked(name: str, content: bytes, content_type: str) -> Image.Image:
    """Raises MediaRefused for a bomb, and anything at all for broken bytes."""
    image = Image.open(io.BytesIO(content), formats=[IMAGES[content_type]])
    if image.width * image.height * getattr(image, "n_frames", 1) > MAX_PIXELS:
        raise MediaRefused(_("%(name)s has too many pixels.") % {"name": name})
    return image


def rewritten(image: Image.Image, name: str, content_type: str) -> File:
    animated = getattr(image, "is_animated", False)
    upright = image if animated else ImageOps.exif_transpose(image)
    width, height = upright.size
    out = io.BytesIO()
    # The colour profile is part of the picture; comments and metadata are not.
    kept = {"icc_profile": image.info.get("icc_profile"), "exif": b"", "xmp": b"", "comment": b"", "quality": 90}
    upright.save(out, format=IMAGES[content_type], save_all=animated, **kept)
    return File(name, out.getvalue(), content_type, width=width, height=height, thumbnail=thumbnail(upright))


def thumbnail(image: Image.Image) -> bytes:
    """A small copy of the first frame; b"" of a picture that is small itself. The image is used up."""
    if max(image.size) <= SMALL:
        return b""
    image.seek(0)
    small = opaque(image)
    small.thumbnail((SMALL, SMALL))
    return webp(small)


def opaque(image: Image.Image) -> Image.Image:
    """In colours that WebP knows and that can be blended; see-through where it was."""
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode == wanted:
        return image
    converted = image.convert(wanted)
    # It told how to read the colours as they were.
    converted.info.pop("icc_profile", None)
    return converted


def webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="WEBP", quality=80, icc_profile=image.info.get("icc_profile"), exif=b"", xmp=b"")
    return out.getvalue()
