"""`make test`: the whole suite, in three runs of pytest.

Real processes and browsers stay away from the rest, whose database belongs to the test alone. The rest runs on
PostgreSQL, and what has to do with the database itself once more on SQLite; without a server all of it on SQLite. What
cannot run without a missing service is named in the summary, and fails everything with MONTY_REQUIRE_SERVICES=1.
"""

import os
import subprocess
import sys

from tests.services import POSTGRESQL_URL, Service, all_services

MARKS = {"PostgreSQL": "postgresql", "Redis": "redis", "Chromium": "browser"}
# The longest first, so that the shorter ones fill what time is left.
OUTSIDE = ["tests/recovery", "tests/spread", "tests/browser"]


def main() -> int:
    missing = [service for service in all_services() if not service.found]
    if missing and os.environ.get("MONTY_REQUIRE_SERVICES") == "1":
        return refuse(missing)
    without = " and ".join(f"not {MARKS[service.name]}" for service in missing)
    inside = [f"--ignore={folder}" for folder in OUTSIDE]
    outcomes = [
        # In their own order: a shuffled one would start and stop installations again and again.
        pytest(
            "real processes and browsers",
            OUTSIDE,
            without,
            missing,
            PYTEST_ADDOPTS="-p no:randomly",
        ),
    ]
    if "PostgreSQL" in {service.name for service in missing}:
        outcomes.append(pytest("on SQLite", inside, without, missing))
    else:
        outcomes.append(pytest("on PostgreSQL", inside, without, missing, DATABASE_URL=POSTGRESQL_URL))
        twice = " and ".join(filter(None, [without, "not once"]))
        outcomes.append(pytest("on SQLite: rules, races and sweeps", inside, twice, missing))
    return max(outcomes)


def refuse(missing: list[Service]) -> int:
    for service in missing:
        print(f"{service.name} is required: {service.wanted}", file=sys.stderr)
    return 1


def pytest(title: str, where: list[str], marks: str, missing: list[Service], **environment: str) -> int:
    """Run what is there and has these marks in a process of its own; two workers, one for each core of a small machine.

    A file stays in one worker: its tests share what is dear to start, such as a browser or an installation.
    """
    print(f"--- {title}", flush=True)
    how = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder", "-m", marks]
    command = [sys.executable, "-m", "pytest", "-q", *where, *how]
    not_run = "; ".join(f"{service.name}: {service.wanted}" for service in missing)
    env = os.environ | {"DEBUG": "1", "DATABASE_URL": "", "MONTY_NOT_RUN": not_run} | environment
    return subprocess.run([*command, *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
