"""A backup that is taken while people work, brought back on an empty machine, is everything that was there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import prepared
from tests.processes import ROOT, Embedded, Installation, SpreadOut
from tests.recovery.conftest import NEEDS_SERVICES
from tests.services import own_redis_url

WRITE = """
from django.core.files.base import ContentFile
from channels_app.models import Channel
from teams.models import Team
from tests import make
row = make.conversation(Channel.objects.create(kind="webchat", name="Chat", team=Team.objects.create(name="Sales")))
row.messages.get().attachments.create(name="note.txt", file=ContentFile(b"never gets lost", "note.txt"))
"""
READ = """
from conversations.models import Conversation
message = Conversation.objects.get().messages.get()
print(message.text, message.attachments.get().file.read().decode(), sep="|")
"""
WRITE_MORE = "from teams.models import Team; Team.objects.create(name='Made later')"
TEAMS = "from teams.models import Team; print(*Team.objects.values_list('name', flat=True), sep='|')"
FROM_THE_FUTURE = """
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder.Migration.objects.create(app="conversations", name="9999_from_the_future")
"""


Machines = tuple[Installation, Installation]


@pytest.fixture
def embedded_machines(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Machines:
    """The one that is in use, and an empty one; they share nothing but the place for backups."""
    made = Embedded(tmp_path / "old"), Embedded(tmp_path / "new")
    for machine in made:
        machine.copy(prepared.bare(tmp_path_factory))
        machine.env["BACKUP_STORAGE_URL"] = f"file://{tmp_path / 'backups'}"
    return made


@pytest.fixture
def spread_out_machines(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """The same, each with a database of its own on the server."""
    names = (f"monty_backup_{name}_{os.getpid()}" for name in ("old", "new"))
    made = [SpreadOut(tmp_path / name, name, redis_url=own_redis_url(2)) for name in names]
    for machine in made:
        machine.copy(prepared.bare(tmp_path_factory), prepared.database(tmp_path_factory))
        machine.env["BACKUP_STORAGE_URL"] = f"file://{tmp_path / 'backups'}"
    yield made[0], made[1]
    for machine in made:
        machine.tear_down()


@pytest.fixture
def old(embedded_machines: Machines) -> Installation:
    embedded_machines[0].python(WRITE)
    return embedded_machines[0]


@pytest.fixture
def new(embedded_machines: Machines) -> Installation:
    return embedded_machines[1]


def refusal(installation: Installation, *arguments: str) -> str:
    """What a command says that must fail."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=installation.env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stderr


@pytest.mark.parametrize("form", ["embedded", pytest.param("spread_out", marks=NEEDS_SERVICES)])
def test_conversations_and_files_are_there_again_on_an_empty_machine(form: str, request):
    old, new = request.getfixturevalue(f"{form}_machines")
    old.python(WRITE)
    old.manage("backup")
    assert "is back" in new.manage("restore", "--yes")
    assert new.python(READ) == old.python(READ) != "|"


def test_what_was_written_after_the_backup_is_gone_with_it(old):
    name = old.manage("backup").strip()
    old.python(WRITE_MORE)
    old.manage("restore", "--yes", name)
    assert old.python(TEAMS) == "Sales"


def test_half_a_backup_is_none_and_the_whole_ones_are_named(old, new, tmp_path):
    name = old.manage("backup").strip()
    (half,) = (tmp_path / "backups").glob(f"{name}.tar")
    half.rename(half.with_name("monty-2026-01-01-000000.tar"))
    assert "no whole backup" in refusal(new, "restore", "--yes", name)
    assert new.python(TEAMS) == ""


def test_a_backup_of_a_newer_monty_is_refused_before_anything_is_changed(old, new):
    old.python(FROM_THE_FUTURE)
    old.manage("backup")
    assert "9999_from_the_future. Update Monty first" in refusal(new, "restore", "--yes")
    assert new.python(TEAMS) == ""
