"""`make check` and known holes of dependencies, beside an OSV that knows what a test tells it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.processes import ROOT
from tests.services import free_port

HOLE = "GHSA-0000-0000-0000"


class Osv(BaseHTTPRequestHandler):
    """By the name of the package."""

    known: dict[str, list[dict[str, str]]] = {}
    says = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = [query["package"]["name"] for query in asked["queries"]]
        body = json.dumps({"results": [{"vulns": self.known[name]} if name in self.known else {} for name in names]})
        self.send_response(self.says)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args: Any) -> None:
        """Silence."""


@pytest.fixture
def osv() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Osv)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def audit(address: str, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.audit", *options]
    told = {"OSV_URL": address}
    return subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)


def test_without_a_known_hole_all_is_well(osv):
    done = audit(osv)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_known_hole_is_named_and_fails(osv, monkeypatch):
    monkeypatch.setattr(Osv, "known", {"pillow": [{"id": HOLE}]})
    done = audit(osv)
    assert done.returncode == 1
    assert f": {HOLE}" in done.stderr
    assert "pillow 1" in done.stderr
    assert "django" not in done.stderr


@pytest.mark.parametrize("answer", ["none", "an error"])
def test_without_an_answer_it_is_said_and_fails_nobody_unless_it_is_demanded(answer, osv, monkeypatch):
    monkeypatch.setattr(Osv, "says", 503)
    address = osv if answer == "an error" else f"http://127.0.0.1:{free_port()}"
    done = audit(address)
    assert (done.returncode, "NOT CHECKED" in done.stderr) == (0, True)
    assert audit(address, "--demand").returncode == 1
