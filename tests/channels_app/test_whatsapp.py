"""WhatsApp: what goes out, and what is asked of it. Only the network is replaced."""

import json

import httpx
import pytest

from channels_app.border import Fetched, KnownTemplate, Media, Outbound, Outfile, Template
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from tests.channels_app.test_graph import ROWS, TOKEN

pytestmark = pytest.mark.once

NUMBER_ID, WABA = "111222333444555", "300900100200300"
PHONE, BSUID = "5511987654321", "BR.1502576394655843"
API = "https://graph.facebook.com/v26.0"
MESSAGES = f"{API}/{NUMBER_ID}/messages"
ACCEPTED = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": f"+{PHONE}", "wa_id": PHONE}],
    "messages": [{"id": "wamid.OUT1"}],
}


@pytest.fixture
def number():
    config = {"access_token": TOKEN, "waba_id": WABA, "app_secret": "monty-app-secret"}
    return Channel(kind="whatsapp", external_id=NUMBER_ID, config=config).adapter


@pytest.fixture
def accepted(respx_mock):
    """WhatsApp takes everything."""
    return respx_mock.post(MESSAGES).respond(json=ACCEPTED)


@pytest.fixture
def uploads(respx_mock):
    return respx_mock.post(f"{API}/{NUMBER_ID}/media").respond(json={"id": "1037543291543636"})


def outbound(text="", recipient=PHONE, **fields):
    return Outbound(id=4711, recipient=recipient, text=text, **fields)


def file(content_type, name="file.bin"):
    return Outfile(name, content_type, 7, read=lambda: b"content", link=lambda: "unused")


def sent(route) -> dict[str, object]:
    return json.loads(route.calls.last.request.content)


def refused(call, *args) -> Refused:
    with pytest.raises(Refused) as found:
        call(*args)
    return found.value


# --- Messages -------------------------------------------------------------------------------------------------------


def test_a_text(number, accepted):
    assert number.send(outbound("On its way!", reply_to="wamid.R1")) == "wamid.OUT1"

    assert sent(accepted) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5511987654321",
        "type": "text",
        "text": {"preview_url": True, "body": "On its way!"},
        "context": {"message_id": "wamid.R1"},
        "biz_opaque_callback_data": "monty:msg:4711",
    }
    assert accepted.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(accepted.calls.last.request.url)


@pytest.mark.parametrize(
    ("recipient", "also", "address"),
    [
        (PHONE, (), {"to": f"+{PHONE}"}),
        (BSUID, (), {"recipient": BSUID}),
        (BSUID, (PHONE,), {"to": f"+{PHONE}"}),
        (BSUID, ("BR.ENT.99", PHONE), {"to": f"+{PHONE}"}),
        ("+55 11 98765-4321", (), {"to": f"+{PHONE}"}),
    ],
)
def test_it_goes_to_the_number_with_its_country_or_else_to_the_id(number, accepted, recipient, also, address):
    number.send(outbound("hi", recipient=recipient, also=also))

    body = sent(accepted)
    assert {name: body[name] for name in ("to", "recipient") if name in body} == address


@pytest.mark.parametrize(
    ("content_type", "kind", "beside"),
    [
        ("image/jpeg", "image", {}),
        ("video/mp4", "video", {}),
        ("application/pdf", "document", {"filename": "file.bin"}),
        ("text/plain", "document", {"filename": "file.bin"}),
    ],
)
def test_a_file_goes_up_first_and_then_by_its_id(number, accepted, uploads, content_type, kind, beside):
    number.send(outbound("look", file=file(content_type)))

    form = uploads.calls.last.request.content
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in form
    assert b'name="type"\r\n\r\n' + content_type.encode() in form
    assert b'filename="file.bin"\r\nContent-Type: ' + content_type.encode() + b"\r\n\r\ncontent" in form
    assert sent(accepted)["type"] == kind
    assert sent(accepted)[kind] == {"id": "1037543291543636", "caption": "look", **beside}


def test_a_voice_message_has_no_caption(number, accepted, uploads):
    number.send(outbound(file=file("audio/ogg")))

    assert sent(accepted)["audio"] == {"id": "1037543291543636"}
    assert not number.can.takes_caption("audio/ogg", "look")


def test_a_template(number, accepted):
    components = [{"type": "body", "parameters": [{"type": "text", "parameter_name": "order", "text": "42"}]}]

    number.send(outbound("Your order 42", template=Template("order_update", "en_US", components)))

    assert sent(accepted)["type"] == "template"
    assert sent(accepted)["template"] == {
        "name": "order_update",
        "language": {"code": "en_US"},
        "components": components,
    }
    assert "text" not in sent(accepted)


