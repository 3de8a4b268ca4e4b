"""Instagram: what goes out, and what is asked, by the account's own token or by that of its page."""

import json

import pytest

from channels_app.border import Inbound, Media, Outbound, Outfile, Sender
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from monty.errors import BadInput
from tests.channels_app.test_graph import ROWS, TOKEN

ACCOUNT, CUSTOMER = "17841400000000001", "1234567890123456"
API = "https://graph.instagram.com/v26.0"
MESSAGES = f"{API}/me/messages"
LINK = "https://monty.example/m/abc.jpg"


def connected(**config):
    return Channel(kind="instagram", external_id=ACCOUNT, config={"access_token": TOKEN, **config}).adapter


@pytest.fixture
def account():
    return connected()


@pytest.fixture
def accepted(respx_mock):
    return respx_mock.post(MESSAGES).respond(json={"recipient_id": CUSTOMER, "message_id": "aWd_out1"})


def outbound(text="", **fields):
    return Outbound(id=4711, recipient=CUSTOMER, text=text, **fields)


def file(content_type: str) -> Outfile:
    def read() -> bytes:
        raise AssertionError("Instagram fetches files by their link")

    return Outfile("abc", content_type, 9, read=read, link=lambda: LINK)


def sent(route) -> dict[str, object]:
    return json.loads(route.calls.last.request.content)


def test_a_text(account, accepted):
    assert account.send(outbound("Yes!")) == "aWd_out1"

    assert sent(accepted) == {"recipient": {"id": CUSTOMER}, "message": {"text": "Yes!"}}


def test_an_answer_by_a_person_after_a_day(account, accepted):
    account.send(outbound("Yes!", tagged=True, reply_to="aWd_1"))

    assert sent(accepted) == {
        "recipient": {"id": CUSTOMER},
        "message": {"text": "Yes!"},
        "messaging_type": "MESSAGE_TAG",
        "tag": "HUMAN_AGENT",
        "reply_to": {"mid": "aWd_1"},
    }


@pytest.mark.parametrize(("content_type", "kind"), [
    ("image/jpeg", "image"), ("audio/mp4", "audio"), ("video/mp4", "video"), ("application/pdf", "file"),
])  # fmt: skip
def test_a_file_goes_out_as_a_link(account, accepted, content_type, kind):
    account.send(outbound(file=file(content_type)))

    assert sent(accepted) == {
        "recipient": {"id": CUSTOMER},
        "message": {"attachment": {"type": kind, "payload": {"url": LINK}}},
    }


def test_through_its_page_the_same_goes_to_the_other_host(respx_mock):
    route = respx_mock.post("https://graph.facebook.com/v26.0/me/messages").respond(json={"message_id": "aWd_out1"})

    assert connected(base_url="https://graph.facebook.com").send(outbound("Yes!")) == "aWd_out1"
    assert sent(route) == {"recipient": {"id": CUSTOMER}, "message": {"text": "Yes!"}}


@pytest.mark.parametrize(("verdict", "code"), ROWS, ids=[code for _verdict, code in ROWS])
def test_a_refused_message_is_judged_by_the_table(account, respx_mock, verdict, code):
    number, _slash, subcode = code.partition("/")
    error = {"code": int(number), **({"error_subcode": int(subcode)} if subcode else {})}
    respx_mock.post(MESSAGES).respond(400, json={"error": error})

    with pytest.raises(Refused) as refused:
        account.send(outbound("Hi"))

    assert (refused.value.verdict, refused.value.provider_code) == (verdict, code)


def test_typing_and_reading(account, accepted):
    account.show_typing(CUSTOMER, last="aWd_1")
    assert sent(accepted) == {"recipient": {"id": CUSTOMER}, "sender_action": "typing_on"}

    account.mark_read(CUSTOMER, last="aWd_1")
    assert sent(accepted) == {"recipient": {"id": CUSTOMER}, "sender_action": "mark_seen"}


def test_a_profile(account, respx_mock):
    picture = "https://scontent.cdninstagram.com/n.jpg"
    respx_mock.get(f"{API}/{CUSTOMER}", params={"fields": "name,username,profile_pic"}).respond(
        json={"name": None, "username": "nora.v", "profile_pic": picture}
    )

    assert account.fetch_profile(CUSTOMER) == Sender(CUSTOMER, username="nora.v", picture=picture, verified=True)


def test_who_has_not_consented_has_no_profile(account, respx_mock):
    respx_mock.get(f"{API}/{CUSTOMER}").respond(
        400, json={"error": {"code": 230, "message": "User consent is required"}}
    )

    assert account.fetch_profile(CUSTOMER) is None


def test_a_customers_file_comes_from_metas_hosts_only(account, respx_mock):
    url = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=x"
    respx_mock.get(url).respond(content=b"picture")

    assert account.fetch_media(Media("image", url=url), 1000).content == b"picture"
    with pytest.raises(Refused):
        account.fetch_media(Media("image", url="https://fbsbx.com.evil.example/"), 1000)


def test_the_token_proves_the_account(account, respx_mock):
    answer = {"user_id": ACCOUNT, "id": "9001", "username": "mugshop"}
    respx_mock.get(f"{API}/me", params={"fields": "user_id,username"}).respond(json=answer)

    assert account.check() == "mugshop"


def test_through_its_page_the_account_is_asked_itself(respx_mock):
    route = respx_mock.get(f"https://graph.facebook.com/v26.0/{ACCOUNT}", params={"fields": "id,username"})
    route.respond(json={"id": ACCOUNT, "username": "mugshop"})

    assert connected(base_url="https://graph.facebook.com").check() == "mugshop"


def test_another_accounts_token_proves_nothing(account, respx_mock):
    respx_mock.get(f"{API}/me").respond(json={"user_id": "999", "username": "other"})

    with pytest.raises(Refused) as refused:
        account.check()

    assert refused.value.verdict == Verdict.RECONNECT
    assert "other" in str(refused.value)


def test_what_is_posted_is_read(account):
    item = {
        "sender": {"id": CUSTOMER},
        "recipient": {"id": ACCOUNT},
        "timestamp": 1,
        "message": {"mid": "m", "text": "Hi"},
    }
    [found] = account.parse({"object": "instagram", "entry": [{"id": ACCOUNT, "messaging": [item]}]})

    assert found.account == ACCOUNT
    assert isinstance(found.fact, Inbound)


def test_a_text_is_measured_in_bytes(account):
    account.demand_length("é" * 500)

    with pytest.raises(BadInput, match="1001"):
        account.demand_length("é" * 500 + "!")


@pytest.mark.parametrize("content_type", ["image/webp", "application/zip", "text/plain", "audio/ogg"])
def test_it_takes_no_file_that_instagram_does_not(account, content_type):
    assert account.can.largest(content_type) is None
