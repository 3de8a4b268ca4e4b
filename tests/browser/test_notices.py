"""What calls somebody, in real Chromium: popped up, sounded, counted in the title, in one tab of however many."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.inbox import demand_no_barrier
from tests.client import Agent, Http, Visitor
from tests.processes import Embedded

# Keeps what the page asks of the browser: its notifications (a headless one shows none) and its tones.
WATCH = """
window.popped = [];
window.tones = 0;
window.Notification = class extends EventTarget {
  static permission = "%s";
  static requestPermission = async () => (Notification.permission = "granted");
  constructor(title, options) {
    super();
    Object.assign(this, { title, ...options });
    popped.push(this);
    localStorage.setItem("popped", this.body);
  }
  close() { this.closed = true; localStorage.setItem("closed", this.body); this.onclose?.(); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""
# The same as the system's window manager would do: this tab is not in front.
TURN_AWAY = "document.hasFocus = () => false; dispatchEvent(new Event('blur'))"
TURN_BACK = "delete document.hasFocus; dispatchEvent(new Event('focus'))"


@pytest.fixture(scope="module")
def ana(monty: Embedded) -> Agent:
    return Agent(monty.url, "ana")


@pytest.fixture(autouse=True)
def as_it_was(ana: Agent) -> Iterator[None]:
    """The server is everybody's."""
    yield
    chosen = {"browser": True, "sound": True}
    change(ana.api, notifications={"wrote": chosen, "assigned": chosen}, quiet_hours=None, language="", theme="")


def change(api: Http, **fields: Any) -> None:
    status, text = api.call("PATCH", "me/", json.dumps(fields).encode(), Content_Type="application/json")
    assert status == 200, text


@pytest.fixture
def customer(monty: Embedded, channel: str, ana: Agent) -> Callable[[], tuple[Visitor, int]]:
    """Somebody new, whose conversation is Ana's."""

    def come() -> tuple[Visitor, int]:
        visitor, question = Visitor(monty.url, channel), f"Who is there? {uuid.uuid4().hex[:8]}"
        visitor.say(question)
        number = ana.api.get(f"conversations/?q={question[-8:]}")["results"][0]["id"]
        ana.api.post(f"conversations/{number}/assign/", {"teammate": ana.api.get("me/")["id"]})
        return visitor, int(number)

    return come


@pytest.fixture
def inbox(logged_in: Callable[..., Page]) -> Callable[..., Page]:
    def open(permission: str = "granted") -> Page:
        page = logged_in("ana")
        page.context.add_init_script(WATCH % permission)
        page.goto("/?view=mine")
        # No browser lets a page sound before somebody has touched it.
        page.locator("#list-name").click()
        return page

    return open


def another_tab(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/?view=mine")
    page.locator("#list-name").click()
    return page


def popped(*pages: Page) -> list[str]:
    """What was popped up, in whichever tab."""
    return [text for page in pages for text in page.evaluate("popped.map(each => each.body)")]


def wait_for_pop(pages: list[Page], text: str) -> Page:
    """The tab that has popped it up."""
    for _ in range(100):
        for page in pages:
            if text in popped(page):
                return page
        pages[0].wait_for_timeout(100)
    raise AssertionError(f"nobody told “{text}”: {popped(*pages)}")


def test_one_tab_of_two_tells_and_a_click_opens_the_conversation(
    inbox: Callable[..., Page], customer: Callable[[], tuple[Visitor, int]]
) -> None:
    visitor, number = customer()
    page = inbox()
    tabs = [page, another_tab(page.context)]
    page.wait_for_timeout(1500)  # What calls her from before has been told.
    before = len(popped(*tabs))

    visitor.say("Does it come in blue?")
    teller = wait_for_pop(tabs, "Does it come in blue?")
    page.wait_for_timeout(1500)
    assert len(popped(*tabs)) == before + 1
    assert sum(each.evaluate("tones") for each in tabs) % 2 == 0
    assert sum(each.evaluate("tones") for each in tabs) > 0
    told = teller.evaluate("(({ title, tag, silent, body }) => ({ title, tag, silent, body }))(popped.at(-1))")
    assert told["tag"] == f"conversation-{number}"
    assert told["silent"] is True
    expect(teller).to_have_title(re.compile(r"^\(\d+\+?\) Mine"))
    expect(teller.locator("#icon")).to_have_attribute("href", re.compile("monty-news"))

    teller.evaluate("popped.at(-1).onclick()")
    expect(teller.locator(f".pane[data-conversation='{number}']")).to_contain_text("Does it come in blue?")
    expect(teller).to_have_url(re.compile(f"/conversations/{number}/"))
    assert teller.evaluate("popped.at(-1).closed") is True

    # It is on screen and in front now, so nothing is to be told; in another window it is.
    told_so_far = len(popped(*tabs))
    visitor.say("Or in green?")
    expect(teller.locator("#lines")).to_contain_text("Or in green?")
    teller.wait_for_timeout(2000)
    assert len(popped(*tabs)) == told_so_far
    teller.evaluate(TURN_AWAY)
    visitor.say("Hello?")
    wait_for_pop(tabs, "Hello?")
    # One notification for each conversation: the later takes the place of the earlier.
    tags = [tag for each in tabs for tag in each.evaluate("popped.map(each => each.tag)")]
    assert tags.count(f"conversation-{number}") >= 2


def test_the_tab_in_front_keeps_the_one_that_speaks_from_telling_what_is_on_screen(
    inbox: Callable[..., Page], customer: Callable[[], tuple[Visitor, int]]
) -> None:
    visitor, number = customer()
    speaker = inbox()
    other = another_tab(speaker.context)
    speaker.evaluate(TURN_AWAY)
    other.goto(f"/conversations/{number}/?view=mine")
    expect(other.locator(".pane")).to_be_visible()
    visitor.say("Can you see me?")
    expect(other.locator("#lines")).to_contain_text("Can you see me?")
    speaker.wait_for_timeout(2000)
    assert "Can you see me?" not in popped(speaker, other)
    # The one that spoke is gone: the other one speaks.
    speaker.close()
    other.evaluate(TURN_AWAY)
    visitor.say("And now?")
    wait_for_pop([other], "And now?")


def test_what_is_switched_off_and_quiet_hours_are_kept_and_after_the_log_out_nothing_is_told(
    inbox: Callable[..., Page], customer: Callable[[], tuple[Visitor, int]], ana: Agent
) -> None:
    visitor, _number = customer()
    page = inbox()
    page.wait_for_timeout(1500)
    change(ana.api, notifications={"wrote": {"sound": False}})
    tones = page.evaluate("tones")
    visitor.say("Softly, please")
    wait_for_pop([page], "Softly, please")
    assert page.evaluate("tones") == tones

    change(ana.api, quiet_hours={"starts": "00:00", "ends": "00:00", "days": [0, 1, 2, 3, 4, 5, 6]})
    with page.expect_response(re.compile("/inbox/notices/")) as asked:
        visitor.say("Do not disturb")
    assert asked.value.json() == {"notices": []}
    change(ana.api, quiet_hours=None)

    # As after a log-out in another tab: the page leaves with what it has told.
    page.context.clear_cookies()
    visitor.say("Are you gone?")
    page.wait_for_url("**/login/**")
    page.wait_for_timeout(1500)
    assert page.evaluate("localStorage.getItem('closed')") == "Softly, please"
    assert page.evaluate("localStorage.getItem('popped')") == "Softly, please"


def test_my_settings_by_click_and_by_keyboard(logged_in: Callable[..., Page], ana: Agent) -> None:
    page = logged_in("ana")
    page.context.add_init_script(WATCH % "default")
    page.goto("/")
    page.locator(".me-name").click()
    expect(page.get_by_role("heading", name="My settings")).to_be_visible()

    # Nobody is asked for anything before they press the button.
    expect(page.get_by_text("has not been asked yet")).to_be_visible()
    page.get_by_role("button", name="Allow notifications").click()
    expect(page.get_by_text("This browser shows Monty’s notifications.")).to_be_visible()
    expect(page.get_by_role("button", name="Allow notifications")).to_be_hidden()

    page.get_by_role("button", name="Try the sound").click()
    page.wait_for_function("tones === 2")

    switch = page.get_by_role("switch", name="A customer writes in a conversation of mine: Sound")
    expect(switch).to_be_checked()
    with page.expect_response(re.compile("/me/choices/wrote/sound/")):
        switch.focus()
        page.keyboard.press("Space")
    assert ana.api.get("me/")["notifications"]["wrote"] == {"browser": True, "sound": False}
    page.route("**/me/choices/**", lambda route: route.abort())
    switch.click()
    expect(page.get_by_text("Monty could not be reached.")).to_be_visible()
    expect(switch).not_to_be_checked()

    page.get_by_role("switch", name="Nothing sounds").click()
    page.get_by_label("From").fill("21:15")
    page.get_by_role("button", name="Save quiet hours").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert ana.api.get("me/")["quiet_hours"]["starts"] == "21:15"

    page.get_by_label("Colours").select_option("dark")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    demand_no_barrier(page)
