"""Folders of installations that are dear to make: made once in a run of the tests, copied by every worker."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import Embedded


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
