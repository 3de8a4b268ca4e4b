"""A copy of the talk by e-mail: for the visitor themselves, and never a way to write to anybody else."""

import smtplib
from datetime import timedelta

import jwt
import pytest
from django.core import mail
from django.utils import timezone

from channels_app.models import Visitor
from conversations import tasks
from conversations.models import Conversation
from tests.conversations.webchat_visitor import PICTURE, SECRET, USER, VisitorClient, signed

pytestmark = pytest.mark.once


@pytest.fixture
def nora(shop, ana) -> VisitorClient:
    """Nora's address is signed by the website; she asked, Ana answered."""
    claims = {"sub": USER, "exp": timezone.now() + timedelta(minutes=5), "email": "nora@example.org", "name": "Nora"}
    visitor = VisitorClient(shop, {"jwt": jwt.encode(claims, SECRET, "HS256")})
    visitor.say("Is <b>this</b> oven-safe?")
    row = Conversation.objects.get()
    row.note("A difficult one", by=ana)
    row.reply("Up to 200 degrees.", by=ana, files=(PICTURE,))
    return visitor


def ask(visitor: VisitorClient):
    return visitor.post("transcripts/", {})


def sent() -> mail.EmailMultiAlternatives:
    (message,) = mail.outbox
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


def test_the_talk_goes_to_the_proved_address(nora, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(nora).status_code == 202

    assert sent().to == ["nora@example.org"]
    assert sent().subject == "Your conversation with Sales"
    for body in (sent().body, sent().alternatives[0].content):
        assert "Up to 200 degrees." in body
        assert "cat.png" in body
        assert "A difficult one" not in body


def test_words_are_text_in_both_forms(nora):
    ask(nora)
    tasks.send_transcript(Visitor.objects.get().pk)

    assert "Is <b>this</b> oven-safe?" in sent().body
    assert "Is &lt;b&gt;this&lt;/b&gt; oven-safe?" in sent().alternatives[0].content


def test_it_speaks_the_teams_language(nora, sales):
    sales.language = "de"
    sales.save()
    ask(nora)
    tasks.send_transcript(Visitor.objects.get().pk)

    assert sent().subject == "Ihr Gespräch mit Sales"
    assert 'lang="de"' in sent().alternatives[0].content


def test_the_page_knows_where_it_would_go(nora, shop):
    assert nora.get().data["transcript_to"] == "nora@example.org"
    assert signed(shop, email="nora@example.org").get().data["transcript_to"] is None


@pytest.mark.parametrize("claimed", [{}, {"identity": {"email": "victim@example.org"}}])
def test_an_address_that_was_only_claimed_gets_nothing(shop, claimed):
    visitor = VisitorClient(shop, claimed)
    visitor.say("Hello")
    refused = ask(visitor)

    assert (refused.status_code, refused.data["code"]) == (403, "permission_denied")
    assert Visitor.objects.get().transcript_due is None


def test_nor_one_beside_a_hash_which_does_not_sign_it(shop):
    visitor = signed(shop, email="victim@example.org")
    visitor.say("Hello")

    assert ask(visitor).status_code == 403


def test_a_mailbox_gets_one_a_minute_from_whichever_browser(nora, shop):
    assert ask(nora).status_code == 202
    refused = ask(nora)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")

    claims = {"sub": "somebody-else", "exp": timezone.now() + timedelta(minutes=5), "email": "NORA@example.org"}
    other = VisitorClient(shop, {"jwt": jwt.encode(claims, SECRET, "HS256")})
    assert ask(other).status_code == 429


def test_a_task_that_runs_twice_sends_once(nora):
    ask(nora)
    for _ in range(2):
        tasks.send_transcript(Visitor.objects.get().pk)

    assert len(mail.outbox) == 1


def test_a_lost_task_is_found_again(nora):
    ask(nora)
    tasks.send_overdue_transcripts()
    assert mail.outbox == []

    Visitor.objects.update(transcript_due=timezone.now() - timedelta(minutes=2))
    tasks.send_overdue_transcripts()
    assert len(mail.outbox) == 1


def test_what_the_mail_server_refuses_is_tried_again(nora, monkeypatch):
    def refuse(*_):
        raise smtplib.SMTPServerDisconnected("gone")

    ask(nora)
    with monkeypatch.context() as broken, pytest.raises(smtplib.SMTPException):
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        tasks.send_transcript(Visitor.objects.get().pk)

    assert Visitor.objects.get().transcript_due is not None


def test_nobody_waits_for_ever(nora):
    Visitor.objects.update(transcript_due=timezone.now() - timedelta(hours=7))
    tasks.send_overdue_transcripts()

    assert mail.outbox == []


def test_a_name_cannot_break_out_of_the_subject(nora, sales):
    sales.name = "Sales\nBcc: victim@example.org"
    sales.save()
    ask(nora)
    tasks.send_transcript(Visitor.objects.get().pk)

    assert sent().subject == "Your conversation with Sales Bcc: victim@example.org"
    assert sent().recipients() == ["nora@example.org"]


def test_a_long_talk_costs_no_more(nora, ana, django_assert_num_queries):
    for _ in range(2):
        Visitor.objects.update(transcript_due=timezone.now())
        with django_assert_num_queries(6):
            tasks.send_transcript(Visitor.objects.get().pk)
        for _ in range(10):
            nora.say("And?")
            Conversation.objects.get().reply("Yes.", by=ana, files=(PICTURE,))
