"""Sending: in order, once, and never silently not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from channels_app.verdicts import Refused, Verdict
from conversations import tasks
from conversations.models import Message, Status
from conversations.models.message_states import BEFORE
from conversations.sending import outbox
from conversations.sending.outgoing import outbound
from tests import make
from tests.at_once import at_once
from tests.pigeon import Pigeon, texts


@pytest.fixture
def row(pigeon):
    return make.conversation(pigeon, who="nora")


def say(row, *lines, by=None):
    return [row.reply(line, by=by).message for line in lines]


def statuses(row) -> list[str]:
    return list(row.messages.from_us().order_by("pk").values_list("status", flat=True))


def a_minute_passes(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(claimed_at=timezone.now() - timedelta(seconds=61))


def test_what_is_queued_goes_out_in_order(row, ana):
    messages = say(row, "One", "Two", "Three", by=ana)

    outbox.deliver(row)

    assert texts() == ["One", "Two", "Three"]
    assert statuses(row) == ["sent"] * 3
    assert list(Message.objects.from_us().order_by("pk").values_list("external_id", flat=True)) == [
        f"p-{each.pk}" for each in messages
    ]


def test_the_adapter_gets_whom_it_is_for(row, ana):
    (message,) = say(row, "Hello", by=ana)
    outbox.deliver(row)

    assert (Pigeon.carried[0].recipient, Pigeon.carried[0].id) == ("nora", message.pk)


def test_each_message_is_announced_once(row, ana):
    messages = say(row, "One", "Two", by=ana)

    outbox.deliver(row)
    outbox.deliver(row)

    announced = row.events.filter(verb="deliver").order_by("pk")
    assert [(each.message_id, each.data["status"], each.actor) for each in announced] == [
        (each.pk, "sent", None) for each in messages
    ]


def test_notes_and_the_customers_messages_never_go_out(pigeon, row, ana):
    row.note("Between us", by=ana)
    make.message(pigeon, "From me", who="nora")

    outbox.deliver(row)

    assert texts() == []


def test_a_refused_message_says_why_and_does_not_hold_up_the_next(row, ana):
    refused, _ = say(row, "a hawk", "Next", by=ana)

    outbox.deliver(row)

    refused.refresh_from_db()
    assert (refused.status, refused.error) == ("failed", "A hawk was quicker.")
    assert texts() == ["Next"]


def test_a_channel_that_is_not_connected_yet_says_so(sales, ana):
    row = make.conversation(make.channel("twitter", sales))
    (message,) = say(row, "Hello", by=ana)

    outbox.deliver(row)

    message.refresh_from_db()
    assert (message.status, message.error) == (
        "failed",
        "Twitter: Monty is not connected to this account yet: the access token is missing.",
    )


def test_what_failed_is_not_shown_to_the_customer(row, ana):
    say(row, "a hawk", "Hello", by=ana)
    outbox.deliver(row)

    assert [each.text for each in row.messages.public().from_us()] == ["Hello"]


def test_nothing_overtakes_a_message_that_is_being_sent(row, ana):
    first, second = say(row, "One", "Two", by=ana)
    assert first.claim()

    outbox.deliver(row)

    assert not second.claim()
    assert statuses(row) == ["sending", "queued"]


def test_one_conversation_does_not_wait_for_another(pigeon, row, ana):
    (stuck,) = say(row, "One", by=ana)
    stuck.claim()
    other = make.conversation(pigeon)
    say(other, "Two", by=ana)

    outbox.deliver(other)

    assert texts() == ["Two"]


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_a_long_queue_once_and_in_order(row, ana):
    lines = [f"line {number}" for number in range(20)]
    say(row, *lines, by=ana)

    at_once(*(lambda: tasks.deliver(row.pk) for _ in range(8)))
    tasks.deliver(row.pk)  # Whoever came while another was sending left again.

    assert texts() == lines
    assert row.events.filter(verb="deliver").count() == 20


# --- What a dead worker leaves --------------------------------------------------------------------------------------


def test_a_message_whose_task_was_lost_is_found_by_the_sweep(row, ana):
    (message,) = say(row, "Hello", by=ana)
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - timedelta(seconds=5))

    tasks.deliver_missed()

    assert texts() == ["Hello"]


def test_a_message_just_written_is_left_to_its_task(row, ana):
    say(row, "Hello", by=ana)

    tasks.deliver_missed()

    assert texts() == []


def test_after_a_minute_a_person_must_look_at_what_may_have_been_sent(row, ana):
    first, _ = say(row, "One", "Two", by=ana)
    first.claim()
    a_minute_passes(first)

    outbox.settle_abandoned()

    assert statuses(row) == ["unknown", "queued"]
    outbox.deliver(row)
    assert texts() == ["Two"]


def test_where_sending_twice_is_harmless_it_is_simply_sent_again(conversation, ana):
    (message,) = say(conversation, "One", by=ana)
    message.claim()
    a_minute_passes(message)

    tasks.deliver_missed()
    Message.objects.update(at=timezone.now() - timedelta(seconds=5))
    tasks.deliver_missed()

    assert statuses(conversation) == ["sent"]


def test_a_worker_that_is_only_slow_keeps_its_message(row, ana):
    (message,) = say(row, "One", by=ana)
    message.claim()

    outbox.settle_abandoned()

    assert statuses(row) == ["sending"]


def test_a_slow_worker_that_comes_through_after_all_settles_it(row, ana):
    (message,) = say(row, "One", by=ana)
    attempt = message.claim()
    a_minute_passes(message)
    outbox.settle_abandoned()
    assert statuses(row) == ["unknown"]

    outbox.send(row, message, outbound(row, message), attempt)

    assert statuses(row) == ["sent"]
    assert [each.outcome for each in message.attempts.all()] == ["sent"]


def test_the_bad_news_of_a_slow_worker_does_not_touch_the_attempt_that_a_person_asked_for_meanwhile(row, ana):
    (message,) = say(row, "One", by=ana)
    attempt = message.claim()
    a_minute_passes(message)
    outbox.settle_abandoned()
    row.retry(message, by=ana)
    Pigeon.troubles.append(Refused(Verdict.PERMANENT, "Too late."))

    outbox.send(row, message, outbound(row, message), attempt)

    assert statuses(row) == ["queued"]
    assert [each.outcome for each in message.attempts.all()] == ["permanent", "asked"]


def test_an_adapter_that_breaks_down_holds_up_nothing(pigeon, row, ana, caplog):
    """It may have sent before it broke: nobody sends that one again, and a person must look."""
    broken, _ = say(row, "a storm", "After", by=ana)
    say(make.conversation(pigeon), "Elsewhere", by=ana)
    Message.objects.from_us().update(at=timezone.now() - timedelta(seconds=5))

    tasks.deliver_missed()
    tasks.deliver_missed()

    assert sorted(texts()) == ["After", "Elsewhere"]
    broken.refresh_from_db()
    assert broken.status == "unknown"
    assert "may have arrived or not" in broken.error
    assert "the storm broke the line" in caplog.text


# --- Receipts -------------------------------------------------------------------------------------------------------

RANK = {"queued": 0, "sending": 1, "unknown": 2, "sent": 3, "failed": 4, "delivered": 4, "read": 5}
RECEIPTS = [Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED]


class TestReceipts(HypothesisTestCase):
    """They come late, twice and out of order; what is known of a message only ever grows."""

    @given(st.lists(st.sampled_from(RECEIPTS), max_size=12))
    def test_a_status_never_goes_back(self, receipts: list[Status]) -> None:
        row = make.conversation(make.channel())
        message = row.reply("Hello", by=None).message
        message.claim()
        known = ["sending"]

        for receipt in receipts:
            event = row.deliver([message], receipt, by=None)
            message.refresh_from_db()
            assert (event is None) == (message.status == known[-1])
            known.append(message.status)

        assert [RANK[each] for each in known] == sorted(RANK[each] for each in known)
        if Status.READ in receipts and Status.FAILED not in receipts:
            assert known[-1] == "read"

    @given(st.sampled_from(list(BEFORE)), st.sampled_from(Status.values))
    def test_only_lawful_steps_are_taken(self, to: str, start: str) -> None:
        row = make.conversation(make.channel())
        if start == Status.RECEIVED:
            message = row.messages.get()
        else:
            message = row.reply("Hello", by=None).message
            Message.objects.filter(pk=message.pk).update(status=start)

        moved = Message.objects.filter(pk=message.pk).advance(to)

        assert moved == (start in BEFORE[to])
        message.refresh_from_db()
        assert message.status == (to if moved else start)


def test_a_receipt_for_many_is_one_event(row, ana):
    messages = say(row, "One", "Two", by=ana)
    outbox.deliver(row)

    event = row.deliver(messages, Status.READ, by=None)

    assert statuses(row) == ["read", "read"]
    assert (event.message, event.data["messages"]) == (messages[-1], [each.pk for each in messages])


def test_a_receipt_cannot_touch_another_conversations_message(pigeon, row, ana):
    other = make.conversation(pigeon)
    (foreign,) = say(other, "Hello", by=ana)
    outbox.deliver(other)

    assert row.deliver([foreign], Status.READ, by=None) is None
    foreign.refresh_from_db()
    assert foreign.status == "sent"
