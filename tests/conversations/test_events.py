"""What leaves after a change: who is told, what exactly, once, and what happens when nothing can carry it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app import live
from conversations import events, followups, tasks
from conversations.models import Event, Status
from tests import make

CONTRACT = {"id", "verb", "conversation", "state", "team", "assignee", "at"}
FOR_CUSTOMER = {"id", "verb", "message", "state"}


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Do something and let it be committed."""

    def commit(deed):
        with django_capture_on_commit_callbacks(execute=True):
            return deed()

    return commit


def audience(event: Event) -> set[str]:
    groups = events.audience(Event.objects.get(pk=event.pk))
    return set(groups)


def old(event: Event) -> Event:
    """An event whose process died between commit and push, some seconds ago."""
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(seconds=3), published=False)
    return event


def only(event: Event) -> None:
    Event.objects.exclude(pk=event.pk).update(published=True)


# --- Who is told ----------------------------------------------------------------------------------------------------


def test_a_new_conversation_is_told_to_its_team(conversation, sales):
    start = conversation.events.get(verb="start")

    assert audience(start) == {live.OVERSEERS, live.team(sales.pk)}


def test_what_waits_in_nobodys_inbox_is_told_to_everybody(db):
    row = make.conversation(make.channel())

    assert audience(row.events.get(verb="start")) == {live.OVERSEERS, live.EVERYBODY}


def test_assigning_is_told_to_team_and_teammate(conversation, sales, ana):
    event = conversation.assign_to(ana, by=ana)

    assert audience(event) == {live.OVERSEERS, live.team(sales.pk), live.person(ana.pk)}


def test_passing_on_is_told_to_both_teammates(conversation, sales, ana, cara):
    conversation.assign_to(ana, by=ana)
    event = conversation.assign_to(cara, by=ana)

    assert audience(event) == {live.OVERSEERS, live.team(sales.pk), live.person(ana.pk), live.person(cara.pk)}


def test_a_move_is_told_to_the_team_that_loses_it_and_the_team_that_gets_it(conversation, sales, support, ana):
    conversation.assign_to(ana, by=ana)
    event = conversation.hand_to(support, by=ana)

    groups = {live.team(sales.pk), live.team(support.pk), live.person(ana.pk)}
    assert audience(event) == {live.OVERSEERS} | groups


def test_after_the_move_the_first_team_hears_no_more(conversation, support, ana):
    conversation.hand_to(support, by=ana)

    assert audience(conversation.close(by=ana)) == {live.OVERSEERS, live.team(support.pk)}


def test_a_move_out_of_nobodys_inbox_is_told_to_everybody_who_saw_it(sales, ana):
    row = make.conversation(make.channel())

    assert audience(row.hand_to(sales, by=ana)) == {live.OVERSEERS, live.EVERYBODY, live.team(sales.pk)}


def test_taken_from_nobodys_inbox_it_is_its_teammates_alone(ana):
    row = make.conversation(make.channel())
    taken = row.assign_to(ana, by=ana)
    closed = row.close(by=ana)

    assert audience(taken) == {live.OVERSEERS, live.EVERYBODY, live.person(ana.pk)}
    assert audience(closed) == {live.OVERSEERS, live.person(ana.pk)}


@pytest.mark.parametrize(
    "deed",
    [
        lambda row, ana: row.reply("Hi", by=ana),
        lambda row, ana: row.note("Hm", by=ana),
        lambda row, ana: row.close(by=ana),
        lambda row, ana: row.drop(by=ana),
        lambda row, ana: row.receive(make.stored(row), by=None),
        lambda row, ana: row.mark_read(by=ana),
    ],
    ids=["reply", "note", "close", "drop", "receive", "mark_read"],
)
def test_everything_else_is_told_to_whose_it_is(conversation, sales, ana, deed):
    conversation.assign_to(ana, by=ana)

    event = deed(conversation, ana)

    assert audience(event) == {live.OVERSEERS, live.team(sales.pk), live.person(ana.pk)}


# --- What they are told ---------------------------------------------------------------------------------------------


def test_a_live_event_has_exactly_what_the_contract_says(conversation, sales, ana, ears, commit):
    ear = ears.listen(live.team(sales.pk))

    event = commit(lambda: conversation.close(by=ana))

    (frame,) = ears.heard(ear)
    assert frame.keys() == CONTRACT
    assert frame == {
        "id": event.pk,
        "verb": "close",
        "conversation": conversation.pk,
        "state": "closed",
        "team": sales.pk,
        "assignee": None,
        "at": frame["at"],
    }
    assert frame["at"].endswith("Z")


def test_every_open_page_of_those_concerned_hears_it_once(conversation, sales, ana, ears, commit):
    both = ears.listen(live.team(sales.pk), live.person(ana.pk), live.OVERSEERS)
    stranger = ears.listen(live.team(sales.pk + 1), live.EVERYBODY)

    commit(lambda: conversation.assign_to(ana, by=ana))

    assert [frame["verb"] for frame in ears.heard(both)] == ["assign"]
    assert ears.heard(stranger) == []


