"""`python -m bench.reports [conversations]`: reports over a year of a million conversations, unless told otherwise.

Aim: each page in less than a second, of which the definition is in docs/reports.md. Needs PostgreSQL and Redis, as
`make bench` does, which measures the same over 20,000.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from bench.fill import HOUSE, fill
from bench.report import HEADING, Row, line
from tests.processes import SpreadOut

STATEMENTS = Path(__file__).parent / "reports.sql"
SMALL, LARGE = 20_000, 1_000_000


def main(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        installation = SpreadOut(Path(folder), database=f"monty_bench_reports_{size}")
        try:
            installation.set_up()
            print(HEADING)
            for row in measured(installation, size):
                print(line(row), flush=True)
        finally:
            installation.tear_down()


def measure(installation: SpreadOut) -> list[Row]:
    """In a database of its own: what is in the others' way would be counted."""
    with tempfile.TemporaryDirectory() as folder:
        own = SpreadOut(Path(folder), database=f"{installation.database}_reports")
        try:
            own.set_up()
            return measured(own, SMALL)
        finally:
            own.tear_down()


def measured(installation: SpreadOut, size: int) -> list[Row]:
    facts = json.loads(installation.python(SET_UP))
    begun = time.perf_counter()
    fill(installation, STATEMENTS, size=size, **facts)
    print(f"{size:,} conversations loaded in {time.perf_counter() - begun:.0f} s", flush=True)
    found = json.loads(installation.python(READ))
    added = found.pop("adding up")
    rows = [Row(f"reports: adding up a year of {size:,}", added["s"], "s", note=f"{added['months']} months of teams")]
    return rows + [
        Row(f"report {name}, {size:,} conversations", each["ms"], "ms p50", note=f"{each['queries']} queries")
        for name, each in found.items()
    ]


SET_UP = f"""{HOUSE}
from conversations.models import Label
labels = [Label.objects.create(name=f"Label {{n}}").pk for n in range(7)]
print(json.dumps({{"channels": channels, "teams": numbers, "agents": agents, "labels": labels}}))
"""

# Inside the installation, by Django's own client: what is timed is the page and not the network.
READ = """
import json, statistics, time
from datetime import date, timedelta
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from conversations.models import Conversation, Rollup
from conversations.reports.rollups import add_up_missed
from teams.models import Teammate
begun = time.perf_counter()
while Rollup.objects.filter(fresh=False, month__lt=date.today().replace(day=1)).exists():
    add_up_missed()
found = {"adding up": {"s": time.perf_counter() - begun, "months": Rollup.objects.filter(fresh=True).count()}}
with connection.cursor() as cursor:
    cursor.execute("VACUUM ANALYZE")
today = date.today()
year = f"since={today - timedelta(days=364)}&until={today}"
four_weeks = f"since={today - timedelta(days=27)}&until={today}"
channel = Conversation.objects.first().channel_id
client = Client(headers={"host": "127.0.0.1"})
client.force_login(Teammate.objects.get(username="sara"), backend="teams.backend.OneQueryBackend")
pages = {f"{name}, a year by {by}": f"/reports/{name}/?{year}&by={by}"
    for name in ("volume", "response", "resolution", "drops") for by in ("team", "teammate", "label", "hour", "month")}
pages |= {f"load, a year by {by}": f"/reports/load/?{year}&by={by}" for by in ("teammate", "month")}
pages |= {f"{name}, four weeks by day": f"/reports/{name}/?{four_weeks}&by=day" for name in ("volume", "resolution")}
pages["response, a year of one channel by month"] = f"/reports/response/?{year}&by=month&channel={channel}"
pages["response, a year of one channel by teammate"] = f"/reports/response/?{year}&by=teammate&channel={channel}"
pages |= {f"{page}, within working hours": f"{address}&hours=open"
    for page, address in pages.items() if "one channel" in page or "by month" in page}
pages["the list behind a number of a year"] = f"/reports/volume/conversations/?{year}&figure=started"
for page, address in pages.items():
    def act():
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    act()
    with CaptureQueriesContext(connection) as queries:
        act()
    number, times = len(queries), []
    for _ in range(3):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    found[page] = {"ms": statistics.median(times), "queries": number}
print(json.dumps(found))
"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)
