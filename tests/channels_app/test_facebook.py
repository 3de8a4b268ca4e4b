"""Facebook: what goes out to Messenger, and what is asked of it. Only the network is replaced."""

import json
from email import message_from_bytes

import httpx
import pytest

from channels_app.border import Inbound, Media, Outbound, Outfile, Sender
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from tests.channels_app.test_graph import ROWS, TOKEN

PAGE, CUSTOMER = "104500001", "6500111222333"
API = "https://graph.facebook.com/v26.0"
MESSAGES = f"{API}/{PAGE}/messages"
PHOTO = Outfile(
    name="mug.jpg", content_type="image/jpeg", size=4, read=lambda: b"\xff\xd8\xff\xe0", link=lambda: "unused"
)


@pytest.fixture
def page():
    return Channel(kind="facebook", external_id=PAGE, config={"access_token": TOKEN}).adapter


@pytest.fixture
def accepted(respx_mock):
    """Messenger takes everything."""
    return respx_mock.post(MESSAGES).respond(json={"recipient_id": CUSTOMER, "message_id": "m_out_777"})


def outbound(text="", **fields):
    return Outbound(id=4711, recipient=CUSTOMER, text=text, **fields)


def sent(route) -> dict[str, object]:
    return json.loads(route.calls.last.request.content)


def fields_of(request):
    """The parts of a form, by name."""
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n"
    parts = message_from_bytes(head + request.read()).get_payload()
    return {part.get_param("name", header="Content-Disposition"): part for part in parts}


# --- Messages -------------------------------------------------------------------------------------------------------


def test_a_text(page, accepted):
    assert page.send(outbound("On its way!", reply_to="m_AbCd-EfGh_001")) == "m_out_777"

    assert sent(accepted) == {
        "recipient": {"id": CUSTOMER},
        "messaging_type": "RESPONSE",
        "message": {"text": "On its way!", "metadata": "monty:msg:4711"},
        "reply_to": {"mid": "m_AbCd-EfGh_001"},
    }
    assert accepted.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"


def test_after_a_day_it_says_that_a_person_wrote_it(page, accepted):
    page.send(outbound("Sorry for the wait.", tagged=True))

    assert sent(accepted) == {
        "recipient": {"id": CUSTOMER},
        "messaging_type": "MESSAGE_TAG",
        "tag": "HUMAN_AGENT",
        "message": {"text": "Sorry for the wait.", "metadata": "monty:msg:4711"},
    }


def test_within_a_day_it_does_not(page, accepted):
    page.send(outbound("Hi"))

    assert "tag" not in sent(accepted)


def test_a_file_goes_out_with_its_content(page, accepted):
    assert page.send(outbound(file=PHOTO, tagged=True, reply_to="m_1")) == "m_out_777"

    fields = fields_of(accepted.calls.last.request)
    content = fields.pop("filedata")
    plain = {name: part.get_payload() for name, part in fields.items()}
    assert plain.pop("messaging_type") == "MESSAGE_TAG"
    assert plain.pop("tag") == "HUMAN_AGENT"
    assert {name: json.loads(value) for name, value in plain.items()} == {
        "recipient": {"id": CUSTOMER},
        "message": {
            "attachment": {"type": "image", "payload": {"is_reusable": True}},
            "metadata": "monty:msg:4711",
        },
        "reply_to": {"mid": "m_1"},
    }
    assert content.get_content_type() == "image/jpeg"
    assert content.get_filename() == "mug.jpg"
    assert content.get_payload(decode=True) == PHOTO.read()


@pytest.mark.parametrize(("content_type", "kind"), [
    ("image/png", "image"), ("image/tiff", "file"), ("audio/mpeg", "audio"), ("video/mp4", "video"),
    ("application/pdf", "file"), ("text/plain", "file"),
])  # fmt: skip
def test_a_file_goes_out_as_what_it_is(page, accepted, content_type, kind):
    page.send(outbound(file=Outfile("x", content_type, 1, read=lambda: b"x", link=lambda: "")))

    message = json.loads(fields_of(accepted.calls.last.request)["message"].get_payload())
    assert message["attachment"]["type"] == kind


def test_a_text_beside_a_file_is_never_dropped(page, accepted):
    with pytest.raises(Refused) as refused:
        page.send(outbound("Look", file=PHOTO))

    assert refused.value.verdict == Verdict.PERMANENT
    assert not accepted.calls


def test_a_visitor_of_a_plugin_is_answered_by_their_reference(page, accepted):
    page.send(Outbound(id=1, recipient="user_ref:cart-9", text="Hi"))

    assert sent(accepted)["recipient"] == {"user_ref": "cart-9"}


# --- Refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "code"), ROWS, ids=[code for _verdict, code in ROWS])
def test_a_refused_message_is_judged_by_the_table(page, respx_mock, verdict, code):
    number, _slash, subcode = code.partition("/")
    error = {"message": "(#1) No", "type": "OAuthException", "code": int(number), "fbtrace_id": "AbC123xyz"}
    respx_mock.post(MESSAGES).respond(400, json={"error": error | ({"error_subcode": int(subcode)} if subcode else {})})

    with pytest.raises(Refused) as refused:
        page.send(outbound("Hi"))

    assert (refused.value.verdict, refused.value.provider_code) == (verdict, code)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(("error", "verdict"), [
    (httpx.ConnectError, Verdict.RETRY), (httpx.ConnectTimeout, Verdict.RETRY),
    (httpx.ReadTimeout, Verdict.UNKNOWN), (httpx.RemoteProtocolError, Verdict.UNKNOWN),
])  # fmt: skip
def test_a_call_that_broke_off_may_be_tried_again_only_if_nothing_was_sent(page, respx_mock, error, verdict):
    respx_mock.post(MESSAGES).mock(side_effect=error)

    with pytest.raises(Refused) as refused:
        page.send(outbound("Hi"))

    assert refused.value.verdict == verdict


