"""What every kind of channel promises. A new file in channels_app/adapters is tested by being there."""

import hashlib
import hmac
import re
from datetime import timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError

from channels_app.adapters import ADAPTERS
from channels_app.border import Outbound
from channels_app.models import Channel
from channels_app.verdicts import Refused, Verdict
from monty.errors import BadInput

kinds = pytest.mark.parametrize("kind", ADAPTERS)
HELLO = Outbound(id=1, recipient="nora", text="Hello")


def test_the_product_has_its_five_kinds():
    assert set(ADAPTERS) >= {"facebook", "instagram", "twitter", "webchat", "whatsapp"}


@kinds
def test_a_kind_is_a_plain_word_and_has_a_name_for_people(kind):
    assert re.fullmatch(r"[a-z]{1,20}", kind)
    assert ADAPTERS[kind].kind == kind
    assert ADAPTERS[kind].label


@kinds
def test_its_file_is_named_after_it(kind):
    assert ADAPTERS[kind].__module__ == f"channels_app.adapters.{kind}"


@kinds
def test_its_window_is_whole(kind):
    window = ADAPTERS[kind].window

    assert window.product > timedelta(0)
    assert window.free is None or window.free > timedelta(0)
    assert window.human is None or (window.free is not None and window.human > window.free)


@kinds
def test_its_texts_may_have_some_length(kind):
    assert 0 < ADAPTERS[kind].can.text <= 20_000


@kinds
def test_its_settings_are_a_form(kind):
    assert issubclass(ADAPTERS[kind].Config, forms.Form)
    ADAPTERS[kind].Config().as_p()


@kinds
def test_sending_gives_the_providers_id_or_says_why_not(kind):
    try:
        assert isinstance(Channel(kind=kind).adapter.send(HELLO), str)
    except Refused as refused:
        assert ADAPTERS[kind].label in str(refused)
        assert refused.verdict == Verdict.PERMANENT


def test_webchat_is_delivered_by_being_there():
    adapter = Channel(kind="webchat").adapter

    assert adapter.send(HELLO) == adapter.send(HELLO) == ""
    assert adapter.idempotent


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValidationError):
        Channel(kind="fax", name="Fax").clean()


# --- Webchat --------------------------------------------------------------------------------------------------------


def webchat(**config):
    return Channel(kind="webchat", config=config).webchat


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("https://shop.example.org", True),
        ("HTTPS://SHOP.example.org", True),
        ("https://a.b.example.com", True),
        ("https://example.com", False),
        ("http://a.example.com", False),
        ("https://evilexample.com", False),
        ("https://shop.example.org.evil.net", False),
        ("https://shop.example.org:8443", False),
        ("null", False),
        ("", True),  # no browser sends no origin: a program, which has no visitor's cookies either
        (None, True),
    ],
)
def test_only_the_websites_named_may_show_the_chat(origin, let_in):
    adapter = webchat(origins=["https://shop.example.org", "https://*.example.com"])

    assert adapter.admits(origin) == let_in


def test_with_none_named_any_website_may():
    assert webchat().admits("https://anywhere.example")


def signed(secret: bytes, user_id: bytes) -> str:
    return hmac.new(secret, user_id, hashlib.sha256).hexdigest()


def test_the_websites_signature_proves_its_user():
    proof = signed(b"s3cret", b"u-7")

    assert webchat(identity_secret="s3cret").proved({"user_id": "u-7"}, user_hash=proof).user_id == "u-7"


@pytest.mark.parametrize("secret", ["s3cret", ""])
@pytest.mark.parametrize("identity", [{"user_id": "u-7"}, {"user_id": ""}, {}, {"user_id": "\ud83d"}], ids=ascii)
@pytest.mark.parametrize("proof", ["", "00", "é", "0" * 64, "\ud83d"], ids=ascii)
def test_nothing_else_does(secret, identity, proof):
    with pytest.raises(BadInput):
        webchat(identity_secret=secret).proved(identity, user_hash=proof)


def test_without_a_secret_not_even_the_empty_ones_signature_does():
    with pytest.raises(BadInput):
        webchat().proved({"user_id": "u-7"}, user_hash=signed(b"", b"u-7"))
