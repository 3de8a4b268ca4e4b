"""Facts kept up with what happens: taken from the queue, a few hundred conversations in a transaction.

A conversation is measured as a whole, from all its events. So it may be measured any number of times, in any order;
what is the same stays, and what is not spoils the roll-ups it was in.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from django.db import transaction
from django.db.models import F

from conversations.models import Conversation, Event, Fact, Meter, Rollup, Stale
from conversations.models.message_states import Author
from conversations.models.rollup import MEASURED, Place
from conversations.reports.clock import Clock
from conversations.reports.episodes import Line, episodes
from conversations.reports.facts import FactsOf
from teams.models import Team

AT_ONCE = 300
COLUMNS = (
    *("conversation", "at", "verb", "state", "team_id", "assignee_id", "actor"),
    *("message__author_kind", "data__was__state", "data__rating"),
)
# What makes one fact another one: everything but its number.
Content = tuple[Any, ...]
CONTENT = tuple(field.attname for field in Fact._meta.concrete_fields if not field.primary_key)
# The few that are told in one go are measured within this many rounds; what is left comes with the next sweep.
ROUNDS = 20


def keep_up() -> None:
    """Measure what has changed, as far as one run gets; then go on with measuring everything, if that was asked for."""
    for _ in range(ROUNDS):
        if not from_queue():
            break
    for _ in range(ROUNDS):
        if not go_on():
            break


@transaction.atomic
def from_queue() -> int:
    """The number of conversations that were taken from the queue and measured."""
    if Meter.objects.taken() is None:
        return 0
    rows = list(Stale.objects.order_by("pk").values_list("pk", "conversation_id", "relabelled")[: AT_ONCE * 4])
    numbers = {number for _pk, number, _also in rows}
    measure(numbers, {number for _pk, number, also in rows if also})
    Stale.objects.filter(pk__in=[pk for pk, _number, _also in rows]).delete()
    return len(numbers)


@transaction.atomic
def go_on(*, wait: bool = False) -> int:
    """Measure the next of all conversations. The number that was measured; 0 when there is nothing left to do."""
    meter = Meter.objects.taken(wait=wait)
    if meter is None or meter.is_done:
        return 0
    rest = Conversation.objects.filter(pk__gt=meter.done_to, pk__lte=meter.upto).order_by("pk")
    numbers = list(rest.values_list("pk", flat=True)[:AT_ONCE])
    measure(numbers, numbers)
    meter.done_to = numbers[-1] if len(numbers) == AT_ONCE else meter.upto
    meter.save(update_fields=["done_to"])
    return max(len(numbers), 1)


def measure(numbers: Collection[int], relabelled: Collection[int] = ()) -> None:
    """Called with the meter taken. `relabelled`: their roll-ups are void even if their facts are the same."""
    found, wanted = stored(numbers), computed(numbers)
    gone: list[int] = []
    added: list[Content] = []
    places: set[Place] = set()
    for number in numbers:
        missing = wanted[number]
        for pk, content in found[number]:
            if stays := missing[content] > 0:
                missing[content] -= 1
            else:
                gone.append(pk)
            if not stays or number in relabelled:
                places.add(place(content))
        added += missing.elements()
    Rollup.objects.spoil(places | {place(content) for content in added})
    Fact.objects.filter(pk__in=gone).delete()
    facts = (Fact(**dict(zip(CONTENT, content, strict=True))) for content in added)
    Fact.objects.bulk_create(facts, batch_size=2000)


DAY, TEAM = CONTENT.index("day"), CONTENT.index("team_id")


def place(content: Content) -> Place:
    return content[DAY].replace(day=1), content[TEAM]


def stored(numbers: Collection[int]) -> dict[int, list[tuple[int, Content]]]:
    """The facts that there are, by conversation."""
    found: defaultdict[int, list[tuple[int, Content]]] = defaultdict(list)
    for pk, *content in Fact.objects.filter(conversation__in=numbers).values_list("pk", *CONTENT):
        found[content[0]].append((pk, tuple(content)))
    return found


def computed(numbers: Collection[int]) -> dict[int, Counter[Content]]:
    """The facts as they should be, by conversation."""
    found: defaultdict[int, Counter[Content]] = defaultdict(Counter)
    channels = dict(Conversation.objects.filter(pk__in=numbers).values_list("pk", "channel"))
    clocks = clocks_of_teams()
    rows = Event.objects.filter(conversation__in=numbers, verb__in=MEASURED).order_by("conversation", "pk")
    for number, told in groupby(rows.values_list(*COLUMNS).iterator(), key=itemgetter(0)):
        facts = FactsOf(number, channels[number], clocks).all(episodes(map(line, told)))
        found[number].update(attrgetter(*CONTENT)(fact) for fact in facts)
    return found


def clocks_of_teams() -> dict[int | None, Clock]:
    """The working hours of each team that keeps some, as they are now."""
    teams = Team.objects.with_hours().filter(schedule__isnull=False)
    return {team.pk: Clock(team.schedule.hours) for team in teams if team.schedule}


def line(row: Iterable[Any]) -> Line:
    _number, at, verb, state, team, assignee, actor, author, was, rating = row
    return Line(at, verb, state, team, assignee, actor, by_bot=author == Author.BOT, was=was or "", rating=rating)


def progress() -> int | None:
    """How many percent of all conversations are measured, while that is going on; None: it is not."""
    meter = Meter.objects.filter(done_to__lt=F("upto")).first()
    return meter.percent if meter else None
