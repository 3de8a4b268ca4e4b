"""A supervisor builds a flow from nothing in the editor, tries it, publishes it; a customer goes through it."""

import json
import uuid
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.phone import Phone
from tests.browser.webchat import Chat


@pytest.fixture
def sara(logged_in: Callable[..., Page]) -> Page:
    return logged_in("sara", viewport={"width": 1440, "height": 900})


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("application").get_by_role("button", name=name)


def middle(found: Locator) -> tuple[float, float]:
    place = found.bounding_box()
    assert place is not None
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def drag(page: Page, start: Locator, end: Locator) -> None:
    page.mouse.move(*middle(start))
    page.mouse.down()
    page.mouse.move(*middle(end), steps=8)
    page.mouse.up()


def begin(page: Page, word: str) -> None:
    """A new flow for this keyword, with its draft open in the editor."""
    page.goto("/admin/flows/flow/add/")
    page.get_by_label("Name").fill(f"Hello {word}")
    page.locator(".add-row a").click()
    page.locator("#id_triggers-0-kind").select_option(label="Keyword")
    page.locator("#id_triggers-0-word").fill(word)
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("link", name="Open the editor").click()


def test_a_flow_is_built_tried_published_and_met(
    sara: Page, new_page: Callable[..., Page], logged_in: Callable[..., Page]
) -> None:
    word = f"greet{uuid.uuid4().hex[:6]}"
    errors: list[str] = []
    sara.on("pageerror", lambda error: errors.append(str(error)))
    begin(sara, word)
    ask_first(sara)
    hear_what_is_wrong(sara)
    lead_on(sara)
    work_by_keyboard(sara)
    meanwhile(sara)
    try_it(sara)
    assert Axe().run(sara, context="#flow-editor").response["violations"] == []

    sara.get_by_role("button", name="Publish").click()
    expect(sara.get_by_role("group", name=f"Picture of Hello {word}, version 1")).to_be_visible()
    assert errors == []

    chat = Chat(new_page()).open()
    chat.say(word)
    chat.frame.get_by_role("button", name="My order").click()
    expect(chat.line("Which number?")).to_be_visible()
    chat.say("10482")
    expect(chat.line("One moment please.")).to_be_visible()

    phone = Phone(new_page(), "WhatsApp")
    phone.say(word)
    phone.page.get_by_role("button", name="A person").click()
    expect(phone.line("One moment please.")).to_be_visible()
    send_another(logged_in, word)
    expect(phone.line("How content are you")).to_be_visible()


def send_another(logged_in: Callable[..., Page], word: str) -> None:
    """An agent of the channel's team finds who asked for a person, and sends them the flow Satisfaction."""
    page = logged_in("ana")
    page.goto(f"/?view=all&q={word}")
    page.locator("#rows .row", has_text="WhatsApp").click()
    expect(page.locator("#head .asked")).to_have_text("Asked for a person")
    page.get_by_role("button", name="Send Flow").click()
    page.locator("#flows .menu-item", has_text="Satisfaction").click()
    page.get_by_role("dialog", name="Send the flow Satisfaction?").get_by_role("button", name="Send Flow").click()
    expect(page.locator("#with-bot")).to_contain_text("Satisfaction")


