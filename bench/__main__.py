"""Runs every benchmark against a real installation on PostgreSQL and Redis, prints a table, writes results.json.

Absolute figures depend on the machine and the hour; the ratios to the floor measured in between do not. Each row is
the median of interleaved rounds.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from bench import assign, message_in, pages, sockets
from bench.report import Row, table
from tests.processes import SpreadOut
from tests.services import Service, postgresql, redis_server

RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    missing = [service for service in (postgresql(), redis_server()) if not service.found]
    if missing:
        return refuse(missing)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        installation = SpreadOut(Path(folder), database=f"monty_bench_{os.getpid()}")
        try:
            installation.set_up()
            rows += pages.measure(installation)
            rows += assign.measure(installation)
            installation.start()
            rows += assign.wake(installation)
            rows += message_in.measure(installation)
            rows += sockets.measure(installation)
        finally:
            installation.tear_down()
    print(table(rows))
    RESULTS.write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n")
    return 0


def refuse(missing: list[Service]) -> int:
    for service in missing:
        print(f"The benchmarks need {service.name}: {service.wanted}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
