"""Keeping files, and drawing those that a customer has at hand: a picture, a sticker, a face, a voice note."""

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from channels_app.simulator.models import Account, Media
from channels_app.simulator.providers.base import digits

VOICE = Path(__file__).parent / "samples" / "voice.ogg"
PAPER, INK = (244, 238, 226), (92, 64, 44)
GLAZES = [(70, 120, 150), (120, 150, 110), (190, 110, 80), (150, 120, 170)]


def keep(account: Account, name: str, content_type: str, content: bytes) -> Media:
    media = Media(account=account, external_id=digits(16), name=name[:200], content_type=content_type)
    media.keep(content)
    media.save()
    return media


def picture(account: Account) -> Media:
    """A mug with a crack, as a customer might photograph it."""
    chance = random.Random()  # noqa: S311
    image = Image.new("RGB", (720, 540), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 400, 720, 540), fill=(206, 182, 150))
    pen.ellipse((430, 210, 590, 370), outline=chance.choice(GLAZES), width=34)
    pen.rounded_rectangle((210, 130, 480, 440), radius=40, fill=chance.choice(GLAZES))
    crack = chance.randint(260, 420)
    pen.line((crack, 132, crack + 18, 210, crack - 8, 268, crack + 14, 330), fill=INK, width=5, joint="curve")
    return keep(account, "mug.jpg", "image/jpeg", saved(image, "JPEG"))


def sticker(account: Account) -> Media:
    image = Image.new("RGBA", (512, 512))
    pen = ImageDraw.Draw(image)
    pen.ellipse((36, 36, 476, 476), fill=(255, 205, 84))
    pen.ellipse((150, 160, 204, 232), fill=INK)
    pen.ellipse((308, 160, 362, 232), fill=INK)
    pen.arc((140, 180, 372, 390), 20, 160, fill=INK, width=22)
    return keep(account, "smile.webp", "image/webp", saved(image, "WEBP"))


def voice(account: Account) -> Media:
    return keep(account, "voice.ogg", account.provider.voice_type, VOICE.read_bytes())


def face(name: str, size: int = 400) -> bytes:
    """A profile picture: the first letter on a colour."""
    image = Image.new("RGB", (size, size), GLAZES[sum(map(ord, name)) % len(GLAZES)])
    letter, font = name[:1].upper(), ImageFont.load_default(size // 2)
    ImageDraw.Draw(image).text((size / 2, size / 2), letter, fill="white", font=font, anchor="mm")
    return saved(image, "PNG")


def saved(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, format=form)
    return out.getvalue()
