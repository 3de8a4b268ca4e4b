"""Bringing a file to X before the message that carries it: pictures in one piece, the rest in parts."""

import time
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import Outfile
from channels_app.json_values import identifier, mapping, text
from channels_app.twitter_calls import Api
from channels_app.verdicts import Refused, Verdict

# X takes parts of up to 5 MB.
PART = 4 * 1024 * 1024
# Seconds that X may take to convert a video, while a worker waits; longer, and the message is tried again later.
PATIENCE = 20


def upload(api: Api, file: Outfile) -> str:
    """The id of the file at X, which lives for a day. Raises Refused. Uploading twice does no harm."""
    if file.content_type == "image/gif":
        return in_parts(api, file, "dm_gif")
    if file.content_type.startswith("video/"):
        return in_parts(api, file, "dm_video")
    fields = {"media_category": "dm_image", "media_type": file.content_type}
    told = api.ask("POST", "/2/media/upload", data=fields, files={"media": as_part(file, file.read())}, harmless=True)
    return id_in(told)


def in_parts(api: Api, file: Outfile, category: str) -> str:
    about = {"media_type": file.content_type, "total_bytes": file.size, "media_category": category}
    media_id = id_in(api.ask("POST", "/2/media/upload/initialize", json=about, harmless=True))
    content = file.read()
    for index, start in enumerate(range(0, len(content), PART)):
        part = {"media": as_part(file, content[start : start + PART])}
        fields = {"segment_index": str(index)}
        api.ask("POST", f"/2/media/upload/{media_id}/append", data=fields, files=part, harmless=True)
    wait_for(api, media_id, api.ask("POST", f"/2/media/upload/{media_id}/finalize", harmless=True))
    return media_id


def wait_for(api: Api, media_id: str, told: dict[str, Any]) -> None:
    """Until X has converted the file. Raises Refused."""
    ends = time.monotonic() + PATIENCE
    while (state := text(mapping(told.get("processing_info")).get("state"))) not in ("", "succeeded"):
        pause = seconds_to_wait(told)
        if state == "failed":
            raise Refused(Verdict.PERMANENT, _("X cannot convert this file."), code="processing")
        if time.monotonic() + pause > ends:
            raise Refused(Verdict.RETRY, _("X is still converting the file."), code="processing")
        time.sleep(pause)
        told = api.ask("GET", "/2/media/upload", params={"media_id": media_id, "command": "STATUS"}, harmless=True)


def seconds_to_wait(told: dict[str, Any]) -> float:
    seconds = mapping(told.get("processing_info")).get("check_after_secs")
    return max(1.0, float(seconds)) if isinstance(seconds, int) else 1.0


def as_part(file: Outfile, content: bytes) -> tuple[str, bytes, str]:
    return file.name, content, file.content_type


def id_in(told: dict[str, Any]) -> str:
    if media_id := identifier(told.get("id")):
        return media_id
    raise Refused(Verdict.RETRY, _("X's answer cannot be read."), code="no media id")
