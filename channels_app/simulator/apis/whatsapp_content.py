"""What a WhatsApp message may hold, by its type: checked, and turned into the fields of a `Message`."""

from collections.abc import Callable
from typing import Any

from channels_app.simulator import links
from channels_app.simulator.apis.whatsapp_templates import filled
from channels_app.simulator.models import Account
from channels_app.simulator.refusals import demand_of_whatsapp as demand
from channels_app.simulator.refusals import found
from channels_app.simulator.refusals import whatsapp as refusal

MB = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, dict[str, int]] = {
    "audio": dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MB),
    "image": dict.fromkeys(("image/jpeg", "image/png"), 5 * MB),
    "sticker": {"image/webp": 500 * 1024},
    "video": dict.fromkeys(("video/mp4", "video/3gpp"), 16 * MB),
    "document": dict.fromkeys(("application/", "text/plain"), 100 * MB),
}


def limit_of(content_type: str, kind: str = "") -> int | None:
    """The largest size of a file of this type, sent as this kind (or as any)."""
    bare = content_type.partition(";")[0]
    tables = [TYPES[kind]] if kind else TYPES.values()
    return next((size for table in tables for name, size in table.items() if bare.startswith(name)), None)


def text(_account: Account, part: dict[str, Any]) -> dict[str, Any]:
    body = part.get("body", "")
    demand(body, "text.body is missing", code=131008)
    demand(len(body) <= 4096, "text.body has at most 4096 characters")
    return {"text": body}


def file(kind: str) -> Callable[[Account, dict[str, Any]], dict[str, Any]]:
    def read(account: Account, part: dict[str, Any]) -> dict[str, Any]:
        caption, number, link = part.get("caption", ""), part.get("id"), part.get("link")
        demand((number is None) != (link is None), f"{kind} needs either id or link")
        demand(not caption or kind not in ("audio", "sticker"), f"{kind} takes no caption")
        demand(len(caption) <= 1024, "A caption has at most 1024 characters")
        said = {"kind": "voice" if part.get("voice") else KINDS.get(kind, kind), "text": caption}
        if link is not None:
            demand(links.is_ours(link), "The file could not be fetched", code=131053)
            return {**said, "link": link}
        media = found(account.media.filter(external_id=number).first(), refusal(131009, "No such file"))
        limit = limit_of(media.content_type, kind)
        demand(limit and media.size <= limit, f"{media.content_type} is no {kind}", code=131053)
        return {**said, "media": media}

    return read


def interactive(_account: Account, part: dict[str, Any]) -> dict[str, Any]:
    kind = part.get("type")
    demand(kind in ("button", "list"), "interactive.type is not one of those known", code=131051)
    body = part.get("body", {}).get("text", "")
    demand(0 < len(body) <= (1024 if kind == "button" else 4096), "interactive.body.text is too short or too long")
    action = part.get("action", {})
    if kind == "button":
        return {"text": body, "details": {"buttons": reply_buttons(action)}}
    return {"text": body, "details": {"buttons": list_rows(action), "list": action["button"]}}


def reply_buttons(action: dict[str, Any]) -> list[dict[str, Any]]:
    replies = [each.get("reply", {}) for each in action.get("buttons", [])]
    titles = [reply.get("title", "") for reply in replies]
    demand(1 <= len(replies) <= 3 and len(set(titles)) == len(titles), "1 to 3 buttons, each with a title of its own")
    demand(all(0 < len(title) <= 20 for title in titles), "A button's title has 1 to 20 characters")
    demand(all(0 < len(reply.get("id", "")) <= 256 for reply in replies), "A button's id has 1 to 256 characters")
    return [{"title": reply["title"], "payload": reply["id"]} for reply in replies]


def list_rows(action: dict[str, Any]) -> list[dict[str, Any]]:
    sections = action.get("sections", [])
    rows = [row for section in sections for row in section.get("rows", [])]
    demand(1 <= len(sections) <= 10 and 1 <= len(rows) <= 10, "1 to 10 sections, and 1 to 10 rows in all")
    demand(0 < len(action.get("button", "")) <= 20, "The list's button has 1 to 20 characters")
    demand(all(0 < len(row.get("title", "")) <= 24 for row in rows), "A row's title has 1 to 24 characters")
    demand(all(0 < len(row.get("id", "")) <= 200 for row in rows), "A row's id has 1 to 200 characters")
    return [{"title": row["title"], "payload": row["id"], "row": True} for row in rows]


def location(_account: Account, part: dict[str, Any]) -> dict[str, Any]:
    demand("latitude" in part and "longitude" in part, "latitude or longitude is missing", code=131008)
    return {"kind": "location", "details": {"location": {name: part[name] for name in PLACE if name in part}}}


def template(_account: Account, part: dict[str, Any]) -> dict[str, Any]:
    said, buttons = filled(part)
    return {"kind": "template", "text": said, "details": {"buttons": buttons}}


PLACE = ("latitude", "longitude", "name", "address")
# Of Monty's words, the simulator's own.
KINDS = {"document": "file", "audio": "audio"}
# A reaction is no message and is dealt with where messages are taken.
CONTENT: dict[str, Callable[[Account, dict[str, Any]], dict[str, Any]]] = {
    "text": text,
    "interactive": interactive,
    "location": location,
    "template": template,
    "reaction": lambda _account, _part: {},
    **{kind: file(kind) for kind in TYPES},
}
