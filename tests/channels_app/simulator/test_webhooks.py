"""What the simulated providers post to Monty: signed over the very bytes, and misbehaving only on request."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app.border import Echo, Edit, Inbound, Reaction, Receipt, Typing, Unsend
from channels_app.simulator import business, customer, posting, tasks
from channels_app.simulator.models import Account, Hook, Message
from channels_app.simulator.providers import PROVIDERS
from channels_app.simulator.providers.base import encoded
from tests.channels_app.simulator.conftest import IDS, Network, nora

pytestmark = pytest.mark.once

KINDS = ["facebook", "instagram", "whatsapp", "twitter"]


@pytest.fixture(params=KINDS)
def anywhere(request, account) -> Account:
    return account(request.param)


def post(account: Account) -> None:
    posting.post(Account.objects.get(pk=account.pk))


def facts(account: Account, network: Network) -> list[object]:
    """What Monty reads in what was posted."""
    return [item.fact for body in network.bodies for item in account.channel.adapter.parse(body)]


# --- Signatures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (
            "facebook",
            b'{"object":"page","entry":[]}',
            "sha256=154c41b228b4e2081c79f400b2195e3e82c5e63a6b73bd73a88695e1dd591f70",
        ),
        ("twitter", b'{"data":{}}', "sha256=/ZyWHjzcvqqzsVEB5eNMB/hZEz8iTDVtCO7fEChzB9U="),
    ],
)
def test_the_reference_s_signatures(kind, body, expected):
    provider = PROVIDERS[kind]("1")
    assert list(provider.signature(body, provider.secret).values()) == [expected]


def test_what_is_signed_is_ascii_with_escaped_slashes():
    message = {"mid": "m_1", "text": "äöå /"}
    body = encoded({"object": "page", "entry": [{"id": "1", "time": 1, "messaging": [{"message": message}]}]})
    assert b'"text":"\\u00e4\\u00f6\\u00e5 \\/"' in body
    signature = PROVIDERS["facebook"]("1").signature(body, "monty-app-secret")["X-Hub-Signature-256"]
    assert signature == "sha256=0fe5073dc7c4d0e32f62cdc301e0cf29584a661131442fb98acc11ead6b818b2"


def test_every_post_is_signed_over_its_own_bytes(anywhere, network):
    customer.say(nora(anywhere), "Grüße / ✓")
    post(anywhere)
    (request,) = network.posted
    if anywhere.channel.kind == "twitter":
        digest = hmac.new(b"monty-consumer-secret", request.content, hashlib.sha256).digest()
        assert request.headers["x-twitter-webhooks-signature"] == f"sha256={base64.b64encode(digest).decode()}"
    else:
        digest = hmac.new(b"monty-app-secret", request.content, hashlib.sha256)
        assert request.headers["x-hub-signature-256"] == f"sha256={digest.hexdigest()}"
        assert request.content.isascii()
        assert b"\\/" in request.content
    assert str(request.url) == anywhere.channel.adapter.to_paste


def test_on_request_the_secret_is_wrong(facebook, network):
    Account.objects.update(forge=True)
    customer.say(nora(facebook), "Hello")
    post(facebook)
    (request,) = network.posted
    assert not facebook.channel.adapter.verify(request.headers, request.content)


# --- The handshake -------------------------------------------------------------------------------------------------


def test_nothing_is_posted_before_the_address_has_proved_itself(facebook, network):
    network.proves = False
    customer.say(nora(facebook), "Hello")
    post(facebook)
    assert network.posted == []
    network.proves = True
    # Asked again, but not at once.
    post(facebook)
    assert network.posted == []
    Account.objects.update(posting_since=timezone.now() - timedelta(minutes=2))
    post(facebook)
    assert len(network.posted) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_handshake_passes_with_monty_s_own_answer(account, network, kind):
    made = account(kind)
    post(made)
    assert Account.objects.get(pk=made.pk).verified_at is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_to_the_handshake_does_not_pass(kind):
    _query, passes = PROVIDERS[kind]("1").challenge()
    assert not passes("text/html", "")
    assert not passes("application/json", '{"response_token": "sha256=x"}')
    assert not passes("application/json", "[]")


# --- What is told --------------------------------------------------------------------------------------------------


def test_a_text_is_told_as_the_reference_has_it(anywhere, network):
    customer.say(nora(anywhere), "Is my parcel on its way?")
    post(anywhere)
    (body,) = network.bodies
    words, own = Message.objects.get(), IDS[anywhere.channel.kind]
    at = {
        "facebook": lambda: body["entry"][0]["messaging"][0],
        "instagram": lambda: body["entry"][0]["messaging"][0],
        "whatsapp": lambda: body["entry"][0]["changes"][0]["value"],
        "twitter": lambda: body["data"]["payload"]["direct_message_events"][0],
    }[anywhere.channel.kind]()
    person = nora(anywhere)
    if anywhere.channel.kind == "whatsapp":
        assert at["metadata"]["phone_number_id"] == own
        assert at["contacts"][0] == {
            "profile": {"name": "Nora Quist", "username": "nora.quist"},
            "wa_id": person.phone,
            "user_id": person.external_id,
        }
        (said,) = at["messages"]
        assert said["timestamp"] == str(int(words.at.timestamp()))
        assert (said["type"], said["text"]) == ("text", {"body": words.text})
    elif anywhere.channel.kind == "twitter":
        assert at["id"] == words.external_id
        assert at["message_create"]["sender_id"] == person.external_id
        assert at["message_create"]["target"] == {"recipient_id": own}
        assert at["created_timestamp"] == str(int(words.at.timestamp() * 1000))
    else:
        assert (at["sender"]["id"], at["recipient"]["id"]) == (person.external_id, own)
        assert at["message"] == {"mid": words.external_id, "text": words.text}
        assert body["object"] == {"facebook": "page", "instagram": "instagram"}[anywhere.channel.kind]


@pytest.mark.parametrize("kind", KINDS)
def test_monty_reads_what_a_customer_sends(account, network, kind):
    made = account(kind)
    person, can = nora(made), made.provider.customers_can
    customer.say(person, "Hello")
    sent = [each for each in customer.SENDS if each in can]
    for each in sent:
        customer.send(person, each)
    post(made)
    read = facts(made, network)
    assert [type(fact) for fact in read] == [Inbound] * (1 + len(sent))
    assert {fact.sender.external_id for fact in read} == {person.external_id}
    assert all(fact.text or fact.media or fact.details for fact in read)
    assert not any("unsupported" in fact.details for fact in read)


@pytest.mark.parametrize("kind", KINDS)
def test_monty_reads_what_a_customer_does(account, network, kind):
    made = account(kind)
    person, can = nora(made), made.provider.customers_can
    said = customer.write(person, text="Hello")
    answer = business.accept(person, text="Which one?", ours="monty:msg:7", details={"buttons": [BUTTON]})
    expected: list[type] = [Inbound, *AFTER_AN_ANSWER[kind]]
    customer.see(person)
    expected.append(Receipt)
    for deed, fact, act in [
        ("typing", Typing, lambda: customer.show_typing(person)),
        ("react", Reaction, lambda: customer.react(answer, made.provider.signs[0])),
        ("press", Inbound, lambda: customer.press(answer, "BLUE")),
        ("edit", Edit, lambda: customer.edit(said, "Hello again")),
        ("unsend", Unsend, lambda: customer.unsend(said)),
    ]:
        if deed in can:
            act()
            expected.append(fact)
    post(made)
    assert [type(fact) for fact in facts(made, network)] == expected


# What each provider tells of an answer of the business, before the customer sees it.
AFTER_AN_ANSWER: dict[str, list[type]] = {
    "facebook": [Echo, Receipt],
    "instagram": [Echo],
    "whatsapp": [Receipt, Receipt],
    "twitter": [Echo],
}
BUTTON = {"title": "Blue", "payload": "BLUE", "quick": True}


def test_a_reaction_pressed_twice_is_taken_back(facebook, network):
    answer = business.accept(nora(facebook), text="Hello")
    customer.react(answer, "❤️")
    customer.react(answer, "❤️")
    post(facebook)
    *_before, react, unreact = facts(facebook, network)
    assert (react.emoji, unreact.emoji) == ("❤️", "")


def test_whatsapp_tells_ticks_with_what_was_sent_along(whatsapp, network):
    Account.objects.update(verified_at=timezone.now())
    business.accept(nora(whatsapp), text="Hello", ours="monty:msg:7")
    customer.see(nora(whatsapp))
    post(whatsapp)
    statuses = [body["entry"][0]["changes"][0]["value"]["statuses"][0] for body in network.bodies]
    assert [each["status"] for each in statuses] == ["sent", "delivered", "read"]
    assert {each["biz_opaque_callback_data"] for each in statuses} == {"monty:msg:7"}


def test_whatsapp_tells_a_colleague_s_answer_in_a_field_of_its_own(whatsapp, network):
    Account.objects.update(verified_at=timezone.now())
    business.answer_elsewhere(nora(whatsapp), "From the phone")
    post(whatsapp)
    (body,) = network.bodies
    (change,) = body["entry"][0]["changes"]
    assert change["field"] == "smb_message_echoes"
    assert change["value"]["message_echoes"][0]["text"] == {"body": "From the phone"}


def test_what_was_seen_once_is_not_told_again(facebook):
    business.accept(nora(facebook), text="Hello")
    customer.see(nora(facebook))
    told = Hook.objects.count()
    customer.see(nora(facebook))
    assert Hook.objects.count() == told


# --- Misbehaviour --------------------------------------------------------------------------------------------------


@pytest.fixture
def proved(anywhere) -> Account:
    Account.objects.update(verified_at=timezone.now())
    return anywhere


def say_five(account: Account) -> list[str]:
    texts = [f"No. {number}" for number in range(5)]
    for text in texts:
        customer.say(nora(account), text)
    return texts


def in_order(network: Network, texts: list[str]) -> list[str]:
    """The texts, in the order and as often as they were posted."""
    posted = "".join(request.content.decode() for request in network.posted)
    places = [(posted.find(text, start), text) for text in texts for start in range(len(posted))]
    return [text for place, text in sorted({pair for pair in places if pair[0] >= 0})]


def test_well_behaved_it_posts_each_once_and_in_order(proved, network):
    texts = say_five(proved)
    post(proved)
    assert len(network.posted) == 5
    assert in_order(network, texts) == texts
    post(proved)
    assert len(network.posted) == 5


def test_duplicates_are_the_same_bytes_twice(proved, network):
    Account.objects.update(duplicate=True)
    customer.say(nora(proved), "Hello")
    post(proved)
    first, second = network.posted
    assert first.content == second.content


def hold_until_due() -> None:
    Hook.objects.filter(posted_at=None).update(due_at=timezone.now())


def test_out_of_order_nothing_is_lost(proved, network):
    Account.objects.update(shuffle=True)
    texts = say_five(Account.objects.get())
    hold_until_due()
    post(proved)
    assert sorted(in_order(network, texts)) == texts


def test_many_come_in_one(proved, network):
    Account.objects.update(batch=True)
    texts = say_five(Account.objects.get())
    hold_until_due()
    post(proved)
    assert len(network.posted) == 1
    assert in_order(network, texts) == texts


def test_what_is_held_back_leaves_together(facebook):
    Account.objects.update(batch=True)
    say_five(Account.objects.get())
    assert len(set(Hook.objects.values_list("due_at", flat=True))) <= 2
    assert all(hook.due_at > timezone.now() for hook in Hook.objects.all())


def test_late_is_late(proved, network, time_machine_at):
    Account.objects.update(delay=30)
    customer.say(nora(Account.objects.get()), "Hello")
    post(proved)
    assert network.posted == []
    time_machine_at(timedelta(seconds=31))
    post(proved)
    assert len(network.posted) == 1


def test_what_monty_refuses_comes_again_later(proved, network, time_machine_at):
    network.answers = [500]
    customer.say(nora(proved), "Hello")
    post(proved)
    post(proved)
    assert len(network.posted) == 1
    assert Hook.objects.get().answer == "500"
    time_machine_at(timedelta(seconds=3))
    post(proved)
    assert len(network.posted) == 2
    assert Hook.objects.get().posted_at is not None


def test_it_gives_up_in_the_end(facebook, network, time_machine_at):
    Account.objects.update(verified_at=timezone.now())
    network.answers = [503] * 100
    customer.say(nora(facebook), "Hello")
    for minute in range(20):
        time_machine_at(timedelta(minutes=minute))
        post(facebook)
    assert len(network.posted) == posting.TRIES


# --- The sweep -----------------------------------------------------------------------------------------------------


def test_the_sweep_posts_what_a_lost_task_left(facebook, network):
    customer.say(nora(facebook), "Hello")
    tasks.post_due()
    assert len(network.posted) == 1


def test_one_poster_at_a_time(facebook, network):
    Account.objects.update(verified_at=timezone.now(), posting_since=timezone.now())
    customer.say(nora(facebook), "Hello")
    post(facebook)
    assert network.posted == []


def test_the_sweep_leaves_channels_alone_that_are_switched_off(facebook, network):
    customer.say(nora(facebook), "Hello")
    facebook.channel.active = False
    facebook.channel.save()
    tasks.post_due()
    assert network.posted == []


def test_story_mentions_and_pictures_carry_links_that_can_be_followed(instagram, network):
    customer.send(nora(instagram), "story")
    post(instagram)
    url = json.loads(network.posted[0].content)["entry"][0]["messaging"][0]["message"]["attachments"][0]["payload"][
        "url"
    ]
    (fact,) = facts(instagram, network)
    assert fact.details["story"]["kind"] == "mention"
    assert instagram.channel.adapter.fetch_media(fact.media[0], 10**6).content if fact.media else url
