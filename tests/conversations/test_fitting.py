"""Files made to fit what a channel takes."""

import io
import os

import pytest
from PIL import Image

from channels_app.adapters.base import MB, Capabilities
from channels_app.border import File
from channels_app.models import Channel
from conversations.sending.fitting import fitted
from monty.errors import MediaRefused, MediaTooLarge
from tests.conversations.test_media import checked, drawn, moving
from tests.pigeon import Pigeon


class Strict(Pigeon):
    """Takes of pictures only small ones, and of kinds only some."""

    label = "Strictline"
    can = Capabilities(
        text=100, media={"image/jpeg": 40_000, "image/png": 40_000, "audio/*": 100, "application/pdf": MB}
    )


STRICT = Strict(Channel())


def opened(file: File) -> Image.Image:
    return Image.open(io.BytesIO(file.content))


def noise(size: int = 600) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (size, size), os.urandom(size * size * 3)).save(out, format="PNG")
    return out.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_what_fits_stays_as_it_is(format):
    file = checked(drawn(format), "photo.xyz")

    assert fitted(file, STRICT) is file


def test_a_picture_of_a_kind_that_is_not_taken_becomes_a_jpeg():
    file = fitted(checked(drawn("WEBP"), "photo.webp"), STRICT)

    assert (file.name, file.content_type, file.width, file.height) == ("photo.jpg", "image/jpeg", 40, 20)
    assert opened(file).format == "JPEG"


def test_a_picture_that_is_too_large_becomes_smaller():
    file = fitted(checked(noise(), "photo.png"), STRICT)

    assert file.content_type == "image/jpeg"
    assert len(file.content) <= 40_000
    assert opened(file).size == (file.width, file.height)


@pytest.mark.parametrize(("format", "mode"), [("JPEG", "CMYK"), ("PNG", "I;16")])
def test_colours_that_providers_refuse_become_ordinary_ones(format, mode):
    file = fitted(checked(drawn(format, mode)), STRICT)

    assert (opened(file).mode, file.content_type) == ("RGB", "image/jpeg")


def test_what_could_be_seen_through_is_white():
    out = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(out, format="WEBP", lossless=True)

    assert opened(fitted(checked(out.getvalue()), STRICT)).getpixel((5, 5)) == (255, 255, 255)


def test_a_deep_grey_stays_grey():
    out = io.BytesIO()
    Image.new("I;16", (40, 20), 0x8000).save(out, format="PNG")

    assert abs(opened(fitted(checked(out.getvalue()), STRICT)).getpixel((5, 5))[0] - 128) <= 2


def test_a_moving_picture_is_refused_because_it_would_stand_still():
    with pytest.raises(MediaRefused, match=r"hop.gif: Strictline does not take files of this kind \(image/gif\)"):
        fitted(checked(moving("GIF"), "hop.gif"), STRICT)


def test_a_file_of_a_kind_that_is_not_taken_is_refused_in_words():
    with pytest.raises(MediaRefused, match=r"notes.txt: Strictline does not take files of this kind \(text/plain\)"):
        fitted(File("notes.txt", b"words", "text/plain"), STRICT)


def test_a_file_that_is_too_large_is_refused_in_words():
    with pytest.raises(MediaTooLarge, match=r"song.mp3 is larger than the 100.bytes that Strictline takes"):
        fitted(File("song.mp3", b"x" * 101, "audio/mpeg"), STRICT)


def test_the_largest_file_is_taken():
    file = File("song.mp3", b"x" * 100, "audio/mpeg")

    assert fitted(file, STRICT) is file
