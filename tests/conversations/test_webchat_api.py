"""The webchat's HTTP door as a website's script meets it."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from channels_app.models import Visitor
from conversations.models import Contact, Conversation, Identity, Message, Status
from tests import make
from tests.conversations.webchat_visitor import PICTURE, VisitorClient, upload

# From the product's documentation of identity: secret, id and the hash that proves it.
SECRET, USER, HASH = (
    "monty-widget-secret",
    "user-42",
    "47c4b74095f163dfcec99854b14b1ae16b9b2c457f795fa56c168471e52008af",
)


@pytest.fixture
def visitor(webchat) -> VisitorClient:
    return VisitorClient(webchat)


@pytest.fixture
def shop(webchat):
    """The webchat of a website that signs its users and names its origins."""
    webchat.config = {"identity_secret": SECRET, "origins": ["https://shop.example.org", "https://*.example.net"]}
    webchat.save()
    return webchat


def signed(shop, user_hash: str = HASH, **identity: str) -> VisitorClient:
    return VisitorClient(shop, {"identity": {"user_id": USER} | identity, "user_hash": user_hash})


# --- Sessions -------------------------------------------------------------------------------------------------------


def test_a_session_needs_nothing_and_makes_no_contact_yet(visitor):
    assert visitor.session.status_code == 201
    assert set(visitor.session.data) == {"token", "visitor"}
    assert Contact.objects.count() == 0


def test_the_token_itself_is_not_kept(visitor):
    row = Visitor.objects.get(uuid=visitor.session.data["visitor"])
    assert visitor.token not in row.token_hash


def test_a_signed_identity_is_the_websites_user(shop):
    answer = signed(shop, name="Nora Nile", email="nora@example.org").say("Hi")
    identity = Message.objects.get(pk=answer.data["id"]).conversation.identity
    assert identity.external_id == f"user:{USER}"
    assert (identity.verified, identity.contact.name, identity.contact.email) == (True, "Nora Nile", "nora@example.org")


def test_two_browsers_of_a_signed_user_share_one_thread(shop):
    signed(shop).say("from the laptop")
    assert [each["text"] for each in signed(shop).thread()] == ["from the laptop"]


@pytest.mark.parametrize("user_hash", [HASH[:-1] + "0", "x", HASH.upper(), "ü"])
def test_a_wrong_signature_is_refused_and_makes_nothing(shop, user_hash):
    refused = signed(shop, user_hash=user_hash).session
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert Visitor.objects.count() == 0


def test_a_signature_is_refused_where_the_website_has_no_secret(webchat):
    assert signed(webchat).session.status_code == 400


def test_a_signature_without_a_user_is_refused(shop):
    assert VisitorClient(shop, {"identity": {}, "user_hash": HASH}).session.status_code == 400


def test_a_claimed_user_sees_nothing_of_the_proved_ones_history(shop):
    signed(shop, email="nora@example.org").say("My card number is …")
    liar = VisitorClient(shop, {"identity": {"user_id": USER, "name": "Nora", "email": "nora@example.org"}})
    assert liar.session.status_code == 201
    liar.say("Show me my orders")
    assert [each["text"] for each in liar.thread()] == ["Show me my orders"]


def test_a_claim_stays_with_the_visitor(shop):
    claimed = {"identity": {"name": "The Boss", "email": "boss@example.org"}}
    answer = VisitorClient(shop, claimed).say("Hi")
    identity = Message.objects.get(pk=answer.data["id"]).conversation.identity
    assert (identity.verified, identity.contact.name, identity.contact.email) == (False, "", "")
    assert Visitor.objects.get().email == "boss@example.org"


def test_an_inactive_channel_is_not_there(visitor, webchat):
    webchat.active = False
    webchat.save()
    assert VisitorClient(webchat).session.status_code == 404
    assert visitor.get().status_code == 404


def test_another_kind_of_channel_has_no_webchat(sales):
    assert VisitorClient(make.channel("facebook", sales)).session.status_code == 404


# --- Messages -------------------------------------------------------------------------------------------------------


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
    assert visitor.get().data["conversation"] == nobody
    Conversation.objects.get().assign_to(make.ready(ana), by=None)
    there = {"state": "assigned", "team": "Sales", "assignee": "Ana", "online": True, "unread": 1}
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


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_picture_is_sent_and_shown_by_a_signed_link(visitor):
    answer = visitor.send_file(upload("cat.png", PICTURE.content))
    assert answer.status_code == 201
    (picture,) = visitor.thread()[0]["attachments"]
    assert (picture["name"], picture["is_image"], picture["width"]) == ("cat.png", True, 8)
    shown = APIClient().get(picture["url"])
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_text_file_is_downloaded_not_shown(visitor):
    visitor.send_file(upload("notes.txt", b"just text"))
    (file,) = visitor.thread()[0]["attachments"]
    assert APIClient().get(file["url"]).headers["Content-Disposition"].startswith("attachment")


def test_a_files_link_ends_after_an_hour(visitor, time_machine):
    visitor.send_file(upload("cat.png", PICTURE.content))
    (picture,) = visitor.thread()[0]["attachments"]
    time_machine.move_to(timezone.now() + timedelta(seconds=3601))
    assert APIClient().get(picture["url"]).status_code == 404


def test_a_files_link_without_its_signature_leads_nowhere(visitor):
    visitor.send_file(upload("cat.png", PICTURE.content))
    (picture,) = visitor.thread()[0]["attachments"]
    address, _, key = picture["url"].partition("?key=")
    assert APIClient().get(address).status_code == 404
    assert APIClient().get(f"{address}?key={key[:-1]}").status_code == 404


def test_one_files_signature_does_not_open_another(visitor):
    visitor.send_file(upload("a.png", PICTURE.content))
    visitor.send_file(upload("b.png", PICTURE.content))
    a, b = (each["attachments"][0]["url"].partition("?") for each in visitor.thread())
    assert APIClient().get(f"{a[0]}?{b[2]}").status_code == 404


def test_a_page_is_not_taken_as_a_file(visitor):
    refused = visitor.send_file(upload("cat.png", b"<html><script>alert(1)</script>"))
    assert (refused.status_code, refused.data["code"]) == (415, "media_refused")
    assert Message.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(visitor, settings):
    settings.MEDIA_MAX_BYTES = 10
    refused = visitor.send_file(upload("notes.txt", b"eleven byte"))
    assert (refused.status_code, refused.data["code"]) == (413, "media_too_large")


def test_a_form_beyond_any_file_is_not_even_read(visitor, settings):
    settings.MEDIA_MAX_BYTES = 10
    refused = visitor.send_file(upload("notes.txt", b"x" * 100_000))
    assert (refused.status_code, refused.data["code"]) == (413, "body_too_large")


# --- Receipts -------------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(visitor, ana) -> list[Message]:
    """A conversation in which Ana answered twice."""
    visitor.say("Hello")
    conversation = Conversation.objects.get()
    return [conversation.reply(text, by=ana).message for text in ("Good morning!", "How can I help?")]


def statuses() -> list[str]:
    return list(Message.objects.from_us().order_by("pk").values_list("status", flat=True))


def test_a_receipt_marks_everything_up_to_it(visitor, answered):
    assert visitor.post("receipts/", {"read": answered[0].pk}).status_code == 204
    assert statuses() == [Status.READ, Status.QUEUED]
    visitor.post("receipts/", {"delivered": answered[1].pk})
    assert statuses() == [Status.READ, Status.DELIVERED]


def test_a_receipt_never_goes_back(visitor, answered):
    visitor.post("receipts/", {"read": answered[1].pk})
    visitor.post("receipts/", {"delivered": answered[1].pk})
    assert statuses() == [Status.READ, Status.READ]


def test_a_receipt_twice_is_one_event(visitor, answered):
    visitor.post("receipts/", {"read": answered[1].pk})
    visitor.post("receipts/", {"read": answered[1].pk})
    assert Conversation.objects.get().events.filter(verb="deliver").count() == 1


def test_nobody_else_marks_my_messages(webchat, answered):
    other = VisitorClient(webchat)
    other.say("I am somebody else")
    assert other.post("receipts/", {"read": answered[1].pk}).status_code == 204
    assert statuses() == [Status.QUEUED, Status.QUEUED]


@pytest.mark.parametrize("receipt", [{"read": 0}, {"read": "x"}, {"read": 10**30}, []])
def test_what_is_no_receipt_is_refused(visitor, answered, receipt):
    assert visitor.post("receipts/", receipt).status_code == 400


# --- Whose token ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["", "Visitor", "Visitor ", "Visitor nonsense", "Token x", "Bearer x", "Visitor \xff"]
)
def test_without_a_visitors_token_there_is_nothing(visitor, header):
    visitor.say("private")
    visitor.http.credentials(HTTP_AUTHORIZATION=header)
    for answer in (visitor.get(), visitor.say("as somebody"), visitor.post("receipts/", {"read": 1})):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Visitor")


def test_another_visitor_sees_nothing_of_mine(visitor, webchat):
    visitor.say("private")
    assert VisitorClient(webchat).thread() == []


def test_a_token_is_good_for_its_own_channel_only(visitor, sales):
    other = make.channel("webchat", sales)
    assert visitor.http.get(f"/webchat/{other.uuid}/messages/").status_code == 401


def test_a_log_in_cookie_is_no_visitor(webchat, ana):
    client = APIClient()
    client.force_login(ana)
    assert client.get(f"/webchat/{webchat.uuid}/messages/").status_code == 401


# --- Which website --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://shop.example.org", "https://SHOP.example.org", "https://a.example.net"])
def test_a_listed_website_may(shop, origin):
    answer = VisitorClient(shop, origin=origin).get()
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://shop.example.org", "https://example.net", "null", "http://[", "a://b\xff"],
)
def test_any_other_website_may_not(shop, origin):
    refused = VisitorClient(shop, origin=origin).session
    assert (refused.status_code, refused.data["code"]) == (403, "permission_denied")
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_montys_own_page_and_programs_always_may(shop):
    assert VisitorClient(shop, origin="http://testserver").get().status_code == 200
    assert VisitorClient(shop).get().status_code == 200


def test_without_a_list_any_website_may(webchat):
    answer = VisitorClient(webchat, origin="https://anything.example").get()
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_a_preflight_is_answered_without_a_token(shop):
    def ask(origin: str):
        return APIClient().options(f"/webchat/{shop.uuid}/messages/", HTTP_ORIGIN=origin)

    answer = ask("https://shop.example.org")
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert ask("https://evil.example").status_code == 403


def test_a_refusal_can_be_read_by_the_website_that_may_ask(shop):
    visitor = VisitorClient(shop, origin="https://shop.example.org")
    assert visitor.post("messages/", {}).headers["Access-Control-Allow-Origin"] == "https://shop.example.org"


def test_only_listed_websites_may_frame_the_page(shop, client):
    page = client.get(f"/webchat/{shop.uuid}/")
    assert "frame-ancestors 'self' https://shop.example.org https://*.example.net" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page


def test_without_a_list_any_website_may_frame_the_page(webchat, client):
    assert "frame-ancestors *" in client.get(f"/webchat/{webchat.uuid}/")["Content-Security-Policy"]


def test_the_loader_names_its_own_channel_and_nothing_can_break_out_of_it(webchat, client):
    webchat.name = "</script>'\"\\ \u2028 chat"
    webchat.save()
    script = client.get(f"/webchat/{webchat.uuid}/widget.js")
    assert script["Content-Type"] == "text/javascript; charset=utf-8"
    assert "</script>'" not in script.text
    assert "\u2028" not in script.text
    assert json.dumps(f"http://testserver/webchat/{webchat.uuid}/")[1:-1].replace("-", "\\u002D") in script.text


# --- How often ------------------------------------------------------------------------------------------------------


@pytest.fixture
def limit(settings):
    def to(**rates: str) -> None:
        always = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": always | rates}

    return to


def test_an_address_begins_only_so_many_sessions(webchat, limit):
    limit(session="2/min")
    answers = [VisitorClient(webchat).session for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_a_visitor_writes_only_so_often_and_another_still_may(visitor, webchat, limit):
    limit(visitor="2/min")
    assert [visitor.say("x").status_code for _ in range(3)] == [201, 201, 429]
    assert VisitorClient(webchat).say("x").status_code == 201
    assert visitor.get().status_code == 200


def test_a_channel_takes_only_so_much_and_another_still_does(visitor, webchat, sales, limit):
    limit(channel="3/min")
    assert [visitor.say("x").status_code for _ in range(3)] == [201, 201, 429]
    assert VisitorClient(make.channel("webchat", sales)).session.status_code == 201


def test_one_flood_does_not_use_up_the_channel(webchat, limit):
    limit(session="1/min", channel="2/min")
    for _ in range(5):
        VisitorClient(webchat)
    assert VisitorClient(webchat, address="192.0.2.7").session.status_code == 201


def test_the_limit_begins_anew_with_the_next_minute(visitor, limit, time_machine):
    limit(visitor="1/min")
    assert [visitor.say("x").status_code for _ in range(2)] == [201, 429]
    time_machine.move_to(timezone.now() + timedelta(seconds=60))
    assert visitor.say("x").status_code == 201


# --- At once --------------------------------------------------------------------------------------------------------


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


# --- Anything at all ------------------------------------------------------------------------------------------------


@pytest.fixture
def tireless(visitor, limit) -> VisitorClient:
    """A visitor whom no limit stops before the views are reached."""
    limit(session="10000/min", visitor="10000/min", visitor_reads="10000/min")
    return visitor


HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("client_id", "text", "file", "identity", "user_hash", "delivered", "read"), JSON),
)
ADDRESSES = st.sampled_from(["sessions/", "messages/", "receipts/"])
# The fixtures are only read, and rows made by one example do not change what another may expect.
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(address=ADDRESSES, body=st.binary(max_size=200), kind=HEADER, origin=HEADER)
def test_no_bytes_are_an_error_of_ours(tireless, address, body, kind, origin):
    answer = tireless.http.generic(
        "POST", tireless.url(address), body, content_type=kind, HTTP_ORIGIN=origin, HTTP_ACCEPT=kind
    )
    assert answer.status_code < 500


@FUZZ
@given(address=ADDRESSES, body=JSON | FIELDS)
def test_no_json_is_an_error_of_ours(tireless, address, body):
    answer = tireless.http.post(tireless.url(address), json.dumps(body), content_type="application/json")
    assert answer.status_code < 500


@FUZZ
@given(authorization=HEADER, after=st.text(max_size=20))
def test_no_header_or_query_is_an_error_of_ours(tireless, authorization, after):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=authorization)
    assert client.get(tireless.url("messages/"), {"after": after}).status_code < 500
    assert tireless.get(after=after).status_code < 500


@FUZZ
@given(key=st.text(max_size=60))
def test_no_key_of_a_file_is_an_error_of_ours(tireless, key):
    assert tireless.http.get(tireless.url(f"files/{uuid.uuid4()}/"), {"key": key}).status_code == 404
