"""What a direct message of X holds: text, at most one file, and what is neither."""

import re
from typing import Any

from channels_app.border import Media
from channels_app.content import Content, cannot_show, together
from channels_app.json_values import coordinate, identifier, mapping, sequence, text

SHORT_LINK = re.compile(r"https?://t\.co/\w+")
MEDIA_KINDS = {"photo": "image", "video": "video", "animated_gif": "video"}


def content_of(data: dict[str, Any], via: Any) -> Content:
    """`data`: the message; `via`: what it answers to, outside the conversation."""
    attachment = mapping(data.get("attachment"))
    wording = written(data, without=text(mapping(attachment.get("media")).get("url")))
    files = [attached(attachment)] if attachment else []
    return together([Content(wording), *files, pressed(data, wording), came_by(via)])


def written(data: dict[str, Any], *, without: str) -> str:
    """X shortens every link to t.co, and puts one for the file at the end of the text."""
    links = [mapping(each) for each in sequence(mapping(data.get("entities")).get("urls"))]
    meant = {text(link.get("url")): text(link.get("expanded_url")) or text(link.get("url")) for link in links}
    meant[without] = ""
    wording = SHORT_LINK.sub(lambda found: meant.get(found[0], found[0]), text(data.get("text")))
    return wording.strip() if without else wording


def attached(attachment: dict[str, Any]) -> Content:
    return (
        file_of(mapping(attachment.get("media"))) or place_of(attachment) or cannot_show(text(attachment.get("type")))
    )


def file_of(told: dict[str, Any]) -> Content | None:
    kind = MEDIA_KINDS.get(text(told.get("type")))
    if kind == "video":
        variants = map(mapping, sequence(mapping(told.get("video_info")).get("variants")))
        playable = [each for each in variants if each.get("content_type") == "video/mp4" and text(each.get("url"))]
        best = max(playable, key=bitrate, default={})
        return Content(media=(Media("video", url=text(best["url"]), content_type="video/mp4"),)) if best else None
    url = text(told.get("media_url_https"))
    return Content(media=(Media(kind, url=url, ref=identifier(told.get("id_str"))),)) if kind and url else None


def bitrate(variant: dict[str, Any]) -> float:
    value = variant.get("bitrate")
    return value if isinstance(value, int) else -1


def place_of(attachment: dict[str, Any]) -> Content | None:
    shared = mapping(mapping(attachment.get("location")).get("shared_coordinate"))
    pair = sequence(mapping(shared.get("coordinates")).get("coordinates"))
    longitude, latitude = (coordinate(pair[0], 180), coordinate(pair[1], 90)) if len(pair) == 2 else (None, None)
    if latitude is None or longitude is None:
        return None
    return Content(details={"location": {"latitude": latitude, "longitude": longitude}})


def pressed(data: dict[str, Any], wording: str) -> Content:
    payload = text(mapping(data.get("quick_reply_response")).get("metadata"))
    return Content(details={"button": {"title": wording or payload, "payload": payload}} if payload else {})


def came_by(via: Any) -> Content:
    """What the customer answered to: a post with a button, a welcome message."""
    for name, source in (("tweet_id", "post"), ("welcome_message_id", "welcome message")):
        if ref := identifier(mapping(via).get(name)):
            return Content(details={"referral": {"source": source, "ref": ref}})
    return Content()
