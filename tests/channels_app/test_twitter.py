"""Twitter: proofs, calls, tokens, files."""

import json
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from channels_app import twitter_uploads
from channels_app.adapters.twitter import Twitter
from channels_app.border import Media, Outbound, Outfile, Sender
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from tests import make
from tests.at_once import at_once

US, NORA = "1111111111111111111", "2222222222222222222"
API = "https://api.x.com"
SEND = f"{API}/2/dm_conversations/with/{NORA}/messages"
TOKEN = f"{API}/2/oauth2/token"
SENT = {"data": {"dm_conversation_id": f"{US}-{NORA}", "dm_event_id": "2080763914820927863"}}
SECRETS = {
    "consumer_secret": "monty-consumer-secret",
    "access_token": "access-1",
    "refresh_token": "refresh-1",
    "client_secret": "client-secret",
}


@pytest.fixture
def channel(db) -> Channel:
    return make.channel("twitter", external_id=US, config=SECRETS | {"client_id": "client"})


@pytest.fixture
def twitter(channel: Channel) -> Twitter:
    return Twitter(channel)


@pytest.fixture
def api():
    with respx.mock(assert_all_called=False) as router:
        yield router


def file(content_type: str, content: bytes = b"content", name: str = "file.bin") -> Outfile:
    return Outfile(name, content_type, len(content), read=lambda: content, link=lambda: "https://monty.example/f")


def refused(call, *args, **options) -> Refused:
    with pytest.raises(Refused) as found:
        call(*args, **options)
    return found.value


def body(call) -> dict:
    return json.loads(call.request.content)


# --- Proofs ---------------------------------------------------------------------------------------------------------


def test_the_word_comes_back_signed(twitter):
    kind, answer = twitter.handshake({"crc_token": "challenge_string"})

    assert kind == "application/json"
    assert json.loads(answer) == {"response_token": "sha256=biMolMY/KJnM9G5RvcrFxSfg8gWjSVwPQTKQ0MlCIhc="}


@pytest.mark.parametrize("query", [{}, {"crc_token": ""}, {"token": "x"}])
def test_without_a_word_there_is_no_answer(twitter, query):
    assert twitter.handshake(query) is None


def test_without_a_secret_there_is_no_answer_either(db):
    adapter = make.channel("twitter").adapter

    assert adapter.handshake({"crc_token": "challenge_string"}) is None
    assert not adapter.verify({"X-Twitter-Webhooks-Signature": Twitter(adapter.channel).signature(b"")}, b"")


def test_the_signature_of_the_very_bytes_proves_x(twitter):
    signature = "sha256=/ZyWHjzcvqqzsVEB5eNMB/hZEz8iTDVtCO7fEChzB9U="

    assert twitter.verify({"X-Twitter-Webhooks-Signature": signature}, b'{"data":{}}')
    assert not twitter.verify({"X-Twitter-Webhooks-Signature": signature}, b'{"data": {}}')


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "/ZyWHjzcvqqzsVEB5eNMB/hZEz8iTDVtCO7fEChzB9U=",
        "sha256=/ZyWHjzcvqqzsVEB5eNMB/hZEz8iTDVtCO7fEChzB9U",
        "sha256=/zywhjzcvqqzsveb5enmb/hzez8itdvtco7fechzb9u=",
        "SHA256=/ZyWHjzcvqqzsVEB5eNMB/hZEz8iTDVtCO7fEChzB9U=",
        "sha1=/ZyWHjzcvqqzsVEB5eNMB/hZEz8iTDVtCO7fEChzB9U=",
        "sha256=fd9c961e3cdcbeaab3b15101e5e34c07f8591 33f224c356d08eedf10287307d5",
        "sha256=é",
        "sha256=\ud83d",
    ],
    ids=ascii,
)
def test_no_other_signature_does(twitter, signature):
    headers = {} if signature is None else {"X-Twitter-Webhooks-Signature": signature}

    assert not twitter.verify(headers, b'{"data":{}}')


# --- Sending --------------------------------------------------------------------------------------------------------


def test_a_text_is_sent_with_nothing_else(twitter, api):
    route = api.post(SEND).respond(201, json=SENT)

    assert twitter.send(Outbound(id=7, recipient=NORA, text="On its way!", tagged=True)) == "2080763914820927863"

    assert body(route.calls.last) == {"text": "On its way!"}
    assert route.calls.last.request.headers["Authorization"] == "Bearer access-1"
    assert "access-1" not in str(route.calls.last.request.url)


