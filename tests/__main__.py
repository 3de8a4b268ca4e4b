"""`make test`: the suite on PostgreSQL where there is one, then everything on SQLite, with real services and browser.

Needs nothing; what cannot run without a missing service is named, and fails the run with MONTY_REQUIRE_SERVICES=1.
"""

import os
import subprocess
import sys

from tests.services import POSTGRESQL_URL, Service, all_services, postgresql

MARKS = {"PostgreSQL": "postgresql", "Redis": "redis", "Chromium": "browser"}


def main() -> int:
    services = all_services()
    missing = [service for service in services if not service.found]
    if missing and os.environ.get("MONTY_REQUIRE_SERVICES") == "1":
        return refuse(missing)
    arguments = [*sys.argv[1:], "-q"]
    outcomes = []
    if postgresql().found:
        print("--- On PostgreSQL", flush=True)
        outcomes.append(pytest([*arguments, "-m", "not browser and not processes"], DATABASE_URL=POSTGRESQL_URL))
    print("--- On SQLite, with browser and real processes", flush=True)
    without = "".join(f" and not {MARKS[service.name]}" for service in missing)
    outcomes.append(pytest([*arguments, "-m", f"not (postgresql and not processes){without}"], DATABASE_URL=""))
    for service in missing:
        print(f"NOT RUN: the tests that need {service.name}: {service.wanted}", flush=True)
    return max(outcomes)


def refuse(missing: list[Service]) -> int:
    for service in missing:
        print(f"{service.name} is required: {service.wanted}", file=sys.stderr)
    return 1


def pytest(arguments: list[str], **environment: str) -> int:
    """Run pytest in a process of its own with this environment; two workers, one for each core of a small machine."""
    command = [sys.executable, "-m", "pytest", "--numprocesses=2", "--dist=loadgroup", *arguments]
    return subprocess.run(command, env=os.environ | {"DEBUG": "1"} | environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
