"""Rows straight into PostgreSQL: what is measured is reading them, not making them."""

from pathlib import Path
from typing import Any

import psycopg

from tests.processes import SpreadOut


def fill(installation: SpreadOut, statements: Path, **values: Any) -> None:
    """Run a file's statements with these values; ids that they gave are not given again."""
    with psycopg.connect(installation.env["DATABASE_URL"], autocommit=True) as database:
        database.execute("SET maintenance_work_mem = '512MB'")
        for statement in statements.read_text().split(";\n"):
            if statement.strip():
                with psycopg.ClientCursor(database) as cursor:
                    cursor.execute(statement.encode(), values)
        for table in ("contact", "identity", "conversation"):
            sequence = f"pg_get_serial_sequence('conversations_{table}', 'id')"
            database.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM conversations_{table}))".encode())
        database.execute("VACUUM ANALYZE")
