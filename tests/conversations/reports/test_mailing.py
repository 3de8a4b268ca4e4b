"""A report by mail: what it says, whom it reaches, and that it comes once."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.test import Client
from django.utils import timezone

from conversations import tasks
from conversations.models import Mailing
from conversations.reports import mailing
from teams.models import AuditEntry
from tests import make
from tests.at_once import at_once
from tests.conversations.reports.conftest import measured

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker")]
once = pytest.mark.once


@pytest.fixture
def rita(reader, client):
    reader.email = "rita@example.org"
    reader.save(update_fields=["email"])
    client.force_login(reader)
    return reader


@pytest.fixture
def daily(at, rita, client: Client, webchat) -> Mailing:
    """Chosen on 2 November, a day on which one conversation began; it is due on the third at six."""
    at("11-02 12:00")
    make.message(webchat)
    measured()
    client.post("/reports/volume/mail/?by=team", {"every": "day"})
    at("11-03 06:00")
    return Mailing.objects.get()


def sweep() -> list[mail.EmailMessage]:
    before = len(mail.outbox)
    tasks.send_reports()
    return mail.outbox[before:]


@once
def test_it_tells_of_the_day_before_with_a_link_and_the_whole_table(daily, sales):
    [sent] = sweep()
    assert sent.to == ["rita@example.org"]
    assert sent.subject == "Volume, 2 Nov 2026"
    for body in (sent.body, sent.alternatives[0].content):
        assert "Started" in body
        assert "/reports/volume/?since=2026-11-02" in body
    [(name, content, _kind)] = sent.attachments
    assert name == "volume-2026-11-02-2026-11-02.csv"
    assert "Sales,1," in content
    told = AuditEntry.objects.get(deed="exported")
    assert (told.actor, told.door, told.data["report"]) == (daily.teammate, "monty", "volume")


@once
def test_before_its_time_nothing_comes(at, daily):
    at("11-03 05:59")
    assert sweep() == []


def test_it_comes_once_and_again_the_next_day(at, daily):
    assert (len(sweep()), len(sweep())) == (1, 0)
    at("11-04 06:00")
    assert [sent.subject for sent in sweep()] == ["Volume, 3 Nov 2026"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_sends_it(daily):
    at_once(lambda: mailing.send(daily.pk), lambda: mailing.send(daily.pk))
    assert len(mail.outbox) == 1


def test_what_the_mail_server_refuses_is_tried_again(daily, monkeypatch):
    def refuse(*_args):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            sweep()
    assert sweep() == []
    Mailing.objects.update(claimed_at=F("claimed_at") - timedelta(minutes=6))
    assert len(sweep()) == 1


@once
@pytest.mark.parametrize("loss", ["right", "address", "account"])
def test_who_may_not_read_it_any_more_gets_nothing(daily, rita, loss):
    if loss == "right":
        rita.user_permissions.clear()
    elif loss == "address":
        type(rita).objects.update(email="")
    else:
        type(rita).objects.update(is_active=False)
    assert sweep() == []
    assert Mailing.objects.get().due_at > timezone.now()


@once
def test_a_team_that_one_has_left_is_not_told_of(daily, rita, sales):
    rita.teams.clear()
    [sent] = sweep()
    assert "Sales" not in sent.attachments[0][1]


@once
def test_it_can_be_stopped_by_its_reader_and_nobody_else(daily, rita, boss, client):
    other = Client()
    other.force_login(boss)
    assert other.post(f"/reports/mail/{daily.pk}/delete/").status_code == 404
    assert client.post(f"/reports/mail/{daily.pk}/delete/").status_code == 302
    assert not Mailing.objects.exists()


@once
def test_asked_for_twice_it_comes_once(daily, client):
    client.post("/reports/volume/mail/?by=team", {"every": "day"})
    assert Mailing.objects.count() == 1


@once
def test_how_often_is_one_of_three(rita, client):
    assert client.post("/reports/volume/mail/", {"every": "minute"}).status_code == 400


@once
def test_who_may_not_read_reports_cannot_have_them_mailed(ana, client):
    client.force_login(ana)
    assert client.post("/reports/volume/mail/", {"every": "day"}).status_code == 403
