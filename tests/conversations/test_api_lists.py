"""REST: the lists of conversations, contacts and colleagues; what they hold, who sees what, what they cost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


def test_a_conversation_has_the_fields_of_the_contract(conversation, ana):
    [row] = Program(ana).get("conversations").json()["results"]
    until = row["window"].pop("until")
    assert row.pop("last_message_at") and until
    assert row == {
        "id": conversation.pk,
        "state": "open",
        "channel": conversation.channel_id,
        "contact": conversation.contact.pk,
        "team": conversation.team_id,
        "assignee": None,
        "with_bot": False,
        "unread": 1,
        "window": {"reply": "open", "reopen": True},
        "labels": [],
        "priority": "normal",
        "snoozed_at": None,
        "snoozed_until": None,
        "blocked": False,
    }


def test_one_conversation_is_the_same_as_in_the_list(conversation, ana):
    [row] = Program(ana).get("conversations").json()["results"]
    assert Program(ana).get(f"conversations/{conversation.pk}/").json() == row


def test_the_window_says_when_it_is_shut(conversation, ana):
    make.long_ago(conversation, timezone.now() - timedelta(days=3))
    window = Program(ana).get(f"conversations/{conversation.pk}").json()["window"]
    assert (window["reply"], window["reopen"]) == ("shut", False)


def test_the_list_begins_with_what_moved_last(webchat, ana):
    first, second = make.conversation(webchat, who="nora"), make.conversation(webchat, who="otto")
    make.message(webchat, who="nora")
    assert Program(ana).ids("conversations") == [first.pk, second.pk]


def test_pages_follow_each_other_without_gap_or_repeat(webchat, ana):
    everything = {make.conversation(webchat).pk for _ in range(51)}
    program = Program(ana)
    page = program.get("conversations").json()
    rest = program.client.get(page["next"]).json()
    assert (len(page["results"]), len(rest["results"])) == (50, 1)
    assert {row["id"] for row in page["results"] + rest["results"]} == everything
    assert page["previous"] is None and rest["next"] is None
    assert program.client.get(rest["previous"]).json()["results"] == page["results"]


# --- Who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["conversations", "contacts"])
def test_a_list_holds_what_the_team_sees_and_a_stranger_finds_it_empty(path, conversation, ana, cara):
    assert len(Program(ana).ids(path)) == 1
    assert Program(cara).ids(path) == []


@pytest.mark.parametrize("path", ["conversations", "contacts"])
def test_whoever_oversees_finds_everything(path, conversation, sara):
    assert not sara.teams.exists()
    assert len(Program(sara).ids(path)) == 1


def test_a_contact_is_there_for_the_team_and_not_for_a_stranger(conversation, ana, cara):
    path = f"contacts/{conversation.contact.pk}"
    assert Program(ana).get(path).json()["name"] == "Nora Visitor"
    assert is_problem(Program(cara).get(path), 404, "not_found")


PATHS = ["conversations", "conversations/1", "conversations/1/messages", "conversations/1/events", "contacts"]


@pytest.mark.parametrize("path", [*PATHS, "contacts/1", "teammates", "teams", "channels", "me/presence"])
def test_nobody_gets_in_without_a_token(path, db):
    response = Program(None).get(path)
    assert is_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_a_session_of_the_inbox_is_as_good_as_a_token(client, conversation, ana):
    client.force_login(ana)
    assert client.get("/api/v1/conversations").json()["results"][0]["id"] == conversation.pk


def test_a_token_of_somebody_who_left_opens_nothing(conversation, ana):
    program = Program(ana)
    assert program.get("conversations").status_code == 200
    ana.is_active = False
    ana.save(update_fields=["is_active"])
    assert is_problem(program.get("conversations"), 401, "authentication_failed")


# --- Filters --------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(webchat, support, sara, ana):
    """Nora waits in Sales, Otto is with Ana and was answered, Pia's is closed on the channel of Support."""
    nora = make.conversation(webchat, who="nora", name="Nora Nowak", text="Where is my parcel?")
    otto = make.conversation(webchat, who="otto", name="Otto Berg", text="Thanks a lot", state="assigned", assignee=ana)
    otto.reply("You are welcome", by=ana)
    phone = make.channel("whatsapp", support)
    pia = make.conversation(phone, who="pia", name="Pia Lund", text="Refund 100%", state="closed", assignee=sara)
    return {"nora": nora, "otto": otto, "pia": pia}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"state": "open"}, {"nora"}),
        ({"state": ["open", "closed"]}, {"nora", "pia"}),
        ({"waiting": "true"}, {"nora"}),
        ({"waiting": "false"}, {"otto", "pia"}),
        ({"q": "nowak"}, {"nora"}),
        ({"q": "WELCOME"}, {"otto"}),
        ({"q": "100%"}, {"pia"}),
        ({"q": "nothing of the kind"}, set()),
        ({"label": "vip"}, set()),
        ({"state": "open", "q": "welcome"}, set()),
    ],
)
def test_a_filter_leaves_what_it_names(filters, found, three, sara):
    assert set(Program(sara).ids("conversations", **filters)) == {three[name].pk for name in found}


