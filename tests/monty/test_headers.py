"""What Monty tells browsers with every answer, whatever kind it is: the strictest that the page can live with."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.shortcuts import resolve_url
from django.test import Client

from channels_app.border import File
from conversations.models import Attachment, Conversation
from orders import links
from tests import make
from tests.orders import shop, till

pytestmark = pytest.mark.once

# Each header with what it begins with.
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Frame-Options": "DENY",
}
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture
def browser(settings, sara) -> Client:
    """Somebody who may open every page, by https; where Monty fails, they see what Monty says of it."""
    settings.DEMO = True
    settings.SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    sara.is_superuser = True
    sara.save()
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(sara)
    return client


# --- Kinds of answers -------------------------------------------------------------------------------------------------


def order_page(conversation: Conversation) -> str:
    order = till.shown(conversation, shop.variant(1900), by=make.teammate("otto"))
    return f"/o/{links.token(order.uuid, till.offer(order).until)}/"


def file(conversation: Conversation) -> Attachment:
    return Attachment.store(conversation.messages.get(), File("voice.ogg", b"sound", "audio/ogg"))


Address = Callable[[Conversation], str]
OURS: dict[str, Address] = {
    "inbox": lambda conversation: f"/conversations/{conversation.pk}/",
    "admin": lambda _: "/admin/",
    "log-in": lambda _: resolve_url(django_settings.LOGIN_URL),
    "REST": lambda _: "/api/v1/conversations/",
    "refused REST": lambda _: "/api/v1/nowhere/",
    "API documentation": lambda _: "/api/docs/",
    "order": order_page,
    "demo shop": lambda _: "/demo/",
    "health": lambda _: "/healthz",
    "metrics": lambda _: "/metrics",
    "not found": lambda _: "/nowhere/",
}


def answer(browser: Client, address: str) -> Any:
    return browser.get(address, secure=True)


def policy(response: Any) -> dict[str, str]:
    parts = [each.strip().partition(" ") for each in response["Content-Security-Policy"].split(";")]
    return {name: value for name, _space, value in parts}


def missing(response: Any, **other: str) -> dict[str, str]:
    """The headers that are not as they should be. `other`: what they are here, by names with underlines."""
    wanted = EVERYWHERE | {name.replace("_", "-"): value for name, value in other.items()}
    return {name: response.get(name, "") for name, value in wanted.items() if response.get(name, "") != value}


# --- All of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OURS)
def test_every_page_says_it_all(browser, conversation, kind):
    response = answer(browser, OURS[kind](conversation))

    # The order's address is a secret; it is told to nobody, not even to Monty.
    assert missing(response, **({"Referrer_Policy": "no-referrer"} if kind == "order" else {})) == {}
    assert policy(response) == STRICT


@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (400, lambda browser: browser.get("/", secure=True, headers={"host": "elsewhere.example"})),
        (403, lambda browser: browser.post("/views/", {}, secure=True)),
        (404, lambda browser: browser.get("/files/00000000-0000-0000-0000-000000000000/", secure=True)),
        (405, lambda browser: browser.post("/demo/", secure=True)),
    ],
)
def test_so_does_every_refusal(browser, status, ask):
    browser.handler.enforce_csrf_checks = status == 403
    response = ask(browser)

    assert response.status_code == status
    assert missing(response) == {}
    assert policy(response) == STRICT


def test_so_does_monty_when_it_has_failed(browser, monkeypatch):
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("conversations.pages.inbox.visible", fail)
    response = answer(browser, "/conversations/1/")

    assert response.status_code == 500
    assert missing(response) == {}
    assert policy(response) == STRICT


# --- Those that other websites show -----------------------------------------------------------------------------------


def test_the_webchats_page_may_be_framed_by_the_websites_of_its_list_alone(browser, sales):
    webchat = make.channel("webchat", sales, config={"origins": ["https://shop.example.org"]})
    response = answer(browser, f"/webchat/{webchat.uuid}/")

    # Browsers that know frame-ancestors ignore X-Frame-Options, which has no word for a list.
    assert missing(response, Cross_Origin_Resource_Policy="cross-origin", X_Frame_Options="") == {}
    assert policy(response) == STRICT | {"frame-ancestors": "'self' https://shop.example.org"}


def test_its_loader_may_be_taken_by_any_page_and_framed_by_none(browser, webchat):
    response = answer(browser, f"/webchat/{webchat.uuid}/widget.js")

    assert missing(response, Cross_Origin_Resource_Policy="cross-origin") == {}
    assert policy(response) == STRICT


# --- Files of strangers -----------------------------------------------------------------------------------------------


def test_a_file_may_do_nothing_at_all(browser, conversation):
    response = answer(browser, f"/files/{file(conversation).uuid}/")

    assert missing(response) == {}
    assert policy(response) == {"default-src": "'none'", "sandbox": ""}


# --- Nothing inline ---------------------------------------------------------------------------------------------------


class Inline(HTMLParser):
    """Finds what `script-src 'self'` would not run: so no page needs a nonce."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        is_data = facts.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not facts.get("src") and not is_data):
            self.found.append(tag)
        self.found += [name for name in facts if name == "style" or name.startswith("on")]
        self.found += [str(url) for url in facts.values() if str(url).lower().startswith("javascript:")]


@pytest.mark.parametrize("kind", OURS)
def test_no_page_has_a_script_or_a_style_of_its_own_in_it(browser, conversation, kind):
    page = Inline()
    page.feed(answer(browser, OURS[kind](conversation)).content.decode())

    assert page.found == []


def test_nor_has_the_webchats_page(browser, webchat):
    page = Inline()
    page.feed(answer(browser, f"/webchat/{webchat.uuid}/").content.decode())

    assert page.found == []


def test_what_is_inline_would_be_seen():
    page = Inline()
    page.feed('<script>1</script><p onclick="x()" style="color: red"><script type="application/json">{}</script>')

    assert page.found == ["script", "onclick", "style"]
