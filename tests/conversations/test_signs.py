"""What a customer is shown beside messages: typing, and what was read."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from channels_app.adapters.base import Capabilities
from channels_app.verdicts import Refused, Verdict
from conversations import tasks
from conversations.models import Conversation
from conversations.sending import signs
from tests import make
from tests.pigeon import Pigeon


@pytest.fixture
def row(pigeon):
    return make.conversation(pigeon, who="nora", external_id="m-1")


def of(sign: str) -> list[str]:
    """For which messages a sign was given."""
    return [last for name, recipient, last in Pigeon.shown if name == sign and recipient == "nora"]


def can(monkeypatch, **what):
    monkeypatch.setattr(Pigeon, "can", Capabilities(text=200, **what))


def test_reading_is_shown_to_the_customer(row, ana, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row.mark_read(by=ana)

    assert of("read") == ["m-1"]


def test_typing_is_shown_to_the_customer(client, row, ana, worker, django_capture_on_commit_callbacks):
    client.force_login(ana)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/conversations/{row.pk}/typing/")

    assert answer.status_code == 204
    assert of("typing") == ["m-1"]


def test_of_a_note_the_customer_is_shown_nothing(client, row, ana, worker, django_capture_on_commit_callbacks):
    client.force_login(ana)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/conversations/{row.pk}/typing/", {"note": "yes"})

    assert answer.status_code == 204
    assert of("typing") == []


def test_whoever_does_not_see_a_conversation_does_not_type_in_it(
    client, row, cara, worker, django_capture_on_commit_callbacks
):
    client.force_login(cara)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/conversations/{row.pk}/typing/")

    assert answer.status_code == 404
    assert of("typing") == []


def test_it_is_shown_once_in_fifteen_seconds(row):
    for _ in range(3):
        tasks.show_typing(row.pk)

    assert of("typing") == ["m-1"]


def test_what_was_read_too_soon_after_is_shown_when_its_time_has_come_by_one_for_all(pigeon, row):
    assert signs.show_read(row)
    make.message(pigeon, who="nora", external_id="m-2")

    assert not signs.show_read(row)
    assert signs.show_read(row)
    assert of("read") == ["m-1"]

    signs.cache.clear()  # Fifteen seconds pass.
    assert signs.show_read(row)
    assert of("read") == ["m-1", "m-2"]


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ({}, []),
        ({"typing": True}, ["typing"]),
        ({"mark_read": True}, ["read"]),
        ({"typing": True, "mark_read": True}, ["typing", "read"]),
    ],
)
def test_only_what_the_channel_can_is_tried(row, monkeypatch, what, shown):
    can(monkeypatch, **what)
    signs.show_typing(row)
    signs.show_read(row)

    assert [name for name, *_ in Pigeon.shown] == shown


@pytest.mark.parametrize(("ties", "shown"), [(False, ["typing"]), (True, [])])
def test_without_read_receipts_nothing_tells_of_reading_not_even_typing(row, monkeypatch, ties, shown):
    """WhatsApp cannot show typing without blue ticks."""
    can(monkeypatch, typing=True, mark_read=True, typing_reads=ties)
    row.channel.tells_reading = False
    signs.show_typing(row)
    signs.show_read(row)

    assert [name for name, *_ in Pigeon.shown] == shown


@pytest.mark.parametrize(("seconds", "shown"), [(-1, ["m-1"]), (1, [])])
def test_nothing_is_shown_after_the_window_has_shut(row, seconds, shown):
    with time_machine.travel(row.window_until + timedelta(seconds=seconds), tick=False):
        signs.show_typing(row)
        signs.show_read(row)

    assert (of("typing"), of("read")) == (shown, shown)


@pytest.mark.parametrize("trouble", ["suspended_at", "paused_until"])
def test_nothing_is_shown_on_a_channel_that_does_not_carry(row, trouble):
    setattr(row.channel, trouble, timezone.now() + timedelta(minutes=1))
    signs.show_typing(row)
    signs.show_read(row)

    assert Pigeon.shown == []


def test_a_refusal_disturbs_nobody_but_is_counted(pigeon, row):
    Pigeon.troubles.extend([Refused(Verdict.RECONNECT, "No."), Refused(Verdict.RETRY, "Not now.")])

    signs.show_typing(row)
    signs.show_read(row)

    assert signs.failures_today(pigeon) == 2
    pigeon.refresh_from_db()
    assert pigeon.suspended_at is None


def test_where_the_customers_message_has_no_id_there_is_nothing_to_show(row):
    row.messages.update(external_id="")

    signs.show_typing(Conversation.objects.get(pk=row.pk))

    assert Pigeon.shown == []
