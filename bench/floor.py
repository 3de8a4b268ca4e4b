"""The floors: pgbench doing a message's one insert and one update in a transaction of four round trips, and a
delivery's one insert."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.processes import SpreadOut

# Debian keeps it off the PATH.
PLACES = Path("/usr/lib/postgresql")

SCRIPT = """
\\set number random({first}, {last})
BEGIN;
INSERT INTO conversations_message
    (conversation_id, channel_id, author_kind, private, text, details, elsewhere, status, error, external_id, at)
    VALUES (:number, {channel}, 'contact', false, 'As fast as it goes', '{{}}', false, 'received', '', '', now());
UPDATE conversations_conversation SET unread = unread + 1, last_message_at = now() WHERE id = :number;
COMMIT;
"""


INSERT = """
INSERT INTO channels_app_delivery (channel_id, body, state, received_at, tries, error)
    VALUES ({channel}, convert_to(repeat('x', {size}), 'UTF8'), 'done', now(), 0, '');
"""


def transactions_per_second(installation: SpreadOut, *, channel: int, first: int, last: int, seconds: int) -> float:
    return per_second(installation, SCRIPT.format(channel=channel, first=first, last=last), seconds)


def deliveries_per_second(installation: SpreadOut, *, channel: int, size: int, seconds: int) -> float:
    """One row of what a provider posted, with a body of this many bytes."""
    return per_second(installation, INSERT.format(channel=channel, size=size), seconds)


def per_second(installation: SpreadOut, transaction: str, seconds: int) -> float:
    """Median-machine pgbench, 8 clients on 2 threads, durable. 0.0 when pgbench is not installed."""
    program = shutil.which("pgbench") or newest_installed()
    if program is None:
        return 0.0
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(transaction)
        script.flush()
        command = [program, "--no-vacuum", "-c", "8", "-j", "2", "-T", str(seconds), "-f", script.name]
        done = subprocess.run(
            [*command, installation.env["DATABASE_URL"]], capture_output=True, text=True, check=True, timeout=120
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def newest_installed() -> str | None:
    found = sorted(PLACES.glob("*/bin/pgbench"))
    return str(found[-1]) if found else None
