"""Why Auto Assign gave a conversation to this teammate, or to nobody: read off its table. Pure: no query, no clock.

Everything is worked out by the balancer's own functions, so that what is told is what was decided.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conversations.balancer.balance import FULL, Hand, Member, Skipped, Table, deal, skipped
from conversations.balancer.load import shown

FATES = {
    Skipped.INACTIVE: gettext_lazy("no longer works here"),
    Skipped.CLOSED: gettext_lazy("outside working hours"),
    Skipped.AWAY: gettext_lazy("away"),
    Skipped.OFFLINE: gettext_lazy("offline"),
    Skipped.FULL: gettext_lazy("full"),
    Skipped.FULL_HERE: gettext_lazy("full in this team"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as they stood when it was this conversation's turn.

    `just_got`: had got another one a moment before, in the same round.
    `place`: in the line, from 1; 0: could not get it, because of `hurdle` or (`passed_over`) because they had it and
    did not answer in time.
    """

    member: Member
    hurdle: Skipped | None
    passed_over: bool
    just_got: bool
    place: int

    @property
    def ready(self) -> bool:
        """Had the green dot."""
        return self.member.available and self.member.connected

    @property
    def presence(self) -> str:
        """The dot in words."""
        if not self.member.available:
            return _("Away")
        return _("Active") if self.member.connected else _("Offline")

    @property
    def idle_since(self) -> datetime | None:
        """When they had last got one."""
        return datetime.fromisoformat(self.member.idle_since) if self.member.idle_since else None

    @property
    def limit_here(self) -> str:
        return carries_here(self.member)

    @property
    def fate(self) -> str:
        """What became of them."""
        if self.place == 1:
            return _("got it")
        if self.place:
            return _("next in line") if self.place == 2 else _("number %(place)s in line") % {"place": self.place}
        return str(FATES[self.hurdle]) if self.hurdle else _("did not answer in time")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everybody on the table, those in line first, and what decided between the first two ("": nobody was in line)."""

    candidates: list[Candidate]
    tie_break: str

    @property
    def line(self) -> list[Candidate]:
        return [each for each in self.candidates if each.place]


def explain(table: Table) -> Explanation:
    """What became of the last conversation on the table, after the others had been given out."""
    passed_over = table.waiting[-1].passed_over
    hands = before_the_last(table)
    now = {hand.member.id: as_stood(hand) for hand in hands}
    just_got = {hand.member.id for hand in hands if hand.got}
    hurdles = {number: skipped(member, open=table.open) for number, member in now.items()}
    line = sorted((h for h in hands if not hurdles[h.member.id] and h.member.id != passed_over), key=lambda h: h.place)
    places = {hand.member.id: place for place, hand in enumerate(line, start=1)}
    candidates = [
        Candidate(member, hurdles[number], number == passed_over, number in just_got, places.get(number, 0))
        for number, member in now.items()
    ]
    return Explanation(sorted(candidates, key=lambda each: each.place or len(candidates) + 1), decided_by(line))


def before_the_last(table: Table) -> list[Hand]:
    """What each member had got when the last conversation's turn came."""
    hands = {each.id: Hand(each) for each in table.members}
    for number, each in enumerate(deal(table)[:-1], start=1):
        if each.teammate is not None:
            hand = hands[each.teammate]
            hand.got, hand.last = hand.got + 1, number
    return list(hands.values())


def as_stood(hand: Hand) -> Member:
    got = hand.got * FULL
    return replace(hand.member, load=hand.member.load + got, load_here=hand.member.load_here + got)


def decided_by(line: list[Hand]) -> str:
    """The first rule in which the first differs from the second."""
    if not line:
        return ""
    if len(line) == 1:
        return _("The only one who could take it")
    (load, *turn, _first), (next_load, *next_turn, _next) = line[0].place, line[1].place
    if load != next_load:
        return _("Least to do")
    if turn != next_turn:
        return _("Same load: longest since the last one")
    return _("Same load, same turn: first who joined")


def nobody(table: Table, *, opens: str = "") -> str:
    """Why nobody can take the last conversation on the table, in a sentence; "" if somebody can.

    `opens`: when the team's working hours begin again, in words.
    """
    found = explain(table)
    if found.line:
        return ""
    people = [each for each in found.candidates if each.hurdle != Skipped.INACTIVE]
    counted: Counter[Skipped | None] = Counter(
        Skipped.FULL if each.hurdle == Skipped.FULL_HERE else each.hurdle for each in people
    )
    if not people:
        return _("Nobody is in this team.")
    return mixed(counted) if len(counted) > 1 else all_the_same(next(iter(counted)), opens)


def all_the_same(hurdle: Skipped | None, opens: str) -> str:
    sentences = {
        Skipped.CLOSED: _("Outside working hours"),
        Skipped.AWAY: _("Everybody is away"),
        Skipped.OFFLINE: _("Nobody is online"),
        Skipped.FULL: _("Everybody is full"),
        None: _("Whoever is here did not answer in time"),
    }
    if hurdle == Skipped.CLOSED and opens:
        return _("Outside working hours, open again %(moment)s") % {"moment": opens}
    return sentences[hurdle]


def mixed(counted: Counter[Skipped | None]) -> str:
    parts = {
        Skipped.AWAY: ngettext("%(number)s is away", "%(number)s are away", counted[Skipped.AWAY]),
        Skipped.OFFLINE: ngettext("%(number)s is offline", "%(number)s are offline", counted[Skipped.OFFLINE]),
        Skipped.FULL: ngettext("%(number)s is full", "%(number)s are full", counted[Skipped.FULL]),
        None: ngettext("%(number)s did not answer in time", "%(number)s did not answer in time", counted[None]),
    }
    told = [words % {"number": counted[hurdle]} for hurdle, words in parts.items() if counted[hurdle]]
    return _("Nobody can take one now: %(reasons)s") % {"reasons": ", ".join(told)}


def carries(member: Member) -> str:
    """A member's load in words: “2.5 of 10 conversations, 2 of at most 4 in this team”."""
    if not member.capacity:
        return _("%(load)s conversations, takes none from Auto Assign") % {"load": shown(member.load)}
    words = _("%(load)s of %(capacity)s conversations") % {"load": shown(member.load), "capacity": member.capacity}
    return words if member.limit is None else f"{words}, {carries_here(member)}"


def carries_here(member: Member) -> str:
    """Within this team; "" if there is no limit."""
    if member.limit is None:
        return ""
    facts = {"load": shown(member.load_here), "limit": member.limit}
    return _("%(load)s of at most %(limit)s in this team") % facts
