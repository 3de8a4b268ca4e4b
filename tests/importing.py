"""Files for imports, and what becomes of them as the admin and a worker would have it."""

import json
from typing import Any

from django.core.files.base import ContentFile
from django.test import TestCase

from channels_app.models import Channel
from conversations import tasks
from conversations.models import Import
from teams.models import Teammate

HEAD = "conversation;id;from;text;at;contact;name;team;assignee;labels;author\n"


def bring(content: str | bytes | Any, on: Channel, by: Teammate, kind: str = "contacts", **fields: Any) -> Import:
    """A file, brought and looked at."""
    raw = content if isinstance(content, bytes) else content if isinstance(content, str) else json.dumps(content)
    row = Import(kind=kind, channel=on, by=by, name="file.csv", **fields)
    row.file.save("file", ContentFile(raw if isinstance(raw, bytes) else raw.encode()), save=False)
    row.save()
    work(row)
    row.refresh_from_db()
    return row


def work(row: Import) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.bring(row.pk)


def carried_out(row: Import) -> Import:
    """Confirmed, and done."""
    row.begin()
    work(row)
    row.refresh_from_db()
    return row


def problems(row: Import) -> list[tuple[int, str]]:
    """Line and column of everything that was refused."""
    return [(each.line, each.column) for part in row.refused.order_by("pk") for each in part.told]


def counts(row: Import) -> tuple[int, int, int]:
    return row.new, row.known, row.wrong
