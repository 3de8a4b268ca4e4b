"""The simulated X API v2."""

import base64
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from channels_app.simulator import customer, tokens
from channels_app.simulator.models import Account, Message
from tests.channels_app.simulator.conftest import IDS, Api, nora

pytestmark = pytest.mark.once

SELF = IDS["twitter"]


def to_nora(account: Account, body: object) -> tuple[int, dict]:
    return Api(account).post(f"dm_conversations/with/{nora(account).external_id}/messages", body)


def test_a_text_is_created(twitter):
    status, answer = to_nora(twitter, {"text": "On its way!"})
    message = Message.objects.accepted().get()
    assert status == 201
    assert answer["data"]["dm_event_id"] == message.external_id
    # The smaller id stands first.
    assert answer["data"]["dm_conversation_id"] == f"{SELF}-{nora(twitter).external_id}"
    assert len(message.external_id) == 19


def test_the_conversation_s_own_address_does_the_same(twitter):
    api, pair = Api(twitter), f"{SELF}-{nora(twitter).external_id}"
    assert api.post(f"dm_conversations/{pair}/messages", {"text": "Hi"})[0] == 201
    backwards = "-".join(reversed(pair.split("-")))
    assert api.post(f"dm_conversations/{backwards}/messages", {"text": "Hi"})[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": 7},
        {"text": "x" * 10_001},
        {"text": "x", "reply_to": "1"},
        {"attachments": [{"media_id": "1"}]},
        {"text": "x", "attachments": [{"media_id": "1"}, {"media_id": "2"}]},
        {"text": "x", "attachments": [{"media_id": "1", "alt": "y"}]},
        [],
        "{",
    ],
)
def test_bodies_against_the_schema_are_refused(twitter, body):
    status, answer = to_nora(twitter, body)
    assert (status, answer["status"], answer["title"]) == (400, 400, "Invalid Request")
    assert not Message.objects.accepted().exists()


def test_the_longest_text_passes(twitter):
    assert to_nora(twitter, {"text": "x" * 10_000})[0] == 201


def test_who_does_not_exist_cannot_be_written_to(twitter):
    assert Api(twitter).post("dm_conversations/with/1/messages", {"text": "Hi"})[0] == 403


@pytest.mark.parametrize("token", ["nonsense", tokens.graph_token("twitter", SELF)])
def test_a_wrong_token_is_refused(twitter, token):
    assert Api(twitter, token).post("dm_conversations/with/1/messages", {"text": "Hi"})[0] == 401


def test_an_access_token_lives_two_hours(twitter, time_machine_at):
    api = Api(twitter)
    time_machine_at(timedelta(hours=1, minutes=59))
    assert api.get("users/me")[0] == 200
    time_machine_at(timedelta(hours=2, seconds=2))
    assert api.get("users/me")[0] == 401


# --- Tokens --------------------------------------------------------------------------------------------------------


def refresh(token: str) -> tuple[int, dict]:
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    answer = Client().post("/demo/providers/twitter/2/oauth2/token", fields)
    return answer.status_code, answer.json()


def test_a_refresh_token_is_good_once(twitter):
    first = twitter.channel.secret("refresh_token")
    status, told = refresh(first)
    assert status == 200
    assert Api(twitter, told["access_token"]).get("users/me")[0] == 200
    assert refresh(first)[0] == 400
    assert refresh(told["refresh_token"])[0] == 200