def ask_first(page: Page) -> None:
    """The first node by a click; its form has the focus."""
    form = page.locator("#fe-form")
    page.get_by_role("group", name="Add a node").get_by_role("button", name="Ask a question").click()
    expect(form.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Menu")
    form.get_by_label("What is asked for").select_option(label="One of several")
    for number, title in enumerate(["My order", "A person"]):
        form.get_by_role("button", name="Add: Choices").click()
        form.get_by_label("Words on the button").nth(number).fill(title)


def hear_what_is_wrong(page: Page) -> None:
    """The server's rules speak while it is drawn: on the node, beside the field, and where it is to be published."""
    form = page.locator("#fe-form")
    expect(box(page, "Ask a question: Menu. The flow starts here. 1 problem")).to_be_visible()
    expect(form.locator("[data-path=text]")).to_have_class("fe-field is-wrong")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("tabpanel").get_by_role("button", name="Menu").click()
    expect(form.get_by_label("Question")).to_be_focused()
    page.keyboard.type("Hello ")
    form.get_by_label("Insert a variable…").first.select_option("contact.first_name")
    page.keyboard.type("! What is it about?")
    expect(form.get_by_label("Question")).to_have_value("Hello {{contact.first_name}}! What is it about?")
    expect(page.get_by_role("tab", name="No problems")).to_be_visible()


def lead_on(page: Page) -> None:
    """The next ones from an exit's own list, by dragging from the palette, and arrows by hand."""
    form, canvas = page.locator("#fe-form"), page.get_by_role("application")
    form.get_by_label("My order").select_option(label="Ask a question")
    page.keyboard.type("Order number")
    form.get_by_label("Question").fill("Which number?")
    form.get_by_label("What is asked for").select_option(label="Number")
    form.get_by_label("Keep the answer as").fill("number")
    kind = page.get_by_role("group", name="Add a node").get_by_role("button", name="Hand over to a person")
    kind.drag_to(canvas, target_position={"x": 560, "y": 560})
    form.get_by_label("Name", exact=True).fill("Desk")
    form.get_by_label("Said to the customer").fill("One moment please.")
    page.get_by_role("button", name="Show everything").click()
    drag(
        page,
        box(page, "Ask a question: Order number").locator(".flow-reach").first,
        box(page, "Hand over to a person: Desk").locator(".flow-title"),
    )
    expect(box(page, "Order number. Any answer leads to Desk")).to_be_visible()
    drag(
        page,
        box(page, "Ask a question: Menu").locator(".flow-reach").nth(1),
        box(page, "Hand over to a person: Desk").locator(".flow-title"),
    )
    expect(box(page, "A person leads to Desk")).to_be_visible()


def work_by_keyboard(page: Page) -> None:
    before = middle(box(page, "Hand over to a person: Desk"))
    box(page, "Hand over to a person: Desk").focus()
    page.keyboard.press("Shift+ArrowDown")
    assert middle(box(page, "Hand over to a person: Desk"))[1] > before[1]
    page.keyboard.press("Delete")
    expect(box(page, "Hand over to a person: Desk")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(box(page, "A person leads to Desk")).to_be_visible()
    box(page, "Ask a question: Order number").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fe-form").get_by_label("Name", exact=True)).to_have_value("Order number")
    page.keyboard.press("Escape")
    expect(box(page, "Ask a question: Order number")).to_be_focused()
    page.get_by_role("button", name="As a list").click()
    listed = page.locator("#fe-list").get_by_role("button", name="Order number", exact=True)
    expect(listed.first).to_be_visible()
    assert Axe().run(page, context="#flow-editor").response["violations"] == []
    page.get_by_role("button", name="As a list").click()
    expect(page.locator("#fe-status")).to_have_text("Draft saved")


def meanwhile(page: Page) -> None:
    """Somebody else changes the draft; what is drawn here is kept only when that was decided."""
    url = page.locator("#flow-editor").get_attribute("data-keep") or ""
    token = page.locator("#flow-editor").get_attribute("data-csrf") or ""
    theirs = json.dumps({"schema": 1, "start": "", "nodes": []})
    answer = page.request.post(url, form={"document": theirs, "over": ""}, headers={"X-CSRFToken": token})
    assert answer.ok
    box(page, "Ask a question: Menu").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("alert")).to_contain_text("changed this draft meanwhile.")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#fe-status")).to_have_text("Draft saved")


def try_it(page: Page) -> None:
    page.get_by_role("tab", name="Try").click()
    talk = page.get_by_role("log", name="Conversation with the draft")
    expect(talk).to_contain_text("Hello Nora! What is it about?")
    talk.get_by_role("button", name="My order").click()
    expect(talk).to_contain_text("Which number?")
    page.get_by_label("Write as the customer").fill("10482")
    page.keyboard.press("Enter")
    expect(talk).to_contain_text("One moment please.")
    expect(page.get_by_role("tabpanel").get_by_role("status")).to_contain_text("Handed over")
    expect(page.locator(".joint-element.is-walked")).to_have_count(3)
    expect(page.locator(".joint-link.is-walked")).to_have_count(2)
    # A channel without buttons is asked with numbers.
    page.get_by_label("Channel", exact=True).select_option(label="Twitter")
    expect(talk).to_contain_text("1. My order")
