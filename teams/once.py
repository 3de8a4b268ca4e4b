"""Idempotency keys: what was asked for once is done once, and asked again is told again.

What is done and that it was done are one transaction: if its process dies, either both are there or neither is. The
draft of the rules: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from monty.errors import BadInput, KeyReused, StillRunning
from monty.sealing import Safe
from teams.models import IdempotencyKey

LONGEST = 255
safe = Safe(b"monty idempotency answers")


def answer(
    key: str, handler: Callable[..., HttpResponseBase], request: Request, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """The handler's answer, or the one it gave before. Raises StillRunning, KeyReused, BadInput."""
    demand_key(key)
    asked = fingerprint(request)
    row, mine = IdempotencyKey.objects.claim(request.user, key, asked)
    if not mine:
        return former(row, asked)
    try:
        with transaction.atomic():
            made = handler(request, *args, **kwargs)
            made = made if isinstance(made, Response) else whole(made)
            if not row.keep(made.status_code, *sealed(made)):
                raise still_running()
            return made
    except BaseException:
        row.release()
        raise


def former(row: IdempotencyKey, asked: str) -> HttpResponse:
    if row.asked != asked:
        raise KeyReused(_("This key was used for something else before."))
    if row.status is None:
        raise still_running()
    said = safe.locks().decrypt(bytes(row.answer))
    return HttpResponse(
        said, status=row.status, content_type=row.media_type or None, headers={"Idempotent-Replayed": "true"}
    )


def demand_key(key: str) -> None:
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        raise BadInput(_("1 to %(most)s printable characters.") % {"most": LONGEST}, field="Idempotency-Key")


def still_running() -> StillRunning:
    return StillRunning(_("The same is being done at this moment. Ask again."))


def whole(made: Any) -> HttpResponse:
    """A file's answer in one piece: what is kept is what is told."""
    if not made.streaming:
        return made
    told = HttpResponse(b"".join(made.streaming_content), status=made.status_code)
    for name, value in made.items():
        told[name] = value
    return told


def sealed(made: HttpResponseBase) -> tuple[str, bytes]:
    if isinstance(made, Response):
        media_type, body = "application/json", b"" if made.data is None else JSONRenderer().render(made.data)
    else:
        media_type, body = made.headers.get("Content-Type", ""), made.content  # type: ignore[attr-defined]
    return media_type if body else "", safe.locks().encrypt(body)


def fingerprint(request: Request) -> str:
    """Of method, address and what the body means: a form's boundary is another one each time."""
    data = request.data
    told: Any = sorted((name, data.getlist(name)) for name in data) if isinstance(data, MultiValueDict) else data
    asked = [request.method, request.get_full_path(), told]
    return sha256(json.dumps(asked, sort_keys=True, default=as_text).encode()).hexdigest()


def as_text(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"
