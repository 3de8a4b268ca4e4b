"""A conversation to take along: as plain text or on paper. For whoever may see it; that they took it is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO
from zoneinfo import ZoneInfo, available_timezones

from django.http import FileResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from conversations.models import Conversation, Message, Status
from conversations.models.message_queries import MessageQuerySet
from conversations.transcripts import paper
from conversations.transcripts.said import Said, said
from monty.errors import BadInput
from teams import audit
from teams.models import Deed, Teammate

# The latest so many messages: somebody waits for the answer, and setting paper takes its time.
LONGEST: Mapping[str, int] = {"txt": 20_000, "pdf": 2_000}
TYPES: Mapping[str, str] = {"txt": "text/plain; charset=utf-8", "pdf": "application/pdf"}
# Messages that are in memory at once, and bytes before the text goes to the disk.
AT_ONCE = 200
IN_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Script:
    """What is to be written: its heading, and what was said, oldest first, by days of the reader's zone."""

    title: str
    facts: list[str]
    lines: Iterator[Said]
    zone: tzinfo

    def days(self) -> Iterator[tuple[str, Iterator[Said]]]:
        return groupby(self.lines, key=lambda line: date_format(line.at.astimezone(self.zone), "l, j F Y"))

    def time(self, at: datetime) -> str:
        return date_format(at.astimezone(self.zone), "H:i")

    def who(self, line: Said) -> str:
        """Its heading: when, by whom, and whether the customer could read it."""
        words = f"{self.time(line.at)}  {line.who}"
        return _("%(who)s · private note") % {"who": words} if line.private else words

    def written(self, line: Said) -> list[str]:
        """Its text, line by line, and the names of its files."""
        return [*line.text.splitlines(), *(_("[File: %(name)s]") % {"name": name} for name in line.files)]


def answer(row: Conversation, *, form: str, notes: bool, time_zone: str, by: Teammate) -> FileResponse:
    """The file, for saving."""
    made = take(row, form, notes=notes, by=by, time_zone=time_zone)
    return FileResponse(made, as_attachment=True, filename=file_name(row, form), content_type=TYPES[form])


def take(row: Conversation, form: str, *, notes: bool, by: Teammate, time_zone: str = "") -> IO[bytes]:
    """The file, at its beginning; the conversation's timeline tells who took it. Raises BadInput."""
    script = of(row, most=LONGEST[form], zone=zone_named(time_zone), notes=notes)
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (whoever answers with it closes it)
    WRITERS[form](script, made)
    made.seek(0)
    row.export(form, notes, by=by)
    audit.note(Deed.EXPORTED, row, by=by, form=form, notes=notes)
    return made


def file_name(row: Conversation, form: str) -> str:
    return f"{slugify(row.contact.display_name, allow_unicode=True) or 'conversation'}-{row.pk}.{form}"


def zone_named(name: str) -> tzinfo:
    """The reader's own; Monty's, if they did not say. Raises BadInput."""
    if name and name not in available_timezones():
        raise BadInput(_("There is no time zone “%(name)s”.") % {"name": name[:60]}, field="time_zone")
    return ZoneInfo(name) if name else timezone.get_current_timezone()


def of(row: Conversation, *, most: int, zone: tzinfo, notes: bool) -> Script:
    channel = row.channel
    rows = row.messages.all() if notes else row.messages.filter(private=False)
    place = {"channel": channel.label, "name": channel.name, "number": row.pk, "state": row.get_state_display()}
    facts = [_("%(channel)s, %(name)s · #%(number)s, %(state)s") % place, _("Times of %(zone)s") % {"zone": zone}]
    rows, cut = rows.latest_in_time(most)
    if cut:
        facts.append(_("Only the latest %(number)s messages") % {"number": f"{most:,}"})
    return Script(row.contact.display_name, facts, lines(row, rows), zone)


def lines(row: Conversation, rows: MessageQuerySet) -> Iterator[Said]:
    """A few at a time, however many they are."""
    customer = row.contact.display_name
    shown = rows.select_related("author").prefetch_related("attachments")
    return (said(message, called(message, customer)) for message in shown.iterator(chunk_size=AT_ONCE))


def called(message: Message, customer: str) -> str:
    """Its writer as teammates know them, and that it never came to the customer, if so."""
    name = customer if message.is_from_contact else message.author.name if message.author else "Monty"
    return _("%(who)s (not sent)") % {"who": name} if message.status == Status.FAILED else name


def as_text(script: Script, out: IO[bytes]) -> None:
    """Each on a line of its own, so that a line runs in the direction of its own letters."""

    def write(*words: str) -> None:
        out.write(("\n".join(words) + "\n").encode())

    write(script.title, *script.facts)
    for day, said_then in script.days():
        write("", f"— {day} —")
        for line in said_then:
            write("", script.who(line), *script.written(line))


WRITERS: Mapping[str, Callable[[Script, IO[bytes]], None]] = {"txt": as_text, "pdf": paper.write}
