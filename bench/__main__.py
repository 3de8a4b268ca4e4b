"""Runs every benchmark against a real installation on PostgreSQL and Redis, prints a table, writes results.json.

Absolute figures depend on the machine and the hour; the ratios to the floor measured in between do not. Each row is
the median of interleaved rounds.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import assign, flows, ingest, message_in, orders, outbox, pages, reports, sockets
from bench.report import HEADING, Row, line
from tests.processes import SpreadOut
from tests.services import Service, postgresql, redis_server

# The second need the processes running, which would disturb the first.
QUIET: list[Callable[[SpreadOut], list[Row]]] = [
    pages.measure,
    assign.measure,
    outbox.measure,
    ingest.answers,
    flows.measure,
    orders.measure,
    reports.measure,
]
RUNNING: list[Callable[[SpreadOut], list[Row]]] = [
    assign.wake,
    message_in.measure,
    ingest.measure,
    flows.answers,
    sockets.measure,
]
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    missing = [service for service in (postgresql(), redis_server()) if not service.found]
    if missing:
        return refuse(missing)
    rows: list[Row] = []
    print(HEADING, flush=True)
    with installed("quiet") as installation:
        rows += shown(QUIET, installation)
    # One of its own: of what the first have filled theirs with, whoever becomes active would have full hands at once.
    with installed("running") as installation:
        installation.python(pages.SET_UP)
        installation.start()
        rows += shown(RUNNING, installation)
    RESULTS.write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n")
    return 0


@contextmanager
def installed(name: str) -> Iterator[SpreadOut]:
    """An installation with an empty database, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        installation = SpreadOut(Path(folder), database=f"monty_bench_{os.getpid()}_{name}")
        try:
            installation.set_up()
            yield installation
        finally:
            installation.tear_down()


def shown(measures: list[Callable[[SpreadOut], list[Row]]], installation: SpreadOut) -> list[Row]:
    """Measure one after the other, and print each row once it is known."""
    rows = []
    for measure in measures:
        for row in measure(installation):
            rows.append(row)
            print(line(row), flush=True)
    return rows


def refuse(missing: list[Service]) -> int:
    for service in missing:
        print(f"The benchmarks need {service.name}: {service.wanted}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
