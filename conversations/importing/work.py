"""Goes through a file, chunk by chunk: once to look what would come of it, once more to take it in.

A chunk, what was refused of it and the place behind it are one transaction: a worker may die anywhere, another goes on
there. What comes twice is known by its ids.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from conversations.importing.cards import Cards
from conversations.importing.history import History
from conversations.importing.item import Item, Kind
from conversations.importing.source import read
from conversations.models import Import, RefusedItem
from conversations.models.importing import ImportKind, ImportState
from monty.errors import BadInput
from teams import audit
from teams.models import Deed, Teammate

KINDS: dict[str, type[Kind]] = {ImportKind.CONTACTS: Cards, ImportKind.HISTORY: History}
# Rows of one transaction: few enough that nobody who waits for it notices.
AT_ONCE = 200
SHOWN = 10
MOST_LEFT_OUT = 50


def carry_out(import_id: int) -> None:
    """All that is left of this pass."""
    run = Import.objects.under_way().select_related("channel__team", "by").filter(pk=import_id).first()
    if run is None:
        return
    with in_words_of(run.by):
        try:
            kind = KINDS[run.kind](run)
            source = read(content(run), kind.name)
            items = list(kind.items(source))
            demand_some(items)
        except BadInput as refused:
            run.break_off(str(refused.detail))
            return
        run.columns = list(source.columns)
        while carry_out_chunk(run, kind, items):
            pass


@contextmanager
def in_words_of(reader: Teammate) -> Iterator[None]:
    """What is refused is told in their language, by their clock."""
    with translation.override(reader.language or settings.LANGUAGE_CODE), timezone.override(reader.zone):
        yield


def content(run: Import) -> bytes:
    """Raises BadInput."""
    try:
        with run.file.open() as stored:
            return bytes(stored.read())
    except FileNotFoundError as error:
        raise BadInput(_("The file is not here any more. Bring it once more."), field="file") from error


def demand_some(items: Sequence[Item]) -> None:
    """Raises BadInput."""
    if not items:
        raise BadInput(_("Nothing in this file is of that Chatwoot inbox."), field="inbox")


def carry_out_chunk(begun: Import, kind: Kind, items: Sequence[Item]) -> bool:
    """False if there was nothing left to do, or somebody else did it."""
    with transaction.atomic():
        run = Import.objects.locked(begun.pk, begun.state)
        if run is None:
            return False
        chunk = next_of(items, run.place)
        kind.recognise(chunk)
        if run.state == ImportState.WORKING:
            kind.take(chunk)
        elif run.place == 0:
            run.sample = [shown(kind, item) for item in chunk[:SHOWN]]
        run.columns, run.total = begun.columns, len(items)
        settle(run, kind, chunk)
    return run.is_under_way


def next_of(items: Sequence[Item], place: int) -> list[Item]:
    chunk: list[Item] = []
    weight = 0
    for item in islice(items, place, None):
        chunk.append(item)
        weight += item.weight
        if weight >= AT_ONCE:
            break
    return chunk


def shown(kind: Kind, item: Item) -> dict[str, Any]:
    """A row of the preview."""
    problems = [f"{each.column}: {each.sentence}" if each.column else each.sentence for each in item.problems]
    cells = [] if item.is_wrong else [str(cell) for cell in kind.cells(item)]
    return {"line": item.records[0].number, "cells": cells, "known": item.is_known, "problems": problems}


def settle(run: Import, kind: Kind, chunk: Sequence[Item]) -> None:
    wrong = [item for item in chunk if item.is_wrong]
    known = sum(item.is_known and not item.is_wrong for item in chunk)
    RefusedItem.objects.bulk_create(RefusedItem(run=run, lines=item.lines, problems=item.problems) for item in wrong)
    run.place, run.touched_at = run.place + len(chunk), timezone.now()
    run.known, run.wrong = run.known + known, run.wrong + len(wrong)
    run.new += len(chunk) - known - len(wrong)
    run.left_out = merged(run.left_out, kind.left_out)
    if run.place >= run.total:
        finish(run)
    run.save()


def merged(kept: dict[str, list[str]], found: dict[str, set[str]]) -> dict[str, list[str]]:
    return {what: sorted({*kept.get(what, ()), *names})[:MOST_LEFT_OUT] for what, names in found.items() if names}


def finish(run: Import) -> None:
    if run.state == ImportState.LOOKING:
        run.state = ImportState.LOOKED
        return
    run.state, run.finished_at = ImportState.DONE, run.touched_at
    run.drop_file()
    facts = {"of": run.kind, "channel": run.channel.name, "new": run.new, "known": run.known, "refused": run.wrong}
    audit.note(Deed.ADDED, run, by=run.by, **facts)
