"""What the channels of Meta share: handshake, signature, calls, errors, times."""

import hmac
import json
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels_app import graph, graph_refusals
from channels_app.models import Channel
from channels_app.outside import moment
from channels_app.verdicts import Refused, Verdict

SECRET = "monty-app-secret"
TOKEN = "EAAB-token-nobody-reads"
KINDS = ["facebook", "instagram"]


def adapter(kind="facebook", **config):
    known = {"access_token": TOKEN, "app_secret": SECRET, "verify_token": "monty-verify"}
    return Channel(kind=kind, external_id="104500001", config=known | config).adapter


# --- Handshake ------------------------------------------------------------------------------------------------------

ASKED = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "monty-verify"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_challenge_is_given_back_as_plain_text(kind):
    assert adapter(kind).handshake(ASKED) == ("text/plain", "1158201444")


def test_a_challenge_is_any_text():
    assert adapter().handshake(ASKED | {"hub.challenge": "<b>é</b>"}) == ("text/plain", "<b>é</b>")


@pytest.mark.parametrize("changed", [
    {"hub.verify_token": "monty-verifY"}, {"hub.verify_token": ""}, {"hub.verify_token": "\ud83d"},
    {"hub.mode": "unsubscribe"}, {"hub.mode": ""}, {"hub.challenge": ""},
], ids=ascii)  # fmt: skip
def test_whoever_does_not_know_the_verify_token_gets_nothing(changed):
    assert adapter().handshake(ASKED | changed) is None


@pytest.mark.parametrize("missing", ASKED)
def test_every_part_of_the_handshake_is_needed(missing):
    assert adapter().handshake({name: value for name, value in ASKED.items() if name != missing}) is None


def test_without_a_verify_token_not_even_the_empty_one_does():
    assert adapter(verify_token="").handshake(ASKED | {"hub.verify_token": ""}) is None


# --- Signature ------------------------------------------------------------------------------------------------------

EMPTY = b'{"object":"page","entry":[]}'
ESCAPED = (
    rb'{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":'
    rb'{"mid":"m_1","text":"\u00e4\u00f6\u00e5 \/"}}]}]}'
)
OF_EMPTY = "sha256=154c41b228b4e2081c79f400b2195e3e82c5e63a6b73bd73a88695e1dd591f70"
OF_ESCAPED = "sha256=0fe5073dc7c4d0e32f62cdc301e0cf29584a661131442fb98acc11ead6b818b2"


def signed(signature: str) -> dict[str, str]:
    return {"X-Hub-Signature-256": signature}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("body", "signature"), [(EMPTY, OF_EMPTY), (ESCAPED, OF_ESCAPED)])
def test_what_meta_signed_is_known_by_its_very_bytes(kind, body, signature):
    assert adapter(kind).verify(signed(signature), body)


def test_the_same_json_in_other_bytes_is_not_what_was_signed():
    written_again = json.dumps(json.loads(ESCAPED)).encode()

    assert json.loads(written_again) == json.loads(ESCAPED)
    assert not adapter().verify(signed(OF_ESCAPED), written_again)


@pytest.mark.parametrize("headers", [
    {},
    signed(""),
    signed("sha256="),
    signed(OF_ESCAPED),
    signed(OF_EMPTY.removeprefix("sha256=")),
    signed(OF_EMPTY[:-1]),
    signed(OF_EMPTY + "0"),
    signed(OF_EMPTY + " "),
    signed("sha256=" + OF_EMPTY.removeprefix("sha256=").upper()),
    signed(OF_EMPTY.upper()),
    signed(OF_EMPTY.replace("sha256", "sha1")),
    signed("sha256=" + "é" * 64),
    {"X-Hub-Signature": "sha1=9d8a8e9b2a3c1d6e4f5a7b8c9d0e1f2a3b4c5d6e"},
    {"X-Hub-Signature": OF_EMPTY},
])  # fmt: skip
def test_no_other_signature_will_do(headers):
    assert not adapter().verify(headers, EMPTY)


