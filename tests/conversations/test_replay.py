"""Replay: a recorded period played again through the same choice, beside what really happened."""

import random
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import tasks
from conversations.balancer import assignment
from conversations.models import Absence, Conversation, Decision, State
from conversations.models.states import LIVE
from conversations.replay import reading
from conversations.replay.reading import Period
from conversations.replay.recording import Settings
from conversations.replay.simulation import Play
from teams import presence
from teams.models import Schedule, Team, Teammate
from tests import make

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TODAY = Settings(quiet_weight=25)


class Life:
    """A team's day in steps of a minute. In each something happens by the real verbs, then Auto Assign looks."""

    def __init__(self, seed: int, team: Team, other: Team, people: list[Teammate]) -> None:
        self.chance = random.Random(seed)
        self.team, self.other, self.people = team, other, people
        self.channel = make.channel("webchat", team)
        self.connected = set(people[:2])
        self.number = 0

    def go_on(self, clock: time_machine.Traveller, minutes: int) -> None:
        for _ in range(minutes):
            clock.shift(MINUTE)
            for person in self.connected:
                presence.seen(person)
            presence.notice_vanished()
            tasks.wake_snoozed()
            for act in self.chance.choices([self.arrive, self.happen, self.flip], [5, 8, 0.4], k=3):
                act()
            assignment.assign_waiting(self.team.pk)

    def arrive(self) -> None:
        self.number += 1
        make.message(self.channel, who=f"visitor-{self.number % 60}")

    def flip(self) -> None:
        person = self.chance.choice(self.people)
        if self.chance.random() < 0.3:
            self.connected ^= {person}
        else:
            presence.choose(person, self.chance.choice(["active", "active", "away"]), by=None)

    def happen(self) -> None:
        held = self.chance.random() < 0.8
        live = list(Conversation.objects.filter(state__in=LIVE, assignee__isnull=not held).order_by("pk"))
        if live:
            row = self.chance.choice(live)
            self.chance.choice([self.speak, self.speak, self.end, self.end, self.end, self.move, self.sleep])(row)

    def speak(self, row: Conversation) -> None:
        if row.waiting_since is None:
            make.message(self.channel, who=row.identity.external_id)
        elif row.assignee:
            row.reply("Hello", by=row.assignee)

    def end(self, row: Conversation) -> None:
        event = row.close(by=row.assignee) if self.chance.random() < 0.7 else row.drop(by=row.assignee)
        if self.chance.random() < 0.2:
            row.undo(event, by=self.people[0])

    def sleep(self, row: Conversation) -> None:
        """Put it off for a while, or until the customer writes; or wake it again."""
        if row.snoozed_at:
            row.wake(by=self.people[0])
        else:
            row.snooze(self.chance.choice([None, timezone.now() + 5 * MINUTE]), by=self.people[0])

    def move(self, row: Conversation) -> None:
        moves = [lambda: row.assign_to(self.chance.choice(self.people), by=self.people[0])]
        if row.state in (State.ASSIGNED, State.REOPENED) and row.assignee:
            moves += [lambda: row.take_back(Absence.SILENT, by=None, given_at=row.assigned_at)]
            moves += [lambda: row.unassign(by=None), lambda: row.hand_to(self.other, by=None)]
        self.chance.choice(moves)()


@pytest.fixture
def life(sales, support, ana, ben, settings):
    """Of a seed: half an hour before the period, then a good hour of it."""
    Team.objects.filter(pk=sales.pk).update(auto_assign=True, capacity=4)
    Teammate.objects.update(capacity=3)
    zoe = make.teammate("zoe", sales, capacity=5)

    def live(seed: int) -> Period:
        with time_machine.travel(BEGIN, tick=False) as clock:
            life = Life(seed, sales, support, [ana, ben, zoe])
            life.go_on(clock, 30)
            start = timezone.now()
            life.go_on(clock, 70)
            return Period(start + MINUTE / 2, timezone.now() + MINUTE / 2)

    return live


def recorded(team: Team, period: Period) -> list[tuple]:
    rows = Decision.objects.filter(round__team=team, teammate__isnull=False, round__at__gt=period.start)
    return list(rows.order_by("round", "place").values_list("round__at", "conversation", "teammate"))


def played(play: Play) -> list[tuple]:
    return [(choice.at, choice.conversation, choice.teammate) for choice in play.run().choices]


@pytest.mark.parametrize("seed", range(2))
def test_with_unchanged_settings_the_simulation_chooses_as_auto_assign_did(life, sales, seed):
    period = life(seed)
    really = recorded(sales, period)
    assert len(really) > 10

    recording = reading.read(Team.objects.get(pk=sales.pk), period)

    assert played(Play(recording, TODAY)) == really
    assert sorted(played(Play(recording, TODAY, deals=False))) == sorted(really)


def queries(team: Team, period: Period) -> int:
    with CaptureQueriesContext(connection) as captured:
        reading.read(team, period)
    return len(captured)


def test_a_recording_costs_as_many_queries_for_twenty_conversations_as_for_one(sales, ana, ben, webchat):
    Team.objects.filter(pk=sales.pk).update(auto_assign=True)
    begin = timezone.now() - MINUTE
    make.ready(ana)
    make.conversation(webchat)
    assignment.assign_waiting(sales.pk)
    few = queries(sales, Period(begin, timezone.now()))
    for _ in range(19):
        make.conversation(webchat)
        make.ready(make.teammate(f"person{Teammate.objects.count()}", sales))
        assignment.assign_waiting(sales.pk)
    assert queries(sales, Period(begin, timezone.now())) == few <= 6


def test_conversations_of_others_are_no_part_of_it(sales, support, ana, cara):
    begin = timezone.now() - MINUTE
    theirs = make.conversation(make.channel("webchat", support), state="assigned", assignee=cara)
    helped = make.conversation(make.channel("webchat", support), state="assigned", assignee=ana)

    spells = reading.read(sales, Period(begin, timezone.now())).spells

    # What Ana has from another team is part of her load.
    assert [(spell.conversation, spell.by, spell.here, spell.free) for spell in spells] == [
        (helped.pk, ana.pk, False, False)
    ]
    assert theirs.pk not in {spell.conversation for spell in spells}


def test_outside_the_hours_nothing_is_handed_out_and_nobodys_time_is_counted(sales, ana, webchat):
    with time_machine.travel(BEGIN, tick=False) as clock:
        make.ready(ana)
        clock.shift(MINUTE)
        make.conversation(webchat)
    schedule = Schedule.objects.create(name="From ten to twelve")
    schedule.openings.create(weekday=0, opens=time(10), closes=time(12))
    sales.schedule = schedule

    outcome = Play(reading.read(sales, Period(BEGIN, BEGIN + timedelta(hours=8))), TODAY).run()

    assert [choice.at for choice in outcome.choices] == [BEGIN + timedelta(hours=2)]
    assert outcome.seats[ana.pk].ready == timedelta(hours=2)


def test_what_was_taken_by_hand_stays_with_whoever_took_it(sales, ana, ben, webchat):
    with time_machine.travel(BEGIN, tick=False) as clock:
        make.ready(ana)
        row = make.conversation(webchat)
        clock.shift(MINUTE)
        row.pick_up(by=ben)

    outcome = Play(reading.read(sales, Period(BEGIN, BEGIN + timedelta(hours=1))), TODAY).run()

    assert outcome.choices == []
    assert outcome.seats[ben.pk].member.load == 100