def test_a_move_reaches_the_pages_of_both_teams(conversation, sales, support, ana, ears, commit):
    before, after = ears.listen(live.team(sales.pk)), ears.listen(live.team(support.pk))

    commit(lambda: conversation.hand_to(support, by=ana))

    moved, calls = ears.heard(after)
    assert ears.heard(before) == [moved]
    assert moved["team"] == support.pk
    assert calls == {"hint": "waits", "conversation": conversation.pk, "by": ana.pk}


def test_the_customers_own_pages_hear_of_a_message_but_not_whose_it_is(conversation, ana, ears, commit):
    ear = ears.listen(live.visitor("visitor-1", conversation.channel_id))

    commit(lambda: conversation.assign_to(ana, by=ana))
    sent = commit(lambda: conversation.reply("Hi", by=ana))

    assert [frame.keys() for frame in ears.heard(ear)] == [FOR_CUSTOMER] * 2
    assert ears.heard(ear)[-1] == {"id": sent.pk, "verb": "reply", "message": sent.message_id, "state": "assigned"}


def test_the_customer_hears_nothing_of_notes_and_windows(conversation, ana, ears, commit):
    ear = ears.listen(live.visitor("visitor-1", conversation.channel_id))

    commit(lambda: conversation.note("Difficult", by=ana))
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    commit(lambda: conversation.shut_window(by=None))

    assert ears.heard(ear) == []


def test_another_visitor_hears_nothing(conversation, ana, ears, commit):
    ear = ears.listen(live.visitor("visitor-2", conversation.channel_id))

    commit(lambda: conversation.reply("Hi", by=ana))

    assert ears.heard(ear) == []


def test_nothing_leaves_before_the_commit(conversation, ana, ears, sales):
    ear = ears.listen(live.team(sales.pk))

    conversation.close(by=ana)

    assert ears.heard(ear) == []


# --- The signal, and what nothing could carry -----------------------------------------------------------------------


@pytest.fixture
def told():
    """The events that the house above was told of."""
    heard: list[Event] = []

    def hear(events: list[Event], **_: object) -> None:
        heard.extend(events)

    events.recorded.connect(hear)
    yield heard
    events.recorded.disconnect(hear)


def test_a_change_is_pushed_told_and_done(conversation, ana, ears, told, commit):
    ears.listen(live.EVERYBODY)

    event = commit(lambda: conversation.close(by=ana))

    event.refresh_from_db()
    assert event.published
    assert told == [event]


def test_when_nothing_can_carry_it_it_stays_to_be_published(conversation, ana, told, commit):
    event = commit(lambda: conversation.close(by=ana))

    event.refresh_from_db()
    assert not event.published
    assert told == [event]


def test_the_sweep_publishes_what_was_missed_once(conversation, sales, ana, ears, told):
    event = old(conversation.close(by=ana))
    only(event)
    ear = ears.listen(live.team(sales.pk))

    tasks.publish_missed()
    tasks.publish_missed()

    assert [frame["id"] for frame in ears.heard(ear)] == [event.pk]
    assert told == [event]


def test_it_leaves_alone_what_is_just_being_published(conversation, sales, ana, ears):
    only(conversation.close(by=ana))
    ear = ears.listen(live.team(sales.pk))

    tasks.publish_missed()

    assert ears.heard(ear) == []


def test_missed_events_go_out_in_their_order(conversation, sales, ana, ears):
    missed = [old(conversation.close(by=ana)), old(conversation.reopen(by=ana)), old(conversation.drop(by=ana))]
    Event.objects.exclude(pk__in=[each.pk for each in missed]).update(published=True)
    ear = ears.listen(live.team(sales.pk))

    tasks.publish_missed()

    assert [frame["verb"] for frame in ears.heard(ear)] == ["close", "reopen", "drop"]


def test_many_events_of_one_transaction_ask_for_each_task_once(sales, monkeypatch):
    rows = [make.conversation(make.channel("webchat", sales)) for _ in range(3)]
    asked = []
    monkeypatch.setattr(tasks.assign, "delay", lambda *ids: asked.append(ids))

    came = [row.events.get(verb="start") for row in rows]
    followups.after_events(came)

    assert asked == [(sales.pk,)]


def test_a_listener_that_fails_undoes_nothing_and_is_told_again(conversation, sales, ana, ears, commit, caplog):
    ear, failures = ears.listen(live.team(sales.pk)), [True]

    def fail_once(**_: object) -> None:
        if failures and failures.pop():
            raise RuntimeError("no room")

    events.recorded.connect(fail_once)
    try:
        event = commit(lambda: conversation.close(by=ana))
        assert [frame["verb"] for frame in ears.heard(ear)] == ["close"]
        assert "no room" in caplog.text
        only(old(event))
        tasks.publish_missed()
    finally:
        events.recorded.disconnect(fail_once)

    event.refresh_from_db()
    assert event.published


def test_a_receipt_names_every_message_it_is_for(conversation, ana):
    messages = [conversation.reply(text, by=ana).message for text in ("One", "Two")]

    event = conversation.deliver(messages, Status.READ, by=None)

    assert event.data == {"messages": [each.pk for each in messages], "status": "read"}


def test_a_dot_that_changes_is_hinted_to_everybody(ana, ears):
    ear = ears.listen(live.EVERYBODY)

    events.push_presence(ana)

    dot = {"hint": "presence", "teammate": ana.pk, "availability": "active", "ready": False}
    assert ears.heard(ear) == [dot | {"reason": "", "back": None}]
