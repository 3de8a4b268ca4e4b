"""Rows straight into PostgreSQL: what is measured is reading them, not making them. And rows away again."""

from pathlib import Path
from typing import Any

import psycopg

from tests.processes import SpreadOut

# What a column holds of which a statement says nothing, by its type: Django keeps its defaults to itself.
NOTHING = {"boolean": "false", "character varying": "''", "text": "''", "jsonb": "'{}'", "smallint": "0"}
SILENT = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_name LIKE 'conversations_%' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""

# A hundred agents in twenty teams, and the channels of the demo.
HOUSE = """
import json
from channels_app.models import Channel
from monty.demo import cast
from teams.models import Membership, Team, Teammate
teams = cast.make_teams()
people = cast.make_people(teams)
channels = [channel.pk for channel in cast.make_channels(teams)][:5]
numbers = [team.pk for team in Team.objects.all()]
numbers += [Team.objects.create(name=f"Team {n}").pk for n in range(20 - len(numbers))]
agents = [people["ana"].pk] + [Teammate.objects.create_user(f"agent-{n}").pk for n in range(99)]
"""


def fill(installation: SpreadOut, statements: Path, **values: Any) -> None:
    """Run a file's statements with these values; ids that they gave are not given again."""
    with psycopg.connect(installation.env["DATABASE_URL"], autocommit=True) as database:
        database.execute("SET maintenance_work_mem = '512MB'")
        for table, column, kind in database.execute(SILENT).fetchall():
            if kind in NOTHING:
                database.execute(f'ALTER TABLE {table} ALTER "{column}" SET DEFAULT {NOTHING[kind]}'.encode())
        for statement in statements.read_text().split(";\n"):
            if statement.strip():
                with psycopg.ClientCursor(database) as cursor:
                    cursor.execute(statement.encode(), values)
        for table in ("contact", "identity", "conversation"):
            sequence = f"pg_get_serial_sequence('conversations_{table}', 'id')"
            database.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM conversations_{table}))".encode())
        database.execute("VACUUM ANALYZE")


def forget(installation: SpreadOut, channel: str) -> None:
    """The channel of this name and all that was said on it, so that its conversations are not the next one's load."""
    installation.python(FORGET % {"channel": channel})


FORGET = """
from channels_app.models import Channel
from conversations.models import Contact
channel = Channel.objects.get(name="%(channel)s")
Contact.objects.filter(identities__channel=channel).delete()
channel.delete()
"""
