"""The state table (docs/architecture.md, "The conversation's state machine"), every verb from every state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from django.utils import timezone
from django_fsm import GET_STATE

from channels_app.border import Media, Sender
from conversations.models import (
    Absence,
    Attachment,
    Contact,
    Conversation,
    Held,
    Here,
    Identity,
    Label,
    Priority,
    Scheduled,
    Status,
)
from monty.errors import Taken, VerbNotAllowed
from tests import make

LIVE = ("open", "assigned", "reopened")
ENDED = ("closed", "dropped")
ANY = (*LIVE, *ENDED)
KEPT = "kept"


@dataclass(frozen=True)
class Row:
    """One line of the table. `to=None`: the state stays. `assignee`, `team`: whose it is afterwards."""

    source: tuple[str, ...]
    to: str | None
    by_hand: bool
    assignee: str | None = KEPT
    team: str = KEPT


TABLE = {
    "assign": Row(LIVE, "assigned", by_hand=True, assignee="ben"),
    "hand_to": Row(LIVE, "open", by_hand=True, assignee=None, team="support"),
    "pick_up": Row(LIVE, "assigned", by_hand=False, assignee="sara"),
    "send_flow": Row(LIVE, "open", by_hand=True, assignee=None),
    "take_over": Row(("open",), "assigned", by_hand=False, assignee="sara"),
    "hand_over": Row(("open",), "open", by_hand=False, assignee=None, team="support"),
    "end_flow": Row(("open", "closed"), None, by_hand=False),
    "leave_to_people": Row(LIVE, None, by_hand=False),
    "want_answer": Row(LIVE, None, by_hand=False),
    "rate": Row(ANY, None, by_hand=False),
    "take_back": Row(("assigned", "reopened"), "open", by_hand=False, assignee=None),
    "unassign": Row(("assigned", "reopened"), "open", by_hand=True, assignee=None),
    "close": Row(LIVE, "closed", by_hand=True),
    "drop": Row(LIVE, "dropped", by_hand=True),
    "reopen": Row(ENDED, "reopened", by_hand=True, assignee="sara"),  # Ana is not ready: to whoever pressed it
    "revive": Row(ENDED, "reopened", by_hand=False, assignee=None),  # Ana is not online: to the team's inbox
    "receive": Row(LIVE, None, by_hand=False),
    "echo": Row(ANY, None, by_hand=False),
    "edit": Row(ANY, None, by_hand=False),
    "unsend": Row(ANY, None, by_hand=False),
    "react": Row(ANY, None, by_hand=False),
    "join": Row(LIVE, None, by_hand=False),
    "reply": Row(LIVE, None, by_hand=False),
    "note": Row(ANY, None, by_hand=False),
    "block": Row(ANY, "dropped", by_hand=False),
    "unblock": Row(ANY, None, by_hand=False),
    "overhear": Row(ENDED, None, by_hand=False),
    "snooze": Row(LIVE, None, by_hand=True),
    "wake": Row(LIVE, None, by_hand=False),
    "prioritize": Row(LIVE, None, by_hand=True),
    "label": Row(ANY, None, by_hand=True),
    "schedule": Row(LIVE, None, by_hand=False),
    "reschedule": Row(LIVE, None, by_hand=False),
    "run_macro": Row(ANY, None, by_hand=False),
    "hold": Row(ANY, None, by_hand=False),
    "unschedule": Row(ANY, None, by_hand=False),
    "deliver": Row(ANY, None, by_hand=False),
    "retry": Row(LIVE, None, by_hand=False),
    "confirm": Row(ANY, None, by_hand=False),
    "discard": Row(ANY, None, by_hand=False),
    "keep_file": Row(ANY, None, by_hand=False),
    "lose_file": Row(ANY, None, by_hand=False),
    "fetch_again": Row(ANY, None, by_hand=False),
    "introduce": Row(ANY, None, by_hand=False),
    "describe": Row(ANY, None, by_hand=False),
    "merge": Row(ANY, None, by_hand=False),
    "unmerge": Row(ANY, None, by_hand=False),
    "export": Row(ANY, None, by_hand=False),
    "forget": Row(ENDED, None, by_hand=False),
    "mark_read": Row(ANY, None, by_hand=False),
    "warn_of_window": Row(LIVE, None, by_hand=False),
    "shut_window": Row(ANY, None, by_hand=False),
}
# A bot may ask something once it is over, and Monty tell of an order (tests/flows/test_after_close.py, tests/orders).
AFTER_THE_END = {("send_flow", "closed", None), ("reply", "closed", None)}
# The state would allow it, but somebody has it: the refusal says who.
TAKEN = ("pick_up", "assigned")
ALLOWED = [(verb, state) for verb, row in TABLE.items() for state in row.source if (verb, state) != TAKEN]
REFUSED = [(verb, state) for verb, row in TABLE.items() for state in ANY if state not in row.source]
BY_MONTY = {"revive", "receive", "deliver", "warn_of_window", "shut_window", "take_back"}
BY_MONTY |= {"hand_over", "end_flow", "leave_to_people", "rate", "want_answer"}
BY_MONTY |= {"keep_file", "lose_file", "introduce", "echo", "edit", "unsend", "react", "join", "overhear"}


@dataclass
class Scene:
    """A conversation of Sales in one state (Ana's, unless open), and how each verb is pressed on it by Sara."""

    conversation: Conversation
    people: dict[str, Any]
    # With the same customer, as it turns out.
    other: Conversation

    def press(self, verb: str) -> Any:
        by = None if verb in BY_MONTY else self.people["sara"]
        return self.presses()[verb](by)

    def presses(self) -> dict[str, Callable[[Any], Any]]:
        row, people = self.conversation, self.people
        return {
            "assign": lambda by: row.assign_to(people["ben"], by=by),
            "hand_to": lambda by: row.hand_to(people["support"], by=by),
            "pick_up": lambda by: row.pick_up(by=by),
            "send_flow": lambda by: row.send_flow("Welcome", by=by),
            "take_over": lambda by: row.take_over(by=by),
            "hand_over": lambda by: row.hand_over(people["support"], by=by),
            "end_flow": lambda by: row.let_go(by=by),
            "leave_to_people": lambda by: row.leave_to_people(by=by),
            "want_answer": lambda by: row.want_answer(by=by),
            "rate": lambda by: row.rate(5, by=by),
            "take_back": lambda by: row.take_back(Absence.AWAY, by=by, given_at=self.facts()["assigned_at"]),
            "unassign": lambda by: row.unassign(by=by),
            "close": lambda by: row.close(by=by),
            "drop": lambda by: row.drop(by=by),
            "reopen": lambda by: row.reopen(by=by),
            "revive": lambda by: row.revive(by=by),
            "receive": lambda by: row.receive(self.received(), by=by),
            "echo": lambda by: row.echo(self.our_message(Status.SENT), by=by),
            "edit": lambda by: row.edit(self.received(), "Better", by=by, at=timezone.now()),
            "unsend": lambda by: row.unsend(self.received(), by=by, at=timezone.now()),
            "react": lambda by: row.react(self.received(), "👍", by=by, at=timezone.now()),
            "join": lambda by: row.join(self.other, by=by),
            "reply": lambda by: row.reply("Hello", by=by),
            "label": lambda by: row.label([Label.objects.create(name="Refund").name], by=by),
            "prioritize": lambda by: row.prioritize(Priority.URGENT, by=by),
            "snooze": lambda by: row.snooze(None, by=by),
            "wake": lambda by: row.wake(by=by),
            "block": lambda by: row.block(by=by),
            "unblock": lambda by: row.unblock(by=by),
            "overhear": lambda by: row.overhear(self.received(), by=by),
            "schedule": lambda by: row.schedule("Later", self.in_an_hour, by=by),
            "reschedule": lambda by: row.reschedule(self.planned, self.in_an_hour, by=by),
            "hold": lambda by: row.hold(Held.CANCELLED, by=by, only=self.planned),
            "unschedule": lambda by: row.unschedule(self.planned, by=by),
            "run_macro": lambda by: row.run_macro("Close politely", by=by),
            "note": lambda by: row.note("Remember", by=by),
            "deliver": lambda by: row.deliver([self.our_message(Status.QUEUED)], Status.SENT, by=by),
            "retry": lambda by: row.retry(self.unknown, by=by),
            "confirm": lambda by: row.confirm(self.unknown, by=by),
            "discard": lambda by: row.discard(self.our_message(Status.FAILED), by=by),
            "keep_file": lambda by: row.keep_file(self.expected_file(), by=by),
            "lose_file": lambda by: row.lose_file(self.expected_file(), "It is gone.", by=by),
            "fetch_again": lambda by: row.fetch_again(self.expected_file(Here.FAILED).uuid, by=by),
            "introduce": lambda by: row.introduce(Sender("visitor", username="nora"), "", by=by),
            "describe": lambda by: row.describe({"country": "Norway"}, {}, by=by),
            "merge": lambda by: row.merge(1, by=by),
            "unmerge": lambda by: row.unmerge(1, by=by),
            "export": lambda by: row.export("txt", notes=False, by=by),
            "forget": lambda by: row.forget(by=by),
            "mark_read": lambda by: row.mark_read(by=by),
            "warn_of_window": lambda by: row.warn_of_window(by=by),
            "shut_window": lambda by: row.shut_window(by=by),
        }

    @property
    def in_an_hour(self) -> datetime:
        return timezone.now() + timedelta(hours=1)

    @property
    def planned(self) -> Scheduled:
        return Scheduled.objects.create(conversation=self.conversation, by=self.people["ana"], send_at=self.in_an_hour)

    def received(self) -> Any:
        return self.conversation.messages.earliest("pk")

    @cached_property
    def unknown(self) -> Any:
        return self.our_message(Status.UNKNOWN)

    def our_message(self, status: Status) -> Any:
        return self.conversation.messages.create(
            channel=self.conversation.channel, author_kind="system", status=status, text="On its way"
        )

    def expected_file(self, state: str = Here.WAITING) -> Attachment:
        media = Media("image", url="https://example.org/1")
        file = Attachment.expected(self.conversation.messages.earliest("pk"), media)
        file.state = state
        file.save()
        return file

    def ready_for(self, verb: str) -> None:
        """What must be so, beside the state, for a verb to find something to change."""
        now, free = timezone.now(), self.conversation.state == "open"
        with_bot = {"bot": "Welcome"}
        needed: dict[str, dict[str, Any]] = {
            "mark_read": {"unread": 2, "assignee": None if free else self.people["sara"]},
            "pick_up": {"assignee": None},
            "take_back": {"waiting_since": now},
            "leave_to_people": {"bot_asked_at": now},
            **dict.fromkeys(("take_over", "hand_over", "end_flow"), with_bot),
            "wake": {"snoozed_at": now},
            "warn_of_window": {"window_until": now + timedelta(minutes=30)},
        }
        if verb in needed:
            Conversation.objects.filter(pk=self.conversation.pk).update(**needed[verb])
        if verb == "unblock":
            Identity.objects.filter(pk=self.conversation.identity_id).update(blocked_at=now)
        if verb == "shut_window":
            make.long_ago(self.conversation, now - self.conversation.channel.adapter.window.product)

    def facts(self) -> dict[str, Any]:
        return Conversation.objects.filter(pk=self.conversation.pk).values().get()


@pytest.fixture
def scene(webchat, sales, support, ana, ben, sara) -> Callable[[str], Scene]:
    def play(state: str) -> Scene:
        row = make.conversation(webchat)
        if state != "open":
            row.assign_to(ana, by=None)
        if state in ("closed", "reopened"):
            row.close(by=ana)
        if state == "reopened":
            row.reopen(by=ana)
        if state == "dropped":
            row.drop(by=ana)
        stranger = Identity.objects.create(channel=webchat, external_id="x", contact=Contact.objects.create())
        people = {"ana": ana, "ben": ben, "sara": sara, "sales": sales, "support": support}
        return Scene(Conversation.objects.get(pk=row.pk), people, Conversation.start(stranger, by=None))

    return play


@pytest.mark.parametrize(("verb", "state"), ALLOWED)
def test_an_allowed_verb_leads_where_the_table_says(scene, django_capture_on_commit_callbacks, verb, state):
    here = scene(state)
    here.ready_for(verb)
    before, events = here.facts(), here.conversation.events.count()
    assert before["state"] == state

    with django_capture_on_commit_callbacks() as published:
        event = here.press(verb)

    row, after = TABLE[verb], here.facts()
    assert after["state"] == (row.to or state)
    assert after["team_id"] == (before["team_id"] if row.team == KEPT else here.people[row.team].pk)
    whose = row.assignee and (before["assignee_id"] if row.assignee == KEPT else here.people[row.assignee].pk)
    assert after["assignee_id"] == whose
    assert here.conversation.events.count() == events + 1
    assert len(published) == 1
    assert event.verb == verb
    assert event.actor == (None if verb in BY_MONTY else here.people["sara"])
    stands = {"state": after["state"], "team": after["team_id"], "assignee": after["assignee_id"]}
    stood = {"state": before["state"], "team": before["team_id"], "assignee": before["assignee_id"]}
    event.refresh_from_db()
    assert {"state": event.state, "team": event.team_id, "assignee": event.assignee_id} == stands
    was = {name: value for name, value in event.was.items() if name != "bot"}
    assert was == {name: value for name, value in stood.items() if value != stands[name]}


@pytest.mark.parametrize(("verb", "state"), REFUSED)
def test_a_refused_verb_says_why_and_changes_nothing(scene, django_capture_on_commit_callbacks, verb, state):
    here = scene(state)
    assert here.unknown
    before, events, messages = here.facts(), here.conversation.events.count(), here.conversation.messages.count()

    with django_capture_on_commit_callbacks() as published, pytest.raises(VerbNotAllowed) as refused:
        here.press(verb)

    pressable = {name for name, row in TABLE.items() if row.by_hand and state in row.source}
    assert refused.value.facts == {"verb": verb, "state": state, "allowed": sorted(pressable)}
    assert state in str(refused.value)
    assert here.facts() == before
    assert here.conversation.state == state
    assert here.conversation.events.count() == events
    assert here.conversation.messages.count() == messages
    assert published == []


def test_picking_up_what_somebody_has_says_who_and_changes_nothing(scene):
    here = scene("assigned")
    before = here.facts()

    with pytest.raises(Taken, match="Ana has this conversation") as refused:
        here.press("pick_up")

    assert refused.value.facts == {"assignee": here.people["ana"].pk}
    assert here.facts() == before


def test_the_table_is_the_models_own():
    transitions = list(Conversation().get_all_state_transitions())
    moves = [each for each in transitions if not isinstance(each.target, GET_STATE)]
    own = {(each.custom["name"], str(each.source), each.target and str(each.target)) for each in moves}
    # Where undoing leads depends on what is undone: tests/conversations/test_undo.py.
    undoing = {(each.custom["name"], str(each.source)) for each in transitions if each not in moves}

    assert own == {(verb, state, row.to) for verb, row in TABLE.items() for state in row.source} | AFTER_THE_END
    assert undoing == {("undo", state) for state in ANY}
    assert {each.custom["name"] for each in transitions if each.custom["by_hand"]} == {
        verb for verb, row in TABLE.items() if row.by_hand
    }


def test_a_conversation_starts_open_in_the_inbox_of_its_channels_team(webchat, sales):
    row = make.conversation(webchat)

    start = row.events.get(verb="start")
    assert (row.state, row.team, row.assignee) == ("open", sales, None)
    assert (start.actor, start.state, start.team_id, start.assignee_id) == (None, "open", sales.pk, None)


def test_a_conversation_of_a_channel_without_a_team_starts_in_nobodys_inbox(db):
    assert make.conversation(make.channel()).team is None


@pytest.mark.parametrize(
    "press",
    [
        lambda row, ana, sales: row.assign_to(ana, by=ana),
        lambda row, ana, sales: row.pick_up(by=ana),
        lambda row, ana, sales: row.mark_read(by=ana),
    ],
    ids=["assign", "pick_up", "mark_read"],
)
def test_a_verb_that_would_change_nothing_leaves_no_trace(webchat, ana, sales, press):
    row = make.conversation(webchat, assignee=ana, state="assigned")
    row.mark_read(by=ana)
    events = row.events.count()

    assert press(row, ana, sales) is None
    assert row.events.count() == events


def test_handing_a_waiting_conversation_to_its_own_team_leaves_no_trace(conversation, sales, ana):
    assert conversation.hand_to(sales, by=ana) is None
    assert not conversation.events.filter(verb="hand_to").exists()
