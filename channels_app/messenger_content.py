"""What a message of Messenger or Instagram holds: text, files, and everything that is neither."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from channels_app.border import Media
from channels_app.content import Content, cannot_show, together
from channels_app.json_values import coordinate, identifier, mapping, said, sequence, text, without_blanks

# Instagram shows a story for a day; a mention or an answer comes within it.
STORY_LASTS = timedelta(hours=24)
# While Meta renames a type it sends both; the newer one counts.
RENAMED = {"share": "ig_post", "post": "ig_post", "reel": "ig_reel", "story": "ig_story"}


def content_of(message: dict[str, Any], at: datetime) -> Content:
    return together([Content(text(message.get("text"))), *attached(message, at), *beside(message, at)])


# --- Beside text and attachments ------------------------------------------------------------------------------------


def beside(message: dict[str, Any], at: datetime) -> Iterator[Content]:
    if message.get("is_unsupported") is True:
        yield cannot_show("message")
    if payload := text(mapping(message.get("quick_reply")).get("payload")):
        title = text(message.get("text")) or payload
        yield Content(details={"button": {"title": title, "payload": payload}})
    if came_by := referral_of(message.get("referral")):
        yield Content(details={"referral": came_by})
    if isinstance(story := mapping(message.get("reply_to")).get("story"), dict):
        yield story_part("reply", story, at)


def referral_of(value: Any) -> dict[str, str]:
    """What brought the customer here; {} if nothing is told."""
    told = mapping(value)
    ids = [told.get("ref"), told.get("ad_id"), mapping(told.get("product")).get("id")]
    known = without_blanks(
        {
            "source": text(told.get("source")) or text(told.get("type")),
            "ref": next(filter(None, map(identifier, ids)), ""),
            "title": text(mapping(told.get("ads_context_data")).get("ad_title")),
            "url": text(told.get("referer_uri")),
        }
    )
    return {"source": "link", **known} if known else {}


def order_of(value: Any) -> dict[str, Any]:
    """A basket sent from the page's shop; {} if it is empty."""
    told = mapping(value)
    items = [product for product in map(product_of, sequence(told.get("products"))) if product]
    return without_blanks({"items": items, "note": text(told.get("note"))}) if items else {}


def product_of(value: Any) -> dict[str, str]:
    told = mapping(value)
    price, number = told.get("unit_price"), identifier(told.get("retailer_id")) or identifier(told.get("id"))
    known = {"id": number, "quantity": said(told.get("quantity")), "price": said(price)}
    return without_blanks({**known, "currency": text(told.get("currency"))})


# --- Attachments ----------------------------------------------------------------------------------------------------


def attached(message: dict[str, Any], at: datetime) -> Iterator[Content]:
    """What is attached, in its order, each thing once."""
    attachments = sequence(message.get("attachments"))
    kinds = {kind_of(each) for each in attachments}
    shown = set()
    for each in attachments:
        kind, key = kind_of(each), what_it_is(each)
        if RENAMED.get(kind) in kinds or (key and key in shown) or is_mere_link(each, message):
            continue
        shown.add(key)
        part = ATTACHMENTS[kind](mapping(each), at) if kind in ATTACHMENTS else None
        yield part or cannot_show(kind or "attachment")


def kind_of(attachment: Any) -> str:
    return text(mapping(attachment).get("type"))


def what_it_is(attachment: Any) -> str:
    """The same for one sticker in its two shapes: in 2026 Meta sent it as an image and as a sticker in one message."""
    return identifier(mapping(mapping(attachment).get("payload")).get("sticker_id"))


def is_mere_link(attachment: Any, message: dict[str, Any]) -> bool:
    """A fallback that tells nothing, beside a text: what it stands for is the link in the text."""
    told = mapping(attachment)
    nothing = not of_either(told, "url") and not of_either(told, "title")
    return kind_of(told) == "fallback" and nothing and bool(text(message.get("text")))


def of_either(attachment: dict[str, Any], name: str) -> str:
    """In echoes some parts stand on the attachment itself instead of in its payload."""
    return text(mapping(attachment.get("payload")).get(name)) or text(attachment.get(name))


Reader = Callable[[dict[str, Any], datetime], Content | None]


def file(kind: str) -> Reader:
    def reader(attachment: dict[str, Any], at: datetime) -> Content | None:
        url = of_either(attachment, "url")
        really = "sticker" if what_it_is(attachment) else kind
        return Content(media=(Media(really, url=url),)) if url else None

    return reader


def shared(kind: str) -> Reader:
    def reader(attachment: dict[str, Any], at: datetime) -> Content | None:
        told = without_blanks({"title": of_either(attachment, "title"), "url": of_either(attachment, "url")})
        return Content(details={"shared": {"kind": kind, **told}}) if told else None

    return reader


def location(attachment: dict[str, Any], at: datetime) -> Content | None:
    told = mapping(mapping(attachment.get("payload")).get("coordinates"))
    latitude, longitude = coordinate(told.get("lat"), 90), coordinate(told.get("long"), 180)
    if latitude is None or longitude is None:
        return None
    names = {"name": text(attachment.get("title")), "url": of_either(attachment, "url")}
    return Content(details={"location": {"latitude": latitude, "longitude": longitude, **without_blanks(names)}})


def template(attachment: dict[str, Any], at: datetime) -> Content | None:
    """A card of a product that a customer shares, or (in echoes) a text with buttons."""
    payload = mapping(attachment.get("payload"))
    if wording := text(payload.get("text")):
        return Content(wording)
    elements = sequence(payload.get("elements")) or sequence(mapping(payload.get("product")).get("elements"))
    first = mapping(elements[0]) if elements else {}
    url = next(filter(None, map(text, [first.get("url"), first.get("item_url"), first.get("image_url")])), "")
    told = without_blanks({"title": text(first.get("title")), "url": url})
    return Content(details={"shared": {"kind": "product", **told}}, whole=len(elements) == 1) if told else None


def mention(attachment: dict[str, Any], at: datetime) -> Content:
    return story_part("mention", mapping(attachment.get("payload")), at)


def story_part(kind: str, story: dict[str, Any], at: datetime) -> Content:
    known = without_blanks({"url": text(story.get("url")), "until": (at + STORY_LASTS).isoformat()})
    return Content(details={"story": {"kind": kind, **known}})


def heart(attachment: dict[str, Any], at: datetime) -> Content:
    return Content("❤️")


ATTACHMENTS: dict[str, Reader] = {
    "image": file("image"),
    "sticker": file("sticker"),
    "audio": file("audio"),
    "video": file("video"),
    "file": file("file"),
    "location": location,
    "fallback": shared("link"),
    "share": shared("post"),
    "post": shared("post"),
    "ig_post": shared("post"),
    "reel": shared("reel"),
    "ig_reel": shared("reel"),
    "story": shared("story"),
    "ig_story": shared("story"),
    "story_mention": mention,
    "template": template,
    "like_heart": heart,
}
