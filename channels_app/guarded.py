"""A way into the network for addresses that strangers chose: only to public ones, and not for ever.

What is checked is the address that the connection then goes to, at the moment it is made: a name cannot be checked with
one address and reached at another, and a redirect is checked like the first request.
"""

import socket
import ssl
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Any

import httpcore
import httpx
from django.utils.translation import gettext as _

from channels_app.verdicts import Refused, Verdict

# Addresses of version 4 reached through a translator (RFC 6052): their last 32 bits are the address behind it.
TRANSLATED = IPv6Network("64:ff9b::/96")


def transport(*, private: bool, seconds: float) -> httpx.BaseTransport:
    """Connections through this end `seconds` from now, whatever they are doing. `private`: any address may be reached.

    Reaching a private address raises Refused.
    """
    way = httpx.HTTPTransport(verify=certificates())
    # httpx has no public way to hand its pool a network; tests with real sockets hold this line to its promise.
    way._pool = httpcore.ConnectionPool(
        ssl_context=certificates(), network_backend=GuardedNetwork(Clock(seconds), private=private)
    )
    return way


@lru_cache(maxsize=1)
def certificates() -> ssl.SSLContext:
    """Whom to trust. Read once: it takes longer than many a call."""
    return httpx.create_ssl_context()


def resolve(host: str, port: int) -> list[str]:
    """Every address a name has now. Raises Refused for a name that has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(Verdict.RETRY, _("The address %(host)s cannot be found.") % {"host": host}, code="dns") from error
    return [str(address[0]) for *_kind, address in found]


def is_public(address: str) -> bool:
    """Whether an address lies in the open internet, also the one inside a mapped, tunnelled or translated address."""
    outer = ip_address(address)
    site_local = isinstance(outer, IPv6Address) and outer.is_site_local
    return not site_local and all(each.is_global and not each.is_multicast for each in (outer, *inside(outer)))


def inside(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
    return [each for each in (address.ipv4_mapped, address.sixtofour, translated) if each is not None]


class Clock:
    def __init__(self, seconds: float) -> None:
        self.ends = monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """The time for one step: what the caller gives it, but not beyond the end of the whole."""
        left = self.ends - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("It took too long altogether.")
        return left if timeout is None else min(timeout, left)


class GuardedNetwork(httpcore.NetworkBackend):
    def __init__(self, clock: Clock, *, private: bool) -> None:
        self.clock, self.private, self.network = clock, private, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "TimedStream":
        """Connect to the first address of the host that answers, provided that every one is public."""
        addresses = resolve(host, port)
        if not self.private and not all(is_public(address) for address in addresses):
            raise Refused(Verdict.PERMANENT, _("This address is not public."), code="address")
        for address in addresses[:-1]:
            try:
                return self.connect(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self.connect(addresses[-1], port, timeout)

    def connect(self, address: str, port: int, timeout: float | None) -> "TimedStream":
        return TimedStream(self.network.connect_tcp(address, port, timeout=self.clock.left(timeout)), self.clock)


class TimedStream(httpcore.NetworkStream):
    """A time-out bounds one read only: a byte now and then would hold a worker for ever."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self.stream, self.clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.clock.left(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "TimedStream":
        return TimedStream(self.stream.start_tls(ssl_context, server_hostname, self.clock.left(timeout)), self.clock)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
