"""A webhook to which nothing gets through is switched off, and its owner is told."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from teams import roles
from tests.webhooks.conftest import only, states
from webhooks import posting, tasks
from webhooks.models import Delivery, Subscription


@pytest.fixture
def row(subscribe, receiver):
    return subscribe()


@pytest.fixture
def failing(row, receiver, talk, ana, commit) -> Subscription:
    """For a day nothing got through; the last try is due."""
    receiver.answers = [503] * 10
    commit(lambda: talk.assign_to(ana, by=ana))
    commit(lambda: talk.close(by=ana))
    posting.attend(row.pk)
    return row


def a_day_later() -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1), tick=False)


def test_after_a_day_it_is_switched_off_in_words(failing):
    with a_day_later():
        posting.attend(failing.pk)
    failing.refresh_from_db()
    assert not failing.active
    assert failing.off_because == "Nothing got through for 24 hours. The last time: It answered 503."
    assert failing.off_at is not None


def test_its_owner_is_told_once(failing, admin, worker, commit):
    with a_day_later():
        commit(lambda: posting.attend(failing.pk))
        (letter,) = mail.outbox
        tasks.tell_missed()
    assert len(mail.outbox) == 1
    assert letter.to == ["adele@example.org"]
    assert "CRM" in letter.subject
    assert "It answered 503." in letter.body
    assert f"/admin/webhooks/subscription/{failing.pk}/change/" in letter.body
    assert failing.newest_key not in letter.body


def test_one_whose_task_was_lost_is_told_by_the_sweep(failing, admin):
    with a_day_later():
        posting.attend(failing.pk)
        assert mail.outbox == []
        tasks.tell_missed()
    assert len(mail.outbox) == 1


def test_if_the_mail_server_is_ill_they_are_told_later(failing, admin, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError("no server")

    with a_day_later():
        posting.attend(failing.pk)
        with monkeypatch.context() as ill:
            ill.setattr("django.core.mail.EmailMessage.send", refuse)
            with pytest.raises(OSError, match="no server"):
                tasks.tell_missed()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=6), tick=False):
        tasks.tell_missed()
    assert len(mail.outbox) == 1


def test_an_owner_who_may_not_see_it_any_more_is_not(failing, admin):
    roles.give(admin, "Agent")
    with a_day_later():
        posting.attend(failing.pk)
        tasks.tell_missed()
    assert mail.outbox == []
    failing.refresh_from_db()
    assert failing.notice_at is None


def test_gone_switches_it_off_at_once(row, receiver, talk, ana, commit):
    receiver.answers = [410]
    commit(lambda: talk.close(by=ana))
    posting.attend(row.pk)
    row.refresh_from_db()
    assert not row.active
    assert "410" in row.off_because
    assert only(row).state == "failed"


def test_where_anything_got_through_meanwhile_it_stays_on(failing, receiver):
    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        failing.note_delivered(timezone.now())
    with a_day_later():
        posting.attend(failing.pk)
    failing.refresh_from_db()
    assert failing.active


def test_the_time_is_a_setting(failing):
    from tests import make

    make.setting("webhooks_tried_for", 1)
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1), tick=False):
        posting.attend(failing.pk)
    failing.refresh_from_db()
    assert failing.off_because.startswith("Nothing got through for 1 hours.")


def test_what_waited_is_sent_in_order_once_it_is_on_again(failing, receiver, worker, admin, commit):
    with a_day_later():
        posting.attend(failing.pk)
        assert states(failing) == [("assign", "failed"), ("close", "queued")]
        receiver.answers = []
        failing.refresh_from_db()
        commit(lambda: failing.switch_on(by=admin))
        commit(lambda: Delivery.objects.get(verb="assign").replay(by=admin))
    assert states(failing) == [("assign", "delivered"), ("close", "delivered")]
    failing.refresh_from_db()
    assert (failing.off_because, failing.off_at, failing.notice_at) == ("", None, None)


def test_it_is_told_once_however_many_fail(failing):
    with a_day_later():
        posting.attend(failing.pk)
        assert failing.give_up("Again") is False
    failing.refresh_from_db()
    assert "Again" not in failing.off_because
