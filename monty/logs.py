"""Log lines: for programs as JSON, for people in words. Neither ever tells what customers wrote or who they are.

What an exception says may quote anything (a database quotes the row that it refuses), so its words are left out: a line
tells its kind, its codes, and where in the code it happened.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from monty import correlation

# Celery's own line about a task that failed: a text for each of these names.
CELERYS = "celery.app.trace"
QUOTES = {"exc": "", "traceback": "", "return_value": ""}


class Words(logging.Formatter):
    """A line for people: when, how bad, who says so, what, and what it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={fact}" for name, fact in correlation.known().items())
        head = f"{moment(record)} {record.levelname} {record.name} {message(record)}{facts}"
        return "\n".join([head, *map(told, reversed([*errors(record)]))])


class JsonLines(logging.Formatter):
    """One JSON object a line. Only what is named here is in it, whatever else a library puts into its records."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"at": moment(record), "level": record.levelname, "logger": record.name, "message": message(record)}
        line |= correlation.known()
        if found := list(errors(record)):
            line |= {"error": kind(found[0]), "trace": "\n".join(map(told, found))}
        return json.dumps(line, ensure_ascii=False, default=str)


def moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def message(record: logging.LogRecord) -> str:
    """What the record says, without the words of the exceptions that it is about."""
    if record.name == CELERYS and isinstance(record.args, dict):
        return record.msg % {**record.args, **QUOTES}
    said = record.getMessage()
    for error in errors(record):
        for words in (repr(error), str(error)):
            said = said.replace(words, kind(error)) if words else said
    return said


def errors(record: logging.LogRecord) -> Iterator[BaseException]:
    """The exception of a record, and those it came from."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def told(error: BaseException) -> str:
    """Where it happened, and what kind of error it was."""
    return f"{''.join(traceback.format_tb(error.__traceback__))}{kind(error)}"


def kind(error: BaseException) -> str:
    """The error's name with the codes that it carries: `IntegrityError (23505 message_once_per_channel)`."""
    told_by: Any = error
    diag = getattr(told_by, "diag", None)
    facts = [getattr(told_by, name, None) for name in ("sqlstate", "errno", "code")]
    facts += [getattr(diag, "constraint_name", None)]
    codes = " ".join(str(fact) for fact in facts if isinstance(fact, str | int) and fact)
    name = type(error).__qualname__
    return f"{name} ({codes})" if codes else name
