"""Attachments of Messenger and Instagram: by link, by an id from an upload, or as a file of a form."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from channels_app.simulator import files, links, refusals
from channels_app.simulator.apis.graph import demand
from channels_app.simulator.models import Account, Media

MB = 1024 * 1024
TYPES = ("image", "audio", "video", "file")
# What may be inside, by how it begins; Instagram's files are PDF only.
TAKES: dict[str, dict[str, tuple[str, ...]]] = {
    "facebook": {"image": ("image/",), "audio": ("audio/",), "video": ("video/",), "file": ("",)},
    "instagram": {
        "image": ("image/png", "image/jpeg", "image/gif"),
        "audio": ("audio/",),
        "video": ("video/",),
        "file": ("application/pdf",),
    },
}
LARGEST, LARGEST_PICTURE = 25 * MB, 8 * MB


def of(account: Account, attachment: dict[str, Any], upload: UploadedFile | None) -> dict[str, Any]:
    """The fields of a `Message` with this attachment. Raises Refusal."""
    kind, payload = attachment.get("type", ""), attachment.get("payload", {})
    if kind == "template":
        return template(payload)
    if kind == "like_heart":
        return {"kind": "heart"}
    demand(kind in TYPES, "attachment.type is not one of those known")
    media, link = file_of(account, kind, payload, upload)
    return {"kind": kind, "media": media, "link": link}


def file_of(
    account: Account, kind: str, payload: dict[str, Any], upload: UploadedFile | None
) -> tuple[Media | None, str]:
    """The file, or the address from which a worker has to fetch it."""
    if upload is not None:
        return kept(account, kind, upload), ""
    link, number = payload.get("url"), payload.get("attachment_id")
    demand((link is None) != (number is None), "payload needs either url or attachment_id")
    if link is not None:
        demand(links.is_ours(link), "Unable to fetch the file from the url", subcode=2018008)
        return None, link
    unknown = refusals.graph(100, "Invalid attachment id", subcode=2018074)
    return refusals.found(account.media.filter(external_id=number).first(), unknown), ""


def kept(account: Account, kind: str, upload: UploadedFile) -> Media:
    content_type = upload.content_type or ""
    takes = TAKES[account.channel.kind][kind]
    demand(content_type.startswith(takes), "The type of the file does not match", subcode=2018047)
    demand((upload.size or 0) <= (LARGEST_PICTURE if kind == "image" else LARGEST), "Too large", subcode=2018109)
    return files.keep(account, upload.name or "file", content_type, upload.read())


def stored(account: Account, attachment: dict[str, Any], upload: UploadedFile | None) -> str:
    """The id under which a file can be sent. Raises Refusal."""
    kind = attachment.get("type", "")
    demand(kind in TYPES, "attachment.type is not one of those known")
    cannot_fetch = refusals.graph(100, "Unable to fetch the file from the url", subcode=2018008)
    return kept(account, kind, refusals.found(upload, cannot_fetch)).external_id


def template(payload: dict[str, Any]) -> dict[str, Any]:
    kind = payload.get("template_type")
    if kind == "generic":
        cards = payload.get("elements", [])
        demand(1 <= len(cards) <= 10, "1 to 10 elements")
        text, buttons, least = cards[0].get("title", ""), cards[0].get("buttons", []), 0
    else:
        demand(kind == "button", "template_type is not one of those known")
        text, buttons, least = payload.get("text", ""), payload.get("buttons", []), 1
    demand(0 < len(text) <= 640, "text has 1 to 640 characters")
    return {"text": text, "details": {"buttons": pressable(buttons, least)}}


def pressable(buttons: list[dict[str, str]], least: int) -> list[dict[str, Any]]:
    demand(least <= len(buttons) <= 3, "1 to 3 buttons")
    for button in buttons:
        demand(button.get("type") in ("postback", "web_url"), "type is not one of those known")
        demand(0 < len(button.get("title", "")) <= 20, "A button's title has 1 to 20 characters")
    presses = [each for each in buttons if each["type"] == "postback"]
    demand(all(each.get("payload") for each in presses), "A postback needs a payload")
    return [{"title": each["title"], "payload": each["payload"]} for each in presses]
