"""Takes values out of one record and notes in words what is wrong with each. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from conversations.importing.source import Record
from conversations.models.importing import Problem

# With room for the mark of where it comes from.
LONGEST_ID = 240
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class Look:
    """At a record, or (`says`) at a part of it."""

    def __init__(self, record: Record, problems: list[Problem], says: Any = None, *, within: str = "") -> None:
        self.number, self.problems, self.within = record.number, problems, within
        told = record.says if says is None else says
        self.says: Mapping[str, Any] = told if isinstance(told, dict) else {}
        self.is_object = isinstance(told, dict)
        if not self.is_object:
            self.wrong("", _("An object with names and values is expected."))

    def wrong(self, column: str, sentence: str) -> None:
        self.problems.append(Problem(self.number, f"{self.within}{column}".rstrip("."), sentence))

    def text(self, column: str, *, longest: int, needed: bool = False) -> str:
        """A text, or a number as one; "" if there is none, or none that can be kept."""
        value = self.says.get(column)
        if value is None:
            value = ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.wrong(column, _("A text is expected."))
            return ""
        found = str(value).strip()
        if len(found) > longest:
            facts = {"longest": longest, "length": len(found)}
            self.wrong(column, _("At most %(longest)s characters are expected; these are %(length)s.") % facts)
        elif needed and not found:
            self.wrong(column, _("This is missing."))
        return found[:longest]

    def at(self, column: str, *, needed: bool = False) -> datetime | None:
        """A time in the past; one without a zone is by the clock of whoever imports."""
        told = self.text(column, longest=40, needed=needed)
        if not told:
            return None
        found = moment(told)
        if found is None or not found >= EARLIEST:
            self.wrong(column, _("A time such as 2026-03-01T09:30:00Z is expected, or seconds since 1970."))
            return None
        if found > timezone.now():
            self.wrong(column, _("This lies in the future."))
            return None
        return found

    def names(self, column: str) -> list[str]:
        """Several, as a list or in one text with commas or semicolons between them."""
        value = self.says.get(column) or []
        parts = value.replace(";", ",").split(",") if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
            self.wrong(column, _("Names with commas between them are expected."))
            return []
        return list(dict.fromkeys(filter(None, (each.strip() for each in parts))))


def moment(text: str) -> datetime | None:
    try:
        if text.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        found = parse_datetime(text.removesuffix(" UTC") + "Z" if text.endswith(" UTC") else text)
        return timezone.make_aware(found) if found and timezone.is_naive(found) else found
    except (ValueError, OverflowError, OSError):
        return None
