"""The simulated Send API of Messenger and Instagram, by the limits that Meta documents."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from channels_app.simulator import business, faults
from channels_app.simulator.apis import attachments, door, schemas
from channels_app.simulator.apis.graph import demand, demand_own, graph, invalid, unknown_node
from channels_app.simulator.faults import Fault
from channels_app.simulator.models import Account, Message, Person
from channels_app.simulator.refusals import found
from channels_app.simulator.refusals import graph as graph_error

FREE, HUMAN = timedelta(hours=24), timedelta(days=7)
TYPING_LASTS = timedelta(seconds=20)
OUTSIDE = {"facebook": 2018278, "instagram": 2534022}
# How long a text may be, and what counts: characters on Messenger, bytes on Instagram.
LONGEST: dict[str, tuple[int, Callable[[str], int]]] = {
    "facebook": (2000, len),
    "instagram": (1000, lambda text: len(text.encode())),
}
FIELDS = ("recipient", "messaging_type", "tag", "message", "sender_action", "payload", "reply_to", "platform")


@graph("POST")
def messages(request: HttpRequest, account: Account, node: str) -> dict[str, Any]:
    demand_own(account, node)
    body, upload = body_with_file(request, account)
    person = recipient(account, body)
    if "sender_action" in body:
        return act(person, body)
    return faults.around(account, lambda fault: take(person, body, upload, fault))


def body_with_file(request: HttpRequest, account: Account) -> tuple[dict[str, Any], UploadedFile | None]:
    """The body, of JSON or of a form whose fields are JSON and whose file is `filedata`."""
    if request.content_type != "multipart/form-data":
        return door.body_of(request, schemas.MESSENGER, invalid), None
    demand(account.channel.kind == "facebook", "Files can only be sent as links")
    form: dict[str, Any] = {name: request.POST[name] for name in FIELDS if name in request.POST}
    for name in ("recipient", "message", "reply_to"):
        if name in form:
            form[name] = door.parsed(form[name], invalid)
    return door.fitting(form, schemas.MESSENGER, invalid), request.FILES.get("filedata")


def recipient(account: Account, body: dict[str, Any]) -> Person:
    person_id = body.get("recipient", {}).get("id")
    demand(person_id, "recipient.id is missing")
    person = account.people.select_related("account__channel").filter(external_id=person_id).first()
    return found(person, graph_error(100, "No matching user found", subcode=2018001))


def act(person: Person, body: dict[str, Any]) -> dict[str, Any]:
    demand(set(body) <= {"recipient", "sender_action", "payload"}, "Nothing may stand beside a sender_action")
    action = body["sender_action"]
    demand(action in ACTIONS, "sender_action is not one of those known")
    ACTIONS[action](person, body.get("payload", {}))
    return {"recipient_id": person.external_id}


def react(person: Person, payload: dict[str, Any], sign: str) -> None:
    try:
        business.react(person.account, payload.get("message_id", ""), sign[:40])
    except Message.DoesNotExist:
        demand(False, "No such message")


ACTIONS = {
    "typing_on": lambda person, _payload: business.show_typing(person, timezone.now() + TYPING_LASTS),
    "typing_off": lambda person, _payload: business.show_typing(person, None),
    "mark_seen": lambda person, _payload: business.mark_read(person),
    "react": lambda person, payload: react(person, payload, payload.get("reaction", "")),
    "unreact": lambda person, payload: react(person, payload, ""),
}


def take(person: Person, body: dict[str, Any], upload: UploadedFile | None, fault: Fault) -> dict[str, Any]:
    kind = person.account.channel.kind
    demand_window(person, body, OUTSIDE[kind])
    said = body.get("message", {})
    fields = content(person.account, said, upload)
    fields["reply_to"] = answered(person, body)
    fields["ours"] = said.get("metadata", "")
    demand(len(fields["ours"]) <= 1000, "metadata is longer than 1000 characters")
    message = business.accept(person, fault, **fields)
    answer = {"recipient_id": person.external_id, "message_id": message.external_id}
    return answer | ({"attachment_id": message.media.external_id} if upload and message.media else {})


def demand_window(person: Person, body: dict[str, Any], subcode: int) -> None:
    """24 hours, or seven days with the one tag that is left."""
    kind, tag = body.get("messaging_type", "RESPONSE"), body.get("tag")
    demand(kind in ("RESPONSE", "UPDATE", "MESSAGE_TAG"), "messaging_type is not one of those known")
    demand((kind == "MESSAGE_TAG") == (tag is not None), "A tag goes with MESSAGE_TAG")
    demand(tag in (None, "HUMAN_AGENT"), "Message tags other than HUMAN_AGENT are no longer supported")
    open_now = person.wrote_within(HUMAN if tag else FREE)
    demand(open_now, "This message is sent outside of allowed window.", code=10, subcode=subcode)


def answered(person: Person, body: dict[str, Any]) -> str:
    if "reply_to" not in body:
        return ""
    mid = body["reply_to"].get("mid", "")
    demand(person.messages.filter(external_id=mid).exists(), "The message that this replies to does not exist")
    return mid


def content(account: Account, said: dict[str, Any], upload: UploadedFile | None) -> dict[str, Any]:
    text, attached = said.get("text"), said.get("attachment", said.get("attachments", [None])[0])
    demand((text is None) != (attached is None), "A message is either text or an attachment")
    if attached is not None:
        return attachments.of(account, attached, upload)
    demand(text, "text is empty")
    longest, length = LONGEST[account.channel.kind]
    demand(length(str(text)) <= longest, "Length of param message[text] must be less than the limit")
    return {"text": text, "details": {"buttons": quick_replies(said.get("quick_replies", []))}}


def quick_replies(replies: list[dict[str, str]]) -> list[dict[str, Any]]:
    demand(len(replies) <= 13, "At most 13 quick replies")
    for reply in replies:
        demand(reply.get("content_type") == "text", "content_type is not one of those known")
        demand(0 < len(reply.get("title", "")) <= 20, "A quick reply's title has 1 to 20 characters")
        demand(0 < len(reply.get("payload", "")) <= 1000, "A quick reply's payload has 1 to 1000 characters")
    return [{"title": reply["title"], "payload": reply["payload"], "quick": True} for reply in replies]


@graph("POST")
def message_attachments(request: HttpRequest, account: Account, node: str) -> dict[str, Any]:
    """An upload before the message: by link or, on Messenger, as a file."""
    demand_own(account, node)
    body, upload = body_with_file(request, account)
    return {"attachment_id": attachments.stored(account, body.get("message", {}).get("attachment", {}), upload)}


@graph("GET", "POST")
def node(request: HttpRequest, account: Account, node: str) -> dict[str, Any]:
    """A profile, or the account itself."""
    if node in ("me", account.channel.external_id):
        name = {"name": account.channel.name, "username": "pottlewick", "user_id": account.channel.external_id}
        return {"id": account.channel.external_id, **name}
    person = account.people.filter(external_id=node).first()
    if person is None:
        raise unknown_node(node)
    first, _space, last = person.name.partition(" ")
    picture = f"{account.provider.base_url}/faces/{person.external_id}.png"
    facts = {"first_name": first, "last_name": last, "name": person.name, "profile_pic": picture}
    facts |= {"username": person.username} if person.username else {}
    wanted = wanted_fields(request)
    return {"id": node, **{name: value for name, value in facts.items() if name in wanted}}


def wanted_fields(request: HttpRequest) -> set[str]:
    return set(request.GET.get("fields", "first_name,last_name,profile_pic").split(","))
