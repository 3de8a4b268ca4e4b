"""What a channel asks its visitors comes with their first message, as something they say of themselves."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.models import Contact, Conversation, Message
from tests.conversations.webchat_visitor import VisitorClient, signed

pytestmark = pytest.mark.once

SIZE = {"name": "size", "label": "Your size", "type": "choice", "required": True, "options": ["S", "M"]}


@pytest.fixture
def asking(shop):
    shop.configure(ask_name="required", ask_email="optional", ask_also=[SIZE])
    return shop


def write(visitor: VisitorClient, text: str = "Hi", **body):
    return visitor.post("messages/", {"client_id": str(uuid.uuid4()), "text": text} | body)


def test_the_answers_stand_beside_the_message(asking):
    answer = write(VisitorClient(asking), form={"name": "Nora", "size": "M", "email": "nora@example.org"})

    assert answer.status_code == 201
    assert Message.objects.get().details["form"]["answers"] == {
        "Name": "Nora",
        "Your size": "M",
        "E-mail": "nora@example.org",
    }


def test_a_name_is_a_claim_and_an_address_opens_nothing(asking):
    signed(asking, email="nora@example.org").say("My card number is …")
    liar = VisitorClient(asking)
    write(liar, form={"name": "Nora", "size": "M", "email": "nora@example.org"})
    theirs = Conversation.objects.latest("pk")

    assert [each["text"] for each in liar.thread()] == ["Hi"]
    assert (theirs.identity.verified, theirs.identity.contact.name, theirs.identity.contact.email) == (
        False,
        "Nora",
        "",
    )
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "form.name", "Name: This field is required."),
        ({"form": {"size": "M"}}, "form.name", "Name: This field is required."),
        ({"form": {"name": "Nora", "size": "XL"}}, "form.size", "Your size: "),
        ({"form": {"name": "Nora", "size": "M", "email": "no"}}, "form.email", "E-mail: "),
        ({"form": ["Nora"]}, "form", "form: "),
        ({"form": {"name": {"first": "Nora"}}}, "form", "form: "),
    ],
)
def test_the_first_message_waits_for_them(asking, body, field, words):
    refused = write(VisitorClient(asking), **body)

    assert (refused.status_code, list(refused.data["errors"])) == (400, [field])
    assert refused.data["detail"].startswith(words)
    assert Conversation.objects.count() == 0


def test_they_are_asked_once(asking):
    visitor = VisitorClient(asking)
    write(visitor, form={"name": "Nora", "size": "M"})

    assert write(visitor, "And another thing").status_code == 201


def test_an_address_may_be_told_later(asking):
    visitor = VisitorClient(asking)
    write(visitor, form={"name": "Nora", "size": "M"})
    write(visitor, "You can reach me there", form={"email": "nora@example.org"})

    assert Message.objects.latest("pk").details["form"]["answers"] == {"E-mail": "nora@example.org"}


def test_the_message_sent_again_is_the_same_one(asking):
    visitor, number = VisitorClient(asking), str(uuid.uuid4())
    body = {"client_id": number, "form": {"name": "Nora", "size": "M"}}

    assert [write(visitor, **body).status_code for _ in range(2)] == [201, 200]
    assert Message.objects.count() == 1


def test_they_come_beside_a_file_too(asking):
    form = json.dumps({"name": "Nora", "size": "M"})
    body = {"client_id": str(uuid.uuid4()), "file": SimpleUploadedFile("a.txt", b"words"), "form": form}

    assert VisitorClient(asking).post("messages/", body, "multipart").status_code == 201
    assert Message.objects.get().details["form"]["answers"]["Name"] == "Nora"


def test_whom_the_website_has_proved_is_asked_nothing(asking):
    assert signed(asking).say("Hi").status_code == 201


def test_a_script_in_an_answer_stays_text_in_the_inbox(asking, client, ana):
    write(VisitorClient(asking), form={"name": "<script>alert(1)</script>", "size": "M"})
    client.force_login(ana)
    page = client.get(f"/conversations/{Conversation.objects.get().pk}/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_shows_what_is_asked(asking, client):
    page = client.get(f"/webchat/{asking.uuid}/").content.decode()

    for field in ('name="name"', 'name="email"', 'name="size"'):
        assert field in page
    assert 'name="phone"' not in page


def test_cost_of_a_message_stays_with_the_form(asking, django_assert_max_num_queries):
    visitor = VisitorClient(asking)
    write(visitor, form={"name": "Nora", "size": "M"})
    with django_assert_max_num_queries(24):
        write(visitor)
