"""A sale from the conversation to the customer's yes, in real Chromium: by the card, and by the link."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import LAW, barriers
from tests.browser.phone import Phone


@pytest.fixture
def word() -> str:
    """What nobody has said before."""
    return uuid.uuid4().hex[:8]


@pytest.fixture
def inbox(logged_in: Callable[..., Page]) -> Page:
    return logged_in("sara")


def opened(inbox: Page, word: str) -> None:
    """The conversation in which this was said, taken over from the bot if one has it."""
    inbox.goto(f"/?view=all&q={word}")
    inbox.locator("#rows .row").first.click()
    expect(inbox.get_by_role("log", name="Messages")).to_contain_text(word)


def sell(inbox: Page) -> None:
    """Two products, by the keyboard alone, from the button to the sending."""
    inbox.get_by_role("button", name="Create Order").press("Enter")
    dialog = inbox.locator("#order-dialog")
    search = dialog.get_by_role("searchbox", name="Search products")
    expect(search).to_be_focused()
    search.press_sequentially("teapot")
    inbox.keyboard.press("Enter")
    expect(dialog.locator("#order-lines")).to_contain_text("Morrow teapot")
    search.fill("MUG-SAND")
    expect(dialog.locator(".selling-product")).to_contain_text(["MUG-SAND"])
    inbox.keyboard.press("ArrowDown")
    inbox.keyboard.press("Enter")
    expect(dialog.locator("#order-total")).to_have_text("€86.00")
    quantity = dialog.get_by_role("textbox", name="Quantity of Pebble mug")
    quantity.focus()
    inbox.keyboard.press("ControlOrMeta+a")
    inbox.keyboard.type("2")
    # The server's arithmetic, while one types.
    expect(dialog.locator("#order-total")).to_have_text("€108.00")


def test_a_webchat_visitor_confirms_on_the_card(chat, inbox, word):
    chat.say(f"I would like a teapot {word}")
    expect(chat.line(word)).to_contain_text("Sent")
    opened(inbox, word)
    sell(inbox)
    dialog = inbox.locator("#order-dialog")
    assert barriers(inbox, "#order-dialog") == []
    # Closed and opened again, everything is there.
    inbox.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    inbox.get_by_role("button", name="Create Order").click()
    expect(dialog.get_by_role("textbox", name="Quantity of Pebble mug")).to_have_value("2")
    dialog.get_by_role("textbox", name="Discount", exact=True).fill("10")
    dialog.get_by_role("combobox", name="Discount in").select_option("percent")
    expect(dialog.locator("#order-total")).to_have_text("€97.20")
    dialog.get_by_role("button", name="Send to customer").click()
    expect(dialog).to_be_hidden()

    card = inbox.locator("#lines .order-card:not(.is-old)")
    expect(card).to_contain_text("Waits for the customer")
    theirs = chat.frame.locator("#thread .card").last
    expect(theirs).to_contain_text("€97.20")
    assert barriers(chat.page, **LAW) == []
    theirs.get_by_role("button", name="Confirm order").click()
    expect(chat.line("Thank you! We have your order")).to_be_visible()
    expect(chat.frame.get_by_role("button", name="Confirm order")).to_have_count(0)
    # By the usual road, without a reload.
    expect(card).to_contain_text("Placed")

    card.get_by_role("button", name="Mark as paid").click()
    sheet = inbox.locator("#sheet")
    sheet.get_by_label("How it was paid").fill("cash")
    assert barriers(inbox, "#sheet") == []
    sheet.get_by_role("button", name="Mark as paid").click()
    expect(card).to_contain_text("Paid")
    expect(chat.line(re.compile("Your order .* is paid"))).to_be_visible()
    assert barriers(inbox, "#thread") == []


def test_a_whatsapp_customer_confirms_by_the_link(new_page, inbox, word):
    phone = Phone(new_page(), "WhatsApp")
    phone.say(f"I would like a teapot {word}")
    opened(inbox, word)
    sell(inbox)
    inbox.locator("#order-dialog").get_by_role("button", name="Send to customer").click()
    expect(inbox.locator("#lines .order-card")).to_contain_text("Waits for the customer")

    link = phone.page.locator("#thread .line.theirs a[href*='/o/']").first
    expect(link).to_be_visible()
    expect(phone.page.get_by_role("button", name="Confirm order")).to_be_visible()
    address = link.get_attribute("href")
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("Morrow teapot")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(page) == []
    page.get_by_text("I want something changed").click()
    page.get_by_label("What should be otherwise?").fill("In a box, please")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").last).to_contain_text("Thank you")
    expect(inbox.locator("#lines")).to_contain_text("In a box, please")
    page.get_by_role("button", name="Confirm order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"Order \d{4}-\d{5}"))
    expect(inbox.locator("#lines .order-card").last).to_contain_text("Placed")
    expect(phone.line("Thank you! We have your order")).to_be_visible()

    # An address that was changed opens nothing.
    assert page.goto(address[:-2] + "x/").status == 404
    assert barriers(page) == []
