"""The door of every simulated API: who calls, with what, and an error envelope for whatever is wrong."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from channels_app.border import storable
from channels_app.models import Channel
from channels_app.simulator.apis import schemas
from channels_app.simulator.apis.schemas import Schema
from channels_app.simulator.models import Account
from channels_app.simulator.refusals import Refusal

Answer = dict[str, Any] | HttpResponseBase
View = Callable[..., Answer]


def bearer(authorization: str) -> str:
    kind, _space, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def endpoint(*methods: str, status: int = 200) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A view of a simulated API. It returns JSON or an answer of its own; a Refusal becomes the provider's error."""

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            try:
                answer = view(request, *args, **parts)
            except Refusal as refusal:
                return refusal.response
            except RequestDataTooBig:
                return HttpResponse(status=413)
            return JsonResponse(answer, status=status) if isinstance(answer, dict) else answer

        return door

    return decorate


def account_of(kind: str, external_id: str) -> Account | None:
    channel = Channel.objects.of_account(kind, external_id).first() if external_id else None
    return Account.objects.of(channel) if channel else None


def body_of(request: HttpRequest, schema: Schema, refuse: Callable[[str], Refusal]) -> dict[str, Any]:
    """The body, which must be JSON, say so, and fit the schema. Raises the refusal that is made of what is wrong."""
    if request.content_type != "application/json":
        raise refuse("The body must be application/json")
    return fitting(parsed(request.body, refuse), schema, refuse)


def parsed(content: bytes | str, refuse: Callable[[str], Refusal]) -> Any:
    """JSON whose texts a database can keep."""
    try:
        value = json.loads(content)
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise refuse("This is not JSON") from error
    if "\\u0000" in written or storable(written) != written:
        raise refuse("There are characters in it that are none")
    return value


def fitting(body: Any, schema: Schema, refuse: Callable[[str], Refusal]) -> dict[str, Any]:
    if wrong := schemas.trouble(body, schema):
        raise refuse(wrong)
    return dict(body)