def test_a_picture_goes_up_in_one_piece_and_into_the_message(twitter, api):
    upload = api.post(f"{API}/2/media/upload").respond(200, json={"data": {"id": "1583157113245011970"}})
    route = api.post(SEND).respond(201, json=SENT)

    twitter.send(Outbound(id=7, recipient=NORA, text="look", file=file("image/png", b"\x89PNG...")))

    form = upload.calls.last.request.content
    assert b'name="media_category"\r\n\r\ndm_image' in form
    assert b'name="media_type"\r\n\r\nimage/png' in form
    assert b"\x89PNG..." in form
    assert body(route.calls.last) == {"text": "look", "attachments": [{"media_id": "1583157113245011970"}]}


def test_a_file_alone_goes_without_a_text(twitter, api):
    api.post(f"{API}/2/media/upload").respond(200, json={"data": {"id": "15"}})
    route = api.post(SEND).respond(201, json=SENT)

    twitter.send(Outbound(id=7, recipient=NORA, file=file("image/jpeg")))

    assert body(route.calls.last) == {"attachments": [{"media_id": "15"}]}


@pytest.mark.parametrize(("content_type", "category"), [("video/mp4", "dm_video"), ("image/gif", "dm_gif")])
def test_a_video_goes_up_in_parts_and_is_waited_for(twitter, api, monkeypatch, content_type, category):
    slept = []
    monkeypatch.setattr(twitter_uploads, "PART", 4)
    monkeypatch.setattr(twitter_uploads.time, "sleep", slept.append)
    start = api.post(f"{API}/2/media/upload/initialize").respond(200, json={"data": {"id": "15"}})
    parts = api.post(f"{API}/2/media/upload/15/append").respond(200, json={"data": {}})
    api.post(f"{API}/2/media/upload/15/finalize").respond(
        200, json={"data": {"id": "15", "processing_info": {"state": "pending", "check_after_secs": 3}}}
    )
    states = [{"state": "in_progress", "check_after_secs": 2}, {"state": "succeeded"}]
    status = api.get(f"{API}/2/media/upload", params={"media_id": "15", "command": "STATUS"}).mock(
        side_effect=[httpx.Response(200, json={"data": {"id": "15", "processing_info": each}}) for each in states]
    )
    route = api.post(SEND).respond(201, json=SENT)

    twitter.send(Outbound(id=7, recipient=NORA, file=file(content_type, b"0123456789")))

    assert body(start.calls.last) == {"media_type": content_type, "total_bytes": 10, "media_category": category}
    sent = [call.request.content for call in parts.calls]
    # A boundary is made of such digits, too.
    assert [b"\r\n%b\r\n" % part in each for part, each in zip((b"0123", b"4567", b"89"), sent, strict=True)] == [
        True
    ] * 3
    assert [b'name="segment_index"\r\n\r\n%d\r\n' % index in each for index, each in enumerate(sent)] == [True] * 3
    assert slept == [3, 2]
    assert status.call_count == 2
    assert body(route.calls.last) == {"attachments": [{"media_id": "15"}]}


@pytest.mark.parametrize(
    ("info", "verdict"),
    [
        ({"state": "failed", "error": {"message": "bad video"}}, Verdict.PERMANENT),
        ({"state": "in_progress", "check_after_secs": 60}, Verdict.RETRY),
    ],
)
def test_a_video_that_x_does_not_take_in_time_is_not_sent(twitter, api, info, verdict):
    api.post(f"{API}/2/media/upload/initialize").respond(200, json={"data": {"id": "15"}})
    api.post(f"{API}/2/media/upload/15/append").respond(204)
    api.post(f"{API}/2/media/upload/15/finalize").respond(200, json={"data": {"id": "15", "processing_info": info}})
    route = api.post(SEND)

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, file=file("video/mp4"))).verdict == verdict
    assert not route.called


def test_a_broken_line_while_uploading_has_sent_nothing(twitter, api):
    api.post(f"{API}/2/media/upload").mock(side_effect=httpx.ReadTimeout)

    message = Outbound(id=7, recipient=NORA, file=file("image/png"))
    assert refused(twitter.send, message).verdict == Verdict.RETRY


@pytest.mark.parametrize(
    ("error", "verdict"), [(httpx.ConnectError, Verdict.RETRY), (httpx.ReadTimeout, Verdict.UNKNOWN)]
)
def test_a_broken_line_while_sending_may_have_sent_it(twitter, api, error, verdict):
    api.post(SEND).mock(side_effect=error)

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")).verdict == verdict


# --- Refusals -------------------------------------------------------------------------------------------------------

