"""What a message of WhatsApp holds, by its type. Pure and total."""

import json
from collections.abc import Callable
from typing import Any

from channels_app.border import Media, clean_name
from channels_app.content import Content, cannot_show, together
from channels_app.json_values import coordinate, identifier, kept_id, mapping, said, sequence, text, without_blanks

# Gets what stands under the name of the type: an object mostly, but anything may.
Reader = Callable[[Any], Content | None]


def content_of(message: dict[str, Any]) -> Content:
    """`message`: an item of `messages` or `message_echoes`."""
    kind = text(message.get("type"))
    reader = TYPES.get(kind)
    shown = reader(message.get(kind)) if reader else unsupported(message)
    return together([shown or cannot_show(kind), context(message), came_by(message.get("referral"))])


def unsupported(message: dict[str, Any]) -> Content:
    """What WhatsApp itself does not tell: it names the kind, or an error, or neither."""
    errors = sequence(message.get("errors"))
    error = mapping(errors[0]) if errors else {}
    named = text(mapping(message.get("unsupported")).get("type"))
    return cannot_show(named or text(error.get("title")) or text(message.get("type")))


# --- Beside the type ------------------------------------------------------------------------------------------------


def context(message: dict[str, Any]) -> Content:
    told = mapping(message.get("context"))
    product = identifier(mapping(told.get("referred_product")).get("product_retailer_id"))
    forwarded = told.get("forwarded") is True or told.get("frequently_forwarded") is True
    about = {"shared": {"kind": "product", "title": product}} if product else {}
    return Content(details=without_blanks({"forwarded": forwarded}) | about)


def reply_to(message: dict[str, Any]) -> str:
    return kept_id(mapping(message.get("context")).get("id"))


def came_by(value: Any) -> Content:
    """An advertisement or a post that the customer clicked."""
    told = mapping(value)
    known = without_blanks(
        {
            "source": text(told.get("source_type")),
            "ref": identifier(told.get("ctwa_clid")) or identifier(told.get("source_id")),
            "title": text(told.get("headline")),
            "url": text(told.get("source_url")),
        }
    )
    return Content(details={"referral": {"source": "link", **known}} if known else {})


# --- Types ----------------------------------------------------------------------------------------------------------


def words(value: Any) -> Content | None:
    part = mapping(value)
    return Content(text(part.get("body"))) if text(part.get("body")) else None


def file(kind: str) -> Reader:
    def reader(value: Any) -> Content | None:
        part = mapping(value)
        media = Media(
            "voice" if part.get("voice") is True else kind,
            url=text(part.get("url")),
            ref=identifier(part.get("id")),
            name=clean_name(text(part.get("filename"))),
            content_type=text(part.get("mime_type")).partition(";")[0].strip(),
        )
        return Content(text(part.get("caption")), (media,)) if media.ref or media.url else None

    return reader


def place(value: Any) -> Content | None:
    part = mapping(value)
    latitude, longitude = coordinate(part.get("latitude"), 90), coordinate(part.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    names = without_blanks({name: text(part.get(name)) for name in ("name", "address", "url")})
    return Content(details={"location": {"latitude": latitude, "longitude": longitude, **names}})


def cards(value: Any) -> Content | None:
    found = [card for card in map(card_of, sequence(value)) if card]
    return Content(details={"contacts": found}) if found else None


def card_of(value: Any) -> dict[str, Any]:
    told = mapping(value)
    name = mapping(told.get("name"))
    return without_blanks(
        {
            "name": text(name.get("formatted_name")) or text(name.get("first_name")),
            "phones": every("phone", told.get("phones")),
            "emails": every("email", told.get("emails")),
            "organisation": text(mapping(told.get("org")).get("company")),
        }
    )


def every(name: str, values: Any) -> list[str]:
    return [found for found in (text(mapping(each).get(name)) for each in sequence(values)) if found]


def button(value: Any) -> Content | None:
    """A button of a template."""
    part = mapping(value)
    return pressed(text(part.get("text")), text(part.get("payload")))


def pressed(title: str, payload: str) -> Content | None:
    if not (title or payload):
        return None
    return Content(
        title or payload, details={"button": without_blanks({"title": title or payload, "payload": payload})}
    )


def interactive(value: Any) -> Content | None:
    """A button, a list's row, a form."""
    part = mapping(value)
    kind = text(part.get("type"))
    answer = mapping(part.get(kind))
    if kind in ("button_reply", "list_reply"):
        return pressed(text(answer.get("title")), identifier(answer.get("id")))
    if kind == "nfm_reply":
        return form(answer)
    return cannot_show(kind or "interactive")


def form(answer: dict[str, Any]) -> Content:
    """Answers come as JSON within JSON, which need not be an object, nor JSON."""
    written = text(answer.get("response_json"))
    try:
        told = json.loads(written)
        answers = {text(name): answered(value) for name, value in told.items() if name != "flow_token"}
    except (ValueError, AttributeError, RecursionError):
        answers = {"": written}
    return Content(text(answer.get("body")), details={"form": {"name": text(answer.get("name")), "answers": answers}})


def answered(value: Any) -> str:
    return text(value) if isinstance(value, str) else text(json.dumps(value, ensure_ascii=False))


def order(value: Any) -> Content | None:
    part = mapping(value)
    items = [item for item in map(product_of, sequence(part.get("product_items"))) if item]
    return (
        Content(details={"order": without_blanks({"items": items, "note": text(part.get("text"))})}) if items else None
    )


def product_of(value: Any) -> dict[str, str]:
    told = mapping(value)
    names = {"id": "product_retailer_id", "quantity": "quantity", "price": "item_price", "currency": "currency"}
    return without_blanks({name: said(told.get(theirs)) for name, theirs in names.items()})


def welcome(value: Any) -> Content:
    """The customer has opened the chat for the first time, and written nothing yet."""
    return Content(details={"referral": {"source": "request_welcome"}})


TYPES: dict[str, Reader] = {
    "text": words,
    "image": file("image"),
    "sticker": file("sticker"),
    "audio": file("audio"),
    "video": file("video"),
    "document": file("file"),
    "location": place,
    "contacts": cards,
    "button": button,
    "interactive": interactive,
    "order": order,
    "request_welcome": welcome,
}
