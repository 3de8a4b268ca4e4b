"""The phone page without a browser: what a customer may do where, and what a stranger may not."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from channels_app.simulator import business, customer
from channels_app.simulator.models import Account, Hook, Message, Person
from tests import make
from tests.channels_app.simulator.conftest import nora

pytestmark = pytest.mark.once

KINDS = ["facebook", "instagram", "whatsapp", "twitter"]


@pytest.fixture(params=KINDS)
def anywhere(request, account) -> Account:
    return account(request.param)


def address(person: Person, what: str = "") -> str:
    place = [person.account.channel.uuid, person.pk]
    return reverse("phone-do", args=[*place, what]) if what else reverse("phone-chat", args=place)


def do(client, person: Person, what: str, **fields: object) -> int:
    return client.post(address(person, what), fields, headers={"Accept": "application/json"}).status_code


def test_channels_and_people_can_be_chosen(client, anywhere):
    chooser = client.get(reverse("phone")).text
    assert anywhere.channel.label in chooser
    people = client.get(reverse("phone-channel", args=[anywhere.channel.uuid])).text
    assert "Nora Quist" in people
    chat = client.get(address(nora(anywhere)))
    assert chat.status_code == 200


def test_a_webchat_has_no_phone(client, webchat):
    assert client.get(reverse("phone-channel", args=[webchat.uuid])).status_code == 404
    assert webchat.name not in client.get(reverse("phone")).text


def test_what_is_said_is_shown_and_told(client, anywhere):
    assert do(client, nora(anywhere), "say", text="Hello there") == 200
    assert "Hello there" in client.get(address(nora(anywhere), "see").replace("see", "thread")).text
    assert Hook.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "\0"])
def test_nothing_is_not_sent(client, facebook, text):
    answer = client.post(address(nora(facebook), "say"), {"text": text}, headers={"Accept": "application/json"})
    assert (answer.status_code, json.loads(answer.content)["detail"]) == (400, "There is nothing to send.")
    assert not Message.objects.exists()


def test_only_what_the_channel_has_can_be_sent(client, anywhere):
    for kind in customer.SENDS:
        has_it = kind in anywhere.provider.customers_can
        assert do(client, nora(anywhere), "send", kind=kind) == (200 if has_it else 400), kind
    assert do(client, nora(anywhere), "send", kind="cheque") == 400
    page = client.get(address(nora(anywhere))).text
    assert ('value="story"' in page) == (anywhere.channel.kind == "instagram")


def test_only_what_the_channel_has_can_be_done(client, anywhere):
    said = customer.write(nora(anywhere), text="Hello")
    answer = business.accept(nora(anywhere), text="Hi")
    can = anywhere.provider.customers_can
    for what, fields in {
        "react": {"message": answer.pk, "sign": next(iter(anywhere.provider.signs), "👍")},
        "edit": {"message": said.pk, "text": "Hello again"},
        "unsend": {"message": said.pk},
        "typing": {},
    }.items():
        assert do(client, nora(anywhere), what, **fields) == (200 if what in can else 400), what


def test_a_sign_that_the_channel_does_not_have_is_refused(client, facebook):
    answer = business.accept(nora(facebook), text="Hi")
    assert do(client, nora(facebook), "react", message=answer.pk, sign="<b>") == 400


def test_a_button_is_pressed_and_another_is_not(client, whatsapp):
    answer = business.accept(nora(whatsapp), text="Which?", details={"buttons": [{"title": "Blue", "payload": "B"}]})
    assert do(client, nora(whatsapp), "press", message=answer.pk, payload="B") == 200
    pressed = Message.objects.get(from_customer=True)
    assert (pressed.text, pressed.reply_to) == ("Blue", answer.external_id)
    assert do(client, nora(whatsapp), "press", message=answer.pk, payload="C") == 400


def test_a_message_of_somebody_else_cannot_be_changed(client, whatsapp):
    omar = whatsapp.people.get(name="Omar Farsi")
    theirs = customer.write(omar, text="Mine")
    for what in ("edit", "unsend", "react"):
        assert do(client, nora(whatsapp), what, message=theirs.pk, text="Yours", sign="👍") == 404
    for number in ("", "x", "9" * 30, "-1"):
        assert do(client, nora(whatsapp), "unsend", message=number) == 404


def test_what_the_business_wrote_cannot_be_edited(client, whatsapp):
    answer = business.accept(nora(whatsapp), text="Hi")
    assert do(client, nora(whatsapp), "edit", message=answer.pk, text="Bye") == 400


def test_a_caption_stays_with_its_file_where_there_are_captions(client, anywhere):
    file = SimpleUploadedFile("a.png", b"png", content_type="image/png")
    assert do(client, nora(anywhere), "say", text="look", file=file) == 200
    captions = anywhere.channel.kind in ("whatsapp", "twitter")
    assert [message.text for message in Message.objects.all()] == (["look"] if captions else ["", "look"])


def test_a_file_that_the_channel_does_not_take_is_refused(client, twitter):
    file = SimpleUploadedFile("a.pdf", b"%PDF-", content_type="application/pdf")
    assert do(client, nora(twitter), "say", file=file) == 400


def test_a_file_that_could_be_a_page_is_only_downloaded(client, facebook):
    file = SimpleUploadedFile("a.html", b"<script>alert(1)</script>", content_type="text/html")
    do(client, nora(facebook), "say", file=file)
    media = Message.objects.get().media
    answer = client.get(reverse("phone-file", args=[facebook.channel.uuid, media.external_id]))
    assert answer["Content-Disposition"] == "attachment"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_seeing_ticks_what_came(client, anywhere):
    business.accept(nora(anywhere), text="Hello")
    assert do(client, nora(anywhere), "see") == 200
    assert Message.objects.get().status == "read"


def test_somebody_new_comes_with_a_phone_of_their_own(client, anywhere):
    before = anywhere.people.count()
    answer = client.post(reverse("phone-newcomer", args=[anywhere.channel.uuid]))
    assert answer.status_code == 302
    assert anywhere.people.count() == before + 1
    assert client.get(answer.url).status_code == 200


def test_the_provider_s_switches_are_kept(client, whatsapp):
    url = reverse("phone-misbehave", args=[whatsapp.channel.uuid])
    switches = {"fault": "later-131026", "fault_share": 50, "fault_left": 3, "duplicate": "on", "delay": 2}
    assert 'data-odd="true"' in client.post(url, switches).text
    row = Account.objects.get()
    assert (row.fault, row.fault_share, row.fault_left, row.duplicate, row.delay) == ("later-131026", 50, 3, True, 2)
    assert 'data-odd="false"' in client.post(url, {"fault_share": 100, "delay": 0}).text


@pytest.mark.parametrize("change", [{"fault": "nonsense"}, {"delay": -1}, {"fault_share": "many"}])
def test_switches_that_make_no_sense_are_refused(client, facebook, change):
    url = reverse("phone-misbehave", args=[facebook.channel.uuid])
    answer = client.post(url, {"fault_share": 100, "delay": 0, "duplicate": "on", **change})
    assert (answer.status_code, "field-error" in answer.text) == (400, True)
    assert not Account.objects.get().duplicate


def test_a_colleague_s_answer_elsewhere_is_marked(client, anywhere):
    do(client, nora(anywhere), "elsewhere", text="From the phone")
    assert Message.objects.get().elsewhere
    assert not Message.objects.accepted().exists()


def test_forms_want_the_token_of_the_page(facebook):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(nora(facebook), "say"), {"text": "Hello"}).status_code == 403


def test_a_long_chat_costs_no_more_queries(client, facebook, django_assert_num_queries):
    url = reverse("phone-thread", args=[facebook.channel.uuid, nora(facebook).pk])
    for number in range(20):
        customer.write(nora(facebook), text=f"No. {number}")
        customer.send(nora(facebook), "image")
    with django_assert_num_queries(4):
        client.get(url)


def test_people_of_the_history_can_be_written_to_and_write(client, facebook):
    make.message(facebook.channel, "Long ago", who="6500000000001234", name="Ida Ash")
    from monty.demo import phones

    phones.switch_on(facebook.channel)
    ida = facebook.people.get(external_id="6500000000001234")
    assert ida.name == "Ida Ash"
    assert ida.wrote_at is not None
