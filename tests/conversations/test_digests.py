"""The mail that tells who waits while nobody is there."""

import smtplib
from datetime import time, timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from conversations import digests, tasks
from conversations.models import Conversation, Digest
from teams import presence
from teams.models import Choice
from tests import make
from tests.at_once import at_once


@pytest.fixture
def wanting(sales, ana):
    """Sales is told after ten minutes, and Ana wants to be."""
    sales.digest_after = timedelta(minutes=10)
    sales.save()
    return want(ana)


@pytest.fixture
def nora(wanting, webchat) -> Conversation:
    return waiting(make.conversation(webchat, text="Where is my order?"), minutes=15)


def want(person):
    person.email = f"{person.username}@example.org"
    person.save(update_fields=["email"])
    Choice.objects.choose({("waits", "email"): True}, by=person)
    return person


def waiting(row: Conversation, minutes: float) -> Conversation:
    Conversation.objects.filter(pk=row.pk).update(waiting_since=timezone.now() - timedelta(minutes=minutes))
    row.refresh_from_db()
    return row


def an_hour_later() -> None:
    """The last mail was so long ago that there may be another."""
    Digest.objects.update(sent_at=F("sent_at") - timedelta(minutes=61))


def sweep() -> list[mail.EmailMessage]:
    """What one round of the periodic task mails."""
    before = len(mail.outbox)
    tasks.send_digests()
    return mail.outbox[before:]


pytestmark = [pytest.mark.usefixtures("worker")]
once = pytest.mark.once


@once
def test_names_channel_time_and_link_are_told_and_no_word_of_the_customer(nora, webchat):
    (sent,) = sweep()
    assert sent.to == ["ana@example.org"]
    assert sent.subject == "1 customer waits and nobody is there"
    for body in (sent.body, sent.alternatives[0].content):
        assert "Nora Visitor" in body
        assert webchat.label in body
        assert f"http://localhost:8000/conversations/{nora.pk}/" in body
        assert "Where is my order?" not in body


@once
def test_the_words_are_told_where_the_team_wants_it(nora, sales):
    sales.digest_with_text = True
    sales.save()
    (sent,) = sweep()
    assert "Where is my order?" in sent.body
    assert "Where is my order?" in sent.alternatives[0].content


@once
def test_nothing_is_mailed_by_default(webchat, ana, sales):
    waiting(make.conversation(webchat), minutes=600)
    want(ana)
    assert sweep() == []


@once
def test_only_those_who_chose_it_and_have_an_address_are_told(nora, sales, ana, ben):
    make.teammate("dora", sales, email="dora@example.org")
    Choice.objects.choose({("waits", "email"): True}, by=ben)
    assert [each.to for each in sweep()] == [["ana@example.org"]]


@once
def test_other_teams_are_not_told(nora, cara):
    want(cara)
    assert [each.to for each in sweep()] == [["ana@example.org"]]


@once
def test_while_one_member_is_active_nobody_is_told(nora, ben):
    make.ready(ben)
    assert sweep() == []
    presence.choose(ben, "away", by=ben)
    assert len(sweep()) == 1


@once
def test_somebody_active_in_another_team_does_not_count(nora, cara):
    make.ready(cara)
    assert len(sweep()) == 1


@once
def test_what_waits_with_a_teammate_is_told_too_and_with_whom(nora, ben):
    nora.assign_to(ben, by=None)
    waiting(nora, minutes=15)
    (sent,) = sweep()
    assert "with Ben" in sent.body


@once
@pytest.mark.parametrize("minutes", [9, 0])
def test_what_waits_not_long_enough_is_not_told(minutes, nora):
    waiting(nora, minutes)
    assert sweep() == []


@once
def test_what_was_answered_or_put_off_is_not_told(nora, wanting):
    nora.snooze(None, by=wanting)
    assert sweep() == []
    nora.wake(by=wanting)
    nora.reply("Tomorrow.", by=wanting)
    assert sweep() == []


@once
def test_the_same_wait_is_told_once(nora):
    assert len(sweep()) == 1
    an_hour_later()
    assert sweep() == []


@once
def test_another_wait_is_told_with_all_that_still_wait(nora, webchat):
    assert len(sweep()) == 1
    an_hour_later()
    waiting(make.conversation(webchat), minutes=11)
    (sent,) = sweep()
    assert sent.subject == "2 customers wait and nobody is there"


@once
def test_nobody_gets_two_within_the_hour(nora, webchat):
    assert len(sweep()) == 1
    waiting(make.conversation(webchat), minutes=11)
    assert sweep() == []
    an_hour_later()
    assert len(sweep()) == 1


@once
def test_nothing_is_mailed_in_quiet_hours_and_all_of_it_after_them(nora, wanting):
    wanting.be_quiet(time(), time(), range(7))
    assert sweep() == []
    wanting.be_quiet(None, None, range(7))
    assert len(sweep()) == 1


@once
def test_it_is_written_in_the_reader_s_language_and_by_their_clock(nora, wanting):
    wanting.language, wanting.time_zone = "de", "Asia/Kathmandu"
    wanting.save(update_fields=["language", "time_zone"])
    (sent,) = sweep()
    local = nora.waiting_since.astimezone(wanting.zone)
    assert f"{local:%H:%M}" in sent.body
    assert 'lang="de"' in sent.alternatives[0].content


@once
def test_many_are_named_up_to_a_number_and_then_counted(wanting, webchat):
    Conversation.objects.filter(pk__in=[row.pk for row in make.many_waiting(webchat, digests.NAMED + 2)]).update(
        waiting_since=timezone.now() - timedelta(minutes=20)
    )
    (sent,) = sweep()
    assert sent.body.count("Customer ") == digests.NAMED
    assert "and 2 more" in sent.body


@once
def test_where_mail_is_not_set_up_none_is_sent(nora, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert sweep() == []


@once
def test_what_the_server_does_not_take_is_sent_later(nora, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as server, pytest.raises(smtplib.SMTPServerDisconnected):
        server.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        tasks.send_digests()
    assert sweep() == []
    Digest.objects.update(claimed_at=timezone.now() - timedelta(minutes=6))
    assert len(sweep()) == 1


@once
def test_a_worker_that_died_with_the_mail_is_followed_by_another(nora, wanting):
    digest = Digest.objects.of(wanting)
    assert Digest.objects.claim(digest, timezone.now())
    assert sweep() == []
    Digest.objects.update(claimed_at=timezone.now() - timedelta(minutes=6))
    assert len(sweep()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_it_once(nora, ana):
    at_once(lambda: digests.send(ana.pk), lambda: digests.send(ana.pk), lambda: digests.send(ana.pk))
    assert len(mail.outbox) == 1


@once
def test_who_read_the_row_before_the_other_worker_was_done_sends_nothing(nora, ana, settings):
    settings.DIGEST_EVERY = timedelta(0)
    stale = Digest.objects.of(ana)
    digests.send(ana.pk)
    assert not Digest.objects.claim(stale, timezone.now())
