"""The widget on a website: a good guest, whatever the host is like."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.webchat import Agent, Chat


def test_a_closed_panel_counts_what_is_unread(chat, agent):
    chat.say("Any news?")
    expect(chat.line("Any news?")).to_contain_text("Sent")
    chat.field.press("Escape")
    expect(chat.launcher).to_be_focused()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    agent.answers("Any news?", "Yes.", "It ships today.")
    expect(chat.page.locator(".badge")).to_have_text("2")
    expect(chat.launcher).to_have_accessible_name("Open chat, unread messages: 2")
    chat.launcher.click()
    expect(chat.page.locator(".badge")).to_be_hidden()
    expect(chat.line("It ships today.")).to_be_visible()


def test_the_badge_is_there_on_the_next_page_without_opening(chat, agent):
    chat.say("I will look again later")
    expect(chat.line("I will look again later")).to_contain_text("Sent")
    chat.launcher.click()
    chat.page.reload()
    agent.answers("I will look again later", "See you then.")
    expect(chat.page.locator(".badge")).to_have_text("1")


def test_a_visitor_who_never_opens_it_loads_no_chat(new_page):
    page = new_page()
    Chat(page)
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_the_host_pages_style_does_not_leak_in(new_page):
    page = new_page()
    page.goto("/demo/")
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("body * { display: none !important; color: red !important; }");
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    expect(page.locator(".launcher")).to_be_visible()
    expect(page.locator(".launcher")).to_have_css("color", "rgb(255, 255, 255)")


def test_including_the_loader_twice_makes_one_chat(new_page):
    page = new_page()
    page.goto("/demo/")
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    page.evaluate(
        """() => new Promise((loaded) => {
            const again = document.createElement("script");
            again.src = document.querySelector("script[src*=widget]").src + "?again";
            again.onload = loaded;
            document.head.append(again);
        })"""
    )
    expect(page.locator("monty-webchat")).to_have_count(1)


def test_a_signed_user_has_their_thread_in_every_browser(new_page):
    who = {"user_id": "user-42", "user_hash": "47c4b74095f163dfcec99854b14b1ae16b9b2c457f795fa56c168471e52008af"}
    laptop, phone = Chat(new_page()), Chat(new_page())
    for chat in (laptop, phone):
        chat.page.evaluate("who => window.Monty.identify(who)", who)
        chat.open()
    laptop.say("I wrote this on my laptop")
    expect(laptop.line("on my laptop")).to_contain_text("Sent")
    expect(phone.line("on my laptop")).to_be_visible()
    phone.page.evaluate("window.Monty.reset()")
    expect(phone.bubbles).to_have_count(0)
    phone.page.reload()
    expect(phone.field).to_be_visible()
    expect(phone.bubbles).to_have_count(0)


def test_another_window_cannot_command_the_chat(chat):
    chat.say("mine")
    expect(chat.line("mine")).to_contain_text("Sent")
    chat.frame.locator("body").evaluate("() => window.postMessage({monty: 'reset'}, '*')")
    chat.page.evaluate("() => window.postMessage({monty: 'close'}, '*')")
    chat.say("still mine")
    expect(chat.bubbles).to_have_text(["mine", "still mine"])
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")


# A website that trusts nobody but itself and, for the chat, Monty.
STRICTEST = "default-src 'none'; script-src {0}; frame-src {0}; connect-src {0}; require-trusted-types-for 'script'"


@pytest.fixture
def stranger(monty) -> Iterator[str]:
    """The address of somebody's own website, with Monty's chat on it."""
    channels = Agent(monty.url).ask("channels/")["results"]
    channel = next(each for each in channels if each["name"] == "Website chat")
    loader = f"{monty.url}/webchat/{channel['uuid']}/widget.js"

    class Website(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", STRICTEST.format(monty.url))
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>A shop</title><script src="{loader}" async></script>'.encode())

        def log_message(self, *_: object) -> None:
            """Not on the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_it_lives_on_somebodys_website_under_the_strictest_policy(new_page, stranger, agent):
    chat = Chat(new_page(), stranger).open()
    chat.say("Hello from far away")
    expect(chat.line("Hello from far away")).to_contain_text("Sent")
    chat.page.reload()
    agent.answers("Hello from far away", "Hello there")
    expect(chat.bubbles).to_have_text(["Hello from far away", "Hello there"])
