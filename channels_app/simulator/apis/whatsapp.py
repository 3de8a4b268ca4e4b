"""The simulated WhatsApp Cloud API: sending, read marks, uploads, files and templates."""

import hashlib
import re
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from channels_app.simulator import business, faults, files
from channels_app.simulator.apis import door, schemas
from channels_app.simulator.apis.graph import demand_own, graph, invalid, unknown_node
from channels_app.simulator.apis.whatsapp_content import CONTENT, limit_of
from channels_app.simulator.apis.whatsapp_templates import TEMPLATES
from channels_app.simulator.faults import Fault
from channels_app.simulator.models import Account, Media, Person
from channels_app.simulator.providers.whatsapp import OUR_NUMBER, WABA
from channels_app.simulator.refusals import demand_of_whatsapp as demand
from channels_app.simulator.refusals import found
from channels_app.simulator.refusals import whatsapp as refusal

FREE = timedelta(hours=24)
TYPING_LASTS = timedelta(seconds=25)


@graph("POST")
def messages(request: HttpRequest, account: Account, node: str) -> dict[str, Any]:
    demand_own(account, node)
    body = door.body_of(request, schemas.WHATSAPP, invalid)
    demand(body.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
    if "status" in body:
        return mark(account, body)
    person = recipient(account, body)
    return faults.around(account, lambda fault: take(person, body, fault))


def mark(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Read marks, and typing, which is never without them."""
    said = account.messages.filter(from_customer=True, external_id=body.get("message_id", "")).first()
    demand(body["status"] == "read", "status must be read")
    person = found(said, refusal(131009, "No such message")).person
    business.mark_read(person)
    if typing := body.get("typing_indicator"):
        demand(typing == {"type": "text"}, "typing_indicator.type must be text")
        business.show_typing(person, timezone.now() + TYPING_LASTS)
    return {"success": True}


def recipient(account: Account, body: dict[str, Any]) -> Person:
    """By phone number (`to`, which wins) or by business-scoped id (`recipient`)."""
    to, scoped = body.get("to"), body.get("recipient")
    demand(to or scoped, "to or recipient is missing", code=131008)
    demand(body.get("recipient_type", "individual") == "individual", "recipient_type must be individual")
    people = account.people.select_related("account__channel")
    if not to:
        person = people.filter(external_id=scoped).first()
    else:
        # Without + the business' own country code comes first: that is somebody else's number.
        number = re.sub(r"[\s-]", "", to)
        person = people.filter(~Q(phone=""), phone=number[1:]).first() if number.startswith("+") else None
    return found(person, refusal(131026, "Message undeliverable"))


def take(person: Person, body: dict[str, Any], fault: Fault) -> dict[str, Any]:
    kind = body.get("type", "text")
    demand(kind in CONTENT, "type is not one of those known", code=131051)
    if kind != "template":
        late = "Message failed to send because more than 24 hours have passed since the customer last replied."
        demand(person.wrote_within(FREE), late, code=131047)
    part = body.get(kind, {})
    demand(part, f"{kind} is missing", code=131008)
    context, ours = body.get("context", {}), body.get("biz_opaque_callback_data", "")
    demand(len(ours) <= 512, "biz_opaque_callback_data has at most 512 characters")
    if kind == "reaction":
        return reacted(person, part)
    fields = CONTENT[kind](person.account, part)
    message = business.accept(person, fault, reply_to=context.get("message_id", "")[:255], ours=ours, **fields)
    return answer(person, body, message.external_id)


def reacted(person: Person, part: dict[str, Any]) -> dict[str, Any]:
    said = person.messages.filter(from_customer=True, external_id=part.get("message_id", "")).first()
    demand(said, "No such message", code=131009)
    business.react(person.account, part["message_id"], part.get("emoji", "")[:40])
    return answer(person, {"to": person.phone}, person.account.provider.message_id())


def answer(person: Person, body: dict[str, Any], external_id: str) -> dict[str, Any]:
    """Accepted, which is not delivered."""
    by_number = bool(body.get("to"))
    contact = {"input": body.get("to") or body.get("recipient"), "wa_id": person.phone if by_number else ""}
    contact |= {} if by_number else {"user_id": person.external_id}
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": external_id}]}


@graph("POST")
def upload(request: HttpRequest, account: Account, node: str) -> dict[str, Any]:
    demand_own(account, node)
    demand(request.content_type == "multipart/form-data", "The file is missing")
    demand(request.POST.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
    file = found(request.FILES.get("file"), refusal(100, "The file is missing"))
    content_type = request.POST.get("type") or file.content_type or ""
    limit = limit_of(content_type)
    demand(limit, f"Param file must be a file with one of the types known, not {content_type}")
    demand((file.size or 0) <= (limit or 0), "The file is too large", code=131053)
    return {"id": files.keep(account, file.name or "file", content_type, file.read()).external_id}


@graph("GET")
def node(request: HttpRequest, account: Account, node: str) -> dict[str, Any]:
    """A file's address and digest (in hex here), or the number itself."""
    if node in ("me", account.channel.external_id):
        names = {"display_phone_number": f"+{OUR_NUMBER}", "verified_name": account.channel.name}
        return {"id": account.channel.external_id, **names, "quality_rating": "GREEN"}
    media = account.media.filter(external_id=node).first()
    if media is None or account.links_dead:
        raise unknown_node(node)
    return {"messaging_product": "whatsapp", "id": node, "url": media.link, **facts(media)}


def facts(media: Media) -> dict[str, Any]:
    digest = hashlib.sha256(media.read()).hexdigest()
    return {"mime_type": media.content_type, "sha256": digest, "file_size": str(media.size)}


@graph("GET")
def message_templates(request: HttpRequest, account: Account, node: str) -> door.Answer:
    """In pages, by a cursor."""
    if node != WABA:
        raise unknown_node(node)
    limit = request.GET.get("limit", "25")
    demand(re.fullmatch("[0-9]{1,4}", limit) and 0 < int(limit) <= 1000, "limit is not valid")
    start = request.GET.get("after", "0")
    demand(re.fullmatch("[0-9]{1,4}", start) and int(start) <= len(TEMPLATES), "The cursor is not valid", code=131059)
    end = int(start) + int(limit)
    page: dict[str, Any] = {"data": TEMPLATES[int(start) : end], "paging": {"cursors": {"after": str(end)}}}
    if end < len(TEMPLATES):
        page["paging"]["next"] = f"{request.build_absolute_uri(request.path)}?limit={limit}&after={end}"
    return page
