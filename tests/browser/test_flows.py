"""A customer talks to a bot, asks for a person, is answered by one, and is sent another flow; in real Chromium."""

import re
import uuid
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.phone import Phone
from tests.browser.webchat import Chat


@pytest.fixture
def inbox(logged_in: Callable[..., Page]) -> Page:
    return logged_in("sara")


def test_from_the_bot_to_a_person_and_back_to_a_bot(chat: Chat, inbox: Page) -> None:
    word = uuid.uuid4().hex[:8]
    chat.say(f"menu {word}")
    chat.frame.get_by_role("button", name="My order").click()
    expect(chat.line("Which order is it?")).to_be_visible()

    inbox.goto("/?view=bot")
    row = inbox.locator("#rows .row", has_text="Welcome").first
    row.click()
    banner = inbox.locator("#with-bot")
    expect(banner).to_contain_text("Welcome")
    expect(inbox.get_by_role("log", name="Messages")).to_contain_text(word)
    assert Axe().run(inbox).response["violations"] == []

    chat.say("no idea")
    expect(chat.line("That is no order number")).to_be_visible()
    chat.say("10482")
    expect(chat.frame.locator("#thread .line", has_text=re.compile("looks? it up"))).to_be_visible()
    # Handed over: the arrow, the answers as a note, no banner any more.
    expect(banner).to_have_count(0)
    expect(inbox.locator("#head .asked")).to_have_text("Asked for a person")
    expect(inbox.locator("#lines .line.note")).to_contain_text("Order number: 10482")
    inbox.goto(inbox.url.replace("view=bot", "view=all"))
    arrow = inbox.locator("#rows [aria-current=true] .asked")
    expect(arrow).to_have_attribute("title", "Asked for a person")
    expect(arrow.locator("svg")).to_be_visible()

    inbox.get_by_role("button", name="Send Flow").press("Enter")
    inbox.get_by_role("searchbox", name="Search flows").fill("satis")
    expect(inbox.locator("#flows .menu-item:visible")).to_have_count(1)
    inbox.keyboard.press("Enter")
    dialog = inbox.get_by_role("dialog", name="Send the flow Satisfaction?")
    expect(dialog).to_be_visible()
    assert Axe().run(inbox, context="#flow-dialog").response["violations"] == []
    dialog.get_by_role("button", name="Send Flow").click()
    expect(dialog).to_be_hidden()
    expect(banner).to_contain_text("Satisfaction")
    expect(chat.frame.get_by_role("button", name="5 – very")).to_be_visible()

    inbox.get_by_role("button", name="Take over").click()
    expect(banner).to_have_count(0)
    expect(inbox.locator("#assignee")).to_contain_text("Sara")


def test_a_whatsapp_phone_shows_buttons_and_a_list(new_page: Callable[..., Page], inbox: Page) -> None:
    phone = Phone(new_page(), "WhatsApp")
    phone.say("menu")
    phone.page.get_by_role("button", name="Delivery times").click()
    expect(phone.line("three to five working days")).to_be_visible()
    phone.page.get_by_role("button", name="No, thank you").click()
    expect(phone.line("See you soon!")).to_be_visible()
