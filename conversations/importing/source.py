"""The records of a file: the lines of a CSV, or the objects of a JSON. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from channels_app.border import storable_json
from monty import sheets
from monty.errors import BadInput

MB = 1024 * 1024
MOST_BYTES = 25 * MB
MOST_RECORDS = 100_000
# Under these names the kinds stand in a JSON, and under these programs put what they answer with.
KINDS = ("contacts", "conversations")
WRAPPERS = ("payload", "data")


@dataclass(frozen=True, slots=True)
class Record:
    """`number`: of the line, as a spreadsheet counts, or of the object, from 1. `says`: any JSON value at all."""

    number: int
    says: Any


@dataclass(frozen=True, slots=True)
class Source:
    """`columns`: of a CSV; empty for a JSON."""

    records: list[Record]
    columns: tuple[str, ...] = ()


def read(raw: bytes, kind: str) -> Source:
    """Raises BadInput if there is nothing of this kind in it."""
    if len(raw) > MOST_BYTES:
        raise BadInput(
            _("The file is larger than %(limit)s MB: divide it.") % {"limit": MOST_BYTES // MB}, field="file"
        )
    text = sheets.text_of(raw)
    source = of_json(text, kind) if text.lstrip()[:1] in ("[", "{") else of_csv(text)
    if not source.records:
        raise BadInput(_("There is nothing in this file."), field="file")
    if len(source.records) > MOST_RECORDS:
        raise BadInput(_("At most %(most)s lines at once: divide it.") % {"most": MOST_RECORDS}, field="file")
    return source


def of_csv(text: str) -> Source:
    head, *rows = sheets.table(text) or [[]]
    columns = tuple("_".join(name.strip().lower().split()) for name in head)
    records = [
        Record(number, storable_json(dict(zip(columns, map(sheets.plain, cells), strict=False))))
        for number, cells in enumerate(rows, start=2)
        if any(map(str.strip, cells))
    ]
    return Source(records, columns)


def of_json(text: str, kind: str) -> Source:
    try:
        value = json.loads(text, parse_constant=finite, parse_float=finite)
        found = list(map(storable_json, objects(value, kind)))
    except RecursionError as error:
        raise BadInput(_("This JSON is nested too deeply."), field="file") from error
    except ValueError as error:
        raise BadInput(_("This is no JSON: %(reason)s") % {"reason": error}, field="file") from error
    return Source([Record(number, each) for number, each in enumerate(found, start=1)])


def finite(text: str) -> float:
    """A number that databases keep, too. Raises ValueError."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def objects(value: Any, kind: str) -> Iterator[Any]:
    """Those of the kind, whether alone, in a list, in pages as they were answered, or beside the other kind."""
    if isinstance(value, list):
        for each in value:
            yield from objects(each, kind)
    elif isinstance(value, dict) and value.keys() & set(KINDS):
        yield from objects(value.get(kind, []), kind)
    elif isinstance(value, dict) and (inside := next((name for name in WRAPPERS if name in value), "")):
        yield from objects(value[inside], kind)
    else:
        yield value
