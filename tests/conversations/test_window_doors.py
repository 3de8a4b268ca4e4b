"""Every door knows the window to the second: page, REST and dispatch, every kind, any window of a channel's own."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from conversations import window
from conversations.models import Conversation, Status
from conversations.sending import outbox
from conversations.window import Reply, SenderKind
from tests import make
from tests.rest import Program

INQUIRY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KINDS = ["facebook", "instagram", "twitter", "webchat", "whatsapp"]
# None: the kind's own.
OVERRIDES = [None, timedelta(minutes=30), timedelta(hours=36), timedelta(days=30)]

kinds = st.sampled_from(KINDS)
overrides = st.none() | st.timedeltas(min_value=SECOND, max_value=timedelta(days=400))
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=500))


@given(kinds, overrides)
def test_a_second_before_its_end_a_window_is_open_and_at_its_end_it_is_not(kind, override):
    channel = Channel(kind=kind, window=override)
    until = window.deadline(channel, INQUIRY)
    assert until is not None

    before, after = window.policy(channel, INQUIRY, until - SECOND), window.policy(channel, INQUIRY, until)

    assert (before.allows(SenderKind.PERSON), before.reopen) == (True, True)
    assert (after.allows(SenderKind.PERSON), after.reopen) == (False, False)
    assert before.until == after.until == until


@given(kinds, overrides, ages)
def test_no_window_reaches_past_its_providers(kind, override, age):
    rule = ADAPTERS[kind].window
    now = window.policy(Channel(kind=kind, window=override), INQUIRY, INQUIRY + age)

    if rule.free is not None and age >= rule.free:
        assert not now.allows(SenderKind.BOT)
    if (limit := rule.human or rule.free) is not None and age >= limit:
        assert not now.allows(SenderKind.PERSON)


@given(kinds, overrides, ages)
def test_it_is_open_exactly_until_the_shortest_of_its_limits(kind, override, age):
    rule = ADAPTERS[kind].window
    limits = [override or rule.product, *[each for each in (rule.human or rule.free,) if each]]
    now = window.policy(Channel(kind=kind, window=override), INQUIRY, INQUIRY + age)

    assert now.allows(SenderKind.PERSON) == now.reopen == (age < min(limits))


@given(kinds, overrides, ages)
def test_it_says_when_less_will_be_possible_and_not_a_moment_late(kind, override, age):
    channel = Channel(kind=kind, window=override)
    now = window.policy(channel, INQUIRY, INQUIRY + age)

    if now.changes_at is None:
        assert now.reply in (Reply.SHUT, Reply.TEMPLATE_ONLY)
        return
    assert now.changes_at > INQUIRY + age
    assert window.policy(channel, INQUIRY, now.changes_at - timedelta.resolution).reply == now.reply
    assert window.policy(channel, INQUIRY, now.changes_at).reply != now.reply


@given(kinds, overrides, ages)
def test_templates_are_for_whatsapp_only_and_there_always(kind, override, age):
    now = window.policy(Channel(kind=kind, window=override), INQUIRY, INQUIRY + age)
    assert now.templates == (kind == "whatsapp")


# --- The doors ------------------------------------------------------------------------------------------------------

every_window = pytest.mark.parametrize(
    ("kind", "override"), [(kind, each) for kind in KINDS for each in OVERRIDES], ids=str
)


@pytest.fixture
def talk(sales, ana, kind, override):
    """A conversation on such a channel, begun at INQUIRY; the clock stands still."""
    with time_machine.travel(INQUIRY, tick=False) as clock:
        row = make.conversation(make.channel(kind, sales, window=override), state="assigned", assignee=ana)
        assert row.window_until is not None
        yield row, clock


@every_window
def test_the_page_takes_an_answer_in_the_last_second_and_not_in_the_next(talk, client, ana):
    row, clock = talk
    client.force_login(ana)

    def send(text):
        return client.post(f"/conversations/{row.pk}/send/", {"text": text}, headers={"Accept": "application/json"})

    clock.move_to(row.window_until - SECOND)
    # A session is older than the clock's leap: who waits a week logs in anew.
    client.force_login(ana)
    assert send("Just in time").status_code == 302
    clock.move_to(row.window_until)
    refused = send("Too late")

    assert (refused.status_code, refused.json()["code"]) == (422, "window_shut")
    assert [each.text for each in row.messages.from_us()] == ["Just in time"]


@every_window
def test_rest_takes_an_answer_in_the_last_second_and_not_in_the_next(talk, ana):
    row, clock = talk
    program = Program(ana)
    clock.move_to(row.window_until - SECOND)
    assert program.post(f"conversations/{row.pk}/messages/", text="Just in time").status_code == 201
    clock.move_to(row.window_until)
    refused = program.post(f"conversations/{row.pk}/messages/", text="Too late")

    assert refused.status_code == 422
    assert refused.json()["possible"] == (["template"] if row.channel.kind == "whatsapp" else [])
    assert [each.text for each in row.messages.from_us()] == ["Just in time"]


@every_window
def test_rest_reopens_in_the_last_second_and_not_in_the_next(talk, ana):
    row, clock = talk
    row.close(by=ana)
    program = Program(ana)
    clock.move_to(row.window_until)
    assert program.post(f"conversations/{row.pk}/reopen/").status_code == 422
    clock.move_to(row.window_until - SECOND)
    assert program.post(f"conversations/{row.pk}/reopen/").status_code == 200


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("override", [None, timedelta(minutes=30)], ids=str)
def test_dispatch_lets_go_in_the_last_second_and_not_in_the_next(pigeon, ana, override, late):
    pigeon.window = override
    pigeon.save()
    with time_machine.travel(INQUIRY, tick=False) as clock:
        row = make.conversation(pigeon)
        message = row.reply("On its way", by=ana).message
        clock.move_to(row.window_until if late else row.window_until - SECOND)
        outbox.deliver(Conversation.objects.get(pk=row.pk))

    message.refresh_from_db()
    assert message.status == (Status.FAILED if late else Status.SENT)
    assert ("the time to answer has passed" in message.error) == late
