"""Uploads to the simulated X: in one piece for pictures, in parts for the rest."""

import base64
import re
from typing import Any

from django.http import HttpRequest

from channels_app.simulator import files
from channels_app.simulator.apis import door, schemas
from channels_app.simulator.apis.x import demand, invalid, user
from channels_app.simulator.models import UPLOAD_LASTS, Account, Media
from channels_app.simulator.refusals import found

MB = 1024 * 1024
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
# Category to what it takes and how large.
CATEGORIES = {
    "dm_image": (PICTURES, 5 * MB),
    "dm_gif": (("image/gif",), 15 * MB),
    "dm_video": (("video/mp4", "video/quicktime", "video/webm"), 512 * MB),
}


def read(request: HttpRequest) -> dict[str, Any]:
    return door.body_of(request, schemas.X_UPLOAD, invalid)


@user("POST", "GET")
def upload(request: HttpRequest, account: Account) -> dict[str, Any]:
    """One piece, for pictures; asked by GET: how far an upload is."""
    if request.method == "GET":
        return status(account, request.GET.get("media_id", ""))
    body = request.POST if request.content_type == "multipart/form-data" else read(request)
    content, content_type = piece(request, body.get("media")), str(body.get("media_type", ""))
    demand_category(body.get("media_category"), content_type, len(content))
    demand(body.get("media_category") == "dm_image", "Only pictures can be uploaded in one piece")
    return told(files.keep(account, "", content_type, content))


def piece(request: HttpRequest, encoded: Any) -> bytes:
    if file := request.FILES.get("media"):
        return bytes(file.read())
    try:
        return base64.b64decode(str(encoded or ""), validate=True)
    except ValueError as error:
        raise invalid("media is neither a file nor base64") from error


def demand_category(category: Any, content_type: str, size: int) -> None:
    demand(category in CATEGORIES, "media_category is not one of those known")
    takes, largest = CATEGORIES[category]
    demand(content_type in takes, f"media_type {content_type} does not fit {category}")
    demand(0 < size <= largest, "The file is empty or too large")


@user("POST")
def initialize(request: HttpRequest, account: Account) -> dict[str, Any]:
    body = read(request)
    size = body.get("total_bytes", 0)
    demand_category(body.get("media_category"), body.get("media_type", ""), size)
    media = files.keep(account, "", body["media_type"], b"")
    media.size, media.open = size, True
    media.save(update_fields=["size", "open"])
    return told(media)


def upload_of(account: Account, media_id: str, **state: bool) -> Media:
    demand(re.fullmatch("[0-9]{1,20}", media_id), "The media_id is not valid")
    return found(account.media.filter(external_id=media_id, **state).first(), invalid("The media_id is not valid"))


@user("POST")
def append(request: HttpRequest, account: Account, media_id: str) -> dict[str, Any]:
    media = upload_of(account, media_id, open=True)
    body = request.POST if request.content_type == "multipart/form-data" else read(request)
    demand(str(body.get("segment_index", "")).isdecimal(), "segment_index must be a number")
    content = media.read() + piece(request, body.get("media"))
    demand(len(content) <= media.size, "More bytes than were announced")
    announced = media.size
    media.keep(content)
    media.size = announced
    media.save(update_fields=["content", "size"])
    return {"data": {"expires_at": int((media.made_at + UPLOAD_LASTS).timestamp())}}


@user("POST")
def finalize(request: HttpRequest, account: Account, media_id: str) -> dict[str, Any]:
    media = upload_of(account, media_id, open=True)
    demand(media.content.size == media.size, "Fewer bytes than were announced")
    media.open = False
    media.save(update_fields=["open"])
    return told(media, processing_info={"state": "pending", "check_after_secs": 1})


def status(account: Account, media_id: str) -> dict[str, Any]:
    media = upload_of(account, media_id, open=False)
    return told(media, processing_info={"state": "succeeded", "progress_percent": 100})


def told(media: Media, **more: Any) -> dict[str, Any]:
    seconds = int(UPLOAD_LASTS.total_seconds())
    return {"data": {"id": media.external_id, "size": media.size, "expires_after_secs": seconds, **more}}
