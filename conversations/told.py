"""What somebody's browser is to tell them of what has just happened: only what is still so, what they see, and want."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations.models import Conversation, Mention, Message
from teams.models import About, Choice, Teammate, Way

# Of more at once only their number is told.
MOST = 4


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: of two with the same `tag` the later takes the place of the earlier. `conversation` 0: many."""

    tag: str
    conversation: int
    title: str
    text: str
    url: str
    browser: bool
    sound: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told, with what the conversations themselves do not say: read once for all of them."""

    me: Teammate
    teams: set[int]
    mentions: Mapping[int, Mention]
    failures: Mapping[int, Message]
    wishes: set[tuple[About, Way]]

    @classmethod
    def of(cls, me: Teammate, numbers: Iterable[int]) -> "Reader":
        calls = Mention.objects.of(me).unseen().filter(conversation__in=numbers).select_related("message__author")
        failures = Message.objects.undelivered_of(me).filter(conversation__in=numbers)
        return cls(
            me,
            teams=set(me.memberships.values_list("team", flat=True)),
            mentions={each.conversation_id: each for each in calls.order_by("pk")},
            failures={each.conversation_id: each for each in failures.order_by("pk")},
            wishes=Choice.objects.wishes_of(me),
        )

    def has(self, row: Conversation) -> bool:
        return row.assignee_id == self.me.pk and row.is_live and row.snoozed_at is None


def notices(me: Teammate, asked: Mapping[int, set[About]]) -> list[Notice]:
    """By conversation, of what was heard. Nothing in somebody's quiet hours."""
    if not asked or me.is_quiet(timezone.now()):
        return []
    rows = Conversation.objects.visible_to(me).select_related("identity__contact", "team").in_bulk(asked)
    reader = Reader.of(me, rows)
    found = [notice(reader, rows[number], asked[number]) for number in asked if number in rows]
    told = [each for each in found if each is not None]
    return told if len(told) <= MOST else [together(told)]


def notice(reader: Reader, row: Conversation, asked: set[About]) -> Notice | None:
    """The most urgent of what is still so; None if nothing is, or nothing of it is wanted."""
    still = [about for about in About if about in asked and STILL[about](reader, row)]
    wanted = [about for about in still if {(about, Way.BROWSER), (about, Way.SOUND)} & reader.wishes]
    if not wanted:
        return None
    ways = {way for about in wanted for way in Way if (about, way) in reader.wishes}
    view = VIEWS.get(wanted[0], "mine").format(team=row.team_id)
    return Notice(
        tag=f"conversation-{row.pk}",
        conversation=row.pk,
        title=row.contact.display_name,
        text=SAYS[wanted[0]](reader, row),
        url=f"{reverse('conversation', args=[row.pk])}?view={view}",
        browser=Way.BROWSER in ways,
        sound=Way.SOUND in ways,
    )


def together(told: list[Notice]) -> Notice:
    """Many at once, in one."""
    count = len(told)
    return Notice(
        tag="conversations",
        conversation=0,
        title=ngettext("News in %(count)s conversation", "News in %(count)s conversations", count) % {"count": count},
        text=", ".join(each.title for each in told[:MOST]) + "…",
        url=f"{reverse('inbox')}?view=mine",
        browser=any(each.browser for each in told),
        sound=any(each.sound for each in told),
    )


# What was heard may be over before anybody asks: taken by a colleague, answered, put off. Not: marked as read, which
# any window does that shows it, whether somebody looks there or not.
STILL: dict[About, Callable[[Reader, Conversation], bool]] = {
    About.FAILED: lambda reader, row: row.pk in reader.failures,
    About.MENTIONED: lambda reader, row: row.pk in reader.mentions,
    About.ASSIGNED: lambda reader, row: reader.has(row),
    About.WROTE: lambda reader, row: reader.has(row) and row.waiting_since is not None,
    About.EXPIRES: lambda reader, row: reader.has(row) and row.expires_soon,
    About.WOKE: lambda reader, row: reader.has(row),
    About.WAITS: lambda reader, row: (
        row.is_live and row.assignee_id is None and row.snoozed_at is None and row.team_id in reader.teams
    ),
}


def failed(reader: Reader, row: Conversation) -> str:
    reason = reader.failures[row.pk].error
    return (
        _("Your message was not sent: %(reason)s") % {"reason": reason} if reason else _("Your message was not sent.")
    )


def mentioned(reader: Reader, row: Conversation) -> str:
    note = reader.mentions[row.pk].message
    return f"{note.author or 'Monty'}: {note.preview}"


def waits(reader: Reader, row: Conversation) -> str:
    return _("Waits in %(team)s: %(text)s") % {"team": row.team, "text": row.last_text}


def expires(reader: Reader, row: Conversation) -> str:
    left = int((row.window_until - timezone.now()).total_seconds() // 60) + 1 if row.window_until else 0
    return ngettext(
        "The time to answer ends in %(minutes)s minute.", "The time to answer ends in %(minutes)s minutes.", left
    ) % {"minutes": left}


SAYS: dict[About, Callable[[Reader, Conversation], str]] = {
    About.FAILED: failed,
    About.MENTIONED: mentioned,
    About.ASSIGNED: lambda reader, row: _("Assigned to you: %(text)s") % {"text": row.last_text},
    About.WROTE: lambda reader, row: row.last_text,
    About.EXPIRES: expires,
    About.WOKE: lambda reader, row: _("Awake again: %(text)s") % {"text": row.last_text},
    About.WAITS: waits,
}
# In which inbox it opens, where that is not one's own.
VIEWS: dict[About, str] = {About.MENTIONED: "mentions", About.WAITS: "team-{team}", About.FAILED: "all"}


def as_json(told: list[Notice]) -> dict[str, Any]:
    return {"notices": [{name: getattr(each, name) for name in Notice.__slots__} for each in told]}
