"""What was not sent, or perhaps not, is in a person's hands: try again, or say that it arrived."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from channels_app.verdicts import Refused, Verdict
from conversations import tasks
from conversations.models import Conversation, Event, Message, Status
from conversations.sending import outbox
from monty.errors import VerbNotAllowed, WindowShut
from tests import make
from tests.at_once import at_once
from tests.pigeon import Pigeon, texts
from tests.rest import Program, is_problem

BY_SCRIPT = {"HX-Request": "true", "Accept": "application/json"}


@pytest.fixture
def row(pigeon, ana):
    return make.conversation(pigeon, who="nora", state="assigned", assignee=ana)


def undelivered(row, verdict: Verdict, by, text: str = "One"):
    message = row.reply(text, by=by).message
    Pigeon.troubles.append(Refused(verdict, "It says no.", code="7"))
    outbox.deliver(row)
    message.refresh_from_db()
    return message


@pytest.fixture
def failed(row, ana):
    return undelivered(row, Verdict.PERMANENT, ana)


@pytest.fixture
def unknown(row, ana):
    return undelivered(row, Verdict.UNKNOWN, ana)


# --- The verbs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.PERMANENT, Verdict.UNKNOWN])
def test_trying_again_is_a_new_attempt_of_the_same_message(row, ana, ben, verdict):
    message = undelivered(row, verdict, ana)

    event = row.retry(message, by=ben)
    outbox.deliver(row)

    assert (event.verb, event.actor, event.message) == ("retry", ben, message)
    assert texts() == ["One"]
    assert list(message.attempts.values_list("outcome", "by")) == [(verdict, None), ("sent", ben.pk)]
    message.refresh_from_db()
    assert (message.status, message.error) == ("sent", "")


def test_it_takes_its_old_place_before_what_waits(row, failed, ana):
    Pigeon.troubles.append(Refused(Verdict.WAIT, "Later.", wait=timedelta(seconds=1), of_recipient=True))
    row.reply("Two", by=ana)
    outbox.deliver(row)

    row.retry(failed, by=ana)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        tasks.deliver_missed()

    assert texts() == ["One", "Two"]


def test_the_six_tries_begin_anew_when_a_person_asks(row, ana):
    message = row.reply("One", by=ana).message
    Pigeon.troubles.extend(Refused(Verdict.RETRY, "Not now.") for _ in range(7))
    for number in range(7):
        with time_machine.travel(timezone.now() + timedelta(hours=number)):
            tasks.deliver_missed()
    assert message.attempts.count() == 6

    row.retry(message, by=ana)
    outbox.deliver(row)

    message.refresh_from_db()
    assert (message.status, message.attempts.count()) == ("queued", 7)


def test_asking_twice_is_asking_once(row, failed, ana, ben):
    row.retry(failed, by=ana)

    assert row.retry(failed, by=ben) is None
    assert failed.attempts.filter(outcome="asked").count() == 1


def test_what_may_have_arrived_did(row, unknown, ana):
    event = row.confirm(unknown, by=ana)

    unknown.refresh_from_db()
    assert (event.verb, event.actor) == ("confirm", ana)
    assert (unknown.status, unknown.error) == ("sent", "")
    outbox.deliver(row)
    assert texts() == []


@pytest.mark.parametrize("receipt", [Status.SENT, Status.DELIVERED, Status.READ])
def test_a_receipt_settles_what_nobody_knew_and_then_there_is_nothing_to_decide(row, unknown, ana, receipt):
    row.deliver([unknown], receipt, by=None)

    for verb in (row.retry, row.confirm):
        with pytest.raises(VerbNotAllowed) as refused:
            verb(unknown, by=ana)
        assert refused.value.facts["state"] == receipt
    assert unknown.attempts.count() == 1


def test_what_failed_cannot_be_said_to_have_arrived(row, failed, ana):
    with pytest.raises(VerbNotAllowed) as refused:
        row.confirm(failed, by=ana)

    assert refused.value.facts == {"verb": "confirm", "state": "failed", "allowed": ["retry", "discard"]}


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, True), (1, False)])
def test_trying_again_is_answering_and_ends_with_the_window(row, failed, ana, seconds, allowed):
    row = Conversation.objects.get(pk=row.pk)
    with time_machine.travel(row.window_until + timedelta(seconds=seconds), tick=False):
        if allowed:
            assert row.retry(failed, by=ana)
        else:
            with pytest.raises(WindowShut):
                row.retry(failed, by=ana)


def test_what_ended_takes_no_new_try(row, failed, ana):
    row.close(by=ana)

    with pytest.raises(VerbNotAllowed):
        row.retry(failed, by=ana)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_and_many_who_send_it_goes_out_once(row, failed, ana):
    def ask():
        Conversation.objects.get(pk=row.pk).retry(failed, by=ana)

    at_once(*[ask] * 4, *[lambda: tasks.deliver(row.pk)] * 4)
    tasks.deliver(row.pk)

    assert texts() == ["One"]


@pytest.mark.django_db(transaction=True)
def test_one_that_was_brought_back_does_not_go_out_beside_a_later_one(row, failed, ana):
    later = row.reply("Two", by=ana).message
    assert later.claim()
    row.retry(failed, by=ana)

    assert failed.claim() is None
    outbox.deliver(row)
    assert texts() == []


# --- Deleting what was not sent -------------------------------------------------------------------------------------


def test_what_was_not_sent_can_be_deleted_with_its_files(row, ana, ben, django_capture_on_commit_callbacks):
    Pigeon.troubles.append(Refused(Verdict.PERMANENT, "It says no.", code="7"))
    message = row.reply("One", by=ana, files=(make.text_file(),)).message
    outbox.deliver(row)
    file = message.attachments.get().file

    with django_capture_on_commit_callbacks(execute=True):
        event = row.discard(message, by=ben)

    message.refresh_from_db()
    assert (event.verb, event.actor, event.message) == ("discard", ben, message)
    assert (message.text, message.status, message.is_discarded, message.verbs) == ("", "failed", True, [])
    assert not message.attachments.exists()
    assert not file.storage.exists(file.name)
    row.refresh_from_db()
    assert row.last_text == "Deleted"
    assert not Message.objects.undelivered().exists()


def test_what_may_have_arrived_or_is_deleted_cannot_be_deleted(row, failed, ana):
    row.discard(failed, by=ana)
    for message in (failed, undelivered(row, Verdict.UNKNOWN, ana)):
        for verb in (row.discard, row.retry) if message == failed else (row.discard,):
            with pytest.raises(VerbNotAllowed):
                verb(message, by=ana)


@pytest.mark.once
def test_a_deleted_one_leaves_a_line_that_says_so(client, row, failed, ana):
    client.force_login(ana)
    page = client.get(f"/conversations/{row.pk}/").content.decode()
    assert f'hx-post="/conversations/{row.pk}/discard/"' in page

    client.post(f"/conversations/{row.pk}/discard/", {"message": failed.pk}, headers=BY_SCRIPT)

    page = client.get(f"/conversations/{row.pk}/").content.decode()
    assert "A message that was not sent was deleted" in page
    assert "It says no." not in page
    assert f'hx-post="/conversations/{row.pk}/discard/"' not in page


@pytest.mark.once
def test_a_program_deletes_it_too(failed, ana):
    answer = Program(ana).post(f"messages/{failed.pk}/discard/")

    assert (answer.status_code, answer.json()["text"], answer.json()["unsent_at"] is not None) == (200, "", True)


# --- From the page --------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_page_offers_a_new_try_and_says_what_went_wrong(client, row, failed, ana):
    client.force_login(ana)

    page = client.get(f"/conversations/{row.pk}/").content.decode()

    assert "It says no." in page
    assert f'hx-post="/conversations/{row.pk}/retry/"' in page
    assert f'hx-post="/conversations/{row.pk}/confirm/"' not in page


@pytest.mark.once
def test_of_what_may_have_arrived_the_page_says_that_it_may_then_arrive_twice(client, row, unknown, ana):
    client.force_login(ana)

    page = client.get(f"/conversations/{row.pk}/").content.decode()

    assert "may arrive twice" in page
    for verb in ("retry", "confirm"):
        assert f'hx-post="/conversations/{row.pk}/{verb}/"' in page


@pytest.mark.once
@pytest.mark.parametrize(("verb", "status"), [("retry", "queued"), ("confirm", "sent")])
def test_pressing_does_it_and_the_line_comes_with_the_news(client, row, unknown, ana, verb, status):
    client.force_login(ana)
    last = Event.objects.latest("pk").pk

    answer = client.post(f"/conversations/{row.pk}/{verb}/", {"message": unknown.pk}, headers=BY_SCRIPT)

    unknown.refresh_from_db()
    assert (answer.status_code, unknown.status) == (204, status)
    news = client.get(f"/conversations/{row.pk}/news/?after={last}").content.decode()
    assert f'data-message="{unknown.pk}"' in news


@pytest.mark.once
@pytest.mark.parametrize("verb", ["retry", "confirm", "discard"])
def test_another_conversations_message_is_not_there(client, pigeon, row, unknown, ana, verb):
    client.force_login(ana)
    other = make.conversation(pigeon)

    answer = client.post(f"/conversations/{other.pk}/{verb}/", {"message": unknown.pk}, headers=BY_SCRIPT)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.once
@pytest.mark.parametrize("verb", ["retry", "confirm", "discard"])
def test_whoever_does_not_see_the_conversation_decides_nothing(client, row, unknown, cara, verb):
    client.force_login(cara)

    assert client.post(f"/conversations/{row.pk}/{verb}/", {"message": unknown.pk}).status_code == 404
    unknown.refresh_from_db()
    assert unknown.status == "unknown"


# --- From a program -------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(("verb", "status"), [("retry", "queued"), ("confirm", "sent")])
def test_a_program_gets_the_message_as_it_is_now(unknown, ana, verb, status):
    answer = Program(ana).post(f"messages/{unknown.pk}/{verb}/")

    assert (answer.status_code, answer.json()["id"], answer.json()["status"]) == (200, unknown.pk, status)


@pytest.mark.once
def test_a_program_is_told_what_is_possible_instead(failed, ana):
    answer = Program(ana).post(f"messages/{failed.pk}/confirm/")

    assert is_problem(answer, 409, "verb_not_allowed")
    assert answer.json()["allowed"] == ["retry", "discard"]


@pytest.mark.once
def test_past_the_window_a_program_is_told_until_when_it_was_possible(row, failed, ana):
    make.long_ago(row, timezone.now() - timedelta(hours=49))

    assert is_problem(Program(ana).post(f"messages/{failed.pk}/retry/"), 422, "window_shut")


@pytest.mark.once
@pytest.mark.parametrize("verb", ["retry", "confirm", "discard"])
def test_a_program_finds_only_what_its_person_sees(row, unknown, cara, ana, verb):
    note = row.note("Between us", by=ana).message

    assert Program(cara).post(f"messages/{unknown.pk}/{verb}/").status_code == 404
    assert Program(ana).post(f"messages/{note.pk}/{verb}/").status_code == 404
    assert Program(None).post(f"messages/{unknown.pk}/{verb}/").status_code == 401
