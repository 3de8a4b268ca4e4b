"""What a visitor writes and reads over HTTP."""

import threading
import uuid

import pytest
from django.db import connection

from conversations.models import Contact, Conversation, Identity, Message
from tests import make
from tests.conversations.webchat_visitor import PICTURE, VisitorClient

pytestmark = pytest.mark.once


def test_a_first_message_starts_a_conversation_in_the_channels_team(visitor, sales):
    answer = visitor.say("Do you ship to Malta?")
    assert answer.status_code == 201
    assert (answer.data["from"], answer.data["text"], answer.data["status"]) == (
        "contact",
        "Do you ship to Malta?",
        "received",
    )
    assert Conversation.objects.get().team == sales


def test_the_same_client_id_again_is_the_same_message(visitor):
    number = uuid.uuid4()
    first, again = visitor.say("Once", client_id=number), visitor.say("Once", client_id=number)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert Message.objects.count() == 1


def test_one_visitors_client_id_is_not_anothers(visitor, webchat):
    number = uuid.uuid4()
    visitor.say("mine", client_id=number)
    other = VisitorClient(webchat)
    assert other.say("also mine", client_id=number).status_code == 201
    assert [each["text"] for each in other.thread()] == ["also mine"]


def test_the_browsers_own_id_comes_back_with_its_message(visitor):
    number = uuid.uuid4()
    visitor.say("Hello", client_id=number)
    assert visitor.thread()[0]["client_id"] == str(number)


def test_the_thread_shows_answers_by_first_name_and_never_notes(visitor, ana):
    visitor.say("Hello")
    conversation = Conversation.objects.get()
    conversation.note("A difficult one", by=ana)
    conversation.reply("Good morning!", by=ana)
    assert [(each["from"], each["name"], each["text"]) for each in visitor.thread()] == [
        ("contact", "", "Hello"),
        ("teammate", "Ana", "Good morning!"),
    ]


def test_after_gives_only_what_came_later(visitor):
    first = visitor.say("one").data["id"]
    visitor.say("two")
    assert [each["text"] for each in visitor.thread(after=first)] == ["two"]


def test_a_page_is_a_hundred_messages_and_after_leads_on(visitor, webchat):
    visitor.say("0")
    who = Identity.objects.get().external_id
    for number in range(1, 102):
        make.message(webchat, str(number), who=who)
    first = visitor.thread()
    rest = visitor.thread(after=first[-1]["id"])
    assert [each["text"] for each in first + rest] == [str(number) for number in range(102)]
    assert len(first) == 100


def test_the_thread_goes_on_through_a_new_conversation(visitor, ana):
    visitor.say("first talk")
    Conversation.objects.get().close(by=ana)
    visitor.say("second talk")
    assert [each["text"] for each in visitor.thread()] == ["first talk", "second talk"]


def test_the_conversation_says_who_answers_and_whether_they_are_there(visitor, ana):
    assert visitor.get().data["conversation"] is None
    visitor.say("Hello")
    nobody = {"state": "open", "team": "Sales", "assignee": None, "online": False, "unread": 1}
    nobody |= {"open": True, "back_at": None}
    assert visitor.get().data["conversation"] == nobody
    Conversation.objects.get().assign_to(make.ready(ana), by=None)
    there = {"state": "assigned", "team": "Sales", "assignee": "Ana", "online": True, "unread": 1}
    there |= {"open": True, "back_at": None}
    assert visitor.get().data["conversation"] == there


def test_the_visitor_learns_that_somebody_has_read(visitor, ana):
    visitor.say("Hello")
    Conversation.objects.get().mark_read(by=ana)
    assert visitor.get().data["conversation"]["unread"] == 0


def test_a_script_comes_back_as_the_text_it_is(visitor):
    text = "<script>alert(1)</script>"
    visitor.say(text)
    answer = visitor.get()
    assert answer.data["messages"][0]["text"] == text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_cost_does_not_grow_with_the_thread(visitor, webchat, ana, django_assert_num_queries):
    def queries() -> int:
        with django_assert_num_queries(7) as counted:
            visitor.get()
        return len(counted)

    visitor.say("Hello")
    few = queries()
    who = Identity.objects.get().external_id
    for _ in range(30):
        make.message(webchat, "and another", who=who, files=(PICTURE,))
        Conversation.objects.get().reply("Yes?", by=ana)
    assert queries() == few


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"text": "no id"},
        {"client_id": "not-a-uuid", "text": "x"},
        {"client_id": str(uuid.uuid4())},
        {"client_id": str(uuid.uuid4()), "text": "  \n "},
        {"client_id": str(uuid.uuid4()), "text": "x" * 5001},
        {"client_id": str(uuid.uuid4()), "text": "nul \0"},
        {"client_id": str(uuid.uuid4()), "text": ["a list"]},
        ["a list"],
        "a text",
        None,
    ],
)
def test_what_is_no_message_is_refused(visitor, written):
    answer = visitor.post("messages/", written)
    assert (answer.status_code, answer.data["code"]) == (400, "invalid")
    assert Message.objects.count() == 0


@pytest.mark.parametrize("after", ["-1", "x", str(10**30), "1.5", "\0"])
def test_after_must_be_an_id(visitor, after):
    assert visitor.get(after=after).status_code == 400


@pytest.mark.parametrize("body", ["[" * 100_000, '{"text": "\\ud800"}', "{", '{"client_id": 9e999}', "\xff"])
def test_broken_json_is_a_400(visitor, body):
    answer = visitor.http.post(visitor.url("messages/"), body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400


def test_a_body_beyond_reason_is_not_read(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = visitor.say("x" * 1000)
    assert (answer.status_code, answer.data["code"]) == (413, "body_too_large")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_message_from_two_threads_is_stored_once(visitor):
    number, together = uuid.uuid4(), threading.Barrier(4)
    answers: list[int] = []

    def send() -> None:
        together.wait()
        answers.append(VisitorClient.again(visitor).say("Once", client_id=number).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 200, 201]
    assert Message.objects.count() == 1
    assert Contact.objects.count() == 1