FORBIDDEN = {"title": "Forbidden", "detail": "Not permitted.", "type": "about:blank", "status": 403}
CLIENT = FORBIDDEN | {"type": "https://api.x.com/2/problems/client-forbidden"}


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (400, {"title": "Invalid Request", "detail": "One or more parameters are wrong."}, Verdict.PERMANENT),
        (402, {"title": "Payment Required"}, Verdict.RECONNECT),
        (403, FORBIDDEN, Verdict.UNREACHABLE),
        (403, {"errors": [{"code": 349, "message": "You cannot send messages to this user."}]}, Verdict.UNREACHABLE),
        (
            403,
            {"errors": [{"code": 150, "message": "You cannot send messages to users not following you."}]},
            Verdict.UNREACHABLE,
        ),
        (403, CLIENT, Verdict.RECONNECT),
        (404, {"title": "Not Found"}, Verdict.UNREACHABLE),
        (413, {}, Verdict.PERMANENT),
        (429, {"title": "Too Many Requests"}, Verdict.WAIT),
        (500, {}, Verdict.RETRY),
        (503, "not json", Verdict.RETRY),
        (200, {"errors": [{"code": 349, "message": "You cannot send messages to this user."}]}, Verdict.UNREACHABLE),
        (201, {}, Verdict.UNKNOWN),
        (201, "not json", Verdict.UNKNOWN),
        (302, {}, Verdict.PERMANENT),
    ],
)
def test_each_refusal_of_a_message_has_its_meaning(twitter, api, status, answer, verdict):
    api.post(SEND).respond(status, **({"text": answer} if isinstance(answer, str) else {"json": answer}))

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")).verdict == verdict


def test_what_monty_has_no_words_for_is_said_in_those_of_x(twitter, api):
    api.post(SEND).respond(400, json={"title": "Invalid Request", "detail": "The text is too odd."})

    assert "The text is too odd." in str(refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")))


@pytest.mark.parametrize(
    ("reset", "wait"),
    [
        ("1795000090", timedelta(seconds=91)),
        ("1794999000", timedelta(seconds=1)),
        ("9999999999", timedelta(days=1)),
        ("soon", timedelta(minutes=15)),
        ("9" * 400, timedelta(minutes=15)),
        (None, timedelta(minutes=15)),
    ],
)
def test_a_limit_is_waited_for_until_x_resets_it(twitter, api, time_machine, reset, wait):
    time_machine.move_to(1795000000, tick=False)
    api.post(SEND).respond(429, headers={"x-rate-limit-reset": reset} if reset else {})

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")).wait == wait


def test_a_channel_that_was_never_connected_says_so(db, api):
    sentence = str(refused(make.channel("twitter").adapter.send, Outbound(id=7, recipient=NORA, text="hi")))

    assert "access token is missing" in sentence


# --- Tokens ---------------------------------------------------------------------------------------------------------


def only(*tokens: str):
    """An API for which these tokens live."""

    def answer(request: httpx.Request) -> httpx.Response:
        living = request.headers["Authorization"] in [f"Bearer {token}" for token in tokens]
        return httpx.Response(201, json=SENT) if living else httpx.Response(401, json={"title": "Unauthorized"})

    return answer


def test_a_dead_token_is_exchanged_once_and_both_new_ones_are_kept(twitter, api, channel):
    api.post(SEND).mock(side_effect=only("access-2"))
    exchange = api.post(TOKEN).respond(200, json={"access_token": "access-2", "refresh_token": "refresh-2"})

    assert twitter.send(Outbound(id=7, recipient=NORA, text="hi")) == "2080763914820927863"

    request = exchange.calls.last.request
    form = parse_qs(request.content.decode())
    assert form == {"grant_type": ["refresh_token"], "refresh_token": ["refresh-1"]}
    assert request.headers["Authorization"] == httpx.BasicAuth("client", "client-secret")._auth_header
    stored = Channel.objects.get(pk=channel.pk)
    assert (stored.secret("access_token"), stored.secret("refresh_token")) == ("access-2", "refresh-2")
    assert stored.renewing_at is None


def test_an_app_without_a_secret_names_itself_only(twitter, api, channel):
    channel.configure(client_secret="")
    api.post(SEND).mock(side_effect=only("access-2"))
    exchange = api.post(TOKEN).respond(200, json={"access_token": "access-2"})

    twitter.send(Outbound(id=7, recipient=NORA, text="hi"))

    request = exchange.calls.last.request
    assert parse_qs(request.content.decode())["client_id"] == ["client"]
    assert "Authorization" not in request.headers
    assert Channel.objects.get(pk=channel.pk).secret("refresh_token") == "refresh-1"


def test_a_token_that_another_worker_has_exchanged_is_taken_as_it_is(twitter, api, channel):
    Channel.objects.get(pk=channel.pk).configure(access_token="access-2", refresh_token="refresh-2")
    api.post(SEND).mock(side_effect=only("access-2"))
    exchange = api.post(TOKEN)

    twitter.send(Outbound(id=7, recipient=NORA, text="hi"))

    assert not exchange.called


def test_while_another_worker_exchanges_it_the_message_waits_a_moment(twitter, api, channel):
    assert channel.claim_renewal()
    api.post(SEND).mock(side_effect=only("access-2"))
    exchange = api.post(TOKEN)

    found = refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi"))

    assert (found.verdict, found.wait) == (Verdict.WAIT, timedelta(seconds=3))
    assert not exchange.called


def test_a_worker_that_died_over_it_is_waited_for_no_longer_than_a_minute(channel, time_machine):
    time_machine.move_to(1795000000, tick=False)
    assert channel.claim_renewal()
    time_machine.shift(59)
    assert not channel.claim_renewal()
    time_machine.shift(2)
    assert channel.claim_renewal()


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_exchanges_it(api):
    channel = make.channel("twitter", external_id=US, config=SECRETS)
    api.post(SEND).mock(side_effect=only("access-2"))
    exchange = api.post(TOKEN).respond(200, json={"access_token": "access-2", "refresh_token": "refresh-2"})

    def send():
        return Channel.objects.get(pk=channel.pk).adapter.send(Outbound(id=7, recipient=NORA, text="hi"))

    results = at_once(*[send] * 6)

    assert exchange.call_count == 1
    assert {each if isinstance(each, str) else each.verdict for each in results} <= {
        "2080763914820927863",
        Verdict.WAIT,
    }
    assert "2080763914820927863" in results


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (400, {"error": "invalid_request"}, Verdict.RECONNECT),
        (401, {"error": "unauthorized_client"}, Verdict.RECONNECT),
        (200, {}, Verdict.RECONNECT),
        (429, {}, Verdict.WAIT),
        (503, {}, Verdict.RETRY),
    ],
)
def test_an_exchange_that_fails_says_whether_a_person_must_act(twitter, api, channel, status, answer, verdict):
    api.post(SEND).respond(401)
    api.post(TOKEN).respond(status, json=answer)

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")).verdict == verdict
    assert Channel.objects.get(pk=channel.pk).secret("refresh_token") == "refresh-1"
    assert Channel.objects.get(pk=channel.pk).renewing_at is None


