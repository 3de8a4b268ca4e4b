"""What a body may look like, as JSON Schema: types only. Limits have error codes of their own and stand elsewhere."""

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": ["string", "integer"]}


def of(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


BUTTONS = many(of(type=TEXT, title=TEXT, payload=TEXT, url=TEXT))
ATTACHMENT = of(
    type=TEXT,
    payload=of(
        url=TEXT,
        attachment_id=TEXT,
        template_type=TEXT,
        text=TEXT,
        buttons=BUTTONS,
        elements=many(of(title=TEXT, buttons=BUTTONS)),
    ),
)
MESSENGER = of(
    recipient=of(id=TEXT),
    messaging_type=TEXT,
    tag=TEXT,
    sender_action=TEXT,
    payload=of(message_id=TEXT, reaction=TEXT),
    reply_to=of(mid=TEXT),
    message=of(
        text=TEXT,
        metadata=TEXT,
        quick_replies=many(of(content_type=TEXT, title=TEXT, payload=TEXT)),
        attachment=ATTACHMENT,
        attachments=many(ATTACHMENT) | {"minItems": 1},
    ),
)

FILE = of(id=TEXT, link=TEXT, caption=TEXT, filename=TEXT, voice={"type": "boolean"})
PARAMETER = of(type=TEXT, text=TEXT, parameter_name=TEXT, payload=TEXT)
WHATSAPP = of(
    messaging_product=TEXT,
    recipient_type=TEXT,
    to=TEXT,
    recipient=TEXT,
    type=TEXT,
    status=TEXT,
    message_id=TEXT,
    typing_indicator=of(type=TEXT),
    context=of(message_id=TEXT),
    biz_opaque_callback_data=TEXT,
    text=of(body=TEXT, preview_url={"type": "boolean"}),
    **dict.fromkeys(("audio", "document", "image", "sticker", "video"), FILE),
    reaction=of(message_id=TEXT, emoji=TEXT),
    location=of(
        latitude={"type": "number", "minimum": -90, "maximum": 90},
        longitude={"type": "number", "minimum": -180, "maximum": 180},
        name=TEXT,
        address=TEXT,
    ),
    interactive=of(
        type=TEXT,
        body=of(text=TEXT),
        action=of(
            button=TEXT,
            buttons=many(of(type=TEXT, reply=of(id=TEXT, title=TEXT))),
            sections=many(of(title=TEXT, rows=many(of(id=TEXT, title=TEXT, description=TEXT)))),
        ),
    ),
    template=of(
        name=TEXT,
        language=of(code=TEXT),
        components=many(of(type=TEXT, sub_type=TEXT, index=NUMBER, parameters=many(PARAMETER))),
    ),
)
# X refuses what it does not know.
X_MESSAGE = {
    **of(
        text=TEXT,
        attachments=many({**of(media_id=TEXT), "additionalProperties": False, "required": ["media_id"]}),
    ),
    "additionalProperties": False,
}
X_UPLOAD = of(
    media=TEXT,
    media_category=TEXT,
    media_type=TEXT,
    segment_index=NUMBER,
    total_bytes={"type": "integer", "minimum": 1},
)


def trouble(body: Any, schema: Schema) -> str:
    """What does not fit, in words; "" if everything does."""
    error = next(Draft202012Validator({**schema, "type": "object"}).iter_errors(body), None)
    return f"{error.json_path}: {error.message}"[:200] if error else ""