def test_another_apps_signature_is_refused():
    assert not adapter(app_secret="another").verify(signed(OF_EMPTY), EMPTY)


def test_without_an_app_secret_nothing_is_believed():
    of_nobody = f"sha256={hmac.new(b'', EMPTY, 'sha256').hexdigest()}"

    assert not adapter(app_secret="").verify(signed(of_nobody), EMPTY)


# --- Calls ----------------------------------------------------------------------------------------------------------


def test_a_call_goes_below_the_channels_address_and_version(respx_mock):
    route = respx_mock.get("https://stand-in.example/graph/v25.0/me", params={"fields": "id"})
    route.respond(json={"id": "1"})

    found = adapter(base_url="https://stand-in.example/graph/", version="v25.0").ask(
        "GET", "me", params={"fields": "id"}
    )

    assert found == {"id": "1"}


def test_the_token_travels_in_a_header_only(respx_mock, caplog):
    caplog.set_level(logging.DEBUG)
    route = respx_mock.post("https://graph.facebook.com/v26.0/104500001/messages").respond(json={})

    adapter().ask("POST", "104500001/messages", json={})

    request = route.calls.last.request
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.url)
    assert TOKEN not in request.content.decode()
    assert TOKEN not in caplog.text


def test_a_channel_that_was_never_connected_calls_nobody(respx_mock):
    with pytest.raises(Refused) as refused:
        adapter(access_token="").ask("GET", "me")

    assert refused.value.verdict == Verdict.PERMANENT
    assert "not connected" in str(refused.value)
    assert not respx_mock.calls


def test_a_redirect_is_not_followed_with_the_token(respx_mock):
    respx_mock.get("https://graph.facebook.com/v26.0/me").respond(302, headers={"Location": "https://evil.example/"})

    assert refused_by_me().verdict == Verdict.RECONNECT


def refused_by_me() -> Refused:
    with pytest.raises(Refused) as refused:
        adapter().ask("GET", "me")
    return refused.value


# --- Errors ---------------------------------------------------------------------------------------------------------


def refusal(status: int = 400, headers: dict[str, str] | None = None, **error: object) -> Refused:
    with pytest.raises(Refused) as refused:
        graph_refusals.answer_of(httpx.Response(status, json={"error": error}, headers=headers))
    return refused.value


TABLE = [
    (Verdict.RETRY, "1 2 131000 131016 133004 131057 2494100 131053 100/2018008 100/2018294"),
    (Verdict.WAIT, "4 17 32 341 613 613/2534040 80001 80007 80014 130429 131056"),
    (Verdict.RECONNECT, "0 102 190 2500 190/458 190/459 190/464 190/460 190/463 190/467 190/492 190/999 3 10 131005"),
    (Verdict.RECONNECT, "200 210 299 131048 131064 368 131031 131042 131044 130497 131045 133010 131037"),
    (Verdict.RECONNECT, "613/2018338 10/1893063 2022 200/2018028 200/2534041 10/2534077 100/2534013 100/2534029 36103"),
    (Verdict.WINDOW, "10/2018278 10/2534022 10/2018065 131047"),
    (Verdict.UNREACHABLE, "551 551/1545041 200/1545041 10/2018108 100/2018001 100/2534014 9000001 131026 131030"),
    (Verdict.PERMANENT, "100 100/2018047 100/2018109 100/2018074 100/2534015 100/2534068 100/33 230"),
    (Verdict.PERMANENT, "10/2018300 200/2018321 100/2534037 100/2018218 200/2018247"),
    (Verdict.PERMANENT, "131021 130472 131049 131050 131062 131008 131009 131051 131052"),
    (Verdict.PERMANENT, "132000 132001 132005 132007 132008 132012 132015 132016 131063 135000"),
]
ROWS = [(verdict, code) for verdict, codes in TABLE for code in codes.split()]


