"""The inbox's and the admin's lists, and the thread, at 1,000 and at 100,000 conversations: queries, and how long."""

import json
from pathlib import Path
from typing import Any

from bench.fill import fill
from bench.report import Row
from tests.processes import SpreadOut

SIZES = [1_000, 100_000]
HISTORY = Path(__file__).parent / "history.sql"
PAGES = ["list mine", "list unassigned", "list team", "list all", "list closed", "thread"]
PAGES += ["admin list conversation", "admin list contact", "admin list message", "admin list event"]


def measure(installation: SpreadOut) -> list[Row]:
    found: dict[int, dict[str, Any]] = {}
    filled = 0
    facts = json.loads(installation.python(SET_UP))
    for size in SIZES:
        fill(installation, HISTORY, first=filled + 1, last=size, **facts)
        filled = size
        found[size] = json.loads(installation.python(READ_PAGES))
    return [row for page in PAGES for row in rows_of(page, found)]


def rows_of(page: str, found: dict[int, dict[str, Any]]) -> list[Row]:
    small, large = (found[size][page] for size in SIZES)
    return [
        Row(
            f"{page}, {SIZES[1]:,} conversations",
            large["ms"],
            "ms p50",
            floor=small["ms"],
            floor_is=f"the same at {SIZES[0]:,}",
            note=f"{large['queries']} queries, at {SIZES[0]:,}: {small['queries']}",
        )
    ]


SET_UP = """
import json
from channels_app.models import Channel
from monty.demo import cast
teams = cast.make_teams()
people = cast.make_people(teams)
channel = cast.make_channels(teams)[0]
print(json.dumps({"channel": channel.pk, "team": channel.team_id, "agent": people["ana"].pk}))
"""

# Inside the installation: Django's own client, so that what is timed is the page and not the network.
READ_PAGES = """
import json, statistics, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from conversations.models import Conversation
from teams.models import Teammate, Team
ana = Teammate.objects.get(username="ana")
team = Team.objects.get(name="Sales").pk
live = Conversation.objects.of_teammate(ana).newest_first().first().pk
def logged_in(person):
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="teams.backend.OneQueryBackend")
    return client
inbox, admin = logged_in(ana), logged_in(Teammate.objects.get(username="admin"))
pages = {"list mine": "/?view=mine", "list unassigned": "/?view=unassigned", "list team": f"/?view=team-{team}",
         "list all": "/?view=all", "list closed": "/?view=closed", "thread": f"/conversations/{live}/?view=mine"}
models = ("conversation", "contact", "message", "event")
pages |= {f"admin list {model}": f"/admin/conversations/{model}/" for model in models}
found = {}
for name, address in pages.items():
    client = admin if name.startswith("admin") else inbox
    for _ in range(5):
        assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    number = len(queries)  # Now: the next request empties the log.
    times = []
    for _ in range(40):
        start = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - start) * 1000)
    found[name] = {"ms": statistics.median(times), "queries": number}
print(json.dumps(found))
"""
