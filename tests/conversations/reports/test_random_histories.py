"""Whatever happens: figures are what a slow count of the event log gives, minute by minute, by roll-ups or without."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from conversations.models import Cell, Conversation, Event, Fact, Measure, Meter, Rollup, Stale
from conversations.reports import measuring, rollups
from conversations.reports.base import REPORTS
from conversations.reports.periods import Period
from conversations.reports.question import Question
from monty.errors import MontyError
from teams.models import Team, Teammate
from tests import make

MINUTE = timedelta(minutes=1)
COUNTED = ["volume", "response", "resolution", "drops", "load"]
ENDS = ("close", "drop", "block")
FREES = ("assign", "pick_up", "hand_to", "unassign", "take_back", "take_over", "hand_over", "end_flow")
ACTS = (
    *("receive", "reply", "answer_by_bot", "assign", "hand_to", "unassign", "snooze", "wake"),
    *("send_flow", "hand_over", "take_over", "close", "drop", "reopen", "undo"),
)
step = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.sampled_from([1, 7, 45, 600, 1500, 9000]))


class Story:
    def __init__(self) -> None:
        hours = make.schedule({day: (time(9), time(17)) for day in range(5)}, "Europe/Berlin")
        self.teams = [Team.objects.create(name=name) for name in ("Sales", "Support")]
        Team.objects.filter(name="Support").update(schedule=hours)
        self.people = [make.teammate(name, *self.teams) for name in ("ana", "ben", "cara")]
        self.channel = make.channel("webchat", self.teams[0], window=timedelta(days=300))

    def act(self, verb: str, who: int) -> None:
        row = Conversation.objects.order_by("-pk").first()
        person, team = self.people[who], self.teams[who % 2]
        if row is None or verb == "receive":
            make.message(self.channel)
            return
        deeds: dict[str, Any] = {
            "reply": lambda: row.reply("Yes", by=person),
            "answer_by_bot": lambda: row.say_as_bot("Beep", by=None, client_id=None),
            "assign": lambda: row.assign_to(person, by=self.people[0], team=team),
            "hand_to": lambda: row.hand_to(team, by=person),
            "unassign": lambda: row.unassign(by=person),
            "snooze": lambda: row.snooze(None, by=person),
            "wake": lambda: row.wake(by=person),
            "send_flow": lambda: row.send_flow("Menu", by=None if who else person),
            "hand_over": lambda: row.hand_over(by=None),
            "take_over": lambda: row.take_over(by=person),
            "close": lambda: row.close(by=person if who else None),
            "drop": lambda: row.drop(by=person),
            "reopen": lambda: row.reopen(by=person),
            "undo": lambda: self.undo(row, person),
        }
        deeds[verb]()

    def undo(self, row: Conversation, person: Teammate) -> None:
        """What a bot had, or what was asleep, does not come back as it was; that has a test of its own."""
        *life, last = told(row)
        if last.verb in ("close", "drop") and not with_bot(lives(row)[-1][:-1]) and not asleep(life):
            row.undo(last, by=person)


def told(row: Conversation) -> list[Event]:
    """The log without what was undone, and without the undoing."""
    found: list[Event] = []
    for event in row.events.select_related("message").order_by("pk"):
        if event.verb == "undo":
            while found and found[-1].verb not in ("close", "drop"):
                found.pop()
            found.pop()
        else:
            found.append(event)
    return found


def lives(row: Conversation) -> list[list[Event]]:
    """The log, cut into episodes."""
    found: list[list[Event]] = []
    for event in told(row):
        if event.verb in ("start", "reopen", "revive"):
            found.append([])
        found[-1].append(event)
        if event.verb in ENDS:
            found.append([])
    return [life for life in found if life and life[0].verb in ("start", "reopen", "revive")]


def with_bot(life: list[Event]) -> bool:
    """After these events a bot has it."""
    last = [event.verb for event in life if event.verb in ("send_flow", *FREES) or by_person(event)]
    return bool(last) and last[-1] == "send_flow"


def by_person(event: Event) -> bool:
    return event.verb == "reply" and event.actor_id is not None


def by_bot(event: Event) -> bool:
    return event.verb == "reply" and event.message is not None and event.message.author_kind == "bot"


def waits(life: list[Event]) -> bool:
    """After these events the customer waits for somebody."""
    open_question = False
    for event in life:
        open_question = open_question or event.verb in ("receive", "hand_over")
        open_question = open_question and not by_person(event) and not by_bot(event) and event.verb not in ENDS
    return open_question and not with_bot(life)


def asleep(life: list[Event]) -> bool:
    """After these events it is put off."""
    found = False
    for event in life:
        found = event.verb == "snooze" or (found and event.verb not in ("receive", "wake", "send_flow", *FREES, *ENDS))
    return found


def holder(life: list[Event]) -> int | None:
    """Whose time it is after these events."""
    return None if asleep(life) or with_bot(life) or life[-1].verb in ENDS else life[-1].assignee_id


def naive() -> Counter[tuple[int, int]]:
    """By measure: how many, and how many minutes altogether; by a look at the whole log for every stretch of it."""
    found: Counter[tuple[int, int]] = Counter()
    for row in Conversation.objects.all():
        parts = lives(row)
        for life, following in pairwise([*parts, []]):
            found += counted(life, following)
    return found


def counted(life: list[Event], following: list[Event]) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    end = life[-1] if life[-1].verb in ENDS else None
    begin = people_begin(life)
    if begin is None:
        return Counter({(Measure.BOT_ALONE, 0): 1}) if end else found
    found[Measure.STARTED, 0] += 1
    answers = [event for event in life if by_person(event)]
    if answers:
        found[Measure.FIRST_RESPONSE, 0] += 1
        found[Measure.FIRST_RESPONSE, 1] += minutes(begin, answers[0].at)
    if end is None:
        return found
    waited = held = 0
    has_waited = has_held = False
    for number, (event, after) in enumerate(pairwise(life), start=1):
        lasted = minutes(event.at, after.at)
        waited += lasted * waits(life[:number])
        held += lasted * (holder(life[:number]) is not None)
        has_waited |= waits(life[:number])
        has_held |= holder(life[:number]) is not None and lasted > 0
    found[Measure.WAITING, 0] += has_waited
    found[Measure.WAITING, 1] += waited
    found[Measure.HANDLING, 0] += has_held
    found[Measure.HANDLING, 1] += held
    back = following[0] if following else None
    if end.verb == "close":
        found[Measure.CLOSED, 0] += 1
        found[Measure.CLOSED, 1] += minutes(begin, end.at)
        found[Measure.BOUNCED, 0] += bool(back and back.at - end.at < timedelta(hours=24))
    else:
        found[Measure.DROPPED, 0] += 1
        found[Measure.CAME_BACK, 0] += bool(back and back.verb == "revive")
    return found


def people_begin(life: list[Event]) -> datetime | None:
    """When people had something to do first: at once, or when the bot that came first let go."""
    touch = next((place for place, event in enumerate(life) if event.assignee_id or by_person(event)), len(life))
    sent = [n for n, event in enumerate(life[:touch]) if event.verb == "send_flow" and event.actor_id is None]
    if not sent:
        return life[0].at
    freed = [event.at for event in life[sent[-1] + 1 :] if event.verb in FREES or by_person(event)]
    return freed[0] if freed else None


def minutes(begin: datetime, end: datetime) -> int:
    return (end - begin) // MINUTE


def stored() -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for fact in Fact.objects.filter(whole=True).exclude(measure__in=(Measure.ASSIGNED, Measure.WRONGLY_DROPPED)):
        found[fact.measure, 0] += 1
        if fact.measure != Measure.STARTED:
            found[fact.measure, 1] += fact.value // 60
    return found


class TestAnyHistory(HypothesisTestCase):
    @settings(max_examples=25, deadline=None)
    @given(steps=st.lists(step, min_size=3, max_size=22), data=st.data())
    def test_the_figures_are_those_of_a_slow_count(self, steps: list[tuple[str, int, int]], data: Any) -> None:
        with time_machine.travel(datetime(2026, 1, 20, tzinfo=UTC), tick=False) as clock:
            story = Story()
            for verb, who, wait in [("receive", 0, 1), *steps]:
                with suppress(MontyError):
                    story.act(verb, who)
                clock.shift(wait * MINUTE)
            Meter.objects.ask_for_all()
            measuring.keep_up()
            assert +stored() == +naive()
            self.measured_again_nothing_changes()
            clock.shift(timedelta(days=40))
            rollups.add_up_missed()
            for _ in range(5):
                self.roll_ups_give_the_same(story, data)

    def measured_again_nothing_changes(self) -> None:
        Stale.objects.mark((row.pk, True) for row in Conversation.objects.all())
        before = sorted(Fact.objects.values_list("pk", flat=True))
        measuring.keep_up()
        assert before == sorted(Fact.objects.values_list("pk", flat=True))

    def roll_ups_give_the_same(self, story: Story, data: Any) -> None:
        assert not Fact.objects.exists() or Cell.objects.exists()
        assert not Rollup.objects.filter(fresh=False).exists()
        report = REPORTS[data.draw(st.sampled_from(COUNTED), label="report")]
        by = data.draw(st.sampled_from([None, *report.by]), label="by")
        first, last = sorted(data.draw(st.lists(st.integers(0, 90), min_size=2, max_size=2), label="days"))
        begin = date(2026, 1, 1)
        period = Period(begin + timedelta(days=first), begin + timedelta(days=last))
        narrowed: dict[str, Any] = data.draw(
            st.sampled_from(
                [
                    {},
                    {"open_hours": True},
                    {"channel": story.channel.pk},
                    {"teammate": story.people[1].pk},
                    {"teams": (story.teams[1].pk,)},
                ]
            ),
            label="narrowed",
        )
        question = Question(period, by=by, **narrowed)
        assert report.answer(question) == report.answer(question, rolled_up=False)
