"""Labels, priority, snoozing and blocking in real Chromium, by mouse and by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.client import Visitor
from tests.processes import Embedded

LABELS = """
import json
from conversations.models import Label
for name, colour in [("Refund", "red"), ("Delivery", "blue"), ("Thank you", "green")]:
    Label.objects.get_or_create(name=name, defaults={"colour": colour})
print(json.dumps(None))
"""


@pytest.fixture(scope="module", autouse=True)
def labels(monty: Embedded) -> None:
    monty.python(LABELS)


def test_labels_are_found_and_ticked_with_the_keyboard(talk: Page, question: str) -> None:
    talk.get_by_role("button", name="Label", exact=True).press("Enter")
    talk.get_by_role("searchbox", name="Search labels").fill("ref")
    expect(talk.locator("#labels .menu-item:visible")).to_have_count(1)
    talk.keyboard.press("Enter")
    expect(talk.locator("#head .label")).to_have_text(["Refund"])
    talk.get_by_role("searchbox", name="Search labels").fill("deliv")
    for key in ("ArrowDown", "Space"):
        talk.keyboard.press(key)
    expect(talk.locator("#head .label")).to_have_text(["Delivery", "Refund"])
    talk.get_by_role("searchbox", name="Search labels").fill("")
    talk.get_by_role("checkbox", name="Refund").uncheck()
    expect(talk.locator("#head .label")).to_have_text(["Delivery"])
    expect(talk.locator("#rows .row", has_text=question).locator(".label")).to_have_text(["Delivery"])
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("removed the label Refund")


def test_the_priority_is_changed_with_the_keyboard(talk: Page, question: str) -> None:
    talk.get_by_role("button", name="Priority: Normal").press("Enter")
    expect(talk.get_by_role("button", name="Normal", exact=True)).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        talk.keyboard.press(key)
    expect(talk.get_by_role("button", name="Priority: Urgent")).to_be_visible()
    expect(talk.locator("#priorities")).to_be_hidden()
    expect(talk.locator("#rows .row", has_text=question)).to_contain_text("Priority: Urgent")
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("set the priority to Urgent")


def test_what_is_snoozed_leaves_the_inbox_and_comes_back_when_the_customer_writes(
    talk: Page, visitor: Visitor, question: str
) -> None:
    talk.get_by_role("navigation", name="Inboxes").get_by_role("link", name="Sales").click()
    # The row of the list that was there before is gone in a moment.
    expect(talk).to_have_url(re.compile(r"/\?view=team"))
    in_sales = talk.locator("#rows .row", has_text=question)
    in_sales.click()
    # Opened anew, with a head of its own.
    expect(talk).to_have_url(re.compile(r"/conversations/\d+/\?view=team"))
    talk.get_by_role("button", name="Snooze").press("Enter")
    talk.get_by_role("button", name="Until the customer answers").press("Enter")
    expect(talk.get_by_role("button", name="Wake now")).to_be_visible()
    expect(in_sales).to_have_count(0)
    visitor.say("I am back")
    expect(talk.locator("#rows .row", has_text="I am back")).to_be_visible()
    expect(talk.get_by_role("button", name="Snooze")).to_be_visible()


def test_what_is_snoozed_is_woken_from_its_own_view(talk: Page, question: str) -> None:
    talk.get_by_role("button", name="Snooze").click()
    talk.get_by_label("Own time").fill("2027-01-05T10:30")
    talk.get_by_role("button", name="Snooze").last.click()
    expect(talk.locator("#snoozing")).to_be_hidden()
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("put this off until Tue 5 Jan, 10:30")
    talk.get_by_role("navigation", name="Inboxes").get_by_role("link", name="Snoozed").click()
    expect(talk).to_have_url(re.compile(r"/\?view=snoozed"))
    talk.locator("#rows .row", has_text=question).click()
    talk.get_by_role("button", name="Wake now").click()
    expect(talk.locator("#rows .row", has_text=question)).to_have_count(0)


def test_a_blocked_customer_is_kept_and_makes_no_work(talk: Page, visitor: Visitor, question: str) -> None:
    talk.get_by_role("button", name="Block", exact=True).click()
    talk.get_by_role("dialog", name="Block this customer?").get_by_role("button", name="Block").click()
    expect(talk.locator("#head")).to_contain_text("Blocked")
    expect(talk.locator("#block-dialog")).to_be_hidden()
    visitor.say("Hear me all the same")
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("Hear me all the same")
    row = talk.locator("#rows .row", has_text=question)
    expect(row).to_contain_text("Dropped")
    expect(row).not_to_contain_text("unread")
    expect(talk.get_by_role("button", name="Reopen")).to_be_disabled()
    talk.get_by_role("button", name="Unblock").click()
    expect(talk.get_by_role("button", name="Reopen")).to_be_enabled()


def test_the_label_menu_has_no_serious_accessibility_problem(talk: Page) -> None:
    talk.get_by_role("button", name="Label", exact=True).click()
    talk.get_by_role("checkbox", name="Refund").check()
    expect(talk.locator("#head .label")).to_have_text(["Refund"])
    found = Axe().run(talk).response["violations"]
    assert [each for each in found if each["impact"] in ("serious", "critical")] == []
