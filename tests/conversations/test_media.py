"""Files: what they are is found by looking inside, and pictures carry nothing but the picture."""

import contextlib
import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from conversations import media
from monty.errors import MediaRefused, MediaTooLarge

pytestmark = pytest.mark.once

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def upload(content: bytes, name: str = "file.bin") -> SimpleUploadedFile:
    """What a form brings, under the very name the browser gave it."""
    file = SimpleUploadedFile("name", content)
    file.__dict__["_name"] = name
    return file


def checked(content: bytes, name: str = "file.bin"):
    return media.checked(upload(content, name))


def drawn(format: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), **options) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size)
    image.save(out, format=format, **options)
    return out.getvalue()


def moving(format: str, frames: int = 3, size: tuple[int, int] = (40, 20)) -> bytes:
    pictures = [Image.new("RGB", size, (number * 40, 0, 0)) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, format=format, save_all=True, append_images=pictures[1:], duration=80, loop=0)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def exif(**tags) -> Image.Exif:
    found = Image.Exif()
    found[ORIENTATION], found[MAKER] = tags.get("orientation", 6), "a camera"
    found[GPS] = {1: "N", 2: (52.0, 31.0, 0.0)}
    return found


# --- Pictures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_a_picture_is_known_by_its_content(format, content_type):
    file = checked(drawn(format), "no-picture.txt")

    assert (file.content_type, file.width, file.height, file.is_image) == (content_type, 40, 20, True)
    assert opened(file.content).size == (40, 20)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_stands_upright_and_no_longer_says_where_it_was_taken(format):
    file = checked(drawn(format, exif=exif(orientation=6)))

    assert (file.width, file.height) == (20, 40)
    picture = opened(file.content)
    assert picture.size == (20, 40)
    assert dict(picture.getexif()) == {}
    assert b"a camera" not in file.content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_ways_to_hold_a_camera_are_understood(orientation):
    file = checked(drawn("JPEG", exif=exif(orientation=orientation)))

    assert (file.width, file.height) == ((40, 20) if orientation < 5 else (20, 40))


def test_a_photograph_keeps_its_colours():
    """Phones save in wide colour and say so in a profile: without it a picture looks washed out."""
    profile = b"profile" * 20

    file = checked(drawn("JPEG", icc_profile=profile))

    assert opened(file.content).info["icc_profile"] == profile


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_hides_behind_the_picture_is_gone(format):
    assert b"alert" not in checked(drawn(format) + HTML).content


def test_what_hides_beside_the_picture_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    files = [
        drawn("JPEG", comment=b"<script>alert(1)</script>"),
        drawn("GIF", comment=b"<script>alert(1)</script>"),
        drawn("PNG", pnginfo=notes),
        drawn("JPEG", xmp=b"<script>alert(1)</script>"),
        drawn("WEBP", xmp=b"<script>alert(1)</script>"),
    ]
    for content in files:
        assert b"alert" in content
        assert b"alert" not in checked(content).content


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_what_moves_goes_on_moving(format):
    file = checked(moving(format))

    assert opened(file.content).n_frames == 3
    assert (file.width, file.height) == (40, 20)


@pytest.mark.parametrize(
    ("format", "mode"),
    [
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("GIF", mode) for mode in ("L", "P")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_every_way_to_store_a_colour_is_understood(format, mode):
    file = checked(drawn(format, mode))

    assert opened(file.content).size == (40, 20)


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP"])
def test_what_is_see_through_stays_so(format):
    image = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 20, 20))
    out = io.BytesIO()
    image.save(out, format=format)

    picture = opened(checked(out.getvalue()).content).convert("RGBA")

    assert picture.getpixel((35, 10))[3] == 0
    assert picture.getpixel((5, 10))[3] == 255


def test_a_bomb_is_refused_before_it_is_unpacked():
    """A few kilobytes that claim to be a gigapixel."""
    width = height = 32_000
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND")
    )

    with pytest.raises(MediaRefused):
        checked(bomb)


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def test_one_pixel_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(media, "MAX_PIXELS", 800)
    checked(drawn("PNG", size=(40, 20)))

    with pytest.raises(MediaRefused, match="pixels"):
        checked(drawn("PNG", size=(40, 21)))


