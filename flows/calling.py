"""Calls of flows to other systems: by HTTPS, to hosts that the installation allows, at public addresses, and small."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from channels_app import guarded, http
from channels_app.fetch import matches
from channels_app.verdicts import Refused
from conversations.variables import VARIABLE
from flows.texts import filled

# Bytes of an answer.
LARGEST = 256 * 1024
LONGEST_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What came back: JSON, or what went wrong in words."""

    value: Any = None
    problem: str = ""


def ask(request: Request, *, key: str) -> Told:
    """Make the call. `key` names it, so that the other side can know it again. Raises nothing."""
    if wrong := complaint(request.url, settings.FLOWS_MAY_CALL):
        return Told(problem=wrong)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **request.headers, "Idempotency-Key": key}
    if request.body:
        headers.setdefault("Content-Type", "application/json")
    way = guarded.transport(private=False, seconds=request.seconds)
    try:
        with (
            http.client(way) as client,
            client.stream(request.method, request.url, headers=headers, content=request.body or None) as response,
        ):
            return answer(response)
    except Refused as refused:
        public = refused.provider_code != "address"
        return Told(problem=str(refused.detail) if public else _("The other system's address is not public."))
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError):
        return Told(problem=_("The other system did not answer in time."))


def answer(response: httpx.Response) -> Told:
    if not response.is_success:
        return Told(problem=_("The other system answered %(status)s.") % {"status": response.status_code})
    # What is small on its way may be endless once unpacked; nobody asked for it to be packed.
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        return Told(problem=_("The other system's answer is no JSON."))
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > LARGEST:
            return Told(problem=_("The other system's answer is too large."))
    try:
        return Told(json.loads(body) if body.strip() else None)
    except (ValueError, RecursionError):
        return Told(problem=_("The other system's answer is no JSON."))


def complaint(url: str, hosts: Sequence[str]) -> str:
    """Why a flow may not call this address; "" if it may. Its host is always written out."""
    try:
        parsed = httpx.URL(VARIABLE.sub("x", url))
        host = parsed.raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, ValueError, TypeError):
        return _("this is no address.")
    if parsed.scheme != "https" or parsed.port is not None:
        return _("only addresses with https:// may be called.")
    if parsed.userinfo or VARIABLE.search(url.split("/", 3)[2]):
        return _("the host of the address must be written out.")
    if not any(matches(host, each.lower()) for each in hosts):
        return _("%(host)s may not be called (setting FLOWS_MAY_CALL).") % {"host": host or url}
    return ""


def filled_url(url: str, known: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda match: quote(known.get(match[1], ""), safe=""), url)


def is_json(body: str) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def filled_json(body: str, known: Mapping[str, str]) -> str:
    """Variables stand within texts of the JSON, and what is put in stays text: nobody can write beyond its quotes."""
    return json.dumps(filled_value(json.loads(body), known)) if body.strip() else ""


def filled_value(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return filled(value, known)
    if isinstance(value, list):
        return [filled_value(each, known) for each in value]
    return {name: filled_value(each, known) for name, each in value.items()} if isinstance(value, dict) else value


def part(value: Any, path: str) -> Any:
    """What stands at `order.items.0.name`; None where there is nothing. Long texts are cut."""
    for step in path.split("."):
        if isinstance(value, list) and step.isdecimal() and len(step) < 6 and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    if isinstance(value, str):
        return value[:LONGEST_VALUE]
    return value if value is None or isinstance(value, bool | int | float) else json.dumps(value)[:LONGEST_VALUE]
