"""What the simulated Graph APIs share: who calls, whose node it is, and the envelope of refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from channels_app.simulator import refusals, tokens
from channels_app.simulator.apis import door
from channels_app.simulator.models import Account

GraphView = Callable[..., door.Answer]


def graph(*methods: str) -> Callable[[GraphView], Callable[..., HttpResponseBase]]:
    """A view `view(request, account, node, …)` behind the bearer token of `account`."""

    def decorate(view: GraphView) -> Callable[..., HttpResponseBase]:
        @door.endpoint(*methods)
        @wraps(view)
        def admitted(request: HttpRequest, kind: str, version: str, **parts: Any) -> door.Answer:
            return view(request, caller(request, kind), **parts)

        return admitted

    return decorate


def caller(request: HttpRequest, kind: str) -> Account:
    """The account of the bearer token. Raises Refusal: no token, or one of no account."""
    token = door.bearer(request.headers.get("Authorization", ""))
    if not token:
        raise refusals.graph(2500, "An active access token must be used to query information about the current user.")
    return refusals.found(
        owner(kind, token), refusals.graph(190, "Invalid OAuth access token - Cannot parse access token")
    )


def owner(kind: str, token: str) -> Account | None:
    """Whose token this is; None for one of nobody."""
    account = door.account_of(kind, token.removeprefix(tokens.graph_token(kind, "")))
    is_theirs = account is not None and token == tokens.graph_token(kind, account.channel.external_id)
    return account if is_theirs else None


def invalid(title: str) -> refusals.Refusal:
    return refusals.graph(100, title)


def demand_own(account: Account, node: str) -> None:
    """The node must be the token's account. Raises Refusal."""
    if node not in ("me", account.channel.external_id):
        raise unknown_node(node)


def unknown_node(node: str) -> refusals.Refusal:
    return refusals.graph(100, f"Object with ID '{node}' does not exist or cannot be loaded", subcode=33)


def demand(condition: object, title: str, *, code: int = 100, subcode: int | None = None, details: str = "") -> None:
    """Raises Refusal unless the condition holds."""
    if not condition:
        raise refusals.graph(code, title, subcode=subcode, details=details)


@door.endpoint("GET", "POST", "DELETE")
def nowhere(request: HttpRequest, kind: str, **_parts: Any) -> door.Answer:
    caller(request, kind)
    raise refusals.graph(2500, "Unknown path components")
