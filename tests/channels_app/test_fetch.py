"""Fetching files from addresses that strangers chose."""

import gzip
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpcore
import httpx
import pytest
import respx

from channels_app import fetch as fetching
from channels_app import guarded
from channels_app.fetch import fetch
from channels_app.verdicts import Refused, Verdict

pytestmark = pytest.mark.once

HOSTS = ["cdn.example", "*.files.example"]
URL = "https://cdn.example/a/photo.jpg"
PUBLIC = "93.184.215.14"


def refused(url: str = URL, **options: Any) -> Refused:
    """How fetching fails."""
    asked: dict[str, Any] = {"hosts": HOSTS, "largest": 1000} | options
    with pytest.raises(Refused) as found:
        fetch(url, **asked)
    return found.value


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """What names resolve to, and how often each was asked for."""
    known: dict[str, list[str]] = {}
    monkeypatch.setattr(guarded, "resolve", lambda host, port: known[host])
    return known


@pytest.fixture
def connections(monkeypatch) -> list[str]:
    """The addresses to which connections were tried. None is made."""
    tried: list[str] = []

    def connect_tcp(self, host, port, **options):
        tried.append(host)
        raise httpcore.ConnectError("no network here")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    return tried


@contextmanager
def server(answer: Callable[[object], None]) -> Iterator[str]:
    """A real server on this machine that answers each connection by hand; gives its address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline().strip():
                pass
            with suppress(OSError):
                answer(self.wfile)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        listening.block_on_close = False
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/file.bin"
        listening.shutdown()


def says(*parts: bytes) -> Callable[[object], None]:
    def answer(wire):
        for part in parts:
            wire.write(part)

    return answer


# --- What comes back ------------------------------------------------------------------------------------------------


@respx.mock
def test_a_file_comes_with_its_type_and_name():
    respx.get(URL).respond(200, content=b"bytes", headers={"Content-Type": "Image/JPEG; q=1"})

    fetched = fetch(URL, hosts=HOSTS, largest=1000)

    assert (fetched.content, fetched.content_type, fetched.name) == (b"bytes", "image/jpeg", "photo.jpg")


@respx.mock
@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="invoice.pdf"', "invoice.pdf"),
        ("attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf", "résumé.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\x.exe"', "x.exe"),
        ('inline; filename=".hidden"', "hidden"),
        ("attachment", "photo.jpg"),
        ("\"'!; broken", "photo.jpg"),
    ],
)
def test_the_name_is_the_one_of_the_header_made_harmless(header, name):
    respx.get(URL).respond(200, headers={"Content-Disposition": header})

    assert fetch(URL, hosts=HOSTS, largest=1000).name == name


@respx.mock
def test_headers_are_sent_and_no_packing_is_asked_for():
    route = respx.get(URL).respond(200)

    fetch(URL, hosts=HOSTS, largest=1000, headers={"Authorization": "Bearer t"})

    assert route.calls.last.request.headers["Authorization"] == "Bearer t"
    assert route.calls.last.request.headers["Accept-Encoding"] == "identity"


# --- Where it may come from -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://cdn.example.evil.net/x",
        "https://evilcdn.example/x",
        "https://files.example/x",
        "https://cdn.example@evil.net/x",
        "https://evil.net\\@cdn.example/x",
        "https://user:word@cdn.example/x",
        "https://cdn.example:8443/x",
        "http://cdn.example/x",
        "ftp://cdn.example/x",
        "file:///etc/passwd",
        "//cdn.example/x",
        "https:///x",
        "",
        "no address",
        "https://[::1",
        "https://cdn.example\n/x",
    ],
)
@pytest.mark.usefixtures("connections")
def test_other_addresses_are_refused_before_any_connection(url, connections, names):
    assert refused(url).verdict == Verdict.PERMANENT
    assert connections == []


@respx.mock
def test_a_star_stands_for_every_name_below():
    respx.get("https://a.b.files.example/x").respond(200, content=b"x")

    assert fetch("https://A.b.Files.example/x", hosts=HOSTS, largest=10).content == b"x"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%lo",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
    ],
)
def test_an_allowed_name_with_a_private_address_is_refused(names, connections, address):
    names["cdn.example"] = [PUBLIC, address]

    assert refused().provider_code == "address"
    assert connections == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_connected_to(names, connections, address):
    names["cdn.example"] = [address]

    assert refused().verdict == Verdict.RETRY
    assert connections == [address]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:7f00:1]", "localhost"])
def test_this_machine_is_not_reached_in_whatever_spelling(connections, host):
    assert refused(f"https://{host}/x", hosts=[host.strip("[]")]).verdict in (Verdict.PERMANENT, Verdict.RETRY)
    assert connections == []


def test_a_name_is_asked_for_once_and_the_address_checked_is_the_one_connected_to(monkeypatch, connections):
    answers = [[PUBLIC], ["127.0.0.1"]]
    monkeypatch.setattr(guarded, "resolve", lambda host, port: answers.pop(0))

    refused()

    assert connections == [PUBLIC]
    assert answers == [["127.0.0.1"]]


def test_of_several_addresses_the_next_is_tried(names, connections):
    names["cdn.example"] = [PUBLIC, "93.184.215.15"]

    refused()

    assert connections == [PUBLIC, "93.184.215.15"]


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 64 + ".example", "xn--.example"])
def test_a_name_without_address_may_have_one_later(host):
    assert refused(f"https://{host}/x", hosts=[host]).verdict in (Verdict.RETRY, Verdict.PERMANENT)


# --- Redirects ------------------------------------------------------------------------------------------------------


@respx.mock
def test_redirects_are_followed_within_the_allowed_hosts():
    respx.get(URL).respond(302, headers={"Location": "https://x.files.example/final.png"})
    respx.get("https://x.files.example/final.png").respond(200, content=b"there")

    fetched = fetch(URL, hosts=HOSTS, largest=1000)

    assert (fetched.content, fetched.name) == (b"there", "final.png")


@respx.mock
def test_what_proves_who_we_are_does_not_go_to_another_origin():
    respx.get(URL).respond(302, headers={"Location": "https://x.files.example/b"})
    other = respx.get("https://x.files.example/b").respond(302, headers={"Location": "https://cdn.example/c"})
    back = respx.get("https://cdn.example/c").respond(200)

    fetch(URL, hosts=HOSTS, largest=1000, headers={"Authorization": "Bearer t"})

    assert "Authorization" not in other.calls.last.request.headers
    assert "Authorization" not in back.calls.last.request.headers


@respx.mock
def test_within_the_origin_it_stays():
    respx.get(URL).respond(301, headers={"Location": "/moved"})
    moved = respx.get("https://cdn.example/moved").respond(200)

    fetch(URL, hosts=HOSTS, largest=1000, headers={"Authorization": "Bearer t"})

    assert moved.calls.last.request.headers["Authorization"] == "Bearer t"


@respx.mock
@pytest.mark.parametrize(
    "there",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "https://[::ffff:169.254.169.254]/",
        "http://cdn.example/plain",
        "file:///etc/passwd",
        "https://evil.example/",
    ],
)
def test_a_redirect_elsewhere_is_refused(there):
    respx.get(URL).respond(302, headers={"Location": there})

    assert refused().verdict == Verdict.PERMANENT


@respx.mock
def test_a_redirect_to_an_allowed_name_with_a_private_address_is_refused(names, connections):
    names["inner.files.example"] = ["169.254.169.254"]
    respx.get(URL).respond(302, headers={"Location": "https://inner.files.example/"})
    respx.route(host="inner.files.example").pass_through()

    assert refused().provider_code == "address"
    assert connections == []


@respx.mock
def test_three_redirects_are_enough():
    route = respx.get(URL).respond(302, headers={"Location": URL})

    assert refused().provider_code == "redirects"
    assert route.call_count == 4


# --- How much, how long ---------------------------------------------------------------------------------------------


@respx.mock
def test_a_file_of_the_largest_size_comes_and_one_byte_more_does_not():
    respx.get(URL).respond(200, content=b"x" * 1000)

    assert len(fetch(URL, hosts=HOSTS, largest=1000).content) == 1000
    assert refused(largest=999).provider_code == "too large"


def test_an_endless_body_is_cut_off():
    def endless(wire):
        wire.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            wire.write(b"x" * 4096)

    with server(endless) as url:
        assert refused(url, hosts=["127.0.0.1"], private=True, largest=100_000).provider_code == "too large"


def test_a_length_that_is_too_large_is_believed():
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")) as url:
        assert refused(url, hosts=["127.0.0.1"], private=True).provider_code == "too large"


@pytest.mark.parametrize("length", [b"10", b"999999999999999999999999", b"-1", b"ten"])
def test_a_length_that_lies_gives_no_half_file(length):
    answer = says(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\nhalf")
    with server(answer) as url:
        assert refused(url, hosts=["127.0.0.1"], private=True).verdict in (Verdict.RETRY, Verdict.PERMANENT)


@pytest.mark.parametrize("packing", [b"gzip", b"br", b"deflate", b"gzip, gzip"])
def test_what_comes_packed_is_not_unpacked(packing):
    bomb = gzip.compress(b"\0" * 1_000_000)
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + packing + b"\r\n\r\n", bomb)) as url:
        assert refused(url, hosts=["127.0.0.1"], private=True, largest=10_000).provider_code == "packed"


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_a_server_that_drips_is_left_when_the_time_is_over(monkeypatch, before):
    monkeypatch.setattr(fetching, "DEADLINE", 0.3)
    stop = threading.Event()

    def drip(wire):
        wire.write(before)
        while not stop.wait(0.05):
            wire.write(b"x")

    with server(drip) as url:
        assert refused(url, hosts=["127.0.0.1"], private=True).verdict == Verdict.RETRY
        stop.set()


# --- What the provider answers --------------------------------------------------------------------------------------


@respx.mock
@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (204, Verdict.PERMANENT),
        (206, Verdict.PERMANENT),
        (304, Verdict.PERMANENT),
        (400, Verdict.PERMANENT),
        (401, Verdict.PERMANENT),
        (403, Verdict.PERMANENT),
        (404, Verdict.PERMANENT),
        (410, Verdict.PERMANENT),
        (429, Verdict.WAIT),
        (500, Verdict.RETRY),
        (503, Verdict.RETRY),
    ],
)
def test_each_refusal_says_whether_to_ask_again(status, verdict):
    respx.get(URL).respond(status)

    assert refused().verdict == verdict
    assert refused().provider_code == str(status)


@respx.mock
def test_the_time_to_wait_is_the_providers():
    respx.get(URL).respond(429, headers={"Retry-After": "7"})

    assert refused().wait.total_seconds() == 7


@respx.mock
@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_broken_line_means_to_ask_again(error):
    respx.get(URL).mock(side_effect=error)

    assert refused().verdict == Verdict.RETRY


# --- A local stand-in -----------------------------------------------------------------------------------------------


def test_a_stand_in_on_this_machine_is_reached_when_that_is_said():
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as url:
        assert fetch(url, hosts=["127.0.0.1"], largest=10, private=True).content == b"ok"
        assert refused(url, hosts=["127.0.0.1"]).verdict == Verdict.PERMANENT


def test_even_then_only_from_the_hosts_that_are_allowed():
    assert refused("http://127.0.0.1:1/x", private=True).provider_code == "host"
