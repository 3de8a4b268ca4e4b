"""How it stands this moment, for a screen on the wall: of what its reader may see, in a handful of queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.balancer.balance import FULL
from conversations.balancer.load import shown
from conversations.models import Conversation
from monty import counting
from monty.forms import HOUR, MINUTE
from teams.models import Teammate

# More people are not readable from afar.
MOST_PEOPLE, MOST_TEAMS = 24, 8
# So many fit one below the other.
IN_ONE_COLUMN = 9


@dataclass(frozen=True, slots=True)
class Seat:
    """A teammate on the board: `load` and `capacity` in conversations, `words` as people read them."""

    person: Teammate
    load: float
    words: str

    @property
    def is_full(self) -> bool:
        return self.load >= self.person.capacity


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one team's inbox or with its members; without a name: in no team's."""

    name: str
    waiting: int
    longest: str


@dataclass(frozen=True, slots=True)
class Board:
    waiting: int
    longest: str
    expiring: str
    ready: int
    at_work: int
    seats: list[Seat]
    more_seats: int
    queues: list[Queue]

    @property
    def is_crowded(self) -> bool:
        return len(self.seats) > IN_ONE_COLUMN

    @property
    def nobody_is_there(self) -> bool:
        return bool(self.waiting) and not self.ready


def board(reader: Teammate, now: datetime | None = None) -> Board:
    now = now or timezone.now()
    visible = Conversation.objects.visible_to(reader)
    waits = visible.live().awake().waiting().order_by()
    whole = waits.aggregate(number=Count("pk"), longest=Min("waiting_since"))
    seats = sorted(seats_of(reader), key=lambda each: (not each.person.is_ready, -each.load, each.person.name))
    return Board(
        waiting=whole["number"],
        longest=span(whole["longest"], now),
        expiring=counting.capped(counting.count(visible.expiring())),
        ready=sum(each.person.is_ready for each in seats),
        at_work=len(seats),
        seats=seats[:MOST_PEOPLE],
        more_seats=max(len(seats) - MOST_PEOPLE, 0),
        queues=list(queues(waits.values("team__name").annotate(number=Count("pk"), longest=Min("waiting_since")), now)),
    )


def seats_of(reader: Teammate) -> Iterator[Seat]:
    """The reader's colleagues and themselves, if they answer: all of whom anything is to be seen."""
    theirs = Q(pk__in=Teammate.objects.colleagues_of(reader).values("pk")) | Q(pk=reader.pk)
    people = Teammate.objects.at_work().filter(theirs).annotate(load=Conversation.objects.load_of_each())
    for each in people:
        # Who neither works now nor has anything to do takes no place.
        if each.is_connected or each.load:
            yield Seat(each, each.load / FULL, f"{shown(each.load)}/{each.capacity}")


def queues(rows: Iterable[dict[str, Any]], now: datetime) -> Iterator[Queue]:
    """The longest queues, by how many wait in each."""
    for row in sorted(rows, key=lambda each: (-each["number"], each["longest"]))[:MOST_TEAMS]:
        yield Queue(row["team__name"] or _("No team"), row["number"], span(row["longest"], now))


def span(since: datetime | None, now: datetime) -> str:
    """A time that passes, as short as it can be read from afar: “0:42”, “12:05”, “3 h 20”, “14 h”, “2 d”."""
    if since is None:
        return "–"
    passed = max(now - since, timedelta(0))
    if passed.days >= 2:
        return _("%(days)s d") % {"days": passed.days}
    if passed >= 10 * HOUR:
        return _("%(hours)s h") % {"hours": passed // HOUR}
    if passed >= HOUR:
        return _("%(hours)s h %(minutes)02d") % {"hours": passed // HOUR, "minutes": passed % HOUR // MINUTE}
    return f"{passed // MINUTE}:{passed % MINUTE // timedelta(seconds=1):02d}"
