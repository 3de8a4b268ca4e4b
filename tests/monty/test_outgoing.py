"""Every call that leaves Monty goes through the guard (`channels_app/guarded.py`), save a named few.

Read from the code, so that a new way out cannot be forgotten.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from channels_app import guarded, http
from channels_app.verdicts import Refused
from tests.processes import ROOT

pytestmark = pytest.mark.once

PRODUCT = ("monty", "teams", "channels_app", "conversations", "webhooks", "orders", "flows")
WAY_OUT = re.compile(
    r"httpx\.(Client|AsyncClient|HTTPTransport|AsyncHTTPTransport|get|post|put|patch|delete|head|options|request|stream)"
    r"|httpcore\.(SyncBackend|AnyIOBackend|ConnectionPool|HTTPConnection|HTTPProxy|SOCKSProxy|request|stream)"
    r"|requests\.(Session|session|get|post|put|patch|delete|head|options|request)"
    r"|urllib\.request\.(urlopen|urlretrieve|build_opener)|urllib3\.\w+|http\.client\.\w+|aiohttp\.\w+"
    r"|socket\.(socket|create_connection)|asyncio\.open_connection|websockets\.\w+|smtplib\.\w+|ftplib\.\w+"
)
# Whoever adds a line here says why no stranger chooses where it leads.
KNOWN = {
    "channels_app/guarded.py": "the guard itself",
    "channels_app/http.py": "makes the client, and only with a way that it is given",
    "monty/demo/traffic.py": "plays the demo's customers against Monty itself, at the address of a command's option",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for app in PRODUCT:
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def imported(module: ast.Module) -> dict[str, str]:
    """What each name stands for, in full."""
    known: dict[str, str] = {}
    for each in ast.walk(module):
        if isinstance(each, ast.Import):
            for name in each.names:
                first = name.name.partition(".")[0]
                known |= {name.asname: name.name} if name.asname else {first: first}
        elif isinstance(each, ast.ImportFrom):
            known |= {name.asname or name.name: f"{each.module}.{name.name}" for name in each.names}
    return known


def called(module: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call by the full name of what is called."""
    known = imported(module)
    for each in ast.walk(module):
        if isinstance(each, ast.Call):
            first, dot, rest = ast.unparse(each.func).partition(".")
            yield known.get(first, first) + dot + rest, each


def ways_out(text: str) -> list[str]:
    return [name for name, _call in called(ast.parse(text)) if WAY_OUT.fullmatch(name)]


@pytest.mark.parametrize(
    "text",
    [
        "import httpx\nhttpx.get('https://example.org')",
        "from httpx import Client\nClient()",
        "import requests as web\nweb.post('x')",
        "import urllib.request\nurllib.request.urlopen('x')",
        "from urllib.request import urlopen as opened\nopened('x')",
        "import http.client\nhttp.client.HTTPSConnection('x')",
        "from socket import create_connection\ncreate_connection(('x', 1))",
    ],
)
def test_a_way_out_is_found_however_it_is_called(text):
    assert len(ways_out(text)) == 1


def test_what_only_has_such_a_name_is_none():
    assert ways_out("from orders import requests\nrequests.request('a change')\nimport httpx\nhttpx.URL('x')") == []


def test_nothing_else_opens_a_way_out():
    found = {file for file, module in modules() if any(WAY_OUT.fullmatch(name) for name, _call in called(module))}

    assert found == set(KNOWN)


def test_whoever_makes_a_client_gives_it_the_guard():
    unguarded = []
    for file, module in modules():
        guards = {
            target.id
            for each in ast.walk(module)
            if isinstance(each, ast.Assign) and is_guard(each.value)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        for name, call in called(module):
            own = file == "channels_app/http.py" and name == "client"
            if (own or name == "channels_app.http.client") and not (
                is_guard(call.args[0]) or ast.unparse(call.args[0]) in guards
            ):
                unguarded.append(f"{file}:{call.lineno}")

    assert unguarded == []


def is_guard(value: Any) -> bool:
    return ast.unparse(value).startswith("guarded.transport(")


# --- And the guard holds for providers, too ---------------------------------------------------------------------------


@pytest.fixture
def connections(monkeypatch) -> list[str]:
    """Where connections would have gone; names lead to this very machine."""
    tried: list[str] = []

    def connect(self: object, address: str, *_rest: object) -> None:
        tried.append(address)
        raise httpx.ConnectError("not in tests")

    monkeypatch.setattr(guarded, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(guarded.GuardedNetwork, "connect", connect)
    return tried


def test_a_provider_whose_name_leads_into_the_house_is_not_called(connections):
    with pytest.raises(Refused) as refused:
        http.call("GET", "https://graph.example.org/me")

    assert (refused.value.provider_code, connections) == ("address", [])


def test_a_stand_in_without_https_may_be_in_the_house(connections):
    with pytest.raises(Refused) as refused:
        http.call("GET", "http://localhost:8000/demo/api/me")

    assert (refused.value.provider_code, connections) == ("connect", ["127.0.0.1"])
