"""How long a customer may be answered, and a conversation reopened: all five kinds, to the second."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from channels_app.models import Channel
from conversations import tasks, window
from conversations.models import Conversation, Status
from conversations.sending import outbox
from conversations.window import Reply, SenderKind
from monty.errors import WindowShut
from tests import make

INQUIRY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOURS = {"facebook": 7 * 24, "whatsapp": 24, "webchat": 48, "instagram": 72, "twitter": 48}
META = ["facebook", "instagram"]


def policy(kind: str, age: timedelta, **fields) -> window.Policy:
    """The rule for an inquiry of this age. Needs no database: the channel is no row."""
    return window.policy(Channel(kind=kind, **fields), INQUIRY, INQUIRY + age)


@pytest.mark.parametrize(("kind", "hours"), HOURS.items())
def test_until_its_last_second_the_window_allows_a_person_to_answer_and_to_reopen(kind, hours):
    now = policy(kind, timedelta(hours=hours) - SECOND)

    assert now.allows(SenderKind.PERSON)
    assert now.reopen
    assert now.until == INQUIRY + timedelta(hours=hours)


@pytest.mark.parametrize(("kind", "hours"), HOURS.items())
@pytest.mark.parametrize("late", [timedelta(0), SECOND, timedelta(days=400)])
def test_from_its_end_on_it_allows_neither(kind, hours, late):
    now = policy(kind, timedelta(hours=hours) + late)

    assert not now.allows(SenderKind.PERSON)
    assert not now.allows(SenderKind.BOT)
    assert not now.reopen
    assert now.until == INQUIRY + timedelta(hours=hours)
    assert now.reason


@pytest.mark.parametrize("kind", META)
def test_meta_lets_a_bot_write_for_24_hours_and_then_only_a_person(kind):
    before, after = policy(kind, timedelta(hours=24) - SECOND), policy(kind, timedelta(hours=24))

    assert (before.reply, before.reason) == (Reply.OPEN, "")
    assert after.reply == Reply.HUMAN_ONLY
    assert after.reason
    assert before.allows(SenderKind.BOT)
    assert not after.allows(SenderKind.BOT)


@pytest.mark.parametrize("kind", sorted(set(HOURS) - set(META)))
def test_elsewhere_a_bot_may_write_until_the_window_ends(kind):
    assert policy(kind, timedelta(hours=HOURS[kind]) - SECOND).allows(SenderKind.BOT)


def test_whatsapp_leaves_templates_possible_afterwards():
    late = policy("whatsapp", timedelta(hours=24))

    assert late.reply == Reply.TEMPLATE_ONLY
    with pytest.raises(WindowShut) as refused:
        late.demand_reply(SenderKind.PERSON)
    assert refused.value.facts["possible"] == ["template"]


@pytest.mark.parametrize("kind", sorted(set(HOURS) - {"whatsapp"}))
def test_elsewhere_nothing_remains_possible(kind):
    late = policy(kind, timedelta(hours=HOURS[kind]))

    assert late.reply == Reply.SHUT
    with pytest.raises(WindowShut) as refused:
        late.demand_reply(SenderKind.PERSON)
    assert refused.value.facts == {"reason": late.reason, "until": late.until, "possible": []}


@pytest.mark.parametrize("kind", HOURS)
def test_before_the_customer_has_written_nothing_may_be_sent(kind):
    never = window.policy(Channel(kind=kind), None, INQUIRY)

    assert (never.reply, never.reopen, never.until) == (Reply.SHUT, False, None)
    assert never.reason


def test_a_channel_may_have_a_shorter_window_of_its_own():
    assert policy("webchat", timedelta(hours=2) - SECOND, window=timedelta(hours=2)).reopen
    assert not policy("webchat", timedelta(hours=2), window=timedelta(hours=2)).reopen


def test_a_channel_may_have_a_longer_one_where_no_provider_forbids_it():
    assert policy("webchat", timedelta(hours=99), window=timedelta(hours=100)).allows(SenderKind.PERSON)


@pytest.mark.parametrize(("kind", "limit"), [("facebook", 7 * 24), ("instagram", 7 * 24), ("whatsapp", 24)])
def test_no_window_of_its_own_reaches_past_the_providers(kind, limit):
    long = {"window": timedelta(days=30)}

    assert policy(kind, timedelta(hours=limit) - SECOND, **long).reopen
    assert not policy(kind, timedelta(hours=limit), **long).reopen


def test_a_providers_clock_ahead_of_ours_wins_no_time(webchat):
    with time_machine.travel(INQUIRY, tick=False):
        row = make.message(webchat, at=INQUIRY + timedelta(hours=3)).conversation

    assert row.inquiry_at == INQUIRY
    assert row.messages.get().at == INQUIRY
    assert row.window_until == INQUIRY + timedelta(hours=48)


def test_the_window_counts_from_when_the_customer_wrote_not_from_when_it_came(webchat):
    with time_machine.travel(INQUIRY, tick=False):
        row = make.message(webchat, at=INQUIRY - timedelta(hours=5)).conversation

    assert row.window_until == INQUIRY + timedelta(hours=43)


def test_a_late_older_message_does_not_shorten_the_window(webchat):
    with time_machine.travel(INQUIRY, tick=False):
        make.message(webchat, at=INQUIRY)
        row = make.message(webchat, at=INQUIRY - timedelta(hours=5)).conversation

    assert row.inquiry_at == INQUIRY
    assert row.window_until == INQUIRY + timedelta(hours=48)


@pytest.mark.parametrize("kind", HOURS)
def test_a_person_may_answer_in_the_last_second_and_not_in_the_next(sales, ana, kind):
    with time_machine.travel(INQUIRY, tick=False) as clock:
        row = make.conversation(make.channel(kind, sales))
        clock.shift(timedelta(hours=HOURS[kind]) - SECOND)
        row.reply("Just in time", by=ana)
        clock.shift(SECOND)
        with pytest.raises(WindowShut):
            row.reply("Too late", by=ana)

    assert [each.text for each in row.messages.from_us()] == ["Just in time"]


@pytest.mark.parametrize("kind", HOURS)
@pytest.mark.parametrize("end", ["close", "drop"])
def test_what_ended_may_be_reopened_in_the_last_second_and_not_in_the_next(sales, ana, kind, end):
    with time_machine.travel(INQUIRY, tick=False) as clock:
        row = make.conversation(make.channel(kind, sales))
        getattr(row, end)(by=ana)
        clock.shift(timedelta(hours=HOURS[kind]))
        with pytest.raises(WindowShut):
            row.reopen(by=ana)
        assert not row.events.filter(verb="reopen").exists()
        clock.shift(-SECOND)
        row.reopen(by=ana)

    assert row.state == "reopened"


@pytest.mark.parametrize("kind", META)
def test_monty_itself_may_not_answer_when_only_a_person_may(sales, ana, kind):
    with time_machine.travel(INQUIRY, tick=False) as clock:
        row = make.conversation(make.channel(kind, sales))
        clock.shift(timedelta(hours=25))
        with pytest.raises(WindowShut):
            row.reply("Automatic", by=None)
        row.reply("By hand", by=ana)


def test_the_outbox_asks_again_at_the_last_moment(conversation, ana):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        message = conversation.reply("Written in time", by=ana).message
        clock.shift(timedelta(hours=49))
        outbox.deliver(conversation)

    message.refresh_from_db()
    assert message.status == Status.FAILED
    assert "the time to answer has passed" in message.error


def test_the_outbox_knows_a_persons_message_although_the_person_is_gone(sales):
    """Meta's longer window is for what a person wrote, whether or not they still work here."""
    row = make.conversation(make.channel("facebook", sales))
    leaver = make.teammate("leaver", sales)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        message = row.reply("Goodbye", by=leaver).message
        leaver.delete()
        clock.shift(timedelta(hours=25))
        outbox.deliver(Conversation.objects.get(pk=row.pk))

    message.refresh_from_db()
    # Refused because Facebook is not connected, not because of the window.
    assert "not connected" in message.error


