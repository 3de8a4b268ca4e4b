"""Signatures are those of Standard Webhooks: by its fixed example, by hand, and by the library of the standard."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from webhooks import signing
from webhooks.models import Subscription

NUMBER = UUID("6c9e9c3a-2f27-4a6e-9c2e-5f1f6a2f6f01")
BODY = '{"type":"close","data":{"reason":"Grüße"}}'


def test_a_secret_is_as_the_standard_wants_it() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert secret != signing.new_secret()


def test_the_signature_is_the_hmac_of_id_time_and_body() -> None:
    key = bytes(range(32))
    secret = f"whsec_{base64.b64encode(key).decode()}"
    now = datetime(2026, 11, 26, 12, 0, 0, 900_000, tzinfo=UTC)
    made = signing.headers(NUMBER, BODY, [secret], now)

    signed = f"{NUMBER}.1795694400.{BODY}".encode()
    by_hand = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert made == {
        "webhook-id": str(NUMBER),
        "webhook-timestamp": "1795694400",
        "webhook-signature": f"v1,{by_hand}",
    }


def test_the_standard_s_library_takes_it_with_either_secret_while_rotating() -> None:
    old, new = signing.new_secret(), signing.new_secret()
    made = signing.headers(uuid4(), BODY, [new, old], timezone.now())
    assert made["webhook-signature"].count("v1,") == 2
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, made) == json.loads(BODY)


@pytest.mark.parametrize("spoil", ["webhook-id", "webhook-timestamp", "body", "secret", "age"])
def test_it_takes_nothing_that_was_touched(spoil: str) -> None:
    secret, now = signing.new_secret(), timezone.now()
    made = signing.headers(uuid4(), BODY, [secret], now - timedelta(minutes=6 if spoil == "age" else 0))
    if spoil == "webhook-id":
        made[spoil] = str(uuid4())
    if spoil == "webhook-timestamp":
        made[spoil] = str(int(now.timestamp()) - 1)
    body = BODY.replace("close", "reopen") if spoil == "body" else BODY
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret() if spoil == "secret" else secret).verify(body, made)


# --- At rest, and rotating --------------------------------------------------------------------------------------------


def test_no_secret_is_in_the_database(subscribe, admin) -> None:
    row = subscribe()
    first = row.newest_key
    second = row.rotate(by=admin)
    stored = Subscription.objects.values().get(pk=row.pk)
    for secret in (first, second):
        assert secret.startswith("whsec_")
        assert secret not in str(stored)


def test_for_a_day_both_secrets_sign_then_the_new_one_alone(subscribe, admin) -> None:
    row = subscribe()
    old = row.newest_key
    new = row.rotate(by=admin)
    now = timezone.now()
    assert row.keys(now) == [new, old]
    assert row.keys(now + timedelta(hours=25)) == [new]


def test_another_rotation_ends_the_oldest_at_once(subscribe, admin) -> None:
    row = subscribe()
    oldest = row.newest_key
    old = row.rotate(by=admin)
    new = row.rotate(by=admin)
    assert row.keys(timezone.now()) == [new, old]
    assert oldest not in row.keys(timezone.now())


def test_another_secret_key_reads_them_after_the_command(subscribe, admin, settings) -> None:
    row = subscribe()
    old = row.newest_key
    new = row.rotate(by=admin)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    call_command("rotate_secrets", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    assert Subscription.objects.get(pk=row.pk).keys(timezone.now()) == [new, old]


def test_the_command_names_what_no_key_opens(subscribe, settings) -> None:
    subscribe(name="The CRM")
    settings.SECRET_KEY = "another-key"
    with pytest.raises(CommandError, match="The CRM"):
        call_command("rotate_secrets", stdout=StringIO())
