"""What becomes of messages when a provider refuses them, and of the channel that they should go out on."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app import live
from channels_app.border import Template
from channels_app.models import Template as StoredTemplate
from channels_app.verdicts import Refused, Verdict
from conversations import tasks
from conversations.models import Attempt, Conversation, Message, Status
from conversations.sending import outbox
from monty.errors import BadInput, WindowShut
from tests import make
from tests.pigeon import Pigeon, texts

MINUTE = timedelta(minutes=1)


@pytest.fixture
def row(pigeon):
    return make.conversation(pigeon, who="nora")


def say(row, *lines, by=None):
    return [row.reply(line, by=by).message for line in lines]


def refuse(*verdicts: Verdict, **facts):
    Pigeon.troubles.extend(Refused(verdict, f"It says {verdict}.", code="10/1", **facts) for verdict in verdicts)


def statuses(row) -> list[str]:
    return list(row.messages.from_us().order_by("pk").values_list("status", flat=True))


def attempts(message) -> list[tuple[str, str, str]]:
    return list(message.attempts.values_list("outcome", "code", "detail"))


def later(span: timedelta):
    return time_machine.travel(timezone.now() + span, tick=True)


# --- Each verdict ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "first", "behind"),
    [
        (Verdict.RETRY, "queued", "queued"),
        (Verdict.WAIT, "queued", "queued"),
        (Verdict.RECONNECT, "queued", "queued"),
        (Verdict.PERMANENT, "failed", "sent"),
        (Verdict.UNREACHABLE, "failed", "sent"),
        (Verdict.WINDOW, "failed", "sent"),
        (Verdict.UNKNOWN, "unknown", "sent"),
    ],
)
def test_what_waits_holds_those_behind_it_and_what_is_over_does_not(row, ana, verdict, first, behind):
    message, _ = say(row, "One", "Two", by=ana)
    refuse(verdict)

    outbox.deliver(row)

    assert statuses(row) == [first, behind]
    assert attempts(message) == [(verdict, "10/1", f"It says {verdict}.")]
    message.refresh_from_db()
    assert message.error == f"It says {verdict}."


def test_what_went_out_has_an_attempt_that_says_so(row, ana):
    (message,) = say(row, "One", by=ana)

    outbox.deliver(row)

    assert attempts(message) == [("sent", "", "")]


def test_what_failed_goes_out_with_the_next_try_and_in_order(row, ana):
    message, _ = say(row, "One", "Two", by=ana)
    refuse(Verdict.RETRY)
    outbox.deliver(row)
    tasks.deliver_missed()
    assert texts() == []

    with later(MINUTE):
        tasks.deliver_missed()

    assert texts() == ["One", "Two"]
    assert [outcome for outcome, *_ in attempts(message)] == ["retry", "sent"]
    message.refresh_from_db()
    assert message.error == ""


def test_after_six_tries_it_has_failed(row, ana):
    (message,) = say(row, "One", by=ana)
    refuse(*[Verdict.RETRY] * 7)

    for number in range(8):
        with later(number * timedelta(hours=1)):
            tasks.deliver_missed()

    assert statuses(row) == ["failed"]
    assert message.attempts.count() == 6


def test_a_limit_of_one_person_holds_up_only_that_person(pigeon, row, ana):
    other = make.conversation(pigeon)
    say(row, "One", by=ana)
    say(other, "Two", by=ana)
    refuse(Verdict.WAIT, wait=5 * MINUTE, of_recipient=True)

    outbox.deliver(row)
    outbox.deliver(other)
    assert texts() == ["Two"]

    with later(6 * MINUTE):
        tasks.deliver_missed()
    assert texts() == ["Two", "One"]


def test_a_limit_of_the_channel_holds_up_everybody_on_it(pigeon, row, ana):
    other = make.conversation(pigeon)
    say(row, "One", by=ana)
    say(other, "Two", by=ana)
    refuse(Verdict.WAIT, wait=5 * MINUTE)

    outbox.deliver(row)
    outbox.deliver(other)
    assert texts() == []

    with later(6 * MINUTE):
        tasks.deliver_missed()
    assert sorted(texts()) == ["One", "Two"]


@pytest.mark.parametrize(("wait", "told"), [(5 * MINUTE, True), (MINUTE / 2, False)])
def test_open_pages_hear_that_a_channel_waits_for_longer_than_a_moment(
    row, ana, ears, wait, told, django_capture_on_commit_callbacks
):
    heard = ears.listen(live.EVERYBODY)
    say(row, "One", by=ana)
    refuse(Verdict.WAIT, wait=wait)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver(row)
    assert ({"hint": "channels"} in ears.heard(heard)) is told


def test_of_two_wishes_to_wait_the_longer_one_counts(pigeon):
    now = timezone.now()
    pigeon.pause(now + 5 * MINUTE)
    pigeon.pause(now + MINUTE)

    pigeon.refresh_from_db()
    assert pigeon.paused_until == now + 5 * MINUTE


# --- A channel that is cut off --------------------------------------------------------------------------------------


@pytest.fixture
def cut_off(pigeon, row, ana):
    """One message met a dead token, another came after it."""
    say(row, "One", by=ana)
    refuse(Verdict.RECONNECT)
    outbox.deliver(row)
    say(make.conversation(pigeon), "Two", by=ana)
    Pigeon.troubles.clear()
    pigeon.refresh_from_db()
    return pigeon


def test_a_dead_token_suspends_the_channel_and_says_why(cut_off):
    assert cut_off.suspended_at is not None
    assert cut_off.suspended_because == "It says reconnect."


def test_it_is_suspended_once(cut_off):
    since = cut_off.suspended_at

    assert not cut_off.suspend("Once more")

    cut_off.refresh_from_db()
    assert (cut_off.suspended_at, cut_off.suspended_because) == (since, "It says reconnect.")


def test_nothing_is_tried_while_it_is_cut_off(cut_off):
    with later(MINUTE):
        tasks.deliver_missed()

    assert texts() == []
    assert Attempt.objects.count() == 1


def test_its_queue_costs_the_sweep_nothing(cut_off, webchat, row, ana, django_assert_num_queries):
    say(row, *(f"line {number}" for number in range(20)), by=ana)

    with later(MINUTE), django_assert_num_queries(3):  # Dead workers, channels that carry, messages on them.
        tasks.deliver_missed()


def test_after_reconnecting_the_queue_goes_out_by_itself(cut_off):
    cut_off.reconnect()

    with later(MINUTE):
        tasks.deliver_missed()

    assert sorted(texts()) == ["One", "Two"]
    cut_off.refresh_from_db()
    assert (cut_off.suspended_at, cut_off.suspended_because) == (None, "")


def test_a_provider_that_still_does_not_know_us_leaves_it_cut_off(cut_off):
    refuse(Verdict.RECONNECT)

    with pytest.raises(Refused):
        cut_off.reconnect()

    cut_off.refresh_from_db()
    assert cut_off.suspended_at is not None


def test_a_channel_that_was_never_cut_off_may_be_reconnected(pigeon):
    pigeon.reconnect()

    pigeon.refresh_from_db()
    assert pigeon.suspended_at is None


def test_other_channels_carry_on(cut_off, conversation, ana):
    say(conversation, "Hello", by=ana)

    outbox.deliver(conversation)

    assert statuses(conversation) == ["sent"]


# --- The window, once more at dispatch ------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "status"), [(-1, "sent"), (1, "failed")])
def test_the_window_counts_in_the_moment_of_sending(row, ana, seconds, status):
    (message,) = say(row, "One", by=ana)

    with time_machine.travel(row.window_until + timedelta(seconds=seconds), tick=False):
        outbox.deliver(Conversation.objects.get(pk=row.pk))

    message.refresh_from_db()
    assert message.status == status
    assert (message.error == "Pigeon post: the time to answer has passed.") == (status == "failed")
    assert message.attempts.count() == (1 if status == "sent" else 0)


def sent_on(kind, sales, monkeypatch, *, after: timedelta, by, template=False):
    """The Outbound that the adapter of this kind gets for a message written in time and sent so long afterwards."""
    channel = make.channel(kind, sales)
    row, carried = make.conversation(channel), []
    assert row.inquiry_at is not None

    def send(self, message):
        carried.append(message)
        return f"id-{message.id}"

    monkeypatch.setattr(type(channel.adapter), "send", send)
    if template:
        row.send_template(approved(channel), [{"type": "body"}], "Your order", by=by)
    else:
        say(row, "Hello", by=by)
    with time_machine.travel(row.inquiry_at + after, tick=False):
        outbox.deliver(Conversation.objects.get(pk=row.pk))
    return carried


def approved(channel, **fields):
    return StoredTemplate.objects.create(
        **{"channel": channel, "name": "order_update", "language": "en", "status": "approved", "components": BODY}
        | fields
    )


HOURS = timedelta(hours=1)
BODY = [{"type": "BODY", "text": "Your order"}]


@pytest.mark.parametrize(
    ("kind", "after", "tagged"),
    [
        ("facebook", 24 * HOURS - timedelta(seconds=1), False),
        ("facebook", 24 * HOURS + timedelta(seconds=1), True),
        ("facebook", 7 * 24 * HOURS - timedelta(seconds=1), True),
        ("instagram", 24 * HOURS + timedelta(seconds=1), True),
        ("twitter", 30 * HOURS, False),
    ],
)
def test_a_persons_words_are_tagged_when_only_a_person_may_write(sales, ana, monkeypatch, kind, after, tagged):
    (carried,) = sent_on(kind, sales, monkeypatch, after=after, by=ana)

    assert carried.tagged == tagged


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_what_no_person_wrote_never_goes_out_under_the_persons_tag(sales, monkeypatch, kind):
    assert sent_on(kind, sales, monkeypatch, after=25 * HOURS, by=None) == []
    assert Message.objects.from_us().get().status == "failed"


def test_a_template_is_all_that_whatsapp_takes_after_a_day(sales, ana, monkeypatch):
    assert sent_on("whatsapp", sales, monkeypatch, after=25 * HOURS, by=ana) == []

    (carried,) = sent_on("whatsapp", sales, monkeypatch, after=25 * HOURS, by=ana, template=True)
    assert carried.template == Template("order_update", "en", [{"type": "body"}])
    assert (carried.text, carried.tagged) == ("Your order", False)


def test_a_template_may_also_be_written_after_a_day(sales, ana):
    channel = make.channel("whatsapp", sales)
    row = make.conversation(channel)
    make.long_ago(row, timezone.now() - 25 * HOURS)
    row = Conversation.objects.get(pk=row.pk)

    with pytest.raises(WindowShut):
        row.reply("Hello", by=ana)
    event = row.send_template(approved(channel), [], "Your order", by=ana)

    assert (event.verb, event.message.text, event.message.status) == ("reply", "Your order", "queued")


@pytest.mark.parametrize("fields", [{"status": "PAUSED"}, {"status": "rejected"}])
def test_a_template_that_is_not_approved_is_refused(sales, ana, fields):
    channel = make.channel("whatsapp", sales)

    with pytest.raises(BadInput):
        make.conversation(channel).send_template(approved(channel, **fields), [], "Your order", by=ana)


def test_another_channels_template_is_refused(sales, ana):
    row, other = make.conversation(make.channel("whatsapp", sales)), make.channel("whatsapp", sales)

    with pytest.raises(BadInput):
        row.send_template(approved(other), [], "Your order", by=ana)


def test_a_channel_without_templates_takes_none(row, ana):
    with pytest.raises(WindowShut):
        row.send_template(approved(row.channel), [], "Your order", by=ana)


# --- What an adapter gets -------------------------------------------------------------------------------------------


def test_it_gets_the_file_the_quoted_message_and_the_persons_other_ids(pigeon, row, ana):
    row.identity.aliases.create(channel=pigeon, external_id="+491701234567")
    quoted = row.messages.get()
    row.reply("Look", by=ana, files=(make.text_file(content=b"words"),), reply_to=quoted)

    outbox.deliver(row)

    (carried,) = Pigeon.carried
    assert (carried.recipient, carried.also, carried.reply_to) == ("nora", ("+491701234567",), quoted.external_id)
    assert (carried.file.name, carried.file.content_type, carried.file.size) == ("note.txt", "text/plain", 5)
    assert carried.file.read() == b"words"


def test_the_link_to_a_file_works_for_whoever_has_it(client, row, ana):
    row.reply("Look", by=ana, files=(make.text_file(content=b"words"),))
    outbox.deliver(row)

    address = Pigeon.carried[0].file.link()

    assert b"".join(client.get(urlsplit(address).path)) == b"words"


def test_a_file_that_cannot_be_read_is_tried_again(row, ana):
    row.reply("Look", by=ana, files=(make.text_file(),))
    attachment = row.messages.from_us().get().attachments.get()
    attachment.file.storage.delete(attachment.file.name)
    outbox.deliver(row)

    with pytest.raises(Refused) as refused:
        Pigeon.carried[0].file.read()

    assert refused.value.verdict == Verdict.RETRY


def test_our_own_echo_that_was_quicker_than_the_answer_is_no_second_message(pigeon, row, ana):
    (message,) = say(row, "One", by=ana)
    row.messages.create(
        channel=pigeon, author_kind="system", status="sent", elsewhere=True, external_id=f"p-{message.pk}", text="One"
    )

    outbox.deliver(row)

    assert [each.external_id for each in row.messages.from_us()] == [f"p-{message.pk}"]
    assert statuses(row) == ["sent"]


def test_a_receipt_that_was_quicker_than_the_answer_stays_and_the_id_is_kept(row, ana, monkeypatch):
    (message,) = say(row, "One", by=ana)

    def send(self, letter):
        Conversation.objects.get(pk=row.pk).deliver([message], Status.DELIVERED, by=None)
        return "p-late"

    monkeypatch.setattr(Pigeon, "send", send)
    outbox.deliver(row)

    message.refresh_from_db()
    assert (message.status, message.external_id) == ("delivered", "p-late")


def queries_of_sending(row) -> int:
    with CaptureQueriesContext(connection) as counted:
        outbox.deliver(row)
    return len(counted)


def test_what_sending_costs_does_not_grow_with_what_was_said(row, ana):
    say(row, "One", by=ana)
    first = queries_of_sending(row)
    say(row, *["More"] * 20, by=ana)
    outbox.deliver(row)

    say(row, "Last", by=ana)
    assert queries_of_sending(row) == first