def test_a_template_without_variables(number, accepted):
    number.send(outbound("Hello", template=Template("hello", "de")))

    assert sent(accepted)["template"] == {"name": "hello", "language": {"code": "de"}}


def test_typing_and_reading_are_one_call(number, respx_mock):
    route = respx_mock.post(MESSAGES).respond(json={"success": True})
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.R1"}

    number.mark_read(PHONE, last="wamid.R1")
    assert sent(route) == read
    number.show_typing(PHONE, last="wamid.R1")
    assert sent(route) == read | {"typing_indicator": {"type": "text"}}


def test_without_a_message_of_theirs_there_is_nothing_to_have_read(number, respx_mock):
    number.mark_read(PHONE, last="")
    number.show_typing(PHONE, last="")

    assert not respx_mock.calls


# --- Refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "code"), ROWS, ids=[code for _verdict, code in ROWS])
def test_each_refusal_has_its_meaning(number, respx_mock, verdict, code):
    numbers = [int(part) for part in code.split("/")]
    error = dict(zip(("code", "error_subcode"), numbers, strict=False))
    respx_mock.post(MESSAGES).respond(400, json={"error": {"message": "(#1) x", "type": "OAuthException"} | error})

    assert refused(number.send, outbound("hi")).verdict == verdict


def test_the_limit_of_one_person_holds_back_that_person_only(number, respx_mock):
    respx_mock.post(MESSAGES).respond(400, json={"error": {"code": 131056}})

    assert refused(number.send, outbound("hi")).of_recipient


@pytest.mark.parametrize("answer", [{}, {"messages": []}, {"messages": [{}]}, {"messages": "x"}])
def test_a_success_that_cannot_be_read_may_have_sent_it(number, respx_mock, answer):
    respx_mock.post(MESSAGES).respond(200, json=answer)

    assert refused(number.send, outbound("hi")).verdict == Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("error", "verdict"), [(httpx.ConnectError, Verdict.RETRY), (httpx.ReadTimeout, Verdict.UNKNOWN)]
)
def test_a_broken_line_while_sending_may_have_sent_it(number, respx_mock, error, verdict):
    respx_mock.post(MESSAGES).mock(side_effect=error)

    assert refused(number.send, outbound("hi")).verdict == verdict


@pytest.mark.parametrize("answer", [httpx.ReadTimeout, httpx.Response(200, json={})])
def test_a_broken_line_while_uploading_has_sent_nothing(number, respx_mock, answer):
    upload = respx_mock.post(f"{API}/{NUMBER_ID}/media")
    if isinstance(answer, httpx.Response):
        upload.mock(return_value=answer)
    else:
        upload.mock(side_effect=answer)

    assert refused(number.send, outbound(file=file("image/png"))).verdict == Verdict.RETRY


@pytest.mark.parametrize("missing", ["token", "number"])
def test_a_channel_that_was_never_connected_says_what_is_missing(missing):
    config = {} if missing == "token" else {"access_token": TOKEN}
    channel = Channel(kind="whatsapp", external_id="" if missing == "number" else NUMBER_ID, config=config)

    assert missing in str(refused(channel.adapter.send, outbound("hi")))


# --- Proofs ---------------------------------------------------------------------------------------------------------


def test_the_signature_of_the_very_bytes_proves_meta(number):
    signature = "sha256=154c41b228b4e2081c79f400b2195e3e82c5e63a6b73bd73a88695e1dd591f70"

    assert number.verify({"X-Hub-Signature-256": signature}, b'{"object":"page","entry":[]}')
    assert not number.verify({"X-Hub-Signature-256": signature}, b'{"object":"page","entry": []}')
    assert not number.verify({}, b'{"object":"page","entry":[]}')


# --- Files ----------------------------------------------------------------------------------------------------------

FRESH = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1001&ext=1795000310&hash=x"
ANEW = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1001&ext=1795000999&hash=y"
ASKED = {"messaging_product": "whatsapp", "url": ANEW, "mime_type": "image/jpeg", "file_size": "4", "id": "1001"}


@pytest.fixture
def asked(respx_mock):
    return respx_mock.get(f"{API}/1001", params={"phone_number_id": NUMBER_ID}).respond(json=ASKED)


