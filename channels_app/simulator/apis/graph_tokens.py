"""The simulated Graph API on its own tokens: until when they are good, and for longer."""

from typing import Any

from django.http import HttpRequest

from channels_app.simulator import refusals, tokens
from channels_app.simulator.apis import door
from channels_app.simulator.apis.graph import demand, owner

# Seconds.
ACCOUNT_TOKEN_LASTS = 60 * 24 * 60 * 60


@door.endpoint("GET")
def debug_token(request: HttpRequest, kind: str, version: str) -> dict[str, Any]:
    """Only the app itself may ask. A page's token does not end."""
    proof = door.bearer(request.headers.get("Authorization", ""))
    demand(proof == f"{tokens.APP_ID}|{tokens.APP_SECRET}", "Invalid OAuth access token signature.", code=190)
    facts: dict[str, Any] = {"app_id": tokens.APP_ID, "type": "PAGE"}
    if owner(kind, request.GET.get("input_token", "")) is not None:
        return {"data": {**facts, "is_valid": True, "expires_at": 0, "data_access_expires_at": 0}}
    error = {"code": 190, "message": "Error validating access token", "subcode": 463}
    return {"data": {**facts, "is_valid": False, "expires_at": 0, "error": error}}


@door.endpoint("GET")
def refresh_access_token(request: HttpRequest) -> dict[str, Any]:
    """For an account's own token (Instagram Login)."""
    demand(request.GET.get("grant_type") == "ig_refresh_token", "grant_type is not one of those known")
    token = request.GET.get("access_token", "")
    refusals.found(owner("instagram", token), refusals.graph(190, "Error validating access token", subcode=463))
    return {"access_token": token, "token_type": "bearer", "expires_in": ACCOUNT_TOKEN_LASTS}
