"""From each provider's signed bytes to a conversation: the real adapters, by the real address."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from channels_app.models import Channel, Delivery
from conversations.incoming import ingest
from conversations.models import Conversation, Message
from tests import make
from tests.channels_app.any_json import damaged

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SECRET, TOKEN = "monty-app-secret", "monty-verify"


@dataclass(frozen=True)
class Provider:
    """How one signs, and what it posts when a customer writes "Is my parcel on its way?"."""

    kind: str
    account: str
    secret: str
    header: str
    hello: Any

    def signature(self, body: bytes) -> str:
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256)
        return "sha256=" + (
            base64.b64encode(digest.digest()).decode() if self.kind == "twitter" else digest.hexdigest()
        )


TEXT = "Is my parcel on its way?"


def messaging(sender: str, account: str) -> dict[str, Any]:
    message = {"mid": "m_AbCd-EfGh_001", "text": TEXT}
    return {"sender": {"id": sender}, "recipient": {"id": account}, "timestamp": 1795000000001, "message": message}


FACEBOOK = {
    "object": "page",
    "entry": [{"id": "104500001", "time": 1795000000123, "messaging": [messaging("65", "104500001")]}],
}
INSTAGRAM = {
    "object": "instagram",
    "entry": [{"id": "17841", "time": 1795000000123, "messaging": [messaging("66", "17841")]}],
}
WHATSAPP = {
    "object": "whatsapp_business_account",
    "entry": [
        {
            "id": "300900100200300",
            "changes": [
                {
                    "field": "messages",
                    "value": {
                        "messaging_product": "whatsapp",
                        "metadata": {"display_phone_number": "4940123456", "phone_number_id": "111222333444555"},
                        "contacts": [{"profile": {"name": "Nora"}, "wa_id": "5511987654321", "user_id": "BR.15025"}],
                        "messages": [
                            {
                                "from": "5511987654321",
                                "from_user_id": "BR.15025",
                                "id": "wamid.HBgN",
                                "timestamp": "1795000000",
                                "type": "text",
                                "text": {"body": TEXT},
                            }
                        ],
                    },
                }
            ],
        }
    ],
}
TWITTER = {
    "for_user_id": "11111",
    "direct_message_events": [
        {
            "type": "message_create",
            "id": "2080765901528535096",
            "created_timestamp": "1795000000372",
            "message_create": {
                "target": {"recipient_id": "11111"},
                "sender_id": "22222",
                "message_data": {"text": TEXT},
            },
        }
    ],
    "users": {"22222": {"id": "22222", "name": "Nora", "screen_name": "nora"}},
}
META = "X-Hub-Signature-256"
PROVIDERS = [
    Provider("facebook", "104500001", "app_secret", META, FACEBOOK),
    Provider("instagram", "17841", "app_secret", META, INSTAGRAM),
    Provider("whatsapp", "111222333444555", "app_secret", META, WHATSAPP),
    Provider("twitter", "11111", "consumer_secret", "X-Twitter-Webhooks-Signature", TWITTER),
]
every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=[each.kind for each in PROVIDERS])


def connected(provider: Provider) -> Channel:
    channel = make.channel(provider.kind, external_id=provider.account)
    channel.keep_secret(provider.secret, SECRET)
    channel.keep_secret("verify_token", TOKEN)
    channel.save()
    return channel


def written(value: Any) -> bytes:
    """As Meta writes JSON: every letter that is not ASCII, and every slash, escaped."""
    return json.dumps(value).replace("/", "\\/").encode()


def post(provider: Provider, channel: Channel, body: bytes, signature: str | None = None) -> int:
    headers = {provider.header: provider.signature(body) if signature is None else signature}
    address = f"/webhooks/{channel.uuid}/"
    return Client().post(address, body, content_type="application/json", headers=headers).status_code


def read_all() -> list[str]:
    for row in Delivery.objects.filter(state="new"):
        ingest.read(row.pk)
    return list(Delivery.objects.values_list("state", flat=True))


@every_provider
def test_what_a_customer_writes_becomes_a_conversation(provider):
    channel = connected(provider)

    assert post(provider, channel, written(provider.hello)) == 200
    assert read_all() == ["done"]

    message = Message.objects.get()
    assert (message.text, message.channel, message.author_kind) == (TEXT, channel, "contact")
    assert Conversation.objects.get().unread == 1


@every_provider
def test_once_however_often_it_is_posted(provider):
    channel = connected(provider)

    for _ in range(3):
        assert post(provider, channel, written(provider.hello)) == 200

    assert read_all() == ["done"] * 3
    assert Message.objects.count() == 1


@every_provider
@pytest.mark.parametrize(
    "spoil", [str.upper, lambda right: right[:-1], lambda right: right.partition("=")[2], lambda _: ""]
)
def test_a_signature_that_is_not_quite_right_stores_nothing(provider, spoil):
    channel, body = connected(provider), written(provider.hello)

    assert post(provider, channel, body, spoil(provider.signature(body))) == 403

    assert not Delivery.objects.exists()
    assert channel.forgeries.get().count == 1


@every_provider
def test_nor_does_that_of_the_same_content_written_otherwise(provider):
    channel = connected(provider)

    assert post(provider, channel, written(provider.hello), provider.signature(written([provider.hello]))) == 403


@every_provider
def test_an_account_that_nobody_connected_waits(provider):
    channel = connected(provider)
    Channel.objects.filter(pk=channel.pk).update(external_id="999")

    assert post(provider, channel, written(provider.hello)) == 200
    assert read_all() == ["failed"]

    assert provider.account in Delivery.objects.get().error


@pytest.mark.parametrize("kind", ["facebook", "instagram", "whatsapp"])
def test_meta_shakes_hands(client, kind):
    channel = connected(next(each for each in PROVIDERS if each.kind == kind))
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": TOKEN}

    answer = client.get(f"/webhooks/{channel.uuid}/", asked)

    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert client.get(f"/webhooks/{channel.uuid}/", asked | {"hub.verify_token": "wrong"}).status_code == 403


def test_x_asks_for_proof_and_gets_it(client):
    provider = PROVIDERS[-1]
    channel = connected(provider)

    answer = client.get(f"/webhooks/{channel.uuid}/", {"crc_token": "challenge"})

    assert answer.json() == {"response_token": provider.signature(b"challenge")}


class TestWhateverAProviderSigns(HypothesisTestCase):
    """Any value in any place: read without an error, and what could not be read is kept."""

    @settings(max_examples=40)
    @given(st.data())
    def test_nothing_is_an_error_of_ours(self, data) -> None:
        provider = data.draw(st.sampled_from(PROVIDERS))
        channel = connected(provider)
        body = json.dumps(data.draw(damaged(provider.hello))).encode()

        assert post(provider, channel, body) == 200

        assert set(read_all()) <= {"done", "failed"}
        for row in Delivery.objects.filter(state="failed"):
            assert "Error" not in row.error, row.error
        Delivery.objects.all().delete()
        Channel.objects.filter(pk=channel.pk).update(external_id=f"used-{channel.pk}")
