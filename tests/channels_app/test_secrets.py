"""Secrets of channels: encrypted wherever they are stored, read by nobody without SECRET_KEY."""

import json
import logging
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from channels_app import secrets
from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from tests import make

SECRET = "s3cret-token"
migration = import_module("channels_app.migrations.0004_b_seal_secrets")


@pytest.fixture
def shop(db) -> Channel:
    return make.channel("webchat", config={"identity_secret": SECRET, "greeting": "Hello"})


def stored(channel: Channel) -> dict:
    """The configuration as the database has it."""
    return Channel.objects.values_list("config", flat=True).get(pk=channel.pk)


def with_another_key(settings, *fallbacks: str) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", list(fallbacks)


def rotate() -> None:
    call_command("rotate_secrets", stdout=StringIO())


# --- At rest --------------------------------------------------------------------------------------------------------


def test_a_secret_is_not_in_the_database_and_yet_can_be_read(shop):
    assert SECRET not in json.dumps(stored(shop))
    assert Channel.objects.get(pk=shop.pk).secret("identity_secret") == SECRET


def test_what_is_no_secret_is_stored_as_it_is(shop):
    assert stored(shop)["greeting"] == "Hello"


def test_a_secret_kept_is_encrypted_before_it_is_saved(shop):
    shop.keep_secret("identity_secret", "new")

    assert "new" not in shop.config["identity_secret"]
    assert shop.secret("identity_secret") == "new"


def test_a_secret_that_looks_encrypted_is_encrypted_all_the_same(shop):
    shop.configure(identity_secret="sealed:by-me")

    assert Channel.objects.get(pk=shop.pk).secret("identity_secret") == "sealed:by-me"


def test_a_channel_without_the_secret_has_an_empty_one(db):
    assert make.channel("webchat").secret("identity_secret") == ""
    assert make.channel("webchat", config={"identity_secret": ""}).secret("identity_secret") == ""


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text):
    assert secrets.unseal(secrets.seal(text)) == text
    assert secrets.unseal(secrets.renew(secrets.seal(text))) == text


def test_the_same_secret_twice_does_not_look_the_same():
    assert secrets.seal(SECRET) != secrets.seal(SECRET)


def test_configuring_keeps_what_somebody_else_has_stored_meanwhile(shop):
    Channel.objects.get(pk=shop.pk).configure(identity_secret="renewed")

    shop.configure(greeting="Welcome")

    assert shop.secret("identity_secret") == "renewed"
    assert stored(shop)["greeting"] == "Welcome"


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_kind_s_secrets_are_encrypted_by_the_migration_too(kind):
    assert set(ADAPTERS[kind].secret_names()) <= set(migration.SECRETS)


def test_secrets_stored_before_are_readable_and_encrypted_by_the_migration(shop):
    Channel.objects.filter(pk=shop.pk).update(config={"identity_secret": SECRET, "greeting": "Hello"})
    assert Channel.objects.get(pk=shop.pk).secret("identity_secret") == SECRET

    migration.seal(apps, None)
    sealed = stored(shop)
    migration.seal(apps, None)

    assert SECRET not in json.dumps(sealed)
    assert stored(shop) == sealed
    assert Channel.objects.get(pk=shop.pk).secret("identity_secret") == SECRET


def test_the_migration_s_way_back_gives_the_plain_ones(shop):
    migration.unseal(apps, None)

    assert stored(shop) == {"identity_secret": SECRET, "greeting": "Hello"}


# --- Another SECRET_KEY ---------------------------------------------------------------------------------------------


def test_a_former_key_still_opens_them(shop, settings):
    with_another_key(settings, settings.SECRET_KEY)

    assert shop.secret("identity_secret") == SECRET


def test_without_the_key_a_person_is_told_to_type_them_again(shop, settings):
    with_another_key(settings)

    with pytest.raises(Refused) as refused:
        shop.secret("identity_secret")

    assert refused.value.verdict == Verdict.RECONNECT
    assert "SECRET_KEY" in str(refused.value)


def test_a_damaged_one_is_refused_like_one_of_another_key(shop):
    shop.config["identity_secret"] = shop.config["identity_secret"][:-5]

    with pytest.raises(Refused):
        shop.secret("identity_secret")


def test_after_rotating_the_former_key_is_needed_no_more(shop, settings):
    with_another_key(settings, settings.SECRET_KEY)
    rotate()
    with_another_key(settings)

    assert Channel.objects.get(pk=shop.pk).secret("identity_secret") == SECRET


def test_without_rotating_it_is(shop, settings):
    with_another_key(settings, settings.SECRET_KEY)
    with_another_key(settings)

    with pytest.raises(Refused):
        Channel.objects.get(pk=shop.pk).secret("identity_secret")


def test_rotating_encrypts_what_was_plain(shop):
    Channel.objects.filter(pk=shop.pk).update(config={"identity_secret": SECRET})
    rotate()

    assert secrets.is_sealed(stored(shop)["identity_secret"])


def test_rotating_names_the_channels_it_cannot_read_and_does_the_others(shop, settings):
    first_key = settings.SECRET_KEY
    with_another_key(settings)
    readable = make.channel("webchat", config={"identity_secret": "other"})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "third-key", ["another-key"]

    with pytest.raises(CommandError, match=shop.name):
        rotate()

    settings.SECRET_KEY_FALLBACKS = []
    assert Channel.objects.get(pk=readable.pk).secret("identity_secret") == "other"
    settings.SECRET_KEY = first_key
    assert Channel.objects.get(pk=shop.pk).secret("identity_secret") == SECRET


# --- Nowhere else ---------------------------------------------------------------------------------------------------


def test_an_export_of_the_database_holds_no_secret(shop):
    out = StringIO()
    call_command("dumpdata", "channels_app", stdout=out)

    assert shop.name in out.getvalue()
    assert SECRET not in out.getvalue()


def test_the_libraries_that_call_providers_write_no_addresses_down(settings):
    for name in ("httpx", "httpcore"):
        assert settings.LOGGING["loggers"][name]["level"] == "WARNING"
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