# --- The end of a window is announced -------------------------------------------------------------------------------


def test_the_end_of_a_window_is_announced_once(conversation):
    make.long_ago(conversation, timezone.now() - timedelta(hours=48))

    tasks.expire_windows()
    tasks.expire_windows()

    assert conversation.events.filter(verb="shut_window").count() == 1
    conversation.refresh_from_db()
    assert conversation.window_shut


def test_a_window_that_still_runs_is_not_announced(conversation):
    make.long_ago(conversation, timezone.now() - timedelta(hours=48) + timedelta(minutes=1))

    tasks.expire_windows()

    assert not conversation.events.filter(verb="shut_window").exists()


def test_it_is_announced_again_after_the_customer_wrote_again(webchat, conversation):
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    tasks.expire_windows()
    make.message(webchat, who="visitor-1")
    conversation.refresh_from_db()
    assert not conversation.window_shut
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))

    tasks.expire_windows()

    assert conversation.events.filter(verb="shut_window").count() == 2


@pytest.mark.parametrize(("age", "given"), [(47, 72), (49, 72), (49, 50)])
def test_a_channels_longer_window_is_that_of_its_conversations_from_then_on(
    webchat, conversation, worker, django_capture_on_commit_callbacks, age, given
):
    make.long_ago(conversation, timezone.now() - timedelta(hours=age))
    tasks.expire_windows()

    with django_capture_on_commit_callbacks(execute=True):
        webchat.window = timedelta(hours=given)
        webchat.save()

    conversation.refresh_from_db()
    assert conversation.policy().reopen
    assert conversation.window_until == conversation.inquiry_at + timedelta(hours=given)
    assert conversation not in Conversation.objects.windows_ended()
    with time_machine.travel(conversation.window_until):
        assert conversation in Conversation.objects.windows_ended()


def test_a_channels_shorter_window_is_announced_to_conversations_it_ends(
    webchat, conversation, worker, django_capture_on_commit_callbacks
):
    make.long_ago(conversation, timezone.now() - timedelta(hours=3))

    with django_capture_on_commit_callbacks(execute=True):
        webchat.window = timedelta(hours=2)
        webchat.save()
    tasks.expire_windows()

    assert conversation.events.filter(verb="shut_window").count() == 1