def test_filters_by_id_leave_what_they_name(three, sara, ana):
    by_id = {
        "nora, otto": {"team": three["nora"].team_id},
        "otto": {"assignee": ana.pk},
        "pia": {"channel": three["pia"].channel_id},
    }
    for names, filters in by_id.items():
        found = set(Program(sara).ids("conversations", **filters))
        assert found == {three[name].pk for name in names.split(", ")}


@pytest.mark.parametrize("field", ["state", "team", "assignee", "channel", "waiting"])
@pytest.mark.parametrize("value", ["nonsense", "9" * 30, "-1", "\0", "٣x"])
def test_an_unknown_filter_value_is_an_error_and_not_an_empty_list(field, value, ana):
    response = Program(ana).get("conversations", **{field: value})
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize("field", ["q", "label"])
def test_a_nul_byte_is_no_word_to_search_for(field, ana):
    assert is_problem(Program(ana).get("conversations", **{field: "a\0b"}), 400, "invalid")


# "p=x", "p=10000-01-01", a moment before the year 1, "p=\\0": positions that somebody made up, in base64.
@pytest.mark.parametrize(
    "cursor", ["x", "cD14", "cD0xMDAwMC0wMS0wMQ==", "cD0wMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAw", "cD0A", "é"]
)
@pytest.mark.parametrize("path", ["conversations", "teams", "contacts", "messages", "events"])
def test_a_made_up_cursor_is_an_error(path, cursor, conversation, ana):
    path = f"conversations/{conversation.pk}/{path}" if path in ("messages", "events") else path
    assert is_problem(Program(ana).get(path, cursor=cursor), 400, "invalid")


# --- Colleagues -----------------------------------------------------------------------------------------------------


def test_a_colleague_has_a_dot_a_capacity_and_a_load(webchat, ana, ben):
    make.ready(ana)
    make.conversation(webchat, state="assigned", assignee=ana)
    make.conversation(webchat, state="closed", assignee=ana)
    rows = Program(ben).get("teammates").json()["results"]
    hers = {"availability": "active", "ready": True, "dot": "green", "capacity": 10, "load": 1}
    his = {"availability": "active", "ready": False, "dot": "red", "capacity": 10, "load": 0}
    no_reason = {"away_reason": "", "back_at": None}
    assert rows == [
        {"id": ana.pk, "username": "ana", "name": "Ana", **hers, **no_reason},
        {"id": ben.pk, "username": "ben", "name": "Ben", **his, **no_reason},
    ]


def test_who_left_is_no_colleague(ana, ben):
    assert Program(ana).get(f"teammates/{ben.pk}").status_code == 200
    ben.is_active = False
    ben.save(update_fields=["is_active"])
    assert Program(ana).ids("teammates") == [ana.pk]
    assert is_problem(Program(ana).get(f"teammates/{ben.pk}"), 404, "not_found")


# --- What a list costs ----------------------------------------------------------------------------------------------


def queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


@pytest.mark.parametrize("path", ["conversations", "contacts", "teammates", "teams", "channels"])
def test_thirty_rows_take_as_many_queries_as_one(path, webchat, sales, ana):
    program = Program(ana)

    def grow(number: int) -> None:
        for each in range(number):
            person = make.teammate(f"{path}-{number}-{each}", make.team(f"Team {number}-{each}"))
            make.conversation(make.channel("webchat", sales), state="assigned", assignee=person)

    grow(1)
    few = queries(lambda: program.get(path))
    grow(29)
    assert len(program.ids(path)) >= 30
    assert queries(lambda: program.get(path)) == few


@pytest.mark.parametrize("path", ["messages", "events"])
def test_thirty_messages_take_as_many_queries_as_one(path, webchat, conversation, ana):
    program = Program(ana)
    path = f"conversations/{conversation.pk}/{path}"
    few = queries(lambda: program.get(path))
    for _ in range(29):
        make.message(webchat, who="visitor-1", files=(make.text_file(),))
    assert len(program.ids(path)) >= 30
    assert queries(lambda: program.get(path)) == few
