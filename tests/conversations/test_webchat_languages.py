"""The webchat speaks its visitors' languages."""

import json
import re

import pytest
from django.utils.translation import override

from conversations.webchat.words import ANSWERS_WITHIN, LAUNCHER, PAGE
from tests.conversations.webchat_visitor import VisitorClient

pytestmark = pytest.mark.once

OTHERS = pytest.mark.parametrize("language", ["de", "ar"])
WORDS = {**LAUNCHER, **PAGE, **ANSWERS_WITHIN}


@OTHERS
@pytest.mark.parametrize("name", WORDS)
def test_every_word_of_the_scripts_is_translated_with_its_gaps(language, name):
    gaps = re.compile(r"\{\w+\}")
    with override("en"):
        english = str(WORDS[name])
    with override(language):
        there = str(WORDS[name])
    assert there != english
    assert gaps.findall(there) == gaps.findall(english)


@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [("en", "ltr", "Attach files"), ("de", "ltr", "Dateien anhängen"), ("ar", "rtl", "إرفاق ملفات")],
)
def test_the_page_speaks_the_language_of_the_website(webchat, client, language, direction, words):
    page = client.get(f"/webchat/{webchat.uuid}/?lang={language}").content.decode()
    assert f'lang="{language}" dir="{direction}"' in page
    assert words in page


def test_else_it_speaks_the_visitors_own(webchat, client):
    for query in ("", "?lang=tlh", "?lang="):
        page = client.get(f"/webchat/{webchat.uuid}/{query}", headers={"Accept-Language": "de-AT"}).content.decode()
        assert "Nachricht schreiben" in page


def test_the_loader_brings_all_of_them_and_is_the_same_for_everybody(webchat, client):
    address = f"/webchat/{webchat.uuid}/widget.js"
    german, english = (client.get(address, headers={"Accept-Language": code}).text for code in ("de", "en"))
    words = json.loads(re.search(r'JSON\.parse\("(.*)"\)', german)[1].encode().decode("unicode_escape"))
    assert {code: each["open"] for code, each in words.items()} == {
        "en": "Open chat",
        "de": "Chat öffnen",
        "ar": "فتح الدردشة",
    }
    assert german == english


def test_refusals_come_in_the_visitors_language(webchat):
    visitor = VisitorClient(webchat)
    refused = visitor.http.post(visitor.url("messages/"), {"client_id": "x"}, headers={"Accept-Language": "de"})
    assert refused.status_code == 400
    empty = {"client_id": "0b1f0f5e-8d0a-4a77-9a53-0d5b0c6f7f11", "text": " "}
    refused = visitor.http.post(visitor.url("messages/"), empty, headers={"Accept-Language": "de"})
    assert refused.data["detail"] == "Schreiben Sie zuerst etwas."
