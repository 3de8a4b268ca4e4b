"""Answers to be sent later: kept, sent once when their time has come, held back when they no longer fit."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import tasks
from conversations.models import Conversation, Draft, Message, SavedReply, Scheduled, ScheduledFile
from conversations.sending import composer, scheduling
from monty.errors import BadInput, MediaTooLarge, VerbNotAllowed, WindowShut
from tests import make
from tests.at_once import at_once
from tests.rest import Program, is_problem

BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


def ahead(**span: int):
    return timezone.now() + timedelta(**span)


def later(row: Conversation, text: str = "Good morning", *, by, **fields) -> Scheduled:
    return scheduling.schedule(row, text, fields.pop("send_at", ahead(hours=1)), by=by, **fields)[0]


def its_time_comes(*rows: Scheduled) -> None:
    Scheduled.objects.filter(pk__in=[row.pk for row in rows]).update(send_at=ahead(seconds=-1))


def ours(row: Conversation) -> list[str]:
    return [message.text for message in row.messages.from_us().order_by("pk")]


def lines(row: Conversation) -> list[str]:
    return list(row.events.in_thread().order_by("pk").values_list("verb", flat=True))


# --- Its time comes -------------------------------------------------------------------------------------------------


def test_it_leaves_when_its_time_has_come_as_an_answer_of_its_writer(conversation, ana, worker):
    row = later(conversation, by=ana)
    tasks.send_scheduled()
    assert ours(conversation) == []
    its_time_comes(row)

    tasks.send_scheduled()

    message = conversation.messages.from_us().get()
    row.refresh_from_db()
    assert (message.text, message.author, message.client_id) == ("Good morning", ana, row.client_id)
    assert (row.state, row.message) == ("sent", message)
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.sends_later) == (ana, False)


def test_the_sweep_run_twice_sends_it_once(conversation, ana, worker):
    its_time_comes(later(conversation, by=ana))
    tasks.send_scheduled()
    tasks.send_scheduled()
    assert ours(conversation) == ["Good morning"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_it_once(conversation, ana):
    row = later(conversation, by=ana)
    its_time_comes(row)
    at_once(*[lambda: scheduling.send_due(row.pk)] * 2, lambda: scheduling.send_now(row, by=ana))
    assert ours(conversation) == ["Good morning"]


@pytest.mark.django_db(transaction=True)
def test_of_the_customer_and_the_clock_one_comes_first_and_nothing_is_lost(webchat, conversation, ana):
    row = later(conversation, by=ana)
    its_time_comes(row)
    at_once(lambda: scheduling.send_due(row.pk), lambda: make.message(webchat, "Hello again"))
    row.refresh_from_db()
    assert (row.state, ours(conversation)) in [("sent", ["Good morning"]), ("held", [])]


def test_a_worker_that_dies_leaves_it_as_it_was(conversation, ana, monkeypatch):
    row = later(conversation, by=ana)
    its_time_comes(row)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt), transaction.atomic():
        patch.setattr(Scheduled, "leave_as", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        scheduling.send_due(row.pk)
    row.refresh_from_db()
    assert (row.state, ours(conversation)) == ("waiting", [])
    scheduling.send_due(row.pk)
    assert ours(conversation) == ["Good morning"]


def test_what_is_due_is_found_by_an_index_that_holds_nothing_else(db):
    with CaptureQueriesContext(connection) as captured:
        list(Scheduled.objects.due().order_by("send_at").values_list("pk", flat=True)[:500])
    [query] = captured.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query["sql"])
        assert "scheduled_due" in str(cursor.fetchall())


def test_its_files_go_along_and_stay_nowhere_else(conversation, ana):
    row = later(conversation, by=ana, files=(make.text_file("plan.txt", b"at nine"),))
    stored = ScheduledFile.objects.get().file.name
    its_time_comes(row)
    scheduling.send_due(row.pk)
    [sent] = conversation.messages.from_us().get().attachments.all()
    assert (sent.name, sent.file.read()) == ("plan.txt", b"at nine")
    assert not ScheduledFile.objects.exists()
    assert stored != sent.file.name


def test_it_may_answer_a_message_and_be_made_from_a_saved_reply(conversation, ana):
    reply = SavedReply.objects.create(shortcut="hi", title="Hi", text="Hi")
    reply.attach([make.text_file("sizes.txt", b"S M L")])
    asked = conversation.messages.get()
    row = later(conversation, "Hi", by=ana, reply_to=asked.pk, saved_reply=reply.pk)
    its_time_comes(row)
    scheduling.send_due(row.pk)
    message = conversation.messages.from_us().get()
    reply.refresh_from_db()
    assert (message.reply_to, reply.used) == (asked, 1)
    assert [each.name for each in message.attachments.all()] == ["sizes.txt"]


def test_written_again_under_the_same_id_it_stays_one(conversation, ana):
    number = uuid.uuid4()
    first = later(conversation, by=ana, client_id=number)
    assert scheduling.schedule(conversation, "Good morning", ahead(hours=2), by=ana, client_id=number) == (first, False)
    assert Scheduled.objects.count() == 1


# --- What is refused ------------------------------------------------------------------------------------------------


def test_a_time_after_the_window_is_refused_with_the_last_one_that_is_possible(conversation, ana):
    with pytest.raises(WindowShut, match="Possible until") as refused:
        later(conversation, by=ana, send_at=ahead(hours=49))
    conversation.refresh_from_db()
    assert refused.value.facts["until"] == conversation.window_until
    assert not Scheduled.objects.exists()


def test_the_last_time_that_it_names_is_accepted(conversation, ana):
    last = conversation.last_time
    assert later(conversation, by=ana, send_at=last.replace(second=0, microsecond=0)).pk


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_time_that_has_passed_is_refused(conversation, ana, minutes):
    with pytest.raises(BadInput, match="still to come"):
        later(conversation, by=ana, send_at=ahead(minutes=minutes))


def test_what_the_channel_does_not_take_is_refused_at_once(pigeon, ana):
    row = make.conversation(pigeon)
    with pytest.raises(BadInput):
        later(row, "x" * 100_000, by=ana)
    with pytest.raises(MediaTooLarge):
        later(row, by=ana, files=(make.text_file(content=b"x" * 1001),))
    with pytest.raises(BadInput, match="Write something first"):
        later(row, " ", by=ana)


def test_nothing_is_kept_for_a_conversation_that_has_ended(conversation, ana):
    conversation.close(by=ana)
    with pytest.raises(VerbNotAllowed):
        later(conversation, by=ana)


def test_what_is_held_back_has_a_reason(conversation, ana):
    row = later(conversation, by=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheduled.objects.filter(pk=row.pk).update(state="held")


# --- What holds it back ---------------------------------------------------------------------------------------------


def test_the_customer_writes_first_and_it_stays_for_somebody_to_decide(webchat, conversation, ana):
    row = later(conversation, by=ana)
    make.message(webchat, "One more thing")
    its_time_comes(row)
    tasks.send_scheduled()
    row.refresh_from_db()
    assert (row.state, row.because, row.text) == ("held", "customer", "Good morning")
    assert ours(conversation) == []
    assert lines(conversation) == ["start", "receive", "schedule", "hold", "receive"]


@pytest.mark.parametrize("verb", ["close", "drop"])
def test_the_end_of_the_conversation_holds_it_back(conversation, ana, verb):
    row = later(conversation, by=ana)
    getattr(conversation, verb)(by=ana)
    row.refresh_from_db()
    assert (row.state, row.because) == ("held", "ended")
    assert lines(conversation)[-2:] == ["hold", verb]


def test_an_end_for_many_at_once_holds_it_back_too(webchat, ana):
    rows = [make.conversation(webchat) for _ in range(2)]
    plans = [later(row, by=ana) for row in rows]
    with transaction.atomic():
        Conversation.close.many([(row, {}) for row in Conversation.for_change().order_by("pk")], by=ana)
    assert {Scheduled.objects.get(pk=plan.pk).because for plan in plans} == {"ended"}


def test_whoever_may_not_answer_any_more_sends_nothing(conversation, support, ana, worker):
    row = later(conversation, by=ana)
    conversation.hand_to(support, by=None)
    its_time_comes(row)
    tasks.send_scheduled()
    row.refresh_from_db()
    assert (row.because, row.reason) == ("refused", "Ana cannot answer here any more.")
    assert ours(conversation) == []


def test_a_window_that_has_become_shorter_holds_it_back_with_the_reason(conversation, ana, webchat):
    row = later(conversation, by=ana)
    webchat.window = timedelta(minutes=30)
    webchat.save()
    make.long_ago(conversation, ahead(hours=-1))
    its_time_comes(row)
    scheduling.send_due(row.pk)
    row.refresh_from_db()
    assert row.because == "refused" and "time to answer has passed" in row.reason


def test_two_conversations_that_become_one_keep_what_was_written_for_later(webchat, ana):
    kept, double = make.conversation(webchat), make.conversation(webchat)
    row = later(double, by=ana)
    with transaction.atomic():
        kept.join(Conversation.objects.get(pk=double.pk), by=None)
        double.drop(by=None)
    row.refresh_from_db(), kept.refresh_from_db(), double.refresh_from_db()
    assert (row.conversation, row.state) == (kept, "waiting")
    assert (kept.sends_later, double.sends_later) == (True, False)


def test_a_customer_who_writes_costs_no_query_where_nothing_is_to_be_sent(webchat, ana, conversation):
    def cost(who: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            make.message(webchat, "And?", who=who)
        return len(captured)

    row = make.conversation(webchat, who="visitor-2")
    later(row, by=ana)
    assert cost("visitor-1") < cost("visitor-2")
    assert cost("visitor-1") == cost("visitor-1")


# --- Deciding about it ----------------------------------------------------------------------------------------------


def test_held_back_it_can_be_given_another_time(webchat, conversation, ana, ben):
    row = later(conversation, by=ana)
    make.message(webchat, "One more thing")
    conversation.reschedule(row, ahead(hours=3), by=ben)
    row.refresh_from_db()
    assert (row.state, row.because) == ("waiting", "")


def test_sent_now_it_is_the_answer_of_whoever_says_so(conversation, ana, ben):
    row = later(conversation, by=ana)
    message = scheduling.send_now(row, by=ben)
    assert (message.author, message.text) == (ben, "Good morning")


def test_what_has_left_can_neither_be_sent_nor_moved_nor_discarded_again(conversation, ana):
    row = later(conversation, by=ana)
    scheduling.send_now(row, by=ana)
    for decide in (
        lambda: scheduling.send_now(row, by=ana),
        lambda: conversation.reschedule(row, ahead(hours=1), by=ana),
        lambda: conversation.unschedule(row, by=ana),
    ):
        with pytest.raises(VerbNotAllowed, match="sent or discarded already"):
            decide()
    assert ours(conversation) == ["Good morning"]


def test_held_back_it_can_be_sent_now(webchat, conversation, ana):
    row = later(conversation, by=ana)
    make.message(webchat, "One more thing")
    assert scheduling.send_now(row, by=ana).text == "Good morning"
    row.refresh_from_db()
    assert (row.state, row.because) == ("sent", "")


def test_discarded_it_is_gone_with_its_files(conversation, ana, django_capture_on_commit_callbacks):
    row = later(conversation, by=ana, files=(make.text_file(),))
    stored = ScheduledFile.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        conversation.unschedule(row, by=ana)
    conversation.refresh_from_db()
    assert not Scheduled.objects.exists() and not default_storage.exists(stored)
    assert not conversation.sends_later


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def act(page, row, verb, **fields):
    return page.post(f"/conversations/{row.pk}/{verb}/", fields, headers=BY_SCRIPT)


@pytest.mark.once
def test_the_page_keeps_it_ends_the_draft_and_shows_it_in_the_thread(page, conversation, ana):
    Draft.objects.keep(conversation, by=ana, version=1, text="Good morning")
    answer = act(page, conversation, "schedule", text="Good morning", choice="tomorrow", draft=2)
    assert answer.status_code == 204
    assert Draft.objects.of(conversation, ana).text == ""
    assert (
        f'hx-get="/conversations/{conversation.pk}/scheduled/"'
        in page.get(f"/conversations/{conversation.pk}/").content.decode()
    )
    shown = page.get(f"/conversations/{conversation.pk}/scheduled/").content.decode()
    assert "Will be sent tomorrow 09:00" in shown and "Send now" in shown
    assert "An answer is to be sent later" in page.get("/?view=all").content.decode()


@pytest.mark.once
def test_the_page_keeps_files_beside_the_text(page, conversation):
    upload = SimpleUploadedFile("plan.txt", b"at nine", "text/plain")
    assert act(page, conversation, "schedule", text="See", choice="hour", file=[upload]).status_code == 204
    assert ScheduledFile.objects.get().name == "plan.txt"
    assert "plan.txt" in page.get(f"/conversations/{conversation.pk}/scheduled/").content.decode()


@pytest.mark.once
def test_every_decision_is_a_button(page, conversation, ana):
    row = later(conversation, by=ana)
    assert act(page, conversation, "hold", scheduled=row.pk).status_code == 204
    assert "Not sent: it was cancelled" in page.get(f"/conversations/{conversation.pk}/news/?after=0").content.decode()
    assert act(page, conversation, "reschedule", scheduled=row.pk, choice="hour").status_code == 204
    assert act(page, conversation, "send_now", scheduled=row.pk).status_code == 204
    assert ours(conversation) == ["Good morning"]
    assert act(page, conversation, "unschedule", scheduled=row.pk).status_code == 409


@pytest.mark.once
def test_the_menu_offers_what_the_window_still_allows_and_says_until_when(page, conversation):
    make.long_ago(conversation, ahead(hours=-46))
    shown = page.get(f"/conversations/{conversation.pk}/send-later/").content.decode()
    assert "Possible until" in shown
    assert shown.count("disabled") == 2  # Only the hour is left of three.


@pytest.mark.once
@pytest.mark.parametrize("verb", ["schedule", "reschedule", "hold", "unschedule", "send_now"])
def test_who_does_not_see_the_conversation_decides_nothing(client, cara, conversation, ana, verb):
    row = later(conversation, by=ana)
    client.force_login(cara)
    assert act(client, conversation, verb, scheduled=row.pk, text="x", choice="hour").status_code == 404
    assert client.get(f"/conversations/{conversation.pk}/send-later/").status_code == 404


@pytest.mark.once
@pytest.mark.parametrize("odd", ["", "x", "9" * 30, "-1", "\0", "answer"])
def test_odd_fields_are_refused_in_words(page, conversation, odd):
    for verb in ("schedule", "reschedule", "hold", "unschedule", "send_now"):
        answer = act(page, conversation, verb, scheduled=odd, text="x", choice=odd, until=odd, client_id=odd)
        assert answer.status_code == 400, verb


@pytest.mark.once
def test_one_of_another_conversation_is_not_there(page, webchat, conversation, ana):
    other = later(make.conversation(webchat), by=ana)
    assert act(page, conversation, "send_now", scheduled=other.pk).status_code == 400


@pytest.mark.once
def test_a_thread_with_some_keeps_to_its_bound_of_queries(page, conversation, ana):
    def queries(part: str = "") -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(f"/conversations/{conversation.pk}/{part}", headers={"HX-Request-Type": "partial"})
        return len(captured)

    queries()
    without = queries()
    later(conversation, by=ana, files=(make.text_file(),))
    of_one = queries("scheduled/")
    for _ in range(3):
        later(conversation, by=ana, files=(make.text_file(),))
    assert queries("scheduled/") == of_one
    assert queries() <= without + 1  # The lines that tell of it name a person.


# --- REST -----------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_rest_keeps_lists_moves_cancels_and_discards(ana, conversation):
    program = Program(ana)
    at = ahead(hours=2).isoformat()
    made = program.post(f"conversations/{conversation.pk}/scheduled", text="Good morning", send_at=at)
    number = made.json()["id"]
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    assert program.ids(f"conversations/{conversation.pk}/scheduled") == [number]
    assert program.post(f"scheduled/{number}/cancel").json()["because"] == "cancelled"
    moved = program.post(f"scheduled/{number}/reschedule", send_at=at)
    assert (moved.status_code, moved.json()["state"]) == (200, "waiting")
    assert program.post(f"scheduled/{number}/discard").status_code == 204
    assert is_problem(program.get(f"scheduled/{number}"), 404, "not_found")


@pytest.mark.once
def test_rest_takes_the_same_id_once_and_sends_now(ana, conversation):
    program = Program(ana)
    fields = {"text": "Hi", "send_at": ahead(hours=2).isoformat(), "client_id": str(uuid.uuid4())}
    first = program.post(f"conversations/{conversation.pk}/scheduled", **fields)
    again = program.post(f"conversations/{conversation.pk}/scheduled", **fields)
    assert (first.status_code, again.status_code) == (201, 200)
    sent = program.post(f"scheduled/{first.json()['id']}/send_now")
    assert (sent.status_code, sent.json()["text"]) == (200, "Hi")
    assert is_problem(program.post(f"scheduled/{first.json()['id']}/send_now"), 409, "verb_not_allowed")
    assert Message.objects.from_us().count() == 1


@pytest.mark.once
def test_rest_refuses_a_time_after_the_window(ana, conversation):
    at = ahead(hours=60).isoformat()
    answer = Program(ana).post(f"conversations/{conversation.pk}/scheduled", text="Hi", send_at=at)
    assert is_problem(answer, 422, "window_shut")


@pytest.mark.once
def test_rest_shows_nothing_of_what_one_may_not_see(ana, cara, conversation):
    row = later(conversation, by=ana)
    program = Program(cara)
    assert is_problem(program.get(f"conversations/{conversation.pk}/scheduled"), 404, "not_found")
    assert is_problem(program.post(f"scheduled/{row.pk}/send_now"), 404, "not_found")
    assert program.ids("scheduled") == []


def test_an_answer_written_meanwhile_does_not_hold_it_back(conversation, ana, ben):
    row = later(conversation, by=ana)
    composer.send(conversation, "By the way", by=ben)
    its_time_comes(row)
    scheduling.send_due(row.pk)
    assert ours(conversation) == ["By the way", "Good morning"]
