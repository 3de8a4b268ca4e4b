"""The door of every simulated API: who calls, with what, and an error envelope for whatever is wrong."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from channels_app.models import Channel
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


def body_of(request: HttpRequest, refusal: Refusal) -> dict[str, Any]:
    """The body, which must be a JSON object and say so. Raises `refusal`."""
    if request.content_type != "application/json":
        raise refusal
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise refusal from error
    if not isinstance(body, dict):
        raise refusal
    return body
