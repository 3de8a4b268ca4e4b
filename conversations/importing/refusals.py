"""What of a file was refused: the first problems to be read, and all of it to be put right and brought once more."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from conversations.models import Import
from conversations.models.importing import Problem
from monty import sheets
from teams import audit
from teams.models import Deed

# Problems that are told one by one; the file has all.
SHOWN = 50


def problems(row: Import) -> list[Problem]:
    """The first of them."""
    refused = list(row.refused.order_by("pk")[:SHOWN])
    return [problem for each in refused for problem in each.told][:SHOWN]


def take(row: Import) -> StreamingHttpResponse:
    """As CSV, the lines as they were and what is wrong with each; the audit log tells who took it."""
    audit.note(Deed.EXPORTED, row, form="csv")
    return sheets.download(f"refused-{row.name.removesuffix('.csv')}", sheets.lines(table(row)))


def table(row: Import) -> Iterator[list[Any]]:
    """Of a JSON each object is one cell."""
    columns = [name for name in row.columns if name != "problem"]
    told = (line for each in row.refused.order_by("pk").iterator() for line in each.rows())
    yield [*(columns or ["object"]), "problem"]
    for _number, said, problem in told:
        cells = [said.get(name, "") for name in columns] or [json.dumps(said, ensure_ascii=False)]
        yield [*cells, problem]
