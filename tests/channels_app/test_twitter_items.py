"""What X posts, as facts: one test for each kind of event, in both envelopes, and none for which reading fails."""

import json
import time
from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from channels_app.border import Echo, Inbound, Item, Media, Notice, Receipt, Sender, Typing, Unknown
from channels_app.models import Channel
from tests.channels_app.any_json import any_json, damaged

US, NORA = "1111111111111111111", "2222222222222222222"
DM = "2080765901528535096"
AT = datetime.fromtimestamp(1795000000.372, UTC)
# Around the tests' now: events of the future are taken for events of now.
pytestmark = [pytest.mark.once, pytest.mark.usefixtures("after_the_events")]


@pytest.fixture(scope="module")
def after_the_events():
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        yield


def parse(raw) -> list[Item]:
    return Channel(kind="twitter").adapter.parse(raw)


def facts(raw) -> list:
    return [item.fact for item in parse(raw)]


def event(number: str = DM, sender: str = NORA, recipient: str = US, stamp: str = "1795000000372", **data) -> dict:
    content = {"text": "hello!", "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}}
    created = {"target": {"recipient_id": recipient}, "sender_id": sender, "message_data": content | data}
    return {"type": "message_create", "id": number, "created_timestamp": stamp, "message_create": created}


def account_activity(*events: dict, **beside) -> dict:
    person = {
        "id": NORA,
        "created_timestamp": "1422556069340",
        "name": "Nora Visitor",
        "screen_name": "nora",
        "profile_image_url_https": "https://pbs.twimg.com/profile_images/1/a_normal.jpg",
    }
    told = {"for_user_id": US, "direct_message_events": list(events), "users": {NORA: person}}
    return told | {"apps": {"258901": {"id": "258901", "name": "Some app"}}} | beside


def activity(kind: str, payload: object) -> dict:
    return {
        "data": {
            "event_uuid": "-6850472171600526495",
            "filter": {"user_id": US},
            "event_type": kind,
            "tag": "monty-inbox-7",
            "payload": payload,
        }
    }


def received(*events: dict) -> dict:
    person = {
        "id": NORA,
        "username": "nora",
        "name": "Nora Visitor",
        "profile_image_url": "https://pbs.twimg.com/profile_images/1/a_normal.jpg",
        "verified": False,
    }
    return activity("dm.received", {"direct_message_events": list(events), "users": {NORA: {"data": person}}})


def media(kind: str, **told) -> dict:
    return {"type": "media", "media": {"id": 1, "id_str": "1", "url": "https://t.co/pic", "type": kind} | told}


NORA_AS_TOLD = Sender(
    external_id=NORA,
    name="Nora Visitor",
    username="nora",
    picture="https://pbs.twimg.com/profile_images/1/a_400x400.jpg",
    verified=True,
)


# --- Messages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("envelope", [account_activity, received])
def test_a_text_in_either_envelope(envelope):
    assert parse(envelope(event())) == [Item(US, Inbound(DM, NORA_AS_TOLD, AT, "hello!"))]


@pytest.mark.parametrize("envelope", [account_activity, received])
def test_a_delivery_may_hold_several(envelope):
    assert [fact.external_id for fact in facts(envelope(event("1"), event("2")))] == ["1", "2"]


def test_links_are_shown_as_they_were_meant():
    links = [
        {"url": "https://t.co/abc", "expanded_url": "https://example.org/x", "display_url": "example.org/x"},
        {"url": "https://t.co/def", "expanded_url": None},
        {"url": "", "expanded_url": "https://evil.example"},
    ]
    raw = account_activity(event(text="see https://t.co/abc or https://t.co/def", entities={"urls": links}))

    assert facts(raw)[0].text == "see https://example.org/x or https://t.co/def"


def test_a_picture_comes_without_the_link_that_stands_for_it():
    url = "https://ton.twitter.com/1.1/ton/data/dm/2080765901528535100/2080765900000000001/AbCd.jpg"
    photo = media("photo", id_str="2080765900000000001", media_url_https=url)

    fact = facts(account_activity(event(text="see https://t.co/pic", attachment=photo)))[0]

    assert (fact.text, fact.media) == ("see", (Media("image", url=url, ref="2080765900000000001"),))
    assert fact.details == {}


@pytest.mark.parametrize("kind", ["video", "animated_gif"])
def test_of_a_video_the_best_that_browsers_play_is_taken(kind):
    base = "https://video.twimg.com/dm_video/1/vid"
    variants = [
        {"content_type": "application/x-mpegURL", "url": f"{base}/list.m3u8"},
        {"content_type": "video/mp4", "bitrate": 320000, "url": f"{base}/small.mp4"},
        {"content_type": "video/mp4", "bitrate": 832000, "url": f"{base}/large.mp4"},
        {"content_type": "video/mp4", "url": f"{base}/unknown.mp4"},
    ]

    fact = facts(
        account_activity(event(text="https://t.co/pic", attachment=media(kind, video_info={"variants": variants})))
    )[0]

    assert (fact.text, fact.media) == ("", (Media("video", url=f"{base}/large.mp4", content_type="video/mp4"),))


def test_a_place():
    point = {
        "type": "shared_coordinate",
        "shared_coordinate": {"coordinates": {"type": "Point", "coordinates": [9.9928, 53.5503]}},
    }

    fact = facts(account_activity(event(attachment={"type": "location", "location": point})))[0]

    assert fact.details == {"location": {"latitude": 53.5503, "longitude": 9.9928}}


def test_a_quick_reply():
    fact = facts(account_activity(event(text="Blue", quick_reply_response={"type": "options", "metadata": "BLUE"})))[0]

    assert fact.details == {"button": {"title": "Blue", "payload": "BLUE"}}


def test_what_brought_the_customer_here():
    fact = facts(account_activity(event() | {"initiated_via": {"tweet_id": "77"}}))[0]

    assert fact.details == {"referral": {"source": "post", "ref": "77"}}


@pytest.mark.parametrize(
    "data",
    [
        {"attachment": {"type": "hologram"}},
        {"attachment": media("hologram")},
        {"attachment": {"type": "location", "location": {}}},
        {"text": ""},
        {"text": None},
    ],
)
def test_what_monty_cannot_show_is_said_and_kept(data):
    raw = event(**data)
    fact = facts(account_activity(raw))[0]

    assert isinstance(fact, Inbound)
    assert fact.details["unsupported"]
    assert fact.raw == raw


def test_an_encrypted_message_is_a_placeholder():
    payload = {
        "id": "e4f4d3fc-8bbf-4928-92eb-e5058d6bb6f6",
        "created_at_msec": "1795000005370",
        "sender_id": NORA,
        "conversation_id": f"{NORA}:{US}",
        "encoded_event": "CwABAAAA",
        "message_event_signature": {"signature": "x", "signature_version": "7"},
    }

    item = parse(activity("chat.received", payload))[0]

    assert item.account == US
    assert item.fact == Inbound(
        external_id="e4f4d3fc-8bbf-4928-92eb-e5058d6bb6f6",
        sender=Sender(NORA, verified=True),
        at=datetime.fromtimestamp(1795000005.370, UTC),
        details={"unsupported": "encrypted"},
        raw=payload,
    )


def test_an_encrypted_one_of_ours_names_the_customer():
    payload = {"id": "e1", "created_at_msec": "1795000005370", "sender_id": US, "conversation_id": f"{US}-{NORA}"}

    fact = facts(activity("chat.sent", payload))[0]

    assert isinstance(fact, Echo)
    assert fact.recipient.external_id == NORA


@pytest.mark.parametrize(
    "envelope",
    [account_activity, lambda *events: activity("dm.sent", {"direct_message_events": list(events), "users": {}})],
)
def test_what_the_account_sent_is_an_echo(envelope):
    item = parse(envelope(event(sender=US, recipient=NORA, text="Thanks!")))[0]

    assert item.account == US
    assert isinstance(item.fact, Echo)
    assert (item.fact.external_id, item.fact.recipient.external_id, item.fact.text) == (DM, NORA, "Thanks!")


def test_without_an_id_the_same_event_has_the_same_one():
    raw = event()
    del raw["id"]

    assert facts(account_activity(raw))[0].external_id == facts(account_activity(raw))[0].external_id != ""
    assert (
        facts(account_activity(raw))[0].external_id
        != facts(account_activity(event(text="other") | {"id": ""}))[0].external_id
    )


# --- Receipts, typing, the account ----------------------------------------------------------------------------------

READ = {
    "created_timestamp": "1795000003000",
    "sender_id": NORA,
    "target": {"recipient_id": US},
    "last_read_event_id": DM,
}
TYPED = {"created_timestamp": "1795000004000", "sender_id": NORA, "target": {"recipient_id": US}}


@pytest.mark.parametrize(
    "raw",
    [
        {"for_user_id": US, "direct_message_mark_read_events": [READ], "users": {}},
        activity("dm.read", {"direct_message_mark_read_events": [READ], "users": {}}),
        activity("dm.read", {"dm_read_events": [READ]}),
        activity("dm.read", READ),
    ],
    ids=["Account Activity", "the list", "a list of another name", "bare"],
)
def test_the_customer_has_read_a_message_and_all_before(raw):
    fact = facts(raw)[0]

    assert isinstance(fact, Receipt)
    assert (fact.status, fact.external_ids, fact.customer.external_id) == ("read", (DM,), NORA)
    assert fact.up_to < fact.at == datetime.fromtimestamp(1795000003, UTC)


def test_the_id_of_a_message_tells_when_it_was_made():
    post_in_the_manual = facts(activity("dm.read", READ | {"last_read_event_id": "1050118621198921728"}))[0]

    assert post_in_the_manual.up_to.replace(microsecond=0) == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)