def test_many_small_frames_count_as_well(monkeypatch):
    monkeypatch.setattr(media, "MAX_PIXELS", 2400)
    checked(moving("GIF", frames=3))

    with pytest.raises(MediaRefused, match="pixels"):
        checked(moving("GIF", frames=4))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_a_picture_is_refused(format):
    content = drawn(format, size=(400, 200))

    with pytest.raises(MediaRefused):
        checked(content[: len(content) // 2])


WHOLE = [drawn("JPEG", exif=exif()), drawn("PNG"), drawn("GIF"), drawn("WEBP"), *map(moving, ("GIF", "WEBP", "PNG"))]


@given(st.sampled_from(WHOLE), st.randoms(use_true_random=False))
def test_no_damaged_picture_does_worse_than_being_refused(whole, dice):
    content = bytearray(whole)
    for _ in range(dice.randrange(1, 12)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    del content[dice.randrange(len(content) // 2, len(content)) :]

    with contextlib.suppress(MediaRefused):
        media.checked(upload(bytes(content)))


# --- Other files ----------------------------------------------------------------------------------------------------


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(20)
MP4 = b"\0\0\0\x18ftypisom" + bytes(20)
SOUND, PICTURE = (b"hdlr" + bytes(8) + kind for kind in (b"soun", b"vide"))


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (WEBM + b"A_OPUS", "audio/webm"),
        (WEBM + b"A_OPUS" + b"V_VP9", "video/webm"),
        (WEBM, "video/webm"),
        (MP4 + SOUND, "audio/mp4"),
        (MP4 + SOUND + PICTURE, "video/mp4"),
        (MP4 + PICTURE, "video/mp4"),
        (MP4 + bytes(300_000) + SOUND, "audio/mp4"),
        (b"OggS" + bytes(60), "audio/ogg"),
    ],
)
def test_a_film_without_a_picture_is_a_sound(content, content_type):
    assert media.sniffed(content + bytes(60)) == content_type


def test_a_document_passes_as_it_is():
    file = checked(PDF, "offer.pdf")

    assert (file.content, file.content_type, file.is_image) == (PDF, "application/pdf", False)


def test_plain_text_passes():
    assert checked("Grüße\n1;2;3".encode(), "list.csv").content_type == "text/plain"


@pytest.mark.parametrize("name", ["page.html", "picture.png", "offer.pdf", "notes.txt"])
@pytest.mark.parametrize("content", [HTML, SVG, b"\xef\xbb\xbf" + HTML, b"   \n" + SVG, b"<?xml version='1.0'?>" + SVG])
def test_pages_are_refused_under_any_name(content, name):
    with pytest.raises(MediaRefused):
        checked(content, name)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ" + b"\0" * 200,
        b"\x7fELF\x02\x01\x01" + b"\0" * 200,
        b"CWS\x0a" + b"\0" * 200,
        bytes(range(256)),
        b"text with \0",
    ],
    ids=["windows", "linux", "flash", "noise", "nul"],
)
def test_programs_and_what_nobody_knows_are_refused(content):
    with pytest.raises(MediaRefused):
        checked(content, "holiday.jpg")


def test_an_empty_file_is_refused():
    with pytest.raises(MediaRefused, match="empty"):
        checked(b"")


def test_too_large_a_file_is_refused_unread(settings):
    settings.MEDIA_MAX_BYTES = 10
    checked(b"0123456789")

    file = upload(b"01234567890", "long.txt")
    with pytest.raises(MediaTooLarge, match=r"long\.txt"):
        media.checked(file)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\offer.pdf", "offer.pdf"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("nul\0.pdf", "nul.pdf"),
        ("half \ud83d.pdf", "half .pdf"),
        ("gpj.\u202efdp.exe", "gpj.fdp.exe"),
        ("Grüße.pdf", "Grüße.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
    ids=ascii,
)
def test_a_name_is_only_a_name(given_name, kept):
    assert checked(PDF, given_name).name == kept


def test_a_refusal_names_the_file():
    with pytest.raises(MediaRefused, match=r"page\.html"):
        checked(HTML, "page.html")
