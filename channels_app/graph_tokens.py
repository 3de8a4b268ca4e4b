"""How long Meta's tokens live: asked with the app's own proof, and lengthened where they are the account's own."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app import http
from channels_app.graph_refusals import answer_of
from channels_app.json_values import mapping, text
from channels_app.verdicts import Refused, Verdict

if TYPE_CHECKING:
    from channels_app.graph import GraphAdapter

# An account's own token lives 60 days from each exchange; with half of them left there is time for many a failure.
RENEW_BEFORE = timedelta(days=30)
# Seconds since 1970; what is larger is no time (it would be the year 33658).
LATEST = 10**12


def told_end(adapter: "GraphAdapter") -> datetime | None:
    """When Meta says that the token ends; None: never, or nobody may ask because the app's id is not known.

    Raises Refused, also for a token that Meta calls invalid.
    """
    app_id, token = adapter.setting("app_id"), adapter.channel.secret("access_token")
    if not app_id or not token:
        return None
    proof = {"Authorization": f"Bearer {app_id}|{adapter.channel.secret('app_secret')}"}
    # Meta takes the token that is asked about in the address only; addresses of calls are not logged.
    asked = {"params": {"input_token": token}, "headers": proof}
    data = mapping(answer_of(http.call("GET", adapter.address("debug_token"), harmless=True, **asked)).get("data"))
    if data.get("is_valid") is False:
        raise Refused(Verdict.RECONNECT, _("Meta says that the access token is no longer valid."), code="debug_token")
    return moment_of(data.get("expires_at"))


def moment_of(seconds: Any) -> datetime | None:
    """0, and anything that is no time, means that it does not end."""
    is_time = isinstance(seconds, int) and 0 < seconds < LATEST
    return datetime.fromtimestamp(seconds, UTC) if is_time else None


def lengthened(adapter: "GraphAdapter") -> datetime | None:
    """When an account's own token ends, once it was exchanged for one that lives longer (Instagram Login).

    Meta exchanges what is a day old and has not ended. One worker does it. Raises Refused, and the old token stays.
    """
    channel = adapter.channel
    ends = channel.token_expires_at
    if (ends and ends - timezone.now() > RENEW_BEFORE) or not channel.claim_renewal():
        return ends
    try:
        return exchanged(adapter)
    finally:
        channel.end_renewal()


def exchanged(adapter: "GraphAdapter") -> datetime | None:
    question = {"grant_type": "ig_refresh_token", "access_token": adapter.channel.secret("access_token")}
    address = f"{adapter.setting('base_url').rstrip('/')}/refresh_access_token"
    told = answer_of(http.call("GET", address, harmless=True, params=question))
    token, lasts = text(told.get("access_token")), told.get("expires_in")
    if not token:
        raise Refused(Verdict.RETRY, _("Meta answered without a new access token."), code="refresh")
    adapter.channel.configure(access_token=token)
    return moment_of(int(timezone.now().timestamp()) + lasts) if isinstance(lasts, int) else None
