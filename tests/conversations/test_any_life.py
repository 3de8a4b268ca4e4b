"""Whatever happens to conversations, in whatever order: the house's invariants hold after every step."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from conversations.balancer import assignment
from conversations.balancer.balance import FULL
from conversations.models import Conversation, Event, states
from conversations.sending import composer, outbox
from monty.errors import MontyError
from teams import presence
from teams.models import Team
from tests import make

LIVE, ENDED, ANY = tuple(states.LIVE), tuple(states.ENDED), tuple(states.ANY)
CUSTOMERS = st.sampled_from(["nora", "omar"])
PEOPLE = st.sampled_from(["ana", "ben", "cara"])
TEAMS = st.sampled_from(["sales", "support"])
NUMBERS = st.integers(0, 9)
# Verbs that need nothing but a person.
PLAIN = st.sampled_from(["unassign", "close", "drop", "reopen", "mark_read"])
ENDINGS = st.sampled_from(["close", "drop"])


class Life(RuleBasedStateMachine):
    """Two customers on one channel, two teams, three people, and everything they may do."""

    def __init__(self) -> None:
        super().__init__()
        self.beginning = transaction.savepoint()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.beginning)

    @initialize()
    def move_in(self) -> None:
        self.teams = {name: Team.objects.create(name=name, auto_assign=True) for name in ("sales", "support")}
        both = list(self.teams.values())
        self.people = {
            "ana": make.ready(make.teammate("ana", *both, capacity=2)),
            "ben": make.teammate("ben", both[0], capacity=1),
            "cara": make.ready(make.teammate("cara", both[1], capacity=1)),
        }
        self.channel = make.channel("webchat", both[0])
        for who in ("nora", "omar"):
            make.message(self.channel, "Hello!", who=who)

    def some(self, number: int, among: tuple[str, ...] = ANY) -> Conversation | None:
        rows = list(Conversation.objects.filter(state__in=among).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def attempt(self, row: Conversation | None, deed: Any) -> None:
        """Do it or be refused; refused, nothing has changed."""
        if row is None:
            return
        before = Conversation.objects.values().get(pk=row.pk), row.events.count(), row.messages.count()
        try:
            deed(row)
        except MontyError:
            after = Conversation.objects.values().get(pk=row.pk), row.events.count(), row.messages.count()
            assert after == before

    @rule(who=CUSTOMERS)
    def a_customer_writes(self, who: str) -> None:
        row = make.message(self.channel, "Hello?", who=who).conversation
        assert row.is_live
        assert row.policy().reopen

    @rule(number=NUMBERS, verb=PLAIN, person=PEOPLE)
    def somebody_presses(self, number: int, verb: str, person: str) -> None:
        self.attempt(self.some(number), lambda row: getattr(row, verb)(by=self.people[person]))

    @rule(number=NUMBERS, ending=ENDINGS, person=PEOPLE)
    def one_comes_to_an_end(self, number: int, ending: str, person: str) -> None:
        self.attempt(self.some(number, LIVE), lambda row: getattr(row, ending)(by=self.people[person]))

    @rule(number=NUMBERS, person=PEOPLE)
    def one_is_taken_up_again(self, number: int, person: str) -> None:
        self.attempt(self.some(number, ENDED), lambda row: row.reopen(by=self.people[person]))

    @rule(number=NUMBERS, person=PEOPLE, by=PEOPLE)
    def somebody_assigns(self, number: int, person: str, by: str) -> None:
        self.attempt(self.some(number), lambda row: row.assign_to(self.people[person], by=self.people[by]))

    @rule(number=NUMBERS, team=TEAMS, by=PEOPLE)
    def somebody_hands_over(self, number: int, team: str, by: str) -> None:
        self.attempt(self.some(number), lambda row: row.hand_to(self.teams[team], by=self.people[by]))

    @rule(number=NUMBERS, by=PEOPLE)
    def somebody_answers(self, number: int, by: str) -> None:
        def answer(row: Conversation) -> None:
            composer.send(row, "Yes!", by=self.people[by])
            row.refresh_from_db()
            assert (row.unread, row.waiting_since, row.last_from) == (0, None, "teammate")

        self.attempt(self.some(number), answer)

    @rule(number=NUMBERS, by=PEOPLE)
    def somebody_notes(self, number: int, by: str) -> None:
        self.attempt(self.some(number), lambda row: row.note("Hm", by=self.people[by]))

    @rule(number=NUMBERS)
    def a_worker_sends(self, number: int) -> None:
        self.attempt(self.some(number), outbox.deliver)

    @rule(person=PEOPLE, availability=st.sampled_from(["active", "away"]))
    def somebody_comes_or_goes(self, person: str, availability: str) -> None:
        presence.choose(self.people[person], availability, by=None)
        presence.seen(self.people[person])

    @rule(team=TEAMS)
    def a_team_is_drained(self, team: str) -> None:
        ready = [each.pk for each in self.people.values()]
        before = Conversation.objects.load_of(ready)
        assignment.assign_waiting(self.teams[team].pk)
        for person in self.people.values():
            load = Conversation.objects.load_of(ready)[person.pk]
            assert load <= max(before[person.pk], person.capacity * FULL)

    @rule(number=NUMBERS)
    def two_days_pass(self, number: int) -> None:
        row = self.some(number)
        if row is not None and number == 7:  # Seldom: most of life happens inside the window.
            make.long_ago(row, timezone.now() - timedelta(hours=48))
            self.attempt(Conversation.objects.get(pk=row.pk), lambda row: row.shut_window(by=None))

    @invariant()
    def everything_holds(self) -> None:
        rows = list(Conversation.objects.all())
        live = [row.identity_id for row in rows if row.state in LIVE]
        assert len(live) == len(set(live)), "one live conversation for each customer"
        for row in rows:
            self.row_holds(row)

    def row_holds(self, row: Conversation) -> None:
        assert (row.state in LIVE) != (row.state in ENDED)
        assert row.state != "assigned" or row.assignee_id
        assert row.state != "open" or row.assignee_id is None
        assert row.episodes.running().count() == (1 if row.is_live else 0)
        assert row.is_live or (row.unread, row.waiting_since) == (0, None)
        assert (row.waiting_since is None) or row.is_live
        events = list(row.events.order_by("pk"))
        assert events[0].verb == "start"
        self.history_leads_here(row, events)

    def history_leads_here(self, row: Conversation, events: list[Event]) -> None:
        """Each event began where the one before it ended, and the last one ended where the row is."""
        stood: dict[str, Any] = {}
        for event in events:
            ends = {"state": event.state, "team": event.team_id, "assignee": event.assignee_id}
            assert stood in ({}, ends | event.was)
            stood = ends
        assert stood | {"bot": row.bot} == row.facts()


class TestAnyLife(HypothesisTestCase):
    def test_the_invariants_hold(self) -> None:
        run_state_machine_as_test(Life, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))