@pytest.mark.parametrize("number", ["9" * 19, "not-a-number"])
def test_an_id_that_tells_nonsense_reads_nothing_that_is_newer(number):
    fact = facts(activity("dm.read", READ | {"last_read_event_id": number}))[0]

    assert fact.up_to in (None, fact.at)


@pytest.mark.parametrize(
    "raw",
    [
        {"for_user_id": US, "direct_message_indicate_typing_events": [TYPED], "users": {}},
        activity("dm.indicate_typing", {"direct_message_indicate_typing_events": [TYPED]}),
        activity("dm.indicate_typing", TYPED),
    ],
)
def test_the_customer_is_typing(raw):
    assert facts(raw) == [Typing(Sender(NORA, verified=True), datetime.fromtimestamp(1795000004, UTC))]


def test_what_we_read_and_type_at_x_is_nobodys_news():
    ours = {"sender_id": US, "target": {"recipient_id": NORA}}

    assert facts({"for_user_id": US, "direct_message_mark_read_events": [READ | ours]}) == []
    assert facts({"for_user_id": US, "direct_message_indicate_typing_events": [TYPED | ours]}) == []


@pytest.mark.parametrize(
    "raw",
    [
        {"user_event": {"revoke": {"date_time": "2026-11-20", "target": {"app_id": "1"}, "source": {"user_id": US}}}},
        {"data": {"event_type": "oauth.revoke", "filter": {"user_id": US}, "payload": {}}},
    ],
)
def test_an_account_that_disconnects_stops_the_channel(raw):
    item = parse(raw)[0]

    assert item.account == US
    assert isinstance(item.fact, Notice)
    assert item.fact.stops


