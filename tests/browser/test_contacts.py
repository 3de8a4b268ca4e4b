"""The side panel and what opens from it, in real Chromium: by mouse, by keyboard, on a phone."""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.inbox import demand_no_barrier, opened
from tests.client import Agent, Visitor
from tests.processes import Embedded

WIDE = {"viewport": {"width": 1440, "height": 900}}
WORLD = """
from conversations.models import Attribute
Attribute.objects.get_or_create(key="size", defaults={"label": "Size", "kind": "choice", "options": "S\\nM"})
print(1)
"""


@pytest.fixture(scope="module")
def attributes(monty: Embedded) -> None:
    json.loads(monty.python(WORLD))


@pytest.fixture
def visitor(visitor: Visitor, question: str) -> Visitor:
    """A customer who has asked it."""
    visitor.say(question)
    return visitor


def fact(page: Page, name: str) -> Locator:
    return page.locator(f"#fact-{name}")


def test_a_card_is_edited_in_place_by_keyboard_and_what_is_refused_comes_back(
    attributes: None, visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    page = opened(logged_in("ana", **WIDE), question)
    thread = page.get_by_role("log", name="Messages")

    fact(page, "name").get_by_role("button").press("Enter")
    page.keyboard.type("Nora Berg")
    page.keyboard.press("Enter")
    expect(fact(page, "name")).to_contain_text("Nora Berg")
    expect(page.locator("#head h2")).to_contain_text("Nora Berg")
    expect(thread).to_contain_text("Ana Alder added to the contact: Name “Nora Berg”")

    fact(page, "size").get_by_role("button").click()
    fact(page, "size").get_by_role("combobox").select_option("M")
    expect(thread).to_contain_text("Ana Alder added to the contact: Size “M”")

    fact(page, "email").get_by_role("button").click()
    page.keyboard.type("nora@")
    page.keyboard.press("Enter")
    expect(fact(page, "email").get_by_role("alert")).to_have_text("E-mail: Enter a valid email address.")
    expect(fact(page, "email").get_by_role("textbox")).to_have_value("nora@")
    page.keyboard.press("Escape")
    expect(fact(page, "email").get_by_role("button")).to_be_focused()
    demand_no_barrier(page, "#panel")

    # It folds, and is shut, as somebody left it.
    page.locator("[data-part=window] > summary").click()
    page.reload()
    expect(fact(page, "name")).to_contain_text("Nora Berg")
    expect(page.locator("[data-part=window] .panel-words").first).to_be_hidden()
    page.get_by_role("button", name="Side panel", exact=True).click()
    page.reload()
    expect(page.locator("#head")).to_be_visible()
    expect(page.locator("#panel")).to_be_hidden()


def test_two_contacts_are_compared_merged_and_two_again(
    attributes: None, monty: Embedded, channel: str, visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    name = f"Berg{uuid.uuid4().hex[:6]}"
    other = f"Another device {name}"
    Visitor(monty.url, channel).say(other)
    page = opened(logged_in("ana", **WIDE), other)
    fact(page, "name").get_by_role("button").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("#head h2")).to_contain_text(name)

    page = opened(page, question)
    page.locator("#panel").get_by_role("button", name="Merge…").click()
    page.get_by_role("searchbox", name="Search contacts").fill(name)
    page.locator("#merge-found").get_by_role("button").click()
    sheet = page.get_by_role("dialog", name="Are these the same person?")
    expect(sheet.get_by_role("row", name="Name")).to_contain_text(name)
    demand_no_barrier(page, "#sheet")
    sheet.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator("#head h2")).to_contain_text(name)
    expect(page.locator(".panel-others")).to_contain_text(other)
    page.locator(".panel-others .other", has_text=other).click()
    expect(page.get_by_role("log", name="Messages")).to_contain_text(other)
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.locator(".panel-others")).to_contain_text("None that you can see.")


TELL = """address => document.body.dispatchEvent(new CustomEvent("told", {
    bubbles: true, detail: {sentence: "Done.", undo: address, fields: {}}
}))"""


def test_of_what_was_done_to_one_thing_only_the_last_is_offered_to_be_taken_back(
    logged_in: Callable[..., Page],
) -> None:
    page = logged_in("ana")
    page.evaluate(f"['/one/', '/other/', '/one/'].forEach({TELL})")
    assert page.locator(".toast-told").evaluate_all("all => all.map(each => each.dataset.undo)") == ["/other/", "/one/"]


def test_it_is_closed_with_a_reason_taken_back_and_taken_along(
    visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    page = opened(logged_in("ana", **WIDE), question)
    thread = page.get_by_role("log", name="Messages")
    page.get_by_role("button", name="With a reason or a note").click()
    page.locator("#close-reason").fill("Refunded")
    page.get_by_label("Private note (optional)").fill("By voucher")
    page.locator("#close-dialog").get_by_role("button", name="Close", exact=True).click()
    expect(thread).to_contain_text("Ana Alder closed this: Refunded")
    expect(thread).to_contain_text("By voucher")
    page.locator(".toast-undo").click()
    expect(thread).to_contain_text("Ana Alder took that back")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_visible()

    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Transcript…").click()
    page.get_by_label("Plain text").check()
    page.get_by_label("With the team’s private notes").check()
    demand_no_barrier(page, "#sheet")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    text = Path(coming.value.path()).read_text()
    assert question in text
    assert "By voucher" in text
    expect(thread).to_contain_text("Ana Alder took a transcript with private notes")


def test_on_a_phone_the_panel_fills_the_screen_and_the_gallery_leads_back(
    monty: Embedded, visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    agent = Agent(monty.url, "ana")
    row = next(each for each in agent.api.get("conversations/?q=" + question.split()[-1])["results"])
    page = logged_in("ana", viewport={"width": 390, "height": 844})
    page.goto(f"/conversations/{row['id']}/")
    expect(page.locator("#panel")).to_be_hidden()
    page.get_by_role("button", name="Side panel", exact=True).click()
    expect(fact(page, "name")).to_be_visible()
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert box["width"] == 390
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Pictures and files").click()
    sheet = page.get_by_role("dialog", name="Pictures and files")
    expect(sheet).to_contain_text("No pictures yet.")
    sheet.get_by_role("button", name="Files", exact=True).click()
    expect(sheet).to_contain_text("No files yet.")
    expect(page).to_have_url(re.compile(r"/conversations/\d+/"))


def test_a_name_that_comes_later_stands_on_every_line_of_an_open_page(
    logged_in: Callable[..., Page], monty: Embedded, visitor: Visitor, question: str
) -> None:
    page = opened(logged_in("ana", **WIDE), question)
    visitor.say("And in green?")
    lines = page.locator("#lines > .them")
    expect(lines).to_have_count(2)
    conversation = int(str(page.locator("#conversation .pane").get_attribute("data-conversation")))
    sara = Agent(monty.url, "sara").api
    contact = sara.get(f"conversations/{conversation}/")["contact"]

    sara.post(f"contacts/{contact}/describe/", {"name": "Nora Quist"})

    for line in lines.all():
        expect(line.locator(".bubble > .visually-hidden")).to_have_text("Nora Quist:")
        expect(line.locator(":scope > .avatar")).to_have_text("NQ")
