"""Leaving for today: who could have each of my conversations from now on, and handing them over."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.balancer.assignment import seated
from conversations.balancer.balance import FULL, Member, Table, Waiting, deal
from conversations.balancer.load import shown
from conversations.models import Conversation
from monty.errors import BadInput, MontyError, Taken
from teams import presence
from teams.models import Availability, Membership, Team, Teammate

# As many are shown, and handed over, at once.
AT_ONCE = 100
KEEP, INBOX = "keep", "inbox"


@dataclass(frozen=True, slots=True)
class Offer:
    """One of my conversations: who may have it (value and words of each choice), and who is proposed."""

    conversation: Conversation
    choices: list[tuple[str, str]]
    proposed: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of a conversation: a teammate's id, INBOX (its team's, or nobody's) or KEEP; and a note."""

    conversation: int
    to: str
    note: str


def offers(me: Teammate) -> list[Offer]:
    """My live conversations with the longest waiting first, in as many queries for all as for one."""
    rows = list(Conversation.objects.of_teammate(me).for_list().longest_waiting_first()[:AT_ONCE])
    teams = Team.objects.with_members().with_hours().in_bulk({each.team_id for each in rows if each.team_id})
    colleagues = [each for team in teams.values() for each in team.memberships.all() if each.teammate_id != me.pk]
    seats = list(zip(colleagues, seated(colleagues), strict=True))
    members = {number: [each for each in seats if each[0].team_id == number] for number in teams}
    proposed = proposals([table_of(team, members[team.pk], rows) for team in teams.values()])
    return [
        Offer(row, choices(row.team, members.get(row.team_id or 0, [])), proposed.get(row.pk, INBOX)) for row in rows
    ]


def table_of(team: Team, members: list[tuple[Membership, Member]], rows: list[Conversation]) -> Table:
    """The team without me, with my conversations waiting."""
    waiting = tuple(Waiting(row.pk) for row in rows if row.team_id == team.pk)
    return Table(team.is_open(timezone.now()), tuple(seat for _membership, seat in members), waiting)


def proposals(tables: Iterable[Table]) -> dict[int, str]:
    """Who would get each conversation from Auto Assign. What somebody gets in one team counts in the next."""
    got: Counter[int] = Counter()
    proposed = {}
    for table in tables:
        members = tuple(replace(each, load=each.load + got[each.id] * FULL) for each in table.members)
        for each in deal(replace(table, members=members)):
            if each.teammate is not None:
                got[each.teammate] += 1
                proposed[each.conversation] = str(each.teammate)
    return proposed


def choices(team: Team | None, members: list[tuple[Membership, Member]]) -> list[tuple[str, str]]:
    inbox = _("Inbox of %(team)s") % {"team": team} if team else _("Nobody")
    people = [(str(seat.id), in_words(membership.teammate, seat)) for membership, seat in members]
    return [(INBOX, inbox), *people, (KEEP, _("Keep it"))]


def in_words(teammate: Teammate, seat: Member) -> str:
    """“● Ben (2.5/10)”, “○ Cara (1/10, Away: Lunch)”: a menu of the browser's own shows no colours."""
    dot = "●" if teammate.is_ready else "○"
    load = f"{shown(seat.load)}/{seat.capacity}"
    return f"{dot} {teammate} ({load})" if teammate.is_ready else f"{dot} {teammate} ({load}, {teammate.presence_word})"


# --- Going ----------------------------------------------------------------------------------------------------------


def leave(me: Teammate, wishes: list[Wish]) -> list[str]:
    """Go away and hand over; a sentence for each conversation that was left as it is.

    Away first: else Auto Assign would give back at once what goes to a team's inbox.
    """
    presence.choose(me, Availability.AWAY, by=me, reason=_("Done for today"))
    complaints = [complaint(wish, by=me) for wish in wishes]
    return [each for each in complaints if each]


def complaint(wish: Wish, *, by: Teammate) -> str:
    """Carry the wish out; why that was not possible, or ""."""
    try:
        hand_over(wish, by=by)
    except MontyError as error:
        row = Conversation.objects.visible_to(by).for_list().filter(pk=wish.conversation).first()
        name = row.contact.display_name if row else _("A conversation that is not yours")
        return _("%(name)s was left as it is: %(reason)s") % {"name": name, "reason": error}
    return ""


def hand_over(wish: Wish, *, by: Teammate) -> None:
    """The note and the hand-over, both or none. Raises MontyError."""
    with transaction.atomic():
        row = Conversation.for_change().filter(pk=wish.conversation).first()
        if row is None or not row.is_live or row.assignee_id != by.pk:
            raise Taken(_("It has ended, or somebody else has it."), assignee=None)
        if wish.note.strip():
            row.note(wish.note, by=by)
        give(row, wish.to, by=by)


def give(row: Conversation, to: str, *, by: Teammate) -> None:
    """Raises BadInput."""
    if to == INBOX and row.team:
        row.hand_to(row.team, by=by)
    elif to == INBOX:
        row.unassign(by=by)
    elif to != KEEP:
        row.assign_to(receiver(row, to), team=row.team, by=by)


def receiver(row: Conversation, to: str) -> Teammate:
    known = to.isascii() and to.isdigit() and len(to) < 19
    teammate = Teammate.objects.at_work().filter(pk=int(to)).first() if known and row.team else None
    if teammate is None:
        raise BadInput(_("Choose who gets it."), field="to")
    return teammate
