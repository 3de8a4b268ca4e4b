"""How Monty calls providers: bounded times, no redirects, and what a failed call means for a message."""

import httpx
from django.utils.translation import gettext as _

from channels_app import guarded
from channels_app.verdicts import Refused, Verdict

# Seconds for each step, and for the whole: below the time after which a worker counts as dead
# (conversations.models.message_queries.CLAIM_LASTS).
TIMEOUT = httpx.Timeout(30, connect=5)
DEADLINE = 55
# The one edge that tests replace: None is the network.
transport: httpx.BaseTransport | None = None


def client(through: httpx.BaseTransport) -> httpx.Client:
    """A client for one call or several in a row. Redirects are never followed: they would carry the token away.

    `through`: a guarded way into the network (`guarded.transport`); there is no other.
    """
    return httpx.Client(timeout=TIMEOUT, transport=transport or through, follow_redirects=False)


def call(method: str, url: str, *, harmless: bool = False, **request: object) -> httpx.Response:
    """One request; any answer at all is returned. Raises Refused when none came.

    By https only to public addresses. By http also to private ones: there a stand-in may live (`outside.is_near`).
    Before the request was sent nothing has happened: try again. Afterwards nobody knows, unless doing it twice is
    `harmless` (asking, uploading): then it is tried again too.
    """
    try:
        with client(guarded.transport(private=url.startswith("http://"), seconds=DEADLINE)) as http:
            return http.request(method, url, **request)  # type: ignore[arg-type]
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Refused(Verdict.RETRY, _("The provider could not be reached."), code="connect") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused(Verdict.RECONNECT, _("The provider's address is not valid."), code="address") from error
    except httpx.HTTPError as error:
        verdict = Verdict.RETRY if harmless else Verdict.UNKNOWN
        raise Refused(verdict, _("The provider did not answer in time."), code="no answer") from error
