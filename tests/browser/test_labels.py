"""Labels, priority, snoozing and blocking in real Chromium, by mouse and by keyboard."""

import uuid
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.client import Agent, Visitor
from tests.processes import Embedded

LABELS = """
import json
from conversations.models import Label
for name, colour in [("Refund", "red"), ("Delivery", "blue"), ("Thank you", "green")]:
    Label.objects.get_or_create(name=name, defaults={"colour": colour})
print(json.dumps(None))
"""


@pytest.fixture(scope="module")
def labels(monty: Embedded) -> None:
    monty.python(LABELS)


@pytest.fixture
def visitor(monty: Embedded) -> Visitor:
    channels = Agent(monty.url, "ana").api.get("channels/")["results"]
    return Visitor(monty.url, next(each["uuid"] for each in channels if each["kind"] == "webchat"))


@pytest.fixture
def question() -> str:
    return f"Where is it? {uuid.uuid4().hex[:8]}"


@pytest.fixture
def talk(visitor: Visitor, question: str, labels: None, logged_in: Callable[..., Page]) -> Page:
    """Ana's inbox with the visitor's conversation open in it."""
    visitor.say(question)
    page = logged_in("ana")
    page.goto("/?view=all")
    page.locator("#rows .row", has_text=question).click()
    expect(page.get_by_role("log", name="Messages")).to_contain_text(question)
    return page


def test_labels_are_found_and_ticked_with_the_keyboard(talk: Page, question: str) -> None:
    talk.get_by_role("button", name="Label", exact=True).press("Enter")
    talk.get_by_role("searchbox", name="Search labels").fill("ref")
    expect(talk.locator("#labels .menu-item:visible")).to_have_count(1)
    talk.keyboard.press("Enter")
    expect(talk.locator("#head .label")).to_have_text(["Refund"])
    talk.get_by_role("searchbox", name="Search labels").fill("")
    for key in ("ArrowDown", "Space"):
        talk.keyboard.press(key)
    expect(talk.locator("#head .label")).to_have_text(["Delivery", "Refund"])
    talk.get_by_role("checkbox", name="Refund").uncheck()
    expect(talk.locator("#head .label")).to_have_text(["Delivery"])
    expect(talk.locator("#rows .row", has_text=question).locator(".label")).to_have_text(["Delivery"])
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("removed the label Refund")


def test_the_label_menu_has_no_serious_accessibility_problem(talk: Page) -> None:
    talk.get_by_role("button", name="Label", exact=True).click()
    talk.get_by_role("checkbox", name="Refund").check()
    expect(talk.locator("#head .label")).to_have_text(["Refund"])
    found = Axe().run(talk).response["violations"]
    assert [each for each in found if each["impact"] in ("serious", "critical")] == []