@pytest.mark.parametrize(("verdict", "code"), ROWS, ids=[code for _verdict, code in ROWS])
def test_every_error_that_is_known_has_its_verdict_and_words(verdict, code):
    number, _slash, subcode = code.partition("/")
    sub = {"error_subcode": int(subcode)} if subcode else {}

    found = refusal(400, message="(#1) Something", code=int(number), **sub)

    assert found.verdict == verdict
    assert found.provider_code == code
    assert str(found) and "Something" not in str(found)


def test_the_pair_limit_holds_one_recipient_only():
    assert refusal(code=131056).of_recipient
    assert not refusal(code=130429).of_recipient


def test_codes_may_come_as_strings():
    found = refusal(code="10", error_subcode="2018278")

    assert (found.verdict, found.provider_code) == (Verdict.WINDOW, "10/2018278")


@pytest.mark.parametrize(("status", "error", "verdict"), [
    (400, {"code": 987654, "message": "New"}, Verdict.PERMANENT),
    (400, {"code": 987654, "is_transient": True}, Verdict.RETRY),
    (503, {"code": 987654}, Verdict.RETRY),
    (429, {"code": 987654}, Verdict.WAIT),
    (400, {}, Verdict.PERMANENT),
    (500, {"code": 190}, Verdict.RECONNECT),
    (400, {"code": ["?"], "error_subcode": {}, "error_data": 5, "message": None}, Verdict.PERMANENT),
])  # fmt: skip
def test_an_unknown_error_is_judged_by_what_meta_says_of_it(status, error, verdict):
    assert refusal(status, **error).verdict == verdict


def test_what_monty_has_no_words_for_is_told_in_metas():
    assert "Too odd" in str(refusal(code=987654, message="Too odd"))
    assert "In full" in str(refusal(code=987654, message="Short", error_data={"details": "In full"}))
    assert "As a text" in str(refusal(code=987654, message="Short", error_data="As a text"))


def test_no_error_quotes_the_token():
    for code in (190, 987654):
        assert TOKEN not in str(refusal(401, code=code, message=f"Malformed access token {TOKEN}"))


@pytest.mark.parametrize(("status", "verdict"), [
    (200, Verdict.UNKNOWN), (301, Verdict.RECONNECT), (401, Verdict.RECONNECT), (403, Verdict.RECONNECT),
    (404, Verdict.RECONNECT), (400, Verdict.PERMANENT), (408, Verdict.RETRY), (413, Verdict.PERMANENT),
    (429, Verdict.WAIT), (500, Verdict.RETRY), (502, Verdict.RETRY), (504, Verdict.RETRY),
])  # fmt: skip
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"error"', b"null", b"\xff", b"[" * 5000])
def test_an_answer_that_is_not_the_apis_is_judged_by_its_status(status, verdict, body):
    with pytest.raises(Refused) as refused:
        graph_refusals.answer_of(httpx.Response(status, content=body))
    assert refused.value.verdict == verdict


def test_an_error_may_come_with_a_200():
    assert refusal(200, code=190).verdict == Verdict.RECONNECT


BY_BUSINESS = json.dumps({"104": [{"call_count": 100, "estimated_time_to_regain_access": 19}, {"call_count": 1}]})


@pytest.mark.parametrize(("headers", "minutes"), [
    ({}, 5),
    ({"X-Business-Use-Case-Usage": BY_BUSINESS}, 19),
    ({"X-App-Usage": '{"call_count":100,"estimated_time_to_regain_access":7}'}, 7),
    ({"X-App-Usage": '{"estimated_time_to_regain_access":7}', "X-Business-Use-Case-Usage": BY_BUSINESS}, 19),
    ({"X-App-Usage": '{"call_count":100}'}, 5),
    ({"X-App-Usage": '{"estimated_time_to_regain_access":0}'}, 5),
    ({"X-App-Usage": '{"estimated_time_to_regain_access":-3}'}, 5),
    ({"X-App-Usage": '{"estimated_time_to_regain_access":99999}'}, 24 * 60),
    ({"X-App-Usage": '{"estimated_time_to_regain_access":"soon"}'}, 5),
    ({"X-App-Usage": "not json"}, 5),
])  # fmt: skip
def test_a_limit_is_waited_for_as_long_as_meta_says(headers, minutes):
    assert refusal(headers=headers, code=4).wait == timedelta(minutes=minutes)


