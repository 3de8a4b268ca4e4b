"""The simulated Send API: it takes what Meta documents, and refuses the rest in Meta's envelope."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from channels_app.simulator import customer
from channels_app.simulator.models import Account, Message, Person
from tests.channels_app.simulator.conftest import Api, nora

pytestmark = pytest.mark.once

LETTER = {"facebook": "a", "instagram": "ä"}


@pytest.fixture(params=["facebook", "instagram"])
def page(request, account) -> Account:
    """An account whose customer Nora has just written."""
    made = account(request.param)
    customer.write(nora(made), text="Hello")
    return made


def said(account: Account, **message: object) -> dict[str, object]:
    return {"recipient": {"id": nora(account).external_id}, "messaging_type": "RESPONSE", "message": message}


def code(answer: tuple[int, dict]) -> tuple[int, int | None]:
    status, body = answer
    assert status >= 400
    assert body["error"]["type"] == "OAuthException"
    return body["error"]["code"], body["error"].get("error_subcode")


def test_a_text_is_accepted_with_the_provider_s_id(page):
    status, answer = Api(page).post("me/messages", said(page, text="On its way!", metadata="monty:msg:4711"))
    message = Message.objects.accepted().get()
    assert (status, answer) == (200, {"recipient_id": nora(page).external_id, "message_id": message.external_id})
    assert (message.text, message.ours) == ("On its way!", "monty:msg:4711")
    assert message.external_id.startswith({"facebook": "m_", "instagram": "aWdf"}[page.channel.kind])


def test_messages_keep_the_order_in_which_they_were_accepted(page):
    for number in range(3):
        Api(page).post("me/messages", said(page, text=f"No. {number}"))
    assert [message.text for message in Message.objects.accepted()] == ["No. 0", "No. 1", "No. 2"]


@pytest.mark.parametrize(("token", "expected"), [("EAAmonty-facebook-1", 190), ("nonsense", 190)])
def test_a_wrong_token_is_refused(page, token, expected):
    assert code(Api(page, token).post("me/messages", said(page, text="Hi"))) == (expected, None)
    assert not Message.objects.accepted().exists()


def test_no_token_and_somebody_else_s_node_are_refused(page):
    api = Api(page)
    assert code(api.post("999/messages", said(page, text="Hi"))) == (100, 33)
    api.token = ""
    assert code(api.post("me/messages", said(page, text="Hi")))[0] == 2500


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"recipient": 7}', '{"recipient": {"id": 7}}', '{"message": {"text": "no recipient"}}'],
)
def test_what_is_no_message_is_refused(page, body):
    assert code(Api(page).post("me/messages", body))[0] == 100


def test_the_body_must_call_itself_json(page):
    assert code(Api(page).post("me/messages", json.dumps(said(page, text="Hi")), type="text/plain"))[0] == 100


def test_the_longest_text_passes_and_one_more_does_not(page):
    longest = {"facebook": 2000, "instagram": 500}[page.channel.kind]
    letter = LETTER[page.channel.kind]
    assert Api(page).post("me/messages", said(page, text=letter * longest))[0] == 200
    assert code(Api(page).post("me/messages", said(page, text=letter * longest + "a"))) == (100, None)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": ""},
        {"text": 7},
        {"text": "both", "attachment": {"type": "image", "payload": {"attachment_id": "1"}}},
        {"text": "x", "metadata": "m" * 1001},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "t" * 21, "payload": "p"}]},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "t", "payload": "p"}] * 14},
        {"attachment": {"type": "contact", "payload": {}}},
        {"attachment": {"type": "image", "payload": {}}},
        {"attachment": {"type": "template", "payload": {"template_type": "button", "text": "x", "buttons": []}}},
    ],
)
def test_messages_against_the_schema_are_refused(page, message):
    assert code(Api(page).post("me/messages", said(page, **message)))[0] == 100
    assert not Message.objects.accepted().exists()


def test_buttons_and_quick_replies_are_kept_to_be_pressed(page):
    replies = [{"content_type": "text", "title": "Blue", "payload": "COLOUR_BLUE"}]
    Api(page).post("me/messages", said(page, text="Which colour?", quick_replies=replies))
    (button,) = Message.objects.accepted().get().details["buttons"]
    assert button == {"title": "Blue", "payload": "COLOUR_BLUE", "quick": True}


# --- The window ----------------------------------------------------------------------------------------------------


def long_silent(account: Account, time: timedelta) -> None:
    Person.objects.filter(pk=nora(account).pk).update(wrote_at=timezone.now() - time)


def test_after_a_day_only_a_tagged_message_passes(page):
    long_silent(page, timedelta(hours=25))
    outside = {"facebook": 2018278, "instagram": 2534022}[page.channel.kind]
    body = said(page, text="Hi")
    assert code(Api(page).post("me/messages", body)) == (10, outside)
    tagged = body | {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert Api(page).post("me/messages", tagged)[0] == 200


def test_after_a_week_nothing_passes(page):
    long_silent(page, timedelta(days=7, seconds=1))
    tagged = said(page, text="Hi") | {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert code(Api(page).post("me/messages", tagged))[0] == 10


@pytest.mark.parametrize("tag", ["ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE", "CONFIRMED_EVENT_UPDATE"])
def test_tags_of_the_past_are_refused(page, tag):
    body = said(page, text="Hi") | {"messaging_type": "MESSAGE_TAG", "tag": tag}
    assert code(Api(page).post("me/messages", body)) == (100, None)


def test_who_never_wrote_and_who_does_not_exist_cannot_be_written_to(page):
    omar = page.people.get(name="Omar Farsi")
    assert code(Api(page).post("me/messages", said(page, text="Hi") | {"recipient": {"id": omar.external_id}}))[0] == 10
    assert code(Api(page).post("me/messages", said(page, text="Hi") | {"recipient": {"id": "1"}})) == (100, 2018001)


# --- Files ---------------------------------------------------------------------------------------------------------


def form(account: Account, file: SimpleUploadedFile, kind: str = "file") -> dict[str, object]:
    body = said(account, attachment={"type": kind, "payload": {"is_reusable": True}})
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    return fields | {"filedata": file}


def test_messenger_takes_a_file_in_a_form(facebook):
    customer.write(nora(facebook), text="Hello")
    file = SimpleUploadedFile("invoice.pdf", b"%PDF-", content_type="application/pdf")
    status, answer = Api(facebook).post("me/messages", form(facebook, file), format="form")
    message = Message.objects.accepted().get()
    assert status == 200
    assert message.media.read() == b"%PDF-"
    assert answer["attachment_id"] == message.media.external_id


def test_an_uploaded_file_is_sent_by_its_id(facebook):
    customer.write(nora(facebook), text="Hello")
    fields = {"message": json.dumps({"attachment": {"type": "image", "payload": {}}})}
    upload = fields | {"filedata": SimpleUploadedFile("a.png", b"png", content_type="image/png")}
    _status, answer = Api(facebook).post("me/message_attachments", upload, format="form")
    by_id = said(facebook, attachment={"type": "image", "payload": {"attachment_id": answer["attachment_id"]}})
    assert Api(facebook).post("me/messages", by_id)[0] == 200
    unknown = said(facebook, attachment={"type": "image", "payload": {"attachment_id": "1"}})
    assert code(Api(facebook).post("me/messages", unknown)) == (100, 2018074)


def test_files_of_the_wrong_type_or_size_are_refused(facebook):
    customer.write(nora(facebook), text="Hello")
    no_picture = SimpleUploadedFile("a.txt", b"text", content_type="text/plain")
    assert code(Api(facebook).post("me/messages", form(facebook, no_picture, "image"), format="form")) == (100, 2018047)
    too_large = SimpleUploadedFile("a.png", b"x" * (8 * 1024 * 1024 + 1), content_type="image/png")
    assert code(Api(facebook).post("me/messages", form(facebook, too_large, "image"), format="form")) == (100, 2018109)


def test_instagram_takes_links_only(instagram):
    customer.write(nora(instagram), text="Hello")
    file = SimpleUploadedFile("a.png", b"png", content_type="image/png")
    assert code(Api(instagram).post("me/messages", form(instagram, file, "image"), format="form"))[0] == 100


def test_a_link_to_anywhere_but_monty_is_not_fetched(page, settings):
    def linked(url: str) -> dict[str, object]:
        return said(page, attachment={"type": "image", "payload": {"url": url}})

    assert code(Api(page).post("me/messages", linked("http://169.254.169.254/"))) == (100, 2018008)
    assert Api(page).post("me/messages", linked(f"{settings.PUBLIC_URL}/media/x.png"))[0] == 200


# --- Signs and profiles --------------------------------------------------------------------------------------------


def test_typing_reading_and_reactions_are_seen_on_the_phone(page):
    def act(action: str, **more: object) -> int:
        body = {"recipient": {"id": nora(page).external_id}, "sender_action": action, **more}
        return Api(page).post("me/messages", body)[0]

    written = Message.objects.get(from_customer=True)
    assert act("typing_on") == 200
    assert nora(page).sees_typing
    assert act("typing_off") == 200
    assert not nora(page).sees_typing
    assert act("mark_seen") == 200
    assert nora(page).read_up_to == written.pk
    assert act("react", payload={"message_id": written.external_id, "reaction": "love"}) == 200
    assert Message.objects.get(pk=written.pk).reaction == "love"
    assert act("react", payload={"message_id": "m_unknown", "reaction": "love"}) == 400
    assert act("typing_on", message={"text": "beside it"}) == 400
    assert act("wave") == 400


def test_a_profile_tells_what_was_asked_for(page):
    status, answer = Api(page).get(f"{nora(page).external_id}?fields=name,profile_pic")
    assert (status, answer["name"]) == (200, "Nora Quist")
    assert set(answer) == {"id", "name", "profile_pic"}
    assert code(Api(page).get("1?fields=name")) == (100, 33)


def test_the_account_tells_who_it_is(page):
    assert Api(page).get("me?fields=id,name")[1]["id"] == page.channel.external_id


def test_an_address_that_does_not_exist_is_refused_in_the_envelope(page):
    assert code(Api(page).get("me/friends/of/mine"))[0] == 2500
