"""The simulated WhatsApp Cloud API: it takes what Meta documents, and refuses the rest in Meta's envelope."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from channels_app.simulator import customer
from channels_app.simulator.models import Account, Message, Person
from tests.channels_app.simulator.conftest import IDS, Api, nora

pytestmark = pytest.mark.once

PHONE = IDS["whatsapp"]
WABA = "300900100200300"


@pytest.fixture
def line(whatsapp) -> Account:
    """An account whose customer Nora has just written."""
    customer.write(nora(whatsapp), text="Hello")
    return whatsapp


def said(account: Account, kind: str = "text", **content: object) -> dict[str, object]:
    head = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": f"+{nora(account).phone}"}
    return head | {"type": kind, kind: content}


def post(account: Account, body: dict[str, object]) -> tuple[int, dict]:
    return Api(account).post(f"{PHONE}/messages", body)


def code(answer: tuple[int, dict]) -> int:
    status, body = answer
    assert status >= 400
    # WhatsApp says why in `details`, and sends no subcode.
    assert "error_subcode" not in body["error"] or body["error"]["error_subcode"] == 33
    return body["error"]["code"]


def test_a_text_is_accepted_and_answered_as_documented(line):
    body = said(line, body="On its way!") | {"biz_opaque_callback_data": "monty:msg:4711"}
    status, answer = post(line, body)
    message = Message.objects.accepted().get()
    number = nora(line).phone
    assert status == 200
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": f"+{number}", "wa_id": number}],
        "messages": [{"id": message.external_id}],
    }
    assert message.external_id.startswith("wamid.")
    assert message.ours == "monty:msg:4711"


def test_somebody_with_a_user_name_only_is_reached_by_the_business_scoped_id(line):
    lena = line.people.get(name="Lena Brook")
    customer.write(lena, text="Hi")
    assert lena.phone == ""
    body = said(line, body="Hello") | {"recipient": lena.external_id}
    del body["to"]
    status, answer = post(line, body)
    assert status == 200
    assert answer["contacts"] == [{"input": lena.external_id, "wa_id": "", "user_id": lena.external_id}]
    assert Message.objects.accepted().get().person == lena


def test_the_number_wins_over_the_scoped_id(line):
    lena = line.people.get(name="Lena Brook")
    post(line, said(line, body="Hello") | {"recipient": lena.external_id})
    assert Message.objects.accepted().get().person == nora(line)


def test_a_number_without_plus_is_somebody_else_s(line):
    assert code(post(line, said(line, body="Hi") | {"to": nora(line).phone})) == 131026


def test_spaces_and_hyphens_in_a_number_do_no_harm(line):
    number = nora(line).phone
    assert post(line, said(line, body="Hi") | {"to": f"+{number[:2]} {number[2:5]}-{number[5:]}"})[0] == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"messaging_product": "telegram"}, 100),
        ({"to": ""}, 131008),
        ({"type": "poll"}, 131051),
        ({"type": ["text"]}, 100),
        ({"text": {}}, 131008),
        ({"text": "words"}, 100),
        ({"text": {"body": "x" * 4097}}, 100),
        ({"biz_opaque_callback_data": "x" * 513}, 100),
        ({"context": "wamid.x"}, 100),
    ],
)
def test_messages_against_the_schema_are_refused(line, change, expected):
    assert code(post(line, said(line, body="Hi") | change)) == expected
    assert not Message.objects.accepted().exists()


def test_the_longest_text_passes(line):
    assert post(line, said(line, body="x" * 4096))[0] == 200


def test_a_wrong_token_is_refused(line):
    assert code(Api(line, "EAAmonty-whatsapp-1").post(f"{PHONE}/messages", said(line, body="Hi"))) == 190


def test_after_a_day_only_templates_pass(line):
    Person.objects.filter(pk=nora(line).pk).update(wrote_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert code(post(line, said(line, body="Hi"))) == 131047
    assert post(line, template(line, "we_are_back"))[0] == 200


# --- Files ---------------------------------------------------------------------------------------------------------


def upload(account: Account, name: str, content: bytes, content_type: str) -> tuple[int, dict]:
    file = SimpleUploadedFile(name, content, content_type=content_type)
    fields = {"messaging_product": "whatsapp", "type": content_type, "file": file}
    return Api(account).post(f"{PHONE}/media", fields, format="form")


def test_an_uploaded_picture_is_sent_by_its_id_with_a_caption(line):
    number = upload(line, "a.png", b"png", "image/png")[1]["id"]
    assert post(line, said(line, "image", id=number, caption="look"))[0] == 200
    message = Message.objects.accepted().get()
    assert (message.kind, message.text, message.media.read()) == ("image", "look", b"png")


@pytest.mark.parametrize(
    ("kind", "part", "expected"),
    [
        ("image", {}, 131008),
        ("image", {"id": "1", "link": "https://x"}, 100),
        ("image", {"id": "1"}, 131009),
        ("image", {"link": "https://elsewhere.example/a.png"}, 131053),
        ("audio", {"id": "1", "caption": "no captions here"}, 100),
        ("document", {"id": "1", "caption": "x" * 1025}, 100),
    ],
)
def test_files_against_the_schema_are_refused(line, kind, part, expected):
    assert code(post(line, said(line, kind, **part))) == expected


def test_a_file_sent_as_another_kind_is_refused(line):
    number = upload(line, "a.pdf", b"%PDF-", "application/pdf")[1]["id"]
    assert code(post(line, said(line, "image", id=number))) == 131053
    assert post(line, said(line, "document", id=number, filename="a.pdf"))[0] == 200


def test_uploads_of_unknown_types_and_too_large_ones_are_refused(line):
    assert code(upload(line, "a.gif", b"gif", "image/gif")) == 100
    assert code(upload(line, "a.png", b"x" * (5 * 1024 * 1024 + 1), "image/png")) == 131053


def test_a_customer_s_file_is_fetched_in_two_steps_with_the_token(line):
    customer.send(nora(line), "image")
    media = Message.objects.get(kind="image").media
    status, told = Api(line).get(f"{media.external_id}?phone_number_id={PHONE}")
    assert status == 200
    assert told["sha256"] == hashlib.sha256(media.read()).hexdigest()
    path = urlsplit(told["url"]).path
    assert Client().get(path).status_code == 401
    answer = Client(headers={"Authorization": f"Bearer {Api(line).token}"}).get(path)
    assert (answer.status_code, answer.content) == (200, media.read())


def test_a_link_is_good_for_five_minutes(line, time_machine_at):
    customer.send(nora(line), "image")
    media = Message.objects.get(kind="image").media
    path, headers = urlsplit(media.link).path, {"Authorization": f"Bearer {Api(line).token}"}
    time_machine_at(timedelta(minutes=4, seconds=59))
    assert Client(headers=headers).get(path).status_code == 200
    time_machine_at(timedelta(minutes=5, seconds=2))
    assert Client(headers=headers).get(path).status_code == 404


# --- Read marks, signs, buttons ------------------------------------------------------------------------------------


def test_one_call_marks_read_and_shows_typing(line):
    written = Message.objects.get(from_customer=True)
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": written.external_id}
    assert post(line, body | {"typing_indicator": {"type": "text"}}) == (200, {"success": True})
    assert nora(line).read_up_to == written.pk
    assert nora(line).sees_typing
    assert code(post(line, body | {"message_id": "wamid.unknown"})) == 131009


def test_a_reaction_goes_onto_the_customer_s_message(line):
    written = Message.objects.get(from_customer=True)
    assert post(line, said(line, "reaction", message_id=written.external_id, emoji="👍"))[0] == 200
    assert Message.objects.get(pk=written.pk).reaction == "👍"
    assert not Message.objects.accepted().exists()
    assert code(post(line, said(line, "reaction", message_id="wamid.unknown", emoji="👍"))) == 131009


def buttons(*titles: str) -> dict[str, object]:
    replies = [{"type": "reply", "reply": {"id": title.lower(), "title": title}} for title in titles]
    return {"type": "button", "body": {"text": "Anything else?"}, "action": {"buttons": replies}}


def test_reply_buttons_within_the_limits_are_taken(line):
    assert post(line, said(line, "interactive", **buttons("More", "Done")))[0] == 200
    titles = [each["title"] for each in Message.objects.accepted().get().details["buttons"]]
    assert titles == ["More", "Done"]


@pytest.mark.parametrize("titles", [(), ("A", "B", "C", "D"), ("A", "A"), ("x" * 21,)])
def test_reply_buttons_beyond_the_limits_are_refused(line, titles):
    assert code(post(line, said(line, "interactive", **buttons(*titles)))) == 100


def test_a_list_has_ten_rows_at_most(line):
    def listed(number: int) -> dict[str, object]:
        rows = [{"id": f"row-{each}", "title": f"Row {each}"} for each in range(number)]
        action = {"button": "Options", "sections": [{"title": "All", "rows": rows}]}
        return said(line, "interactive", type="list", body={"text": "Which?"}, action=action)

    assert post(line, listed(10))[0] == 200
    assert code(post(line, listed(11))) == 100


# --- Templates -----------------------------------------------------------------------------------------------------


def template(account: Account, name: str, *components: dict[str, object]) -> dict[str, object]:
    return said(account, "template", name=name, language={"code": "en_US"}, components=list(components))


def values(kind: str, *texts: str, **named: str) -> dict[str, object]:
    plain = [{"type": "text", "text": text} for text in texts]
    by_name = [{"type": "text", "parameter_name": name, "text": text} for name, text in named.items()]
    return {"type": kind, "parameters": plain + by_name}


def test_a_template_is_filled_in(line):
    parts = values("header", "1042"), values("body", "Nora", "Friday")
    assert post(line, template(line, "order_update", *parts))[0] == 200
    message = Message.objects.accepted().get()
    assert message.text == "Your order 1042\n\nHello Nora, your order leaves the kiln on Friday.\n\nPottlewick"
    assert [each["title"] for each in message.details["buttons"]] == ["Thank you", "I have a question"]


def test_named_values_are_filled_in_by_name(line):
    parts = values("body", topic="a mug", first_name="Nora")
    assert post(line, template(line, "still_there", parts))[0] == 200
    assert Message.objects.accepted().get().text.startswith("Hello Nora, you wrote to us about a mug.")


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        ("no_such", (), 132001),
        ("new_shop", (values("body", "Monday"),), 132001),
        ("winter_sale", (values("body", "20"),), 132015),
        ("order_update", (values("header", "1042"), values("body", "Nora")), 132000),
        ("still_there", (values("body", topic="a mug", surname="Q"),), 132012),
    ],
)
def test_wrong_templates_and_values_are_refused(line, name, parts, expected):
    assert code(post(line, template(line, name, *parts))) == expected


def test_templates_are_listed_in_pages(whatsapp):
    first = Api(whatsapp).get(f"{WABA}/message_templates?limit=4")[1]
    after = first["paging"]["cursors"]["after"]
    second = Api(whatsapp).get(f"{WABA}/message_templates?limit=4&after={after}")[1]
    assert (len(first["data"]), len(second["data"])) == (4, 2)
    assert "next" not in second["paging"]
    assert {each["status"] for each in first["data"] + second["data"]} == {"APPROVED", "PAUSED", "PENDING"}
    assert code(Api(whatsapp).get(f"{WABA}/message_templates?after=x")) == 131059
    assert code(Api(whatsapp).get("999/message_templates")) == 100
