"""What WhatsApp posts, as facts: one test for each kind of item, and none for which reading fails."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from channels_app.border import (
    Echo,
    Edit,
    Inbound,
    Item,
    Media,
    Moved,
    Notice,
    Reaction,
    Receipt,
    Sender,
    Unknown,
    Unsend,
)
from channels_app.models import Channel
from channels_app.whatsapp_people import person
from tests.channels_app.any_json import any_json, damaged

NUMBER_ID, WABA = "111222333444555", "300900100200300"
PHONE, BSUID = "4917012345678", "DE.1502576394655843"
# Around the tests' now: events of the future are taken for events of now.
pytestmark = [pytest.mark.once, pytest.mark.usefixtures("after_the_events")]


@pytest.fixture(scope="module")
def after_the_events():
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        yield


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(1795000000 + seconds, UTC)


def parse(raw) -> list[Item]:
    return Channel(kind="whatsapp").adapter.parse(raw)


def facts(raw) -> list:
    return [item.fact for item in parse(raw)]


def delivery(*values: Any, field: str = "messages") -> dict:
    changes = [{"field": field, "value": value} for value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": changes}]}


def value(**lists) -> dict:
    metadata = {"display_phone_number": "4940123456", "phone_number_id": NUMBER_ID}
    return {"messaging_product": "whatsapp", "metadata": metadata} | lists


NORA = {"profile": {"name": "Nora Visitor", "username": "@nora"}, "wa_id": PHONE, "user_id": BSUID}


def messages(*items: Any, contacts=(NORA,)) -> dict:
    return delivery(value(contacts=list(contacts), messages=list(items)))


def item(kind: str, part=None, number="wamid.M1", stamp="1795000000", **beside: Any) -> dict:
    base = {"from": PHONE, "id": number, "timestamp": stamp, "type": kind}
    return base | ({kind: part} if part is not None else {}) | beside


def text_item(body: str = "Hello", **beside) -> dict:
    return item("text", {"body": body}, **beside)


def read_one(raw: dict) -> Inbound:
    [fact] = facts(messages(raw))
    assert isinstance(fact, Inbound)
    return fact


def statuses(*items: dict) -> dict:
    return delivery(value(statuses=list(items)))


# --- Who ------------------------------------------------------------------------------------------------------------


def test_a_text_with_the_account_and_the_person():
    raw = messages(text_item("Is my parcel on its way?", from_user_id=BSUID))

    sender = Sender(
        external_id=BSUID, name="Nora Visitor", also=(PHONE,), username="nora", phone=f"+{PHONE}", verified=True
    )
    assert parse(raw) == [Item(NUMBER_ID, Inbound("wamid.M1", sender, at(0), "Is my parcel on its way?"))]


def test_somebody_known_by_the_number_alone():
    contact = {"profile": {"name": "Nora Visitor"}, "wa_id": PHONE}

    [fact] = facts(messages(text_item(), contacts=[contact]))

    assert (fact.sender.external_id, fact.sender.also, fact.sender.phone) == (PHONE, (), f"+{PHONE}")


@pytest.mark.parametrize("hidden", [{}, {"from": ""}, {"from": None}])
def test_somebody_who_hides_the_number(hidden):
    contact = {"profile": {"name": "Ana", "username": "ana.souza"}, "user_id": "BR.15", "parent_user_id": "BR.ENT.99"}
    raw = {"from_user_id": "BR.15", "from_parent_user_id": "BR.ENT.99", "id": "wamid.U1", "timestamp": "1795000001"}

    [fact] = facts(messages(raw | {"type": "text", "text": {"body": "hi"}} | hidden, contacts=[contact]))

    assert fact.sender == Sender(
        external_id="BR.15", name="Ana", also=("BR.ENT.99",), username="ana.souza", verified=True
    )


def test_an_id_in_the_place_of_the_number_is_no_number():
    [fact] = facts(
        messages(text_item() | {"from": "DE.77"}, contacts=[{"profile": {"name": "Nora"}, "wa_id": "DE.77"}])
    )

    assert (fact.sender.external_id, fact.sender.phone, fact.sender.name) == ("DE.77", "", "Nora")


def test_people_are_told_apart_by_id_not_by_place():
    bo = {"profile": {"name": "Bo"}, "wa_id": "491701"}
    raw = messages(text_item(number="wamid.1") | {"from": "491701"}, text_item(number="wamid.2"), contacts=[NORA, bo])

    assert [fact.sender.name for fact in facts(raw)] == ["Bo", "Nora Visitor"]


def test_somebody_who_is_in_no_list_has_no_name():
    [fact] = facts(messages(text_item(), contacts=[{"profile": {"name": "Bo"}, "wa_id": "491701"}]))

    assert (fact.sender.external_id, fact.sender.name) == (PHONE, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5215512345678", "525512345678"),
        ("5511987654321", "551187654321"),
        ("5491123456789", "541123456789"),
    ],
    ids=["Mexico", "Brazil", "Argentina"],
)
def test_a_mobile_number_in_either_spelling_is_the_same_person(one, other):
    assert other in person(one).also
    assert one in person(other).also


@pytest.mark.parametrize("number", ["551123456789", "4917012345678", "12025550123"])
def test_other_numbers_have_one_spelling(number):
    assert person(number).also == ()


# --- What customers send --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "part", "media"),
    [
        (
            "image",
            {
                "id": "1001",
                "mime_type": "image/jpeg",
                "sha256": "x=",
                "caption": "look",
                "url": "https://lookaside.fbsbx.com/a",
            },
            Media("image", "https://lookaside.fbsbx.com/a", "1001", content_type="image/jpeg"),
        ),
        (
            "document",
            {"id": "1002", "mime_type": "application/pdf", "filename": "../../invoice.pdf", "caption": "look"},
            Media("file", ref="1002", name="invoice.pdf", content_type="application/pdf"),
        ),
        (
            "video",
            {"id": "1004", "mime_type": "video/mp4", "caption": "look"},
            Media("video", ref="1004", content_type="video/mp4"),
        ),
    ],
)
def test_a_file_with_its_caption(kind, part, media):
    fact = read_one(item(kind, part))

    assert (fact.text, fact.media, fact.details, fact.raw) == ("look", (media,), {}, None)


@pytest.mark.parametrize(
    ("kind", "part", "media"),
    [
        (
            "audio",
            {"id": "1003", "mime_type": "audio/ogg; codecs=opus", "voice": True},
            Media("voice", ref="1003", content_type="audio/ogg"),
        ),
        ("audio", {"id": "1003", "mime_type": "audio/mpeg"}, Media("audio", ref="1003", content_type="audio/mpeg")),
        (
            "sticker",
            {"id": "1005", "mime_type": "image/webp", "animated": False},
            Media("sticker", ref="1005", content_type="image/webp"),
        ),
    ],
)
def test_a_file_without_one(kind, part, media):
    assert read_one(item(kind, part)).media == (media,)


def test_a_place():
    place = {
        "latitude": 53.5503,
        "longitude": 9.9928,
        "name": "Depot",
        "address": "Hafenstr. 1",
        "url": "https://e.org",
    }

    assert read_one(item("location", place)).details == {"location": place}


def test_a_place_without_a_name():
    place = {"latitude": 53.5503, "longitude": 9}

    assert read_one(item("location", place)).details == {"location": {"latitude": 53.5503, "longitude": 9.0}}


def test_contact_cards():
    card = {
        "name": {"formatted_name": "Bob Stone", "first_name": "Bob"},
        "phones": [{"phone": "+49 170 1234567", "wa_id": "491701234567", "type": "CELL"}, {}],
        "emails": [{"email": "bob@example.org", "type": "WORK"}],
        "org": {"company": "Stone Ltd"},
        "birthday": "1990-01-31",
        "urls": [],
    }

    assert read_one(item("contacts", [card, {}])).details == {
        "contacts": [
            {
                "name": "Bob Stone",
                "phones": ["+49 170 1234567"],
                "emails": ["bob@example.org"],
                "organisation": "Stone Ltd",
            }
        ]
    }


def test_an_answer_to_a_message():
    fact = read_one(text_item("this one", context={"from": "4940123456", "id": "wamid.OUT1"}))

    assert (fact.text, fact.reply_to, fact.details) == ("this one", "wamid.OUT1", {})


@pytest.mark.parametrize("mark", ["forwarded", "frequently_forwarded"])
def test_something_forwarded(mark):
    fact = read_one(text_item(context={mark: True}))

    assert (fact.reply_to, fact.details) == ("", {"forwarded": True})


def test_a_question_about_a_product():
    product = {"catalog_id": "1", "product_retailer_id": "mug-red"}

    fact = read_one(text_item(context={"from": "4940123456", "id": "wamid.O", "referred_product": product}))

    assert fact.details == {"shared": {"kind": "product", "title": "mug-red"}}


@pytest.mark.parametrize(
    ("raw", "title", "payload"),
    [
        (item("button", {"payload": "CONFIRM_42", "text": "Confirm"}), "Confirm", "CONFIRM_42"),
        (
            item("interactive", {"type": "button_reply", "button_reply": {"id": "more", "title": "More"}}),
            "More",
            "more",
        ),
        (
            item(
                "interactive",
                {"type": "list_reply", "list_reply": {"id": "row-1", "title": "Express", "description": "1 day"}},
            ),
            "Express",
            "row-1",
        ),
    ],
)
def test_a_button(raw, title, payload):
    fact = read_one(raw)

    assert (fact.text, fact.details) == (title, {"button": {"title": title, "payload": payload}})


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ('{"flow_token":"t","name":"Ana","age":7,"tags":["ü"]}', {"name": "Ana", "age": "7", "tags": '["ü"]'}),
        ("[1]", {"": "[1]"}),
        ("no JSON", {"": "no JSON"}),
        ("[" * 100_000, {"": "[" * 100_000}),
        ('{"a":"\\ud83d","b":NaN}', {"a": "", "b": "NaN"}),
    ],
    ids=["an object", "a list", "no JSON", "too deep", "what no database keeps"],
)
def test_a_form(written, answers):
    reply = {"name": "flow", "body": "Sent", "response_json": written}

    fact = read_one(item("interactive", {"type": "nfm_reply", "nfm_reply": reply}))

    assert (fact.text, fact.details) == ("Sent", {"form": {"name": "flow", "answers": answers}})


def test_an_order():
    products = [{"product_retailer_id": "mug", "quantity": 2, "item_price": 7.5, "currency": "EUR"}, {}]

    assert read_one(item("order", {"catalog_id": "1", "text": "quickly", "product_items": products})).details == {
        "order": {"items": [{"id": "mug", "quantity": "2", "price": "7.5", "currency": "EUR"}], "note": "quickly"}
    }


def test_a_chat_that_was_opened():
    assert read_one(item("request_welcome")).details == {"referral": {"source": "request_welcome"}}


def test_an_advertisement_that_was_clicked():
    referral = {
        "source_url": "https://fb.me/x",
        "source_type": "ad",
        "source_id": "120226",
        "headline": "Chat with us",
        "body": "Winter sale",
        "ctwa_clid": "Aff-x",
    }

    fact = read_one(text_item("Tell me more", referral=referral))

    assert (fact.text, fact.details) == (
        "Tell me more",
        {"referral": {"source": "ad", "ref": "Aff-x", "title": "Chat with us", "url": "https://fb.me/x"}},
    )


POLL: dict[str, Any] = {"errors": [{"code": 131051, "title": "Message type unknown"}], "unsupported": {"type": "poll"}}


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (item("unsupported", **POLL), "poll"),
        (item("unsupported", errors=POLL["errors"]), "Message type unknown"),
        (item("unsupported"), "unsupported"),
        (item("hologram", {"beam": 1}), "hologram"),
        (item("interactive", {"type": "call_permission_reply", "call_permission_reply": {}}), "call_permission_reply"),
        (item("interactive", {}, errors=[{"code": 131051}]), "interactive"),
        (item("image", {"mime_type": "image/png"}), "image"),
        (item("location", {"latitude": 99, "longitude": "x"}), "location"),
        (item("text", {}), "text"),
        (item(""), "message"),
    ],
)
def test_what_monty_cannot_show_is_said_and_kept(raw, what):
    fact = read_one(raw)

    assert (fact.details, fact.raw) == ({"unsupported": what}, raw)


def test_without_an_id_the_same_message_has_the_same_one():
    nameless = {name: part for name, part in text_item().items() if name != "id"}

    assert read_one(nameless).external_id == read_one(nameless).external_id != ""
    assert read_one(nameless).external_id != read_one(nameless | {"text": {"body": "other"}}).external_id


# --- What customers change ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "emoji"), [({"emoji": "👍"}, "👍"), ({"emoji": ""}, ""), ({}, "")])
def test_a_reaction_and_its_end(part, emoji):
    [fact] = facts(messages(item("reaction", {"message_id": "wamid.OUT1"} | part)))

    assert isinstance(fact, Reaction)
    assert (fact.target, fact.emoji, fact.sender.name) == ("wamid.OUT1", emoji, "Nora Visitor")


@pytest.mark.parametrize(
    "new",
    [{"type": "text", "text": {"body": "that one"}}, {"type": "image", "image": {"id": "1", "caption": "that one"}}],
)
def test_an_edit(new):
    edited = {"original_message_id": "wamid.R1", "message": new | {"context": {"id": "M0"}}}

    [fact] = facts(messages(item("edit", edited)))

    assert isinstance(fact, Edit)
    assert (fact.target, fact.text) == ("wamid.R1", "that one")


def test_a_message_taken_back():
    [fact] = facts(messages(item("revoke", {"original_message_id": "wamid.R1"})))

    assert isinstance(fact, Unsend)
    assert fact.target == "wamid.R1"


@pytest.mark.parametrize("kind", ["user_changed_number", "customer_changed_number"])
@pytest.mark.parametrize("name", ["wa_id", "new_wa_id"])
def test_another_number(kind, name):
    part = {"body": "changed", name: "4917099999999", "user_id": "DE.22", "type": kind}

    [fact] = facts(delivery(value(messages=[item("system", part)])))

    after = Sender("DE.22", also=("4917099999999",), phone="+4917099999999", verified=True)
    assert fact == Moved(PHONE, after, at(0))


@pytest.mark.parametrize(("phone", "also"), [("", ()), (PHONE, (PHONE,))])
def test_another_id_for_the_same_number(phone, also):
    raw = item("system", {"user_id": "DE.22", "type": "user_changed_user_id"}) | {"from_user_id": BSUID, "from": phone}

    after = Sender("DE.22", also=also, phone=f"+{phone}" if phone else "", verified=True)
    assert facts(delivery(value(messages=[raw]))) == [Moved(BSUID, after, at(0))]


def test_a_move_to_where_they_are_is_unknown():
    raw = item("system", {"wa_id": PHONE, "type": "user_changed_number"})

    assert [type(fact) for fact in facts(delivery(value(messages=[raw])))] == [Unknown]


def test_another_phone_is_no_news():
    assert facts(messages(item("system", {"type": "customer_identity_changed", "identity": "x"}))) == []


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke"])
def test_a_change_of_nothing_is_unknown(kind):
    assert [type(fact) for fact in facts(messages(item(kind, {})))] == [Unknown]


# --- Ours -----------------------------------------------------------------------------------------------------------


def test_what_was_written_on_the_phone_is_an_echo():
    raw = {"from": "4940123456", "to": PHONE, "id": "wamid.EC1", "timestamp": "1795000040", "type": "text"}
    echoes = value(message_echoes=[raw | {"text": {"body": "answered from the phone"}, "to_user_id": BSUID}])

    [found] = parse(delivery(echoes, field="smb_message_echoes"))

    recipient = Sender(BSUID, also=(PHONE,), phone=f"+{PHONE}", verified=True)
    assert found == Item(NUMBER_ID, Echo("wamid.EC1", recipient, at(40), "answered from the phone"))


STATUS = {
    "id": "wamid.OUT1",
    "status": "delivered",
    "timestamp": "1795000050",
    "recipient_id": PHONE,
    "recipient_user_id": BSUID,
    "biz_opaque_callback_data": "monty:msg:4711",
}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("played", "read"), ("failed", "failed")],
)
def test_the_fate_of_a_message(theirs, ours):
    [found] = parse(statuses(STATUS | {"status": theirs}))

    customer = Sender(BSUID, also=(PHONE,), phone=f"+{PHONE}", verified=True)
    assert found == Item(NUMBER_ID, Receipt(ours, at(50), ("wamid.OUT1",), customer, ours=4711))


@pytest.mark.parametrize("along", [None, "", "order-7", "monty:msg:x", 4711])
def test_what_others_sent_along_is_not_ours(along):
    [fact] = facts(statuses(STATUS | {"biz_opaque_callback_data": along}))

    assert fact.ours is None


def test_why_a_message_failed_in_words():
    error = {
        "code": 131047,
        "title": "Re-engagement message",
        "error_data": {"details": "Message failed to send because more than 24 hours have passed."},
    }

    [fact] = facts(statuses(STATUS | {"status": "failed", "errors": [error]}))

    assert (fact.status, fact.code) == ("failed", "131047")
    assert fact.error == "More than 24 hours have passed since the customer last wrote."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"code": 999, "error_data": {"details": "Too odd."}}, "Too odd."),
        ({"code": 999, "error_data": "Too odd."}, "Too odd."),
        ({"code": 999, "title": "Odd"}, "Odd"),
        ({}, "WhatsApp gave no reason."),
        ("x", "WhatsApp gave no reason."),
    ],
)
def test_a_failure_that_monty_does_not_know_in_whatsapps_words(error, words):
    [fact] = facts(statuses(STATUS | {"status": "failed", "errors": [error]}))

    assert fact.error == words


def test_the_fate_of_a_group_s_message_names_nobody():
    [fact] = facts(statuses(STATUS | {"recipient_type": "group", "recipient_id": "g-1"}))

    assert fact.customer is None


# --- The account ----------------------------------------------------------------------------------------------------


def notice(field: str, told: dict) -> Notice:
    [found] = parse(delivery(told, field=field))
    assert found.account == ""
    assert isinstance(found.fact, Notice)
    return found.fact


def test_a_template_that_changed():
    told = {
        "event": "PAUSED",
        "message_template_id": 1,
        "message_template_name": "order_update",
        "message_template_language": "en_US",
    }

    found = notice("message_template_status_update", told)

    assert (found.topic, found.code, found.stops) == ("template", "PAUSED", False)
    assert "order_update (en_US): PAUSED" in found.detail


@pytest.mark.parametrize(
    ("told", "stops"),
    [
        ({"event": "VERIFIED_ACCOUNT"}, False),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, True),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}}, False),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, False),
        ({"event": "ACCOUNT_DELETED"}, True),
        ({}, False),
    ],
)
def test_news_of_the_account(told, stops):
    found = notice("account_update", told)

    assert (found.topic, found.stops) == ("account", stops)
    assert found.detail


def test_news_of_the_number_s_quality():
    found = notice("phone_number_quality_update", {"event": "FLAGGED", "current_limit": "TIER_1K"})

    assert (found.topic, found.detail) == ("quality", "FLAGGED, TIER_1K")


@pytest.mark.parametrize(("code", "stops"), [(130429, False), (131031, True), (999, False)])
def test_trouble_of_the_account(code, stops):
    [found] = parse(delivery(value(errors=[{"code": code, "title": "Odd"}])))

    assert found.account == NUMBER_ID
    assert (found.fact.topic, found.fact.code, found.fact.stops) == ("error", str(code), stops)


@pytest.mark.parametrize("field", ["history", "smb_app_state_sync", "user_preferences"])
def test_what_is_no_message_is_passed_over(field):
    assert parse(delivery(value(history=[{}]), field=field)) == []


# --- Batches, and anything at all -----------------------------------------------------------------------------------


def test_a_delivery_may_hold_several_changes_for_several_numbers():
    other = value(messages=[text_item("b", number="wamid.2") | {"from": "491701"}])
    other["metadata"] = {"phone_number_id": "999"}
    raw = delivery(value(messages=[text_item("a", number="wamid.1")], statuses=[STATUS]), other)

    assert [(found.account, type(found.fact)) for found in parse(raw)] == [
        (NUMBER_ID, Inbound),
        (NUMBER_ID, Receipt),
        ("999", Inbound),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"entry": "x"},
        {"entry": [7]},
        {"entry": [{"changes": {}}]},
        delivery("x"),
        delivery({}),
        delivery(value(contacts=[NORA])),
        messages("x"),
        messages({"type": "text", "text": {"body": "from nobody"}}),
        messages(text_item(group_id="g-1")),
        statuses({"status": "sent"}),
        statuses(STATUS | {"status": "warped"}),
        delivery(value(message_echoes=[{"id": "wamid.E", "type": "text", "text": {"body": "to nobody"}}])),
        delivery(value(message_echoes=[{"to": PHONE, "type": "revoke", "revoke": {}}])),
        delivery({"calls": [{}]}, field="calls"),
    ],
)
def test_what_monty_does_not_know_is_kept_as_unknown(raw):
    assert [type(fact) for fact in facts(raw)] == [Unknown]


@given(any_json)
def test_any_value_is_read_without_an_error(raw):
    parse(raw)


GOOD = [
    messages(text_item(from_user_id=BSUID, context={"id": "wamid.O"}, referral={"source_type": "ad"})),
    messages(item("image", {"id": "1", "caption": "look"})),
    messages(item("contacts", [{"name": {"formatted_name": "Bob"}, "phones": [{"phone": "1"}]}])),
    messages(item("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}})),
    messages(item("order", {"product_items": [{"product_retailer_id": "mug"}]})),
    messages(item("edit", {"original_message_id": "w", "message": {"type": "text", "text": {"body": "x"}}})),
    messages(item("system", {"type": "user_changed_number", "wa_id": "491"})),
    statuses(STATUS | {"status": "failed", "errors": [{"code": 1, "error_data": {"details": "x"}}]}),
    delivery({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, field="account_update"),
]


@given(st.sampled_from(GOOD).flatmap(damaged))
def test_any_value_in_any_place_is_read_without_an_error(raw):
    parse(raw)


@given(any_json)
def test_a_bad_item_among_good_ones_keeps_the_good_ones(bad):
    found = facts(messages(text_item(number="wamid.1"), bad, text_item(number="wamid.2")))

    assert (found[0].external_id, found[-1].external_id) == ("wamid.1", "wamid.2")


def test_a_thousand_items_are_read_well_within_a_second():
    people = [{"profile": {"name": f"C{number}"}, "wa_id": f"49170{number:07}"} for number in range(1000)]
    items = [text_item(number=f"wamid.{each['wa_id']}") | {"from": each["wa_id"]} for each in people]
    raw = json.loads(json.dumps(messages(*items, contacts=people)))
    start = time.perf_counter()

    found = facts(raw)

    assert time.perf_counter() - start < 1
    assert [fact.sender.name for fact in found] == [each["profile"]["name"] for each in people]
