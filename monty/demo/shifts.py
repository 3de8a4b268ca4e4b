"""Ten days of Sales at work: people come and go, customers write, Auto Assign hands out.

Everything happens by the product's own verbs, in the order of its own clock; what each step wrote is then moved to
the step's place in time. So rounds, decisions and the presence log fit together, and a replay has something to play.
"""

import random
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count

from django.db import transaction
from django.utils import timezone

from channels_app.border import Sender
from conversations.balancer import assignment
from conversations.models import Conversation, Event, Round
from monty.demo.history import History, keep, retell
from monty.demo.stories import STORIES, Step
from teams import presence
from teams.models import PresenceChange, Team, Teammate

DAYS = 10
CUSTOMERS_A_DAY = 5
# Who is there from when to when. Customers begin to write before anybody has come.
AT_WORK = {"ana": (8.0, 16.5), "ben": (12.5, 21.5), "cara": (9.0, 18.0)}
CUSTOMERS_WRITE = (6.5, 19.5)

Act = Callable[[datetime], None]


class Shifts:
    """Plays the days before today; `history` says and does what its stories tell."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.chance = random.Random(21)  # noqa: S311  (a demo's dice, not a secret's)
        self.sales = Team.objects.get(name="Sales")
        self.channels = [channel for channel in history.channels if channel.team_id == self.sales.pk]
        self.script: list[tuple[datetime, int, Act]] = []
        self.numbers = count()
        # The conversations that wait for a teammate, each with what is still to be told of it.
        self.untold: dict[int, Iterator[Step]] = {}
        self.told: list[int] = []
        # After each step the latest event, and when the step was.
        self.events: list[int] = []
        self.moments: list[datetime] = []

    def write(self) -> None:
        with transaction.atomic():
            for days in range(DAYS, 0, -1):
                self.plan_day(timezone.localtime().replace(hour=0, minute=0, second=0) - timedelta(days=days))
            while self.script:
                at, _number, act = heappop(self.script)
                self.happen(at, act)
            for row in Conversation.objects.filter(pk__in=self.told).select_related("channel"):
                events = list(row.events.order_by("pk").select_related("message"))
                for event in events:
                    event.at = self.moments[bisect_left(self.events, event.pk)]
                keep(events)
                retell(row, events)
            Event.objects.update(published=True)
            transaction.get_connection().run_on_commit.clear()

    def plan(self, at: datetime, act: Act) -> None:
        heappush(self.script, (at, next(self.numbers), act))

    def plan_day(self, midnight: datetime) -> None:
        for username, (comes, goes) in AT_WORK.items():
            person, late = self.history.people[username], self.chance.uniform(0, 0.3)
            self.plan(midnight + timedelta(hours=comes + late), partial(self.come, person))
            self.plan(midnight + timedelta(hours=goes + late), partial(self.go, person))
        for _ in range(CUSTOMERS_A_DAY):
            self.plan(midnight + timedelta(hours=self.chance.uniform(*CUSTOMERS_WRITE)), self.arrive)

    def happen(self, at: datetime, act: Act) -> None:
        """One step, and what Auto Assign makes of it."""
        act(at)
        if self.untold:
            self.hand_out(at)
        self.events.append(Event.objects.latest("pk").pk if self.told else 0)
        self.moments.append(at)

    def hand_out(self, at: datetime) -> None:
        Teammate.objects.filter(connected=True).update(last_seen_at=timezone.now())
        Conversation.objects.filter(pk__in=self.untold, waiting_since__gt=at).update(waiting_since=at)
        assignment.assign_waiting(self.sales.pk)
        for round in Round.objects.filter(at__gt=at).order_by("pk"):
            Round.objects.filter(pk=round.pk).update(at=at)
            Teammate.objects.filter(last_assigned_at__gt=at).update(last_assigned_at=at)
            for number in round.decisions.exclude(teammate=None).values_list("conversation", flat=True):
                self.plan_next(at, number, self.untold.pop(number))

    def plan_next(self, at: datetime, number: int, story: Iterator[Step]) -> None:
        pause = timedelta(minutes=0.5 + self.chance.expovariate(1 / 4))
        self.plan(at + pause, partial(self.go_on, number, story))

    # --- Steps -----------------------------------------------------------------------------------------------------

    def come(self, person: Teammate, at: datetime) -> None:
        presence.seen(person)
        log(person, at)

    def go(self, person: Teammate, at: datetime) -> None:
        Teammate.objects.filter(pk=person.pk).update(last_seen_at=at)
        presence.notice_vanished()
        log(person, at)

    def arrive(self, _at: datetime) -> None:
        self.history.count += 1
        story = iter(self.chance.choice(STORIES))
        _who, text = next(story)
        channel = self.chance.choice(self.channels)
        row = self.history.customer_says(channel, self.history.customer(channel), text, 0, False)
        self.untold[row.pk] = story
        self.told.append(row.pk)

    def go_on(self, number: int, story: Iterator[Step], at: datetime) -> None:
        step = next(story, None)
        if step is None:
            return
        row = Conversation.objects.select_related("assignee", "channel", "identity").get(pk=number)
        if step[0] in ("customer", "picture"):
            sender = Sender(row.identity.external_id, name="")
            with_picture = step[0] == "picture"
            row = self.history.customer_says(row.channel, sender, step[1], next(self.numbers), with_picture)
        elif row.assignee is not None:
            self.history.agent_does(row, row.assignee, *step)
        if row.is_live and row.assignee_id is None:
            self.untold[number] = story
        else:
            self.plan_next(at, number, story)


def log(person: Teammate, at: datetime) -> None:
    """The newest line about them was written then."""
    newest = PresenceChange.objects.filter(teammate=person).latest("pk")
    PresenceChange.objects.filter(pk=newest.pk).update(at=at)