def test_without_a_refresh_token_a_dead_token_needs_a_person(twitter, api, channel):
    channel.configure(refresh_token="")
    api.post(SEND).respond(401)

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")).verdict == Verdict.RECONNECT


def test_a_new_token_that_is_refused_too_needs_a_person(twitter, api):
    route = api.post(SEND).respond(401)
    api.post(TOKEN).respond(200, json={"access_token": "access-2", "refresh_token": "refresh-2"})

    assert refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi")).verdict == Verdict.RECONNECT
    assert route.call_count == 2


# --- Files and people -----------------------------------------------------------------------------------------------

TON = "https://ton.twitter.com/1.1/ton/data/dm/2080765901528535100/2080765900000000001/AbCd.jpg"
PICTURE = f"{API}/2/dm_conversations/media/2080765901528535100/2080765900000000001/AbCd.jpg"


def test_a_picture_is_fetched_through_the_api(twitter, api):
    route = api.get(PICTURE).respond(200, content=b"jpeg")

    assert twitter.fetch_media(Media("image", url=TON), largest=100).content == b"jpeg"
    assert route.calls.last.request.headers["Authorization"] == "Bearer access-1"


def test_for_a_picture_too_a_dead_token_is_exchanged(twitter, api):
    def answer(request):
        living = request.headers["Authorization"] == "Bearer access-2"
        return httpx.Response(200, content=b"jpeg") if living else httpx.Response(401)

    api.get(PICTURE).mock(side_effect=answer)
    api.post(TOKEN).respond(200, json={"access_token": "access-2", "refresh_token": "refresh-2"})

    assert twitter.fetch_media(Media("image", url=TON), largest=100).content == b"jpeg"


def test_a_video_is_fetched_without_the_token(twitter, api):
    route = api.get("https://video.twimg.com/dm_video/1/vid/large.mp4").respond(200, content=b"mp4")

    fetched = twitter.fetch_media(Media("video", url="https://video.twimg.com/dm_video/1/vid/large.mp4"), largest=100)

    assert fetched.content == b"mp4"
    assert "Authorization" not in route.calls.last.request.headers


