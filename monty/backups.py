"""Copies of everything an installation keeps: the database and the files, as two files of one name.

django-dbbackup takes and brings back each of the two, with PostgreSQL's own tools or SQLite's own copying; here they
become one backup, of which a half is none. What providers and people do meanwhile goes on: the database is copied as of
one moment, and the files after it, so that every file that the database knows is there.
"""

import json
import sqlite3
from tempfile import NamedTemporaryFile
from typing import IO, Any

from dbbackup.db.base import get_connector
from dbbackup.db.sqlite import SqliteBackupConnector
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

NAME = "monty-%Y-%m-%d-%H%M%S"
# What django-dbbackup writes beside the database's file.
FACTS = ".metadata"


class SqliteConnector(SqliteBackupConnector):
    """Brings a database back through SQLite itself: a file that is written over would keep its former journal."""

    def restore_dump(self, dump: IO[bytes]) -> None:
        self.connection.ensure_connection()
        with NamedTemporaryFile(suffix=".sqlite3") as copy:
            copy.write(dump.read())
            copy.flush()
            source = sqlite3.connect(copy.name)
            source.backup(self.connection.connection)
            source.close()


def make() -> str:
    """Copy everything to `BACKUP_STORAGE_URL`; the backup's name, which says when it was."""
    name = timezone.now().strftime(NAME)
    database, files = parts(name)
    call_command("dbbackup", interactive=False, verbosity=0, output_filename=database)
    call_command("mediabackup", interactive=False, verbosity=0, output_filename=files)
    return name


def bring_back(name: str) -> None:
    """Replace what is here by a backup, and bring it up to this version of Monty. Raises CommandError."""
    if name not in names():
        raise CommandError(f"There is no whole backup {name!r}. There are: {', '.join(names()) or 'none'}.")
    demand_known(name)
    database, files = parts(name)
    call_command("dbrestore", interactive=False, verbosity=0, input_filename=database)
    call_command("mediarestore", interactive=False, verbosity=0, input_filename=files, replace=True)
    call_command("migrate", interactive=False, verbosity=0)


def names() -> list[str]:
    """The backups that are whole, the latest first. One that broke off lacks its files, which come last."""
    there = set(storages["dbbackup"].listdir("")[1])
    ends = parts("")
    found = [file.removesuffix(ends[1]) for file in there if file.endswith(ends[1])]
    return sorted((name for name in found if name + ends[0] in there), reverse=True)


def parts(name: str) -> tuple[str, str]:
    """The files of a backup: the database's, and that with all files."""
    return f"{name}.{get_connector().extension}", f"{name}.tar"


def facts(_known: dict[str, Any]) -> dict[str, Any]:
    """What is written beside the database: how far it had been migrated."""
    return {"migrations": [list(each) for each in MigrationLoader(connection).applied_migrations]}


def demand_known(name: str) -> None:
    """Raises CommandError for what a newer Monty wrote: this one would not know its tables."""
    with storages["dbbackup"].open(parts(name)[0] + FACTS) as file:
        applied = {tuple(each) for each in json.load(file)["migrations"]}
    if unknown := applied - set(MigrationLoader(None).disk_migrations):
        raise CommandError(
            f"This backup is of a newer Monty, which knows {' '.join(min(unknown))}. Update Monty first."
        )
