"""What Messenger and Instagram post, kind by kind, as the facts it stands for."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.border import Echo, Edit, Inbound, Item, Media, Notice, Reaction, Receipt, Sender, Unknown, Unsend
from channels_app.messenger_items import fact_of, read
from tests.channels_app.any_json import any_json, damaged

PAGE, CUSTOMER = "104500001", "6500111222333"
NORA = Sender(external_id=CUSTOMER, verified=True)
AT = datetime.fromtimestamp(1527459824, UTC)
CDN = "https://scontent.xx.fbcdn.net/v/1_n.jpg?oh=00_x&oe=69A0"


def told(*, by_page=False, **parts):
    """An item of the customer's (or, as in echoes, of the page's)."""
    sender, recipient = (PAGE, CUSTOMER) if by_page else (CUSTOMER, PAGE)
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": 1527459824000, **parts}


def delivery(*items: object, **entry: object) -> dict[str, object]:
    return {"object": "page", "entry": [{"id": PAGE, "time": 1527459824123, "messaging": list(items), **entry}]}


def fact(**parts: object):
    """The one fact that a delivery with this item tells."""
    [item] = read(delivery(told(**parts)))
    assert item.account == PAGE
    return item.fact


def message(**parts: object):
    return fact(message={"mid": "m_1", **parts})


def attached(*attachments: object, **parts: object):
    return message(attachments=list(attachments), **parts)


# --- Texts and files ------------------------------------------------------------------------------------------------


def test_a_text():
    assert message(text="Is my parcel on its way?", nlp={"intents": []}) == Inbound(
        external_id="m_1", sender=NORA, at=AT, text="Is my parcel on its way?"
    )


def test_what_no_database_keeps_is_left_out():
    assert message(text="a\0b\ud83d").text == "ab"


def test_an_album_is_one_message_with_several_pictures():
    found = attached({"type": "image", "payload": {"url": CDN}}, {"type": "image", "payload": {"url": f"{CDN}2"}})

    assert found.media == (Media("image", url=CDN), Media("image", url=f"{CDN}2"))
    assert found.raw is None


@pytest.mark.parametrize("kind", ["image", "audio", "video", "file"])
def test_a_file(kind):
    assert attached({"type": kind, "payload": {"url": CDN}}).media == (Media(kind, url=CDN),)


@pytest.mark.parametrize("kind", ["sticker", "image"])
def test_a_sticker_in_its_new_and_its_old_shape(kind):
    found = attached({"type": kind, "payload": {"url": CDN, "sticker_id": 369239263222822}})

    assert found.media == (Media("sticker", url=CDN),)


def test_a_sticker_in_both_shapes_at_once_is_one():
    found = attached(
        {"type": "image", "payload": {"url": f"{CDN}&old", "sticker_id": 3692}},
        {"type": "sticker", "payload": {"url": CDN, "sticker_id": 3692}},
    )

    assert len(found.media) == 1
    assert found.raw is None


def test_two_different_stickers_are_two():
    shapes = [{"type": "sticker", "payload": {"url": CDN, "sticker_id": number}} for number in (1, 2)]

    assert len(attached(*shapes).media) == 2


def test_a_heart_is_a_text():
    assert attached({"type": "like_heart"}).text == "❤️"


# --- What is neither ------------------------------------------------------------------------------------------------


def test_a_location():
    pinned = {"type": "location", "title": "Pinned", "payload": {"coordinates": {"lat": 53.5503, "long": 9.9928}}}

    assert attached(pinned).details == {"location": {"latitude": 53.5503, "longitude": 9.9928, "name": "Pinned"}}


@pytest.mark.parametrize("coordinates", [
    None, {}, {"lat": "x", "long": 1}, {"lat": float("nan"), "long": 1}, {"lat": 91, "long": 1},
    {"lat": True, "long": 1},
])  # fmt: skip
def test_a_place_that_is_nowhere_is_not_shown_as_one(coordinates):
    found = attached({"type": "location", "payload": {"coordinates": coordinates}})

    assert found.details == {"unsupported": "location"}
    assert found.raw


@pytest.mark.parametrize("shape", [
    {"payload": {"url": CDN, "title": "Example"}}, {"url": CDN, "title": "Example", "payload": None},
])  # fmt: skip
def test_a_shared_link_in_both_its_shapes(shape):
    found = attached({"type": "fallback", **shape}, text="look")

    assert found.text == "look"
    assert found.details == {"shared": {"kind": "link", "title": "Example", "url": CDN}}


@pytest.mark.parametrize("payload", [{"payload": None}, {}])
def test_a_fallback_that_tells_nothing_stands_for_the_link_in_the_text(payload):
    found = attached({"type": "fallback", **payload}, text="look https://example.org/x")

    assert found == message(text="look https://example.org/x")


def test_alone_it_is_something_that_cannot_be_shown():
    assert attached({"type": "fallback", "payload": None}).details == {"unsupported": "fallback"}


@pytest.mark.parametrize(("kind", "shown"), [
    ("post", "post"), ("ig_post", "post"), ("share", "post"), ("reel", "reel"), ("ig_reel", "reel"),
    ("story", "story"), ("ig_story", "story"),
])  # fmt: skip
def test_what_somebody_shares(kind, shown):
    found = attached({"type": kind, "payload": {"ig_post_media_id": "1801", "title": "caption", "url": CDN}})

    assert found.details == {"shared": {"kind": shown, "title": "caption", "url": CDN}}
    assert found.raw is None


def test_a_post_under_its_old_and_its_new_name_is_one():
    found = attached({"type": "share", "payload": {"url": "old"}}, {"type": "ig_post", "payload": {"url": CDN}})

    assert found.details == {"shared": {"kind": "post", "url": CDN}}
    assert found.raw is None


def test_of_two_posts_the_first_is_shown_and_all_is_kept():
    found = attached({"type": "post", "payload": {"url": "a"}}, {"type": "post", "payload": {"url": "b"}})

    assert found.details["shared"]["url"] == "a"
    assert found.raw["message"]["attachments"][1]["payload"]["url"] == "b"


def test_a_product_that_somebody_shares():
    card = {"type": "template", "payload": {"product": {"elements": [{"title": "Mug", "image_url": CDN}]}}}

    assert attached(card).details == {"shared": {"kind": "product", "title": "Mug", "url": CDN}}


def test_a_mention_in_a_story_is_there_for_a_day():
    found = attached({"type": "story_mention", "payload": {"url": CDN}})

    assert found.details == {"story": {"kind": "mention", "url": CDN, "until": (AT + timedelta(days=1)).isoformat()}}
    assert not found.media


def test_an_answer_to_a_story():
    found = message(text="love it", reply_to={"story": {"id": "1790", "url": CDN}})

    assert found.details == {"story": {"kind": "reply", "url": CDN, "until": (AT + timedelta(days=1)).isoformat()}}
    assert found.reply_to == ""


def test_an_answer_to_a_message():
    assert message(text="yes, that one", reply_to={"mid": "m_out_777", "is_self_reply": False}).reply_to == "m_out_777"


def test_a_quick_reply():
    found = message(text="Blue", quick_reply={"payload": "COLOUR_BLUE"})

    assert (found.text, found.details) == ("Blue", {"button": {"title": "Blue", "payload": "COLOUR_BLUE"}})


def test_a_button_with_what_brought_the_customer_to_it():
    found = fact(
        postback={
            "mid": "m_pb_001",
            "title": "Get started",
            "payload": "GET_STARTED",
            "referral": {"ref": "newsletter-7", "source": "SHORTLINK", "type": "OPEN_THREAD"},
        }
    )

    assert (found.external_id, found.text) == ("m_pb_001", "Get started")
    assert found.details == {
        "button": {"title": "Get started", "payload": "GET_STARTED"},
        "referral": {"source": "SHORTLINK", "ref": "newsletter-7"},
    }


def test_a_button_without_an_id_gets_one_that_is_always_the_same():
    first, again = fact(postback={"title": "Yes"}), fact(postback={"title": "Yes"})

    assert first.external_id == again.external_id != fact(postback={"title": "No"}).external_id


def test_a_referral_into_a_conversation():
    found = fact(referral={"ref": "newsletter-7", "source": "SHORTLINK", "type": "OPEN_THREAD"})

    assert isinstance(found, Inbound)
    assert (found.text, found.details) == ("", {"referral": {"source": "SHORTLINK", "ref": "newsletter-7"}})
    assert found.external_id.startswith("sha256:")


def test_a_message_by_an_advertisement():
    ad = {"ref": "ad-x", "ad_id": "2385100001", "source": "ADS", "ads_context_data": {"ad_title": "Winter sale"}}

    found = message(text="I saw your ad", referral=ad)

    assert found.details == {"referral": {"source": "ADS", "ref": "ad-x", "title": "Winter sale"}}


def test_a_basket():
    products = [{"retailer_id": "mug-1", "unit_price": 12.5, "currency": "EUR", "quantity": 2}]

    assert fact(order={"products": products, "note": "soon"}).details == {
        "order": {"items": [{"id": "mug-1", "quantity": "2", "price": "12.5", "currency": "EUR"}], "note": "soon"}
    }


# --- What cannot be shown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "what"), [
    ({"is_unsupported": True}, "message"),
    ({}, "message"),
    ({"text": ""}, "message"),
    ({"attachments": [{"type": "ephemeral"}]}, "ephemeral"),
    ({"attachments": [{"type": "image"}]}, "image"),
    ({"attachments": [{"type": "appointment_booking", "payload": {"booking_id": "1"}}]}, "appointment_booking"),
    ({"attachments": [{"type": "hologram", "payload": {"url": CDN}}]}, "hologram"),
    ({"attachments": [5]}, "attachment"),
])  # fmt: skip
def test_a_message_that_monty_cannot_show_says_so_and_is_kept(part, what):
    found = message(**part)

    assert isinstance(found, Inbound)
    assert found.details == {"unsupported": what}
    assert found.raw == told(message={"mid": "m_1", **part})


def test_what_can_be_shown_of_it_is():
    found = attached({"type": "image", "payload": {"url": CDN}}, {"type": "hologram"}, text="both")

    assert (found.text, found.media) == ("both", (Media("image", url=CDN),))
    assert found.details == {"unsupported": "hologram"}
    assert found.raw


@pytest.mark.parametrize("key", ["optin", "account_linking", "response_feedback", "something_new"])
def test_what_a_customer_did_in_a_way_monty_does_not_know_is_shown_as_such(key):
    found = fact(**{key: {"x": 1}})

    assert isinstance(found, Inbound)
    assert found.details == {"unsupported": key}
    assert found.raw[key] == {"x": 1}


# --- Echoes ---------------------------------------------------------------------------------------------------------


def test_an_echo_of_montys_own():
    assert fact(
        by_page=True,
        message={"mid": "m_out_777", "is_echo": True, "app_id": 263902, "metadata": "monty:msg:4711", "text": "Hi!"},
    ) == Echo(external_id="m_out_777", recipient=NORA, at=AT, text="Hi!", ours=4711)


def test_an_echo_of_what_was_written_elsewhere():
    found = fact(by_page=True, message={"mid": "m_2", "is_echo": True, "attachments": [{"type": "image", "url": CDN}]})

    assert isinstance(found, Echo)
    assert (found.recipient, found.ours, found.media) == (NORA, None, (Media("image", url=CDN),))


def test_an_echo_of_a_text_with_buttons():
    card = {"type": "template", "payload": {"template_type": "button", "text": "Anything else?", "buttons": [{}]}}

    assert fact(by_page=True, message={"mid": "m_2", "is_echo": True, "attachments": [card]}).text == "Anything else?"


def test_what_the_account_sends_is_never_taken_for_a_customers():
    found = fact(by_page=True, message={"mid": "m_2", "text": "Hello"})

    assert isinstance(found, Echo)
    assert found.recipient == NORA


# --- What happens to messages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "emoji"), [
    ({"action": "react", "reaction": "love", "emoji": "\u2764\ufe0f"}, "❤️"),
    ({"action": "react", "reaction": "like"}, "👍"),
    ({"action": "react", "reaction": "other"}, "❔"),
    ({"action": "react", "emoji": "🦆"}, "🦆"),
    ({"action": "unreact"}, ""),
    ({"action": "unreact", "reaction": "love", "emoji": "\u2764\ufe0f"}, ""),
])  # fmt: skip
def test_a_reaction_and_its_end(part, emoji):
    assert fact(reaction={"mid": "m_out_777", **part}) == Reaction("m_out_777", NORA, AT, emoji)


@pytest.mark.parametrize("number", [1, "1"])
def test_an_edit(number):
    assert fact(message_edit={"mid": "m_1", "text": "parcel 42", "num_edit": number}) == Edit(
        "m_1", NORA, AT, "parcel 42"
    )


def test_a_message_taken_back():
    assert message(is_deleted=True) == Unsend("m_1", NORA, AT)


def test_a_message_that_the_account_took_back_elsewhere():
    found = fact(by_page=True, message={"mid": "m_out", "is_echo": True, "is_deleted": True})

    assert found == Unsend("m_out", NORA, AT)


def test_delivered_by_name_and_by_time():
    assert fact(delivery={"mids": ["m_out_777"], "watermark": 1527459824000}) == Receipt(
        "delivered", AT, ("m_out_777",), NORA, up_to=AT
    )


def test_read_up_to_a_time():
    assert fact(read={"watermark": "1527459824", "seq": 3}) == Receipt("read", AT, (), NORA, up_to=AT)


def test_read_by_name_with_all_before_it():
    assert fact(read={"mid": "aWd_out1"}) == Receipt("read", AT, ("aWd_out1",), NORA, and_before=True)


@pytest.mark.parametrize("parts", [
    {"reaction": {}}, {"reaction": {"action": "react"}}, {"message_edit": {"mid": "m_1"}},
    {"message_edit": {"text": "x"}}, {"read": {}}, {"delivery": {"mids": [], "watermark": "soon"}},
    {"message": {"is_deleted": True}}, {"reaction": 5}, {"read": []}, {"policy_enforcement": {}},
])  # fmt: skip
def test_what_names_no_message_is_kept_for_people_to_read(parts):
    found = fact(**parts)

    assert isinstance(found, Unknown)
    assert found.raw == told(**parts)


# --- The account ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "stops"), [("block", True), ("warning", False), ("unblock", False)])
def test_a_notice_about_policy_has_no_sender(action, stops):
    [item] = read(
        delivery(
            {"recipient": {"id": PAGE}, "timestamp": 1, "policy_enforcement": {"action": action, "reason": "Spam"}}
        )
    )

    assert item == Item(PAGE, Notice("policy", f"{action}: Spam", code=action, stops=stops))


@pytest.mark.parametrize("key", ["pass_thread_control", "take_thread_control", "request_thread_control", "app_roles"])
def test_a_handover_to_another_app_is_no_message(key):
    found = fact(**{key: {"new_owner_app_id": "1"}})

    assert isinstance(found, Notice)
    assert (found.topic, found.stops) == ("account", False)


# --- Deliveries -----------------------------------------------------------------------------------------------------


def test_a_batch_of_several_accounts():
    two = [told(message={"mid": mid, "text": "Hi"}) for mid in ("m_b1", "m_b2")]
    other = {"id": 104500002, "messaging": [told(delivery={"watermark": 1527459824000})]}
    found = read({"object": "page", "entry": [{"id": PAGE, "messaging": two}, other]})

    assert [item.account for item in found] == [PAGE, PAGE, "104500002"]
    assert [item.fact.external_id for item in found[:2]] == ["m_b1", "m_b2"]


def test_standby_is_read_like_the_rest():
    [item] = read({"entry": [{"id": PAGE, "standby": [told(message={"mid": "m_1", "text": "Hi"})]}]})

    assert item.fact.text == "Hi"


@pytest.mark.parametrize("field", ["feed", "inbox_labels", "comments", "mentions", "live_comments"])
def test_what_happens_elsewhere_on_a_page_is_nothing_to_monty(field):
    assert read({"object": "page", "entry": [{"id": PAGE, "changes": [{"field": field, "value": {"from": {}}}]}]}) == []


def test_an_empty_delivery_says_nothing():
    assert read({"object": "page", "entry": []}) == []


def test_a_test_button_at_meta_reaches_the_channel_it_was_posted_to():
    sent = {
        "sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824",
        "message": {"mid": "random_mid", "text": "random_text"},
    }  # fmt: skip
    [item] = read({"object": "instagram", "entry": [{"id": "0", "changes": [{"field": "messages", "value": sent}]}]})

    assert item.account == ""
    assert item.fact == Inbound("random_mid", Sender("12334", verified=True), AT, text="random_text")


def test_a_delivery_for_whatsapp_at_this_address_is_kept():
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]}}
    [item] = read({"object": "whatsapp_business_account", "entry": [{"id": "3", "changes": [change]}]})

    assert isinstance(item.fact, Unknown)
    assert item.fact.raw == change


def test_a_visitor_of_a_plugin_is_known_by_its_reference():
    item = told(message={"mid": "m_1", "text": "Hi"}) | {"sender": {"user_ref": "cart-9"}}

    assert fact_of(item, PAGE, None).sender.external_id == "user_ref:cart-9"


def test_ids_may_come_as_numbers():
    item = told(message={"mid": 17, "text": "Hi"}) | {"sender": {"id": 6500111222333}}
    found = fact_of(item, PAGE, None)

    assert (found.sender, found.external_id) == (NORA, "17")


def test_an_id_longer_than_monty_keeps_is_still_the_same_id():
    long = "m_" + "x" * 400

    found, answer = fact(message={"mid": long, "text": "1"}), message(text="2", reply_to={"mid": long})

    assert len(found.external_id) <= 255
    assert answer.reply_to == found.external_id


@pytest.mark.parametrize("raw", [None, 5, "x", [], {}, {"entry": 5}, {"entry": {}}, {"object": "page"}])
def test_what_is_no_delivery_is_kept_whole(raw):
    assert read(raw) == [Item("", Unknown(raw, "no entries"))]


@pytest.mark.parametrize("entry", [None, 5, "x", [], {}, {"id": PAGE}, {"id": PAGE, "messaging": {}}])
def test_what_is_no_entry_is_kept(entry):
    assert read({"entry": [entry]}) == [Item("", Unknown(entry, "no items"))]


@pytest.mark.parametrize("item", [
    None, 5, "x", [], {}, {"sender": None}, {"sender": {"id": ""}}, {"sender": {"id": True}, "message": {"mid": "m"}},
    {"message": {"mid": "m_1", "text": "from nobody"}},
])  # fmt: skip
def test_an_item_of_nobody_is_kept(item):
    [found] = read(delivery(item))

    assert isinstance(found.fact, Unknown)
    assert found.fact.raw == item


def test_the_time_of_the_entry_stands_in_for_a_missing_one():
    [item] = read(delivery(told(message={"mid": "m_1", "text": "Hi"}) | {"timestamp": None}, time="1527459824"))

    assert item.fact.at == AT


def test_a_value_nested_without_end_costs_one_item():
    deep = []
    for _level in range(50_000):
        deep = [deep]
    [first, second] = read(delivery(told(postback=deep), told(message={"mid": "m_1", "text": "Hi"})))

    assert isinstance(first.fact, Unknown)
    assert second.fact.text == "Hi"


# --- Anything at all ------------------------------------------------------------------------------------------------

SAMPLE = told(
    message={
        "mid": "m_1", "text": "Hi", "is_echo": False, "is_deleted": False, "is_unsupported": False, "metadata": "m",
        "reply_to": {"mid": "m_0", "story": {"url": CDN}}, "quick_reply": {"payload": "P"},
        "referral": {"ref": "r", "source": "ADS", "ads_context_data": {"ad_title": "t"}, "product": {"id": "1"}},
        "attachments": [
            {"type": "image", "payload": {"url": CDN, "sticker_id": 1}},
            {"type": "location", "title": "t", "payload": {"coordinates": {"lat": 1.5, "long": 2}}},
            {"type": "template", "payload": {"elements": [{"title": "t", "url": CDN}]}},
            {"type": "fallback", "url": CDN, "title": "t"}, {"type": "ig_post", "payload": {"url": CDN}},
            {"type": "story_mention", "payload": {"url": CDN}},
        ],
    },
)  # fmt: skip
SAMPLES = [
    SAMPLE,
    told(by_page=True, message=SAMPLE["message"]),
    told(postback={"mid": "m", "title": "t", "payload": "p", "referral": {"ref": "r"}}),
    told(reaction={"mid": "m", "action": "react", "reaction": "love", "emoji": "x"}),
    told(referral={"ref": "r", "source": "s"}),
    told(message_edit={"mid": "m", "text": "t", "num_edit": 1}),
    told(delivery={"mids": ["m"], "watermark": 1}),
    told(read={"watermark": 1, "mid": "m"}),
    told(order={"products": [{"id": "1", "quantity": 1, "unit_price": 1.5, "currency": "EUR"}], "note": "n"}),
    told(policy_enforcement={"action": "block", "reason": "r"}),
]


# Any one of them, itself or any one place in it being anything at all.
spoilt = any_json | st.sampled_from(SAMPLES).flatmap(damaged)


def demand_storable(items: list[Item]) -> None:
    """Ids that fit their columns, details that are JSON (PostgreSQL knows no NaN), times that are times."""
    for item in items:
        fact = item.fact
        assert isinstance(fact, Unknown | Notice) or fact.at.tzinfo
        if isinstance(fact, Inbound | Echo):
            assert 0 < len(fact.external_id) <= 255
            written = json.dumps(fact.details, allow_nan=False, ensure_ascii=False).encode()
            assert b"\\u0000" not in written
            assert fact.text or fact.media or fact.details


@given(any_json)
def test_any_delivery_is_read(raw):
    demand_storable(read(raw))


@given(spoilt)
def test_an_item_with_anything_anywhere_is_read_and_costs_no_other(item):
    good = [told(message={"mid": f"m_{number}", "text": "Hi"}) for number in (1, 2)]
    first, *found, last = read(delivery(good[0], item, good[1]))

    assert (first.fact.external_id, last.fact.external_id) == ("m_1", "m_2")
    assert len(found) == 1
    demand_storable(found)


@given(any_json, any_json)
def test_anything_around_the_items_costs_none(around, value):
    good = delivery(told(message={"mid": "m_1", "text": "Hi"}))
    good["entry"] = [around, *good["entry"], value]
    found = read({**good, "object": value, "extra": around})

    assert any(isinstance(item.fact, Inbound) and item.fact.external_id == "m_1" for item in found)
    demand_storable(found)


def test_a_thousand_items_are_read_at_once():
    found = read(delivery(*(told(message={"mid": f"m_{number}", "text": "Hi"}) for number in range(1000))))

    assert [item.fact.external_id for item in found] == [f"m_{number}" for number in range(1000)]
