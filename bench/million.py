"""`python -m bench.million [conversations]`: the inbox over very many conversations, beside the same over 10,000.

Loads a million conversations with ten million messages unless another number is given; needs PostgreSQL and Redis, as
`make bench` does, and some 15 GB. What an inbox costs must not grow with what is stored: aim is a ratio below 1.5.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.fill import HOUSE, fill
from bench.report import HEADING, Row, line
from tests.processes import SpreadOut

SMALL = 10_000
LARGE = 1_000_000
STATEMENTS = Path(__file__).parent / "million.sql"


def main(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        installation = SpreadOut(Path(folder), database=f"monty_bench_{size}")
        try:
            installation.set_up()
            for row in measured(installation, size):
                print(line(row), flush=True)
        finally:
            installation.tear_down()


def measured(installation: SpreadOut, size: int) -> list[Row]:
    facts = json.loads(installation.python(SET_UP))
    found: list[dict[str, Any]] = []
    for first, last in [(1, SMALL), (SMALL + 1, size)]:
        begun = time.perf_counter()
        fill(installation, STATEMENTS, first=first, last=last, **facts)
        print(f"{last:,} conversations loaded in {time.perf_counter() - begun:.0f} s", flush=True)
        found.append(json.loads(installation.python(READ)))
    print(HEADING)
    small, large = found
    return [row for name in large for row in rows_of(name, small[name], large[name], size)]


def rows_of(name: str, small: dict[str, Any], large: dict[str, Any], size: int) -> list[Row]:
    note = f"queries {small['queries']} -> {large['queries']}, database pages {small['blocks']} -> {large['blocks']}"
    beside = f"the same at {SMALL:,}"
    return [
        Row(f"{name}, {size:,} conversations", large["p50"], "ms p50", small["p50"], beside, note),
        Row("  the same", large["p95"], "ms p95", small["p95"], beside),
    ]


# Ana and four others in Sales; Sara oversees.
SET_UP = f"""{HOUSE}
sales = people["ana"].teams.first()
Membership.objects.bulk_create(Membership(team=sales, teammate_id=number) for number in agents[20::20])
print(json.dumps({{"channels": channels, "teams": numbers, "agents": agents}}))
"""

# Inside the installation, by Django's own client: what is timed is the page and not the network.
READ = """
import json, statistics, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from conversations.inbox import inboxes
from conversations.models import Conversation
from teams.models import Teammate
ana, sara = (Teammate.objects.get(username=name) for name in ("ana", "sara"))
team = ana.teams.first().pk
live = Conversation.objects.of_teammate(ana).newest_first().first().pk
channel = Conversation.objects.get(pk=live).channel_id
pages = {"mine": "/?view=mine", "unassigned": "/?view=unassigned", "team": f"/?view=team-{team}", "all": "/?view=all",
    "closed": "/?view=closed", "dropped": "/?view=dropped", "a colleague's": f"/?view=teammate-{sara.pk}",
    "all, longest waiting": "/?view=all&sort=waiting", "team, window ends first": f"/?view=team-{team}&sort=window",
    "all, unread": "/?view=all&unread=true", "all, urgent": "/?view=all&priority=urgent",
    "all, one channel, open": f"/?view=all&channel={channel}&state=open",
    "a conversation": f"/conversations/{live}/?view=mine",
    "search, a word of every third message": "/?view=all&q=word1",
    "search, a seldom word": "/?view=all&q=rare77x", "search, a word of one message": "/?view=all&q=unique777x",
    "search, two words": "/?view=all&q=word3+word500", "search, a name": "/?view=all&q=first77+last77"}
def timed(act, rounds):
    for _ in range(3):
        act()
    with CaptureQueriesContext(connection) as queries:
        act()
    number, times, before = len(queries), [], blocks()
    act()
    read = blocks() - before
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return {"p50": p50, "p95": p95, "queries": number, "blocks": read}
def blocks():
    # Of this process alone: nothing else uses the database. Unlike a time it is the same on a busy machine.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
found = {}
for name, person in (("agent", ana), ("overseer", sara)):
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="teams.backend.OneQueryBackend")
    for page, address in pages.items():
        if name == "overseer" and page in ("a colleague's", "a conversation"):
            continue
        if name == "agent" and page == "a colleague's":
            address = f"/?view=teammate-{Teammate.objects.get(username='agent-19').pk}"
        def act():
            assert client.get(address).status_code == 200, address
        found[f"{name}: {page}"] = timed(act, 9)
    def left_pane():
        inboxes.LeftPane.of(person).counts()
    found[f"{name}: the left pane with its counters"] = timed(left_pane, 9)
print(json.dumps(found))
"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)
