"""Tables as CSV (RFC 4180): written so that no spreadsheet calculates anything, read as spreadsheets write them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from monty.errors import BadInput

# By this spreadsheets know that it is UTF-8.
MARK = "\ufeff"
# What a spreadsheet would take for a formula begins so.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
# Where a comma stands between the parts of a number, spreadsheets put something else between cells.
DELIMITERS = ",;\t"


class Echo:
    """What `csv` writes to: it hands each line straight on."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A file line by line, so that nothing is in memory at once."""
    writer = csv.writer(Echo())
    yield MARK
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """Words that would be a formula, marked as words; numbers are what they are."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def plain(cell: str) -> str:
    """What `harmless` made of it, taken back."""
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(FORMULAS) else stripped


def download(name: str, text: Iterable[str]) -> StreamingHttpResponse:
    """The answer to whoever takes the file along."""
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.csv")}
    return StreamingHttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def text_of(raw: bytes) -> str:
    """A file's text. Raises BadInput."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("The file is no text in UTF-8."), field="file") from error


def table(text: str) -> list[list[str]]:
    """All lines with their cells; the first says what stands between these. Raises BadInput."""
    text = text.removeprefix(MARK)
    first = text.partition("\n")[0]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count)))
    except csv.Error as error:
        raise BadInput(_("This is no CSV: %(reason)s") % {"reason": error}, field="file") from error