def test_only_a_limit_is_waited_for():
    assert refusal(headers={"X-Business-Use-Case-Usage": BY_BUSINESS}, code=1).wait is None


# --- Times ----------------------------------------------------------------------------------------------------------

THEN = datetime(2018, 5, 27, 22, 23, 44, tzinfo=UTC)


@pytest.mark.parametrize("value", [1527459824, "1527459824", 1527459824000, "1527459824000"])
def test_a_time_is_in_seconds_or_milliseconds_a_number_or_a_string(value):
    assert moment(value) == THEN


def test_milliseconds_are_kept():
    assert moment(1527459824123) == THEN + timedelta(milliseconds=123)


@pytest.mark.parametrize("ahead", [10**10, 10**16, 10**30, "9999999999999999"])
def test_no_time_is_ahead_of_our_clock(ahead):
    before = timezone.now()

    assert before <= moment(ahead) <= timezone.now()


@pytest.mark.parametrize("value", [
    None, "", "soon", "-5", -5, 0, True, 1.5, float("nan"), [], {}, "1" * 17, "²", "१२", "1e9",
])  # fmt: skip
def test_what_is_no_time_is_none(value):
    assert moment(value) is None


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())))
def test_no_value_breaks_the_clock(value):
    assert moment(value) is None or moment(value) <= timezone.now()


# --- What comes back ------------------------------------------------------------------------------------------------


def test_what_was_sent_along_is_known_again():
    assert graph.ours(graph.sent_along(4711)) == 4711


@pytest.mark.parametrize("value", [None, "", "monty:msg:", "monty:msg:x", "xmonty:msg:1", "monty:msg:1 ", 1, {}])
def test_what_others_sent_along_is_not(value):
    assert graph.ours(value) is None


# --- Settings -------------------------------------------------------------------------------------------------------


def typed(**values):
    form = adapter().Config(
        {"base_url": "https://graph.facebook.com", "version": "v26.0", "media_hosts": "a.example"} | values
    )
    form.is_valid()
    return form


def test_the_defaults_are_metas_own():
    assert adapter().address("me") == "https://graph.facebook.com/v26.0/me"
    assert adapter("instagram").address("me") == "https://graph.instagram.com/v26.0/me"
    assert adapter().media_hosts == ["*.fbcdn.net", "*.fbsbx.com"]


def test_media_hosts_are_typed_one_a_line():
    assert typed(media_hosts="*.fbcdn.net\nCDN.example\n127.0.0.1").cleaned_data["media_hosts"] == [
        "*.fbcdn.net", "cdn.example", "127.0.0.1",
    ]  # fmt: skip
    assert adapter(media_hosts=["cdn.example"]).media_hosts == ["cdn.example"]


@pytest.mark.parametrize("hosts", ["https://a.example", "a.example/x", "*", "*.*.example", "a..example", "é.example"])
def test_what_is_no_host_is_refused(hosts):
    assert "media_hosts" in typed(media_hosts=hosts).errors


@pytest.mark.parametrize("address", [
    "https://graph.example", "http://127.0.0.1:8000/demo", "http://localhost", "http://10.0.0.7",
])  # fmt: skip
def test_the_api_is_called_by_https_or_close_by(address):
    assert typed(base_url=address).cleaned_data["base_url"] == address


@pytest.mark.parametrize("address", ["http://graph.facebook.com", "http://93.184.215.14", "ftp://graph.example", "x"])
def test_a_token_is_never_sent_in_the_clear_through_the_internet(address):
    assert "base_url" in typed(base_url=address).errors


@pytest.mark.parametrize("version", ["26.0", "v26", "v26.0/me", "../v26.0"])
def test_a_version_is_written_as_meta_writes_it(version):
    assert "version" in typed(version=version).errors
