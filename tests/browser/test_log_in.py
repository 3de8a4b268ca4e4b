"""Logging in, in a real browser: passkeys on a device that Chromium plays, codes of an app, sessions that are ended."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.processes import Embedded

MAKE = """
from teams import roles
from teams.models import Teammate
person = Teammate.objects.create_user("{0}", password="monty", first_name="{0}")
roles.give(person, "Agent")
"""


@pytest.fixture
def somebody(monty: Embedded, request: pytest.FixtureRequest) -> str:
    """New here, so that what they set up is in nobody's way."""
    name = re.sub(r"\W", "", request.node.name)[-30:]
    monty.python(MAKE.format(name))
    return name


@pytest.fixture
def page(new_context: Callable, monty: Embedded) -> Page:
    """A browser at localhost: an address of numbers has no passkeys."""
    return new_context(base_url=monty.url.replace("127.0.0.1", "localhost")).new_page()


@pytest.fixture
def device(page: Page) -> Page:
    """The page's machine can make passkeys, and its owner puts a finger on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    facts = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = facts | {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def enter(page: Page, name: str) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("monty")
    page.get_by_role("button", name="Log in", exact=True).click()


def prove(page: Page) -> None:
    page.get_by_label("Password").fill("monty")
    page.get_by_role("button", name="Go on").click()


def log_out(page: Page) -> None:
    page.context.clear_cookies()


def is_in(page: Page) -> None:
    """And has been taken there: to leave a page earlier is to break off what its passkey does."""
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def test_a_passkey_is_set_up_and_lets_in_alone_and_beside_the_password(device: Page, somebody: str) -> None:
    page = device
    enter(page, somebody)
    page.goto("/me/log-in/")
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    assert barriers(page) == []
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_text("Laptop", exact=True)).to_be_visible()
    assert barriers(page) == []

    log_out(page)
    page.goto("/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    is_in(page)

    log_out(page)
    enter(page, somebody)
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page)

    page.goto("/me/log-in/")
    page.get_by_role("link", name="Remove Laptop").click()
    page.get_by_role("link", name="Use a passkey").click()
    assert barriers(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Laptop", exact=True)).to_have_count(0)


def test_the_same_device_twice_is_said(device: Page, somebody: str) -> None:
    page = device
    enter(page, somebody)
    page.goto("/me/log-in/passkeys/add/")
    prove(page)
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/me/log-in/passkeys/add/")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text("a passkey of yours already")


def test_a_device_that_does_not_know_monty_is_said(page: Page, somebody: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    facts = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": facts | {"automaticPresenceSimulation": True}})
    page.goto("/login/")
    assert barriers(page) == []
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser stopped it")


def test_an_app_is_set_up_and_asked_for(page: Page, somebody: str) -> None:
    enter(page, somebody)
    page.goto("/me/log-in/app/")
    assert barriers(page) == []
    prove(page)
    secret = page.locator(".door-key code").inner_text()
    # Raises if it is no picture.
    page.get_by_role("img", name="Picture for the app").evaluate("image => image.decode()")
    assert barriers(page) == []
    page.get_by_label("code").fill(code_of(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    log_out(page)
    enter(page, somebody)
    page.get_by_label("Code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That does not prove it")
    page.get_by_label("Code").fill(code_of(secret, steps=1))
    page.keyboard.press("Enter")
    is_in(page)


def test_a_browser_that_is_logged_out_elsewhere_is_out_at_once(page: Page, new_page: Callable, somebody: str) -> None:
    other = new_page(user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    for each in (other, page):
        enter(each, somebody)
        is_in(each)
    page.goto("/me/log-in/")
    page.get_by_role("button", name="Log out Firefox").click()
    expect(page.get_by_role("status")).to_contain_text("That browser is logged out")
    other.wait_for_url("**/login/**")
