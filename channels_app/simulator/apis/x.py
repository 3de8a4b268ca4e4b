"""The simulated X API v2: direct messages, users, and tokens that rotate."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from channels_app.simulator import business, faults, refusals, tokens
from channels_app.simulator.apis import door, schemas
from channels_app.simulator.faults import Fault
from channels_app.simulator.models import UPLOAD_LASTS, Account, Media, Person


def user(*methods: str, status: int = 200) -> Callable[[door.View], Callable[..., HttpResponseBase]]:
    """A view `view(request, account, …)` behind a user's access token."""

    def decorate(view: door.View) -> Callable[..., HttpResponseBase]:
        @door.endpoint(*methods, status=status)
        @wraps(view)
        def admitted(request: HttpRequest, **parts: Any) -> door.Answer:
            token = door.bearer(request.headers.get("Authorization", ""))
            account = door.account_of("twitter", tokens.account_of_x(token, "access"))
            if account is None:
                raise refusals.problem(401, "Unauthorized", "Unauthorized")
            return view(request, account, **parts)

        return admitted

    return decorate


def invalid(detail: str) -> refusals.Refusal:
    return refusals.problem(400, "Invalid Request", detail)


def demand(condition: object, detail: str) -> None:
    if not condition:
        raise invalid(detail)


# --- Messages ------------------------------------------------------------------------------------------------------


@user("POST", status=201)
def message_with(request: HttpRequest, account: Account, participant: str) -> dict[str, Any]:
    body = door.body_of(request, schemas.X_MESSAGE, invalid)
    person = account.people.select_related("account__channel").filter(external_id=participant).first()
    if person is None:
        raise refusals.problem(403, "Forbidden", "You cannot send messages to this user.")
    return faults.around(account, lambda fault: take(person, body, fault))


@user("POST", status=201)
def message_in(request: HttpRequest, account: Account, conversation: str) -> dict[str, Any]:
    """The conversation's id is those of the two, the smaller first."""
    body = door.body_of(request, schemas.X_MESSAGE, invalid)
    ends = set(conversation.split("-")) - {account.channel.external_id}
    person = account.people.select_related("account__channel").filter(external_id__in=ends).first()
    if person is None or conversation != pair(person):
        raise refusals.problem(404, "Not Found Error", "Could not find the conversation.")
    return faults.around(account, lambda fault: take(person, body, fault))


def take(person: Person, body: dict[str, Any], fault: Fault) -> dict[str, Any]:
    text, attached = body.get("text", ""), body.get("attachments", [])
    demand(text or attached, "Either text or attachments is needed")
    demand(len(text) <= 10_000, "text has at most 10000 characters")
    demand(len(attached) <= 1, "At most one attachment")
    media = upload_of(person.account, attached[0]) if attached else None
    message = business.accept(person, fault, text=text, media=media, kind=media.family if media else "text")
    return {"data": {"dm_conversation_id": pair(person), "dm_event_id": message.external_id}}


def upload_of(account: Account, attachment: dict[str, str]) -> Media:
    since = timezone.now() - UPLOAD_LASTS
    known = account.media.filter(external_id=attachment["media_id"], open=False, made_at__gt=since).first()
    return refusals.found(known, invalid("The media_id is not valid"))


def pair(person: Person) -> str:
    ends = sorted([int(person.external_id), int(person.account.channel.external_id)])
    return f"{ends[0]}-{ends[1]}"


# --- Files, users, tokens ------------------------------------------------------------------------------------------


@user("GET")
def media(request: HttpRequest, account: Account, dm_id: str, media_id: str, resource: str) -> door.Answer:
    message = account.messages.select_related("media").filter(external_id=dm_id, media__external_id=media_id).first()
    if message is None or message.media is None or account.links_dead:
        raise refusals.problem(404, "Not Found Error", "Could not find the media.")
    return HttpResponse(message.media.read(), content_type="application/octet-stream")


@user("GET")
def users(request: HttpRequest, account: Account, user_id: str) -> dict[str, Any]:
    own = account.channel
    if user_id in ("me", own.external_id):
        return {"data": {"id": own.external_id, "name": own.name, "username": "pottlewick"}}
    person = account.people.filter(external_id=user_id).first()
    if person is None:
        raise refusals.problem(404, "Not Found Error", "Could not find the user.")
    picture = f"{account.provider.base_url}/faces/{person.external_id}_normal.png"
    names = {"name": person.name, "username": person.username}
    return {"data": {"id": user_id, **names, "profile_image_url": picture}}


@door.endpoint("GET")
def webhooks(request: HttpRequest) -> dict[str, Any]:
    """The app's webhooks: asked with the app's own bearer token."""
    account = door.account_of(
        "twitter", tokens.account_of_x(door.bearer(request.headers.get("Authorization", "")), "bearer")
    )
    if account is None:
        raise refusals.problem(401, "Unauthorized", "Unauthorized")
    valid = account.verified_at is not None
    return {"data": [{"id": str(account.pk), "url": account.channel.adapter.to_paste, "valid": valid}]}


@door.endpoint("POST")
def token(request: HttpRequest) -> dict[str, Any]:
    """A refresh token is good once. No row is written: whoever asks may hold SQLite's one write lock meanwhile."""
    refused = refusals.Refusal(400, {"error": "invalid_request", "error_description": "Not a valid token"})
    spent = request.POST.get("refresh_token", "")
    account = tokens.account_of_x(spent, "refresh")
    if request.POST.get("grant_type") != "refresh_token" or not account:
        raise refused
    # None: the cache is away, and nobody can tell.
    if cache.add(f"simulator.spent.{spent[-40:]}", 1, timeout=None) is False:
        raise refused
    fresh = {use: tokens.x_token(account, use) for use in ("access", "refresh")}
    kind = {"token_type": "bearer", "expires_in": tokens.ACCESS_LASTS, "scope": "dm.read dm.write media.write"}
    return {**kind, "access_token": fresh["access"], "refresh_token": fresh["refresh"]}