@pytest.mark.django_db
def test_a_token_that_is_none_is_refused_and_no_row_is_written(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refresh("nonsense")[0] == 400
        assert refresh(tokens.x_token(SELF, "access"))[0] == 400
        assert refresh(tokens.x_token(SELF, "refresh"))[0] == 200


# --- Files ---------------------------------------------------------------------------------------------------------


def test_a_picture_goes_up_in_one_piece_and_out_with_a_text(twitter):
    file = SimpleUploadedFile("a.png", b"png", content_type="image/png")
    fields = {"media": file, "media_category": "dm_image", "media_type": "image/png"}
    status, answer = Api(twitter).post("media/upload", fields, format="form")
    assert status == 200
    body = {"text": "look", "attachments": [{"media_id": answer["data"]["id"]}]}
    assert to_nora(twitter, body)[0] == 201
    message = Message.objects.accepted().get()
    assert (message.text, message.kind, message.media.read()) == ("look", "image", b"png")


def test_a_picture_may_also_come_as_base64(twitter):
    body = {"media": base64.b64encode(b"png").decode(), "media_category": "dm_image", "media_type": "image/png"}
    assert Api(twitter).post("media/upload", body)[0] == 200
    assert Api(twitter).post("media/upload", body | {"media": "&&&"})[0] == 400


@pytest.mark.parametrize(
    ("category", "content_type", "size"),
    [("dm_image", "application/pdf", 3), ("tweet_image", "image/png", 3), ("dm_image", "image/png", 5 * 2**20 + 1)],
)
def test_what_is_not_taken_is_refused(twitter, category, content_type, size):
    file = SimpleUploadedFile("a", b"x" * size, content_type=content_type)
    fields = {"media": file, "media_category": category, "media_type": content_type}
    assert Api(twitter).post("media/upload", fields, format="form")[0] == 400


def test_a_video_goes_up_in_parts(twitter):
    api = Api(twitter)
    start = {"media_type": "video/mp4", "total_bytes": 6, "media_category": "dm_video"}
    number = api.post("media/upload/initialize", start)[1]["data"]["id"]
    for place, part in enumerate((b"abc", b"def")):
        fields = {"media": SimpleUploadedFile("part", part), "segment_index": place}
        assert api.post(f"media/upload/{number}/append", fields, format="form")[0] == 200
    # Not before it is finished.
    assert to_nora(twitter, {"attachments": [{"media_id": number}]})[0] == 400
    assert api.post(f"media/upload/{number}/finalize", {})[1]["data"]["processing_info"]["state"] == "pending"
    asked = api.get(f"media/upload?media_id={number}&command=STATUS")[1]
    assert asked["data"]["processing_info"]["state"] == "succeeded"
    assert to_nora(twitter, {"attachments": [{"media_id": number}]})[0] == 201
    assert Message.objects.accepted().get().media.read() == b"abcdef"


def test_a_video_with_parts_missing_or_left_over_is_refused(twitter):
    api = Api(twitter)
    start = {"media_type": "video/mp4", "total_bytes": 6, "media_category": "dm_video"}
    number = api.post("media/upload/initialize", start)[1]["data"]["id"]
    part = {"media": base64.b64encode(b"abc").decode(), "segment_index": 0}
    assert api.post(f"media/upload/{number}/append", part)[0] == 200
    assert api.post(f"media/upload/{number}/finalize", {})[0] == 400
    more = part | {"media": base64.b64encode(b"defg").decode(), "segment_index": 1}
    assert api.post(f"media/upload/{number}/append", more)[0] == 400


def test_a_customer_s_picture_is_handed_out_to_whoever_has_the_token(twitter):
    customer.send(nora(twitter), "image")
    message = Message.objects.get()
    path = f"dm_conversations/media/{message.external_id}/{message.media.external_id}/x.jpg"
    assert Api(twitter).get(path) == (200, message.media.read())
    assert Api(twitter, "nonsense").get(path)[0] == 401
    assert Api(twitter).get(path.replace(message.external_id, "1"))[0] == 404


def test_users_tell_name_and_picture(twitter):
    told = Api(twitter).get(f"users/{nora(twitter).external_id}")[1]["data"]
    assert (told["name"], told["username"]) == ("Nora Quist", "nora.quist")
    picture = Client().get(told["profile_image_url"].partition("/demo")[2].join(["/demo", ""]))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert Api(twitter).get("users/1")[0] == 404


def test_the_app_s_own_token_tells_which_webhook_there_is(twitter):
    token = twitter.channel.secret("bearer_token")
    told = Api(twitter, token).get("webhooks")[1]
    assert told["data"][0]["url"] == twitter.channel.adapter.to_paste
    assert Api(twitter).get("webhooks")[0] == 401
    assert json.dumps(told).count("valid") == 1
