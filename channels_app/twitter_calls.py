"""How X is called: with a token that lives two hours and is exchanged when it has died, and what refusals mean."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app import http
from channels_app.json_values import mapping, sequence, text
from channels_app.verdicts import Refused, Verdict

if TYPE_CHECKING:
    from channels_app.models import Channel

# How long a limit lasts whose end X does not tell; and no longer than a day, whatever it tells.
WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(days=1)

STATUSES: dict[int, tuple[Verdict, Any]] = {
    401: (Verdict.RECONNECT, lazy("X does not accept the access token any more.")),
    402: (Verdict.RECONNECT, lazy("The app's credits at X are used up.")),
    403: (Verdict.RECONNECT, lazy("X does not allow the app to do this.")),
    408: (Verdict.RETRY, lazy("X has a temporary fault.")),
    413: (Verdict.PERMANENT, lazy("The file is too large for X.")),
    429: (Verdict.WAIT, lazy("X's limit is reached.")),
}
FAULT = (Verdict.RETRY, lazy("X has a temporary fault."))
# In `errors`, whatever the status.
CODES: dict[int, tuple[Verdict, Any]] = {
    150: (Verdict.UNREACHABLE, lazy("X does not let us write to this person: they do not follow the account.")),
    349: (Verdict.UNREACHABLE, lazy("X does not let us write to this person.")),
}


class Api:
    """The API of X as one account."""

    def __init__(self, channel: "Channel", base_url: str) -> None:
        self.channel, self.base_url = channel, base_url.rstrip("/")

    def ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The `data` of an answer. Raises Refused. `request`: as `http.call` takes it."""
        return data_of(self.call(method, path, **request))

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Any answer, with a fresh token if the stored one has died. Raises Refused."""
        token = self.token()
        response = http.call(method, f"{self.base_url}{path}", headers=bearer(token), **request)
        if response.status_code != 401:
            return response
        return http.call(method, f"{self.base_url}{path}", headers=bearer(self.renewed(token)), **request)

    def token(self) -> str:
        token = self.channel.secret("access_token")
        if not token:
            raise self.channel.adapter.cannot(
                _("Monty is not connected to this account yet: the access token is missing.")
            )
        return token

    # --- Exchanging the token ---------------------------------------------------------------------------------------

    def renewed(self, dead: str) -> str:
        """A living token instead of this one. Raises Refused. One worker exchanges it, the others find it stored."""
        if not self.channel.claim_renewal():
            sentence = _("The access token is being exchanged.")
            raise Refused(Verdict.WAIT, sentence, code="renewing", wait=timedelta(seconds=3))
        try:
            self.channel.refresh_from_db(fields=["config"])
            return self.token() if self.token() != dead else self.exchange()
        finally:
            self.channel.end_renewal()

    def exchange(self) -> str:
        """Trade the refresh token for an access token, and for the next refresh token: each is taken once."""
        refresh_token = self.channel.secret("refresh_token")
        if not refresh_token:
            raise refusal_of(*STATUSES[401], "401")
        response = self.token_call({"grant_type": "refresh_token", "refresh_token": refresh_token})
        told = body_of(response)
        token = text(told.get("access_token"))
        if response.status_code in (400, 401, 403) or (response.is_success and not token):
            raise refusal_of(*STATUSES[401], f"refresh {response.status_code}")
        if not response.is_success:
            raise refusal(response)
        self.channel.configure(access_token=token, refresh_token=text(told.get("refresh_token")) or refresh_token)
        return token

    def token_call(self, form: dict[str, str]) -> httpx.Response:
        """Apps with a secret prove themselves by it, others name themselves only. Asking twice costs no message."""
        client_id, client_secret = str(self.channel.config.get("client_id", "")), self.channel.secret("client_secret")
        proof = {"auth": httpx.BasicAuth(client_id, client_secret)} if client_secret else {}
        form |= {} if client_secret else {"client_id": client_id}
        return http.call("POST", f"{self.base_url}/2/oauth2/token", data=form, harmless=True, **proof)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# --- Answers --------------------------------------------------------------------------------------------------------


def data_of(response: httpx.Response) -> dict[str, Any]:
    """Raises Refused for anything but a success. Beside data there may be errors, about parts of it only."""
    told = body_of(response)
    if response.is_success and (isinstance(told.get("data"), dict) or not told.get("errors")):
        return mapping(told.get("data"))
    raise refusal(response)


def body_of(response: httpx.Response) -> dict[str, Any]:
    try:
        return mapping(response.json())
    except (ValueError, RecursionError):
        return {}


def refusal(response: httpx.Response) -> Refused:
    """Why a call failed: a code of X's if Monty knows it, else the status."""
    status, told = response.status_code, body_of(response)
    for error in map(mapping, sequence(told.get("errors"))):
        if (code := error.get("code")) in CODES:
            return refusal_of(*CODES[code], str(code))
    if status >= 500:
        return refusal_of(*FAULT, str(status))
    verdict, sentence = STATUSES.get(status, (Verdict.PERMANENT, words_of(told)))
    return refusal_of(verdict, sentence, str(status), wait_until_reset(response) if status == 429 else None)


def refusal_of(verdict: Verdict, sentence: Any, code: str, wait: timedelta | None = None) -> Refused:
    return Refused(verdict, str(sentence), code=code, wait=wait)


def words_of(told: dict[str, Any]) -> str:
    """X's own explanation, where Monty has none."""
    first = mapping(next(iter(sequence(told.get("errors"))), None))
    words = [told.get("detail"), first.get("message"), first.get("detail"), told.get("title")]
    said = next(filter(None, map(text, words)), "")
    return _("X says: %(words)s") % {"words": said[:300]} if said else _("X does not accept this.")


def wait_until_reset(response: httpx.Response) -> timedelta:
    """X tells when its limit ends, in seconds since 1970, by its own clock."""
    reset = response.headers.get("x-rate-limit-reset", "")
    if not reset.isdecimal() or len(reset) > 11:
        return WAIT
    left = datetime.fromtimestamp(int(reset), UTC) - timezone.now()
    return min(max(left, timedelta()) + timedelta(seconds=1), LONGEST_WAIT)