@pytest.mark.parametrize("answer", [{}, {"message_id": ""}, {"message_id": 5}, {"recipient_id": CUSTOMER}])
def test_a_success_without_an_id_may_have_been_sent_or_not(page, respx_mock, answer):
    respx_mock.post(MESSAGES).respond(json=answer)

    with pytest.raises(Refused) as refused:
        page.send(outbound("Hi"))

    assert refused.value.verdict == Verdict.UNKNOWN


# --- Signs ----------------------------------------------------------------------------------------------------------


def test_typing_is_shown(page, accepted):
    page.show_typing(CUSTOMER, last="m_1")

    assert sent(accepted) == {"recipient": {"id": CUSTOMER}, "sender_action": "typing_on"}


def test_reading_is_told(page, accepted):
    page.mark_read(CUSTOMER, last="m_1")

    assert sent(accepted) == {"recipient": {"id": CUSTOMER}, "sender_action": "mark_seen"}


# --- People ---------------------------------------------------------------------------------------------------------


def profile(respx_mock, status: int = 200, **answer: object):
    fields = {"fields": "first_name,last_name,name,profile_pic"}
    return respx_mock.get(f"{API}/{CUSTOMER}", params=fields).respond(status, json=answer)


def test_a_profile(page, respx_mock):
    profile(respx_mock, name="Nora Vale", first_name="Nora", profile_pic="https://x.fbcdn.net/n.jpg", id=CUSTOMER)

    assert page.fetch_profile(CUSTOMER) == Sender(
        CUSTOMER, name="Nora Vale", picture="https://x.fbcdn.net/n.jpg", verified=True
    )


def test_a_name_in_two_parts(page, respx_mock):
    profile(respx_mock, first_name="Nora", last_name="Vale")

    assert page.fetch_profile(CUSTOMER).name == "Nora Vale"


@pytest.mark.parametrize(("status", "answer"), [
    (200, {}),
    (400, {"error": {"code": 100, "error_subcode": 2018218}}),
    (400, {"error": {"code": 200, "error_subcode": 2018247}}),
    (400, {"error": {"code": 100, "error_subcode": 33}}),
])  # fmt: skip
def test_a_profile_that_meta_does_not_tell_is_none(page, respx_mock, status, answer):
    profile(respx_mock, status, **answer)

    assert page.fetch_profile(CUSTOMER) is None


def test_a_profile_may_be_asked_for_again_later(page, respx_mock):
    profile(respx_mock, 500)

    with pytest.raises(Refused) as refused:
        page.fetch_profile(CUSTOMER)

    assert refused.value.verdict == Verdict.RETRY


def test_the_token_proves_the_page(page, respx_mock):
    respx_mock.get(f"{API}/me", params={"fields": "id,name"}).respond(json={"id": PAGE, "name": "Mug Shop"})

    assert page.check() == "Mug Shop"


@pytest.mark.parametrize("answer", [{"id": "999", "name": "Other"}, {}, {"id": None}])
def test_another_pages_token_does_not(page, respx_mock, answer):
    respx_mock.get(f"{API}/me").respond(json=answer)

    with pytest.raises(Refused) as refused:
        page.check()

    assert refused.value.verdict == Verdict.RECONNECT


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_customers_file_is_fetched_without_the_token(page, respx_mock):
    url = "https://scontent.xx.fbcdn.net/v/1_n.jpg?oh=00_x&oe=69A0"
    route = respx_mock.get(url).respond(content=b"picture", headers={"Content-Type": "image/jpeg"})

    assert page.fetch_media(Media("image", url=url), 1000).content == b"picture"
    assert "Authorization" not in route.calls.last.request.headers


@pytest.mark.parametrize("url", ["", "https://evil.example/x.jpg", "http://scontent.xx.fbcdn.net/x.jpg"])
def test_from_nowhere_else(page, respx_mock, url):
    with pytest.raises(Refused):
        page.fetch_media(Media("image", url=url), 1000)
    assert not respx_mock.calls


def test_what_is_posted_is_read(page):
    item = {
        "sender": {"id": CUSTOMER},
        "recipient": {"id": PAGE},
        "timestamp": 1,
        "message": {"mid": "m", "text": "Hi"},
    }
    [found] = page.parse({"object": "page", "entry": [{"id": PAGE, "messaging": [item]}]})

    assert found.account == PAGE
    assert isinstance(found.fact, Inbound)


def test_its_limits_are_meta_s():
    can = Channel(kind="facebook").adapter.can

    assert can.largest("application/zip") == 25 * 1024 * 1024
    assert can.largest("image/png") == 8 * 1024 * 1024
    assert can.length("é" * 2000) == can.text == 2000
