"""Fetching customers' files from providers, whose addresses come from outside and are not to be trusted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.message import Message
from typing import NoReturn
from urllib.parse import unquote

import httpx
from django.utils.translation import gettext as _

from channels_app import guarded, http
from channels_app.border import Fetched, clean_name
from channels_app.verdicts import Refused, Verdict

REDIRECTS = 3
# Seconds for everything: 100 MB, the largest file of any provider, at 15 Mbit/s.
DEADLINE = 55
# No packing: what is small on its way may be endless once unpacked. Some providers' servers refuse programs.
ASK = {"Accept-Encoding": "identity", "User-Agent": "Mozilla/5.0 (compatible; Monty)"}


def fetch(
    url: str, *, hosts: Sequence[str], largest: int, headers: Mapping[str, str] | None = None, private: bool = False
) -> Fetched:
    """The file at `url`, at most `largest` bytes. Raises Refused.

    Only by https, from `hosts` (`*.example.org` stands for every name below it), at public addresses; redirects too.
    `headers` go to the origin of `url` only. `private`: the provider is a local stand-in, so http and any address do.
    """
    try:
        with http.client(guarded.transport(private=private, seconds=DEADLINE)) as client:
            return follow(client, allowed(url, hosts, private), headers or {}, hosts, largest, private)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Asking again does no harm, and a provider that is busy now may answer later.
        raise Refused(Verdict.RETRY, _("The file could not be fetched."), code="no answer") from error


def follow(
    client: httpx.Client, url: httpx.URL, headers: Mapping[str, str], hosts: Sequence[str], largest: int, private: bool
) -> Fetched:
    for _hop in range(REDIRECTS + 1):
        with client.stream("GET", url, headers={**ASK, **headers}) as response:
            if not response.has_redirect_location:
                return content(response, largest)
            there = allowed(url.join(response.headers["Location"]), hosts, private)
        # What proves who we are is for the first origin alone.
        headers, url = (headers if origin(there) == origin(url) else {}), there
    return never(_("The file's address leads in circles."), "redirects")


def allowed(url: str | httpx.URL, hosts: Sequence[str], private: bool) -> httpx.URL:
    """The address, if files may be fetched from there. Raises Refused."""
    try:
        parsed = httpx.URL(url)
        name = parsed.host  # reading it finds what is no name in any alphabet
    except (httpx.InvalidURL, TypeError, ValueError):
        return never(_("The file has no address that can be read."), "address")
    safe = parsed.scheme == "https" and parsed.port is None
    if parsed.userinfo or not (safe or (private and parsed.scheme in ("http", "https"))):
        return never(_("Files are fetched by https only."), "address")
    if not any(matches(parsed.raw_host.decode("ascii").lower(), each.lower()) for each in hosts):
        return never(_("Files are not fetched from %(host)s.") % {"host": name[:100]}, "host")
    return parsed


def matches(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else bool(host) and host == allowed


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def content(response: httpx.Response, largest: int) -> Fetched:
    demand_success(response)
    headers = response.headers
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        never(_("The file came packed, which was not asked for."), "packed")
    if headers.get("Content-Length", "").isdecimal() and int(headers["Content-Length"][:20]) > largest:
        too_large(largest)
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > largest:
            too_large(largest)
    content_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(bytes(body), name=name_of(response), content_type=content_type)


def demand_success(response: httpx.Response) -> None:
    """Raises Refused. Addresses of files expire: who is told 403 or 404 may ask the provider for a new one."""
    status, code = response.status_code, str(response.status_code)
    if status == 429:
        seconds = response.headers.get("Retry-After", "")
        wait = timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() and len(seconds) < 6 else None
        raise Refused(Verdict.WAIT, _("The provider gives out no more files for now."), code=code, wait=wait)
    if status >= 500:
        raise Refused(Verdict.RETRY, _("The provider cannot give out the file at present."), code=code)
    if status in (404, 410):
        never(_("The provider does not have the file any more."), code)
    if status != 200:
        never(_("The provider does not give out the file."), code)


def too_large(largest: int) -> NoReturn:
    megabytes = max(1, largest // (1024 * 1024))
    never(_("The file is larger than %(limit)s MB.") % {"limit": megabytes}, "too large")


def never(sentence: str, code: str) -> NoReturn:
    raise Refused(Verdict.PERMANENT, sentence, code=code)


def name_of(response: httpx.Response) -> str:
    """The file's name as its header says, else the last part of its address; "" if neither tells one."""
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    return clean_name(header.get_filename() or unquote(response.url.path))