def test_a_file_from_elsewhere_is_not_fetched(twitter, api):
    assert (
        refused(twitter.fetch_media, Media("image", url="https://evil.example/dm/1/2/x.jpg"), 100).provider_code
        == "host"
    )


def test_who_somebody_is(twitter, api):
    route = api.get(f"{API}/2/users/{NORA}").respond(
        200,
        json={
            "data": {
                "id": NORA,
                "name": "Nora Visitor",
                "username": "nora",
                "profile_image_url": "https://pbs.twimg.com/profile_images/1/a_normal.png",
            }
        },
    )

    assert twitter.fetch_profile(NORA) == Sender(
        external_id=NORA,
        name="Nora Visitor",
        username="nora",
        picture="https://pbs.twimg.com/profile_images/1/a_400x400.png",
        verified=True,
    )
    assert route.calls.last.request.url.params["user.fields"] == "name,username,profile_image_url"


@pytest.mark.parametrize(
    ("status", "answer"), [(404, {"title": "Not Found"}), (200, {"errors": [{"title": "Not Found Error"}]}), (400, {})]
)
def test_somebody_whom_x_does_not_show_has_no_profile(twitter, api, status, answer):
    api.get(f"{API}/2/users/{NORA}").respond(status, json=answer)

    assert twitter.fetch_profile(NORA) is None


def test_a_fault_is_no_missing_profile(twitter, api):
    api.get(f"{API}/2/users/{NORA}").respond(503)

    assert refused(twitter.fetch_profile, NORA).verdict == Verdict.RETRY


# --- The test of the channel ----------------------------------------------------------------------------------------


@pytest.fixture
def me(api):
    return api.get(f"{API}/2/users/me").respond(200, json={"data": {"id": US, "username": "shop"}})


def test_the_test_tells_whose_account_it_is(twitter, me):
    assert twitter.check() == "shop"


def test_another_accounts_token_is_found_out(twitter, me, channel):
    channel.external_id = "99"

    assert refused(twitter.check).verdict == Verdict.RECONNECT


def test_it_finds_that_x_posts_to_monty(twitter, api, me, channel):
    channel.configure(bearer_token="app-bearer")
    route = api.get(f"{API}/2/webhooks").respond(
        200, json={"data": [{"id": "1", "url": twitter.to_paste, "valid": True}]}
    )

    assert twitter.check() == "shop"
    assert route.calls.last.request.headers["Authorization"] == "Bearer app-bearer"


@pytest.mark.parametrize("known", [[], [{"valid": False}], [{"url": "https://elsewhere.example/", "valid": True}], "x"])
def test_it_says_if_x_does_not(twitter, api, me, channel, known):
    channel.configure(bearer_token="app-bearer")
    told = [{"url": twitter.to_paste} | each for each in known] if isinstance(known, list) else known
    api.get(f"{API}/2/webhooks").respond(200, json={"data": told})

    assert twitter.check() == f"shop. But X does not confirm that it posts to {twitter.to_paste}."


def test_a_dead_token_of_the_app_confirms_nothing(twitter, api, me, channel):
    channel.configure(bearer_token="app-bearer")
    api.get(f"{API}/2/webhooks").respond(401)

    assert "does not confirm" in twitter.check()


# --- Settings -------------------------------------------------------------------------------------------------------


def test_another_address_of_the_api_may_be_set(twitter, api, channel):
    channel.configure(base_url="http://127.0.0.1:8000/demo/providers/x")
    route = api.post(f"http://127.0.0.1:8000/demo/providers/x/2/dm_conversations/with/{NORA}/messages").respond(
        201, json=SENT
    )

    twitter.send(Outbound(id=7, recipient=NORA, text="hi"))

    assert route.called


def test_a_recipient_cannot_change_the_address(twitter, api):
    route = api.post(f"{API}/2/dm_conversations/with/..%2F1/messages").respond(201, json=SENT)

    twitter.send(Outbound(id=7, recipient="../1", text="hi"))

    assert route.called


def test_errors_never_show_a_token(twitter, api, caplog):
    for status in (400, 401, 403, 500):
        api.post(SEND).respond(status, json={"detail": "no"})
        api.post(TOKEN).respond(400, json={"error": "invalid_request", "error_description": "refresh-1 is dead"})
        found = refused(twitter.send, Outbound(id=7, recipient=NORA, text="hi"))
        for secret in SECRETS.values():
            assert secret not in f"{found!r} {found.facts} {caplog.text}"
