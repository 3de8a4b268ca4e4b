"""What is dear to make and the same for many: made once in a run of the tests, copied by whoever needs it."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.processes import Embedded, SpreadOut
from tests.services import POSTGRESQL_URL

# Named in the environment, which a run's workers have from it.
RUN = "MONTY_TEST_RUN"


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made by whichever worker comes first; the others wait for it."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half_done = folder.with_suffix(".making")
            make(half_done)
            half_done.rename(folder)
    return folder


def shared(factory: pytest.TempPathFactory) -> Path:
    """What all workers of a run see: each has its own folder below."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def make_bare(folder: Path) -> None:
    Embedded(folder).set_up()


def bare(factory: pytest.TempPathFactory) -> Path:
    """An embedded installation with an empty database and its static files."""
    return once(shared(factory) / "bare", make_bare)


def with_demo(factory: pytest.TempPathFactory) -> Path:
    """The same with the demo's data."""

    def make(folder: Path) -> None:
        shutil.copytree(bare(factory), folder)
        Embedded(folder).manage("demo")

    return once(shared(factory) / "demo", make)


def running(factory: pytest.TempPathFactory, name: str) -> Iterator[Embedded]:
    """A running embedded server with demo data, until whoever asks for it is done; `.url` is its address."""
    server = Embedded(factory.mktemp(name))
    server.copy(with_demo(factory))
    # The demo was made for another port: its channels must find the simulator at this one.
    server.manage("demo", "--first")
    server.start()
    yield server
    server.stop()


def sqlite_file(factory: pytest.TempPathFactory) -> Path:
    """An SQLite database in which every table is there and empty."""

    def make(folder: Path) -> None:
        folder.mkdir()
        Embedded(folder).manage("migrate", "--verbosity=0")

    return once(shared(factory) / "sqlite", make) / "monty.sqlite3"


def database(factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database in which every table is there and empty; others are made as its copies."""
    name = f"monty_prepared_{os.environ[RUN]}"

    def make(folder: Path) -> None:
        folder.mkdir()
        installation = SpreadOut(folder, name, redis_url="")
        installation.make_database()
        installation.manage("migrate", "--verbosity=0")

    once(shared(factory) / "postgresql", make)
    return name


def forget_database() -> None:
    """At the end of a run."""
    with psycopg.connect(POSTGRESQL_URL, autocommit=True, connect_timeout=2) as server:
        server.execute(f'DROP DATABASE IF EXISTS "monty_prepared_{os.environ[RUN]}" WITH (FORCE)')