@pytest.mark.parametrize(
    "raw",
    [
        account_activity(),
        {"for_user_id": US, "tweet_create_events": [{"id": 1}], "follow_events": [{}]},
        activity("profile.update.bio", {"before": "a", "after": "b"}),
        {"data": []},
    ],
)
def test_what_is_no_message_is_passed_over(raw):
    assert facts(raw) == []


def test_one_delivery_may_tell_different_things():
    raw = account_activity(event(), direct_message_mark_read_events=[READ], tweet_create_events=[{}])

    assert [type(fact) for fact in facts(raw)] == [Inbound, Receipt]


# --- Anything at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "",
        7,
        {},
        {"data": {}},
        {"data": {"event_type": "dm.reaction"}},
        {"for_user_id": US, "direct_message_events": ["x"]},
    ],
    ids=str,
)
def test_what_names_no_sender_is_kept_as_unknown(raw):
    assert [type(fact) for fact in facts(raw)] == [Unknown]


@given(any_json)
def test_any_value_is_read_without_an_error(raw):
    for item in parse(raw):
        json.dumps(item.account)


GOOD = [
    account_activity(event(attachment=media("photo"))),
    received(event()),
    activity("dm.read", READ),
    activity("chat.received", {"id": "1", "sender_id": NORA}),
]


@given(st.sampled_from(GOOD).flatmap(damaged))
def test_any_value_in_any_place_is_read_without_an_error(raw):
    parse(raw)


@given(any_json)
def test_a_bad_event_among_good_ones_keeps_the_good_ones(bad):
    found = facts(account_activity(event("1"), bad, event("2")))

    assert [fact.external_id for fact in found if isinstance(fact, Inbound)][:1] == ["1"]
    assert found[-1].external_id == "2"


def test_a_thousand_events_are_read_well_within_a_second():
    raw = json.loads(json.dumps(account_activity(*(event(str(number)) for number in range(1000)))))
    start = time.perf_counter()

    assert len(facts(raw)) == 1000
    assert time.perf_counter() - start < 1