def test_a_fresh_address_is_used_with_the_token(number, respx_mock):
    route = respx_mock.get(FRESH).respond(content=b"jpeg", headers={"Content-Type": "image/jpeg"})

    fetched = number.fetch_media(Media("image", url=FRESH, ref="1001"), 100)

    assert fetched == Fetched(b"jpeg", content_type="image/jpeg")
    assert route.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"


def test_without_an_address_whatsapp_is_asked_for_one(number, respx_mock, asked):
    respx_mock.get(ANEW).respond(content=b"jpeg")

    fetched = number.fetch_media(Media("file", ref="1001", name="invoice.pdf", content_type="application/pdf"), 100)

    assert fetched == Fetched(b"jpeg", "invoice.pdf", "application/pdf")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_has_died_is_asked_for_anew(number, respx_mock, asked, status):
    respx_mock.get(FRESH).respond(status)
    respx_mock.get(ANEW).respond(content=b"jpeg")

    assert number.fetch_media(Media("image", url=FRESH, ref="1001"), 100).content == b"jpeg"


def test_an_address_that_dies_twice_is_given_up(number, respx_mock, asked):
    respx_mock.get(FRESH).respond(404)
    respx_mock.get(ANEW).respond(404)

    assert refused(number.fetch_media, Media("image", url=FRESH, ref="1001"), 100).provider_code == "404"


def test_a_file_too_large_is_not_asked_for_again(number, respx_mock):
    respx_mock.get(FRESH).respond(content=b"x" * 101)

    assert refused(number.fetch_media, Media("image", url=FRESH, ref="1001"), 100).provider_code == "too large"


def test_the_token_goes_to_no_other_host(number, respx_mock):
    evil = respx_mock.get("https://evil.example/x").respond()

    assert (
        refused(number.fetch_media, Media("image", url="https://evil.example/x", ref="1001"), 100).provider_code
        == "host"
    )
    assert not evil.called


def test_a_file_that_whatsapp_has_no_more_is_gone(number, respx_mock):
    error = {"message": "Unsupported get request.", "code": 100, "error_subcode": 33}
    respx_mock.get(f"{API}/1001").respond(400, json={"error": error})

    assert refused(number.fetch_media, Media("image", ref="1001"), 100).verdict == Verdict.PERMANENT


# --- The account ----------------------------------------------------------------------------------------------------


def test_the_test_tells_whose_number_it_is(number, respx_mock):
    told = {"display_phone_number": "+49 40 123456", "verified_name": "Monty's Shop", "id": NUMBER_ID}
    respx_mock.get(f"{API}/{NUMBER_ID}", params={"fields": "display_phone_number,verified_name"}).respond(json=told)

    assert number.check() == "Monty's Shop (+49 40 123456)"


def test_a_dead_token_is_found_out(number, respx_mock):
    respx_mock.get(f"{API}/{NUMBER_ID}").respond(401, json={"error": {"code": 190, "error_subcode": 463}})

    assert refused(number.check).verdict == Verdict.RECONNECT


def listed(name, **fields):
    return {
        "id": "7",
        "name": name,
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hello {{1}}"}],
        "parameter_format": "POSITIONAL",
    } | fields


def test_all_templates_are_listed_page_by_page(number, respx_mock):
    pages = [
        {"data": [listed("a")], "paging": {"cursors": {"before": "x", "after": "C2"}, "next": "https://…"}},
        {"data": [listed("b", status="PAUSED", parameter_format="NAMED")], "paging": {"cursors": {"after": "C3"}}},
    ]
    route = respx_mock.get(f"{API}/{WABA}/message_templates").mock(
        side_effect=[httpx.Response(200, json=page) for page in pages]
    )

    body = [{"type": "BODY", "text": "Hello {{1}}"}]
    assert number.templates() == [
        KnownTemplate("7", "a", "en_US", "utility", "approved", body),
        KnownTemplate("7", "b", "en_US", "utility", "paused", body, named=True),
    ]
    assert [call.request.url.params.get("after") for call in route.calls] == [None, "C2"]
    assert route.calls[0].request.url.params["limit"] == "100"


def test_a_list_without_end_is_left(number, respx_mock):
    page = {"data": [], "paging": {"cursors": {"after": "C1"}, "next": "https://…"}}
    route = respx_mock.get(f"{API}/{WABA}/message_templates").respond(json=page)

    assert number.templates() == []
    assert route.call_count == 60


def test_without_the_accounts_id_there_is_no_list():
    adapter = Channel(kind="whatsapp", external_id=NUMBER_ID, config={"access_token": TOKEN}).adapter

    assert "WhatsApp Business account" in str(refused(adapter.templates))
