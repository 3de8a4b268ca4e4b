"""A customer on the demo shop, in real Chromium: what they see is what was said, whatever happens to the network."""

import io
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FrameLocator, Locator, Page, expect


class Ana:
    """An agent who works through the API; her own page is tested elsewhere."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/api/v1/"
        self.token = ""
        self.token = self.ask("tokens/", {"username": "ana", "password": "monty"})["token"]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Token {self.token}"} if self.token else {}
        )
        request = Request(self.url + path, json.dumps(body).encode() if body else None, headers)
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def conversation(self, saying: str) -> str:
        (found,) = self.ask(f"conversations/?{urlencode({'q': saying})}")["results"]
        return f"conversations/{found['id']}/"

    def answers(self, question: str, *texts: str) -> None:
        conversation = self.conversation(question)
        for text in texts:
            self.ask(f"{conversation}messages/", {"text": text})

    def sees(self, text: str) -> int:
        """How often this was said in the conversation that it was said in."""
        messages = self.ask(f"{self.conversation(text)}messages/")["results"]
        return [message["text"] for message in messages].count(text)


class Chat:
    """The chat on a shop page."""

    def __init__(self, page: Page, address: str = "/demo/") -> None:
        self.page = page
        page.goto(address)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def field(self) -> Locator:
        return self.frame.get_by_role("textbox", name="Message")

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def bubbles(self) -> Locator:
        return self.frame.locator("#thread .bubble")

    def open(self) -> "Chat":
        self.page.get_by_role("button", name="Open chat").click()
        expect(self.field).to_be_focused()
        return self

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def line(self, text: str) -> Locator:
        return self.frame.locator("#thread .line", has_text=text)


@pytest.fixture
def chat(new_page) -> Chat:
    return Chat(new_page()).open()


@pytest.fixture(scope="session")
def ana(monty) -> Ana:
    return Ana(monty.url)


def test_a_customer_asks_and_sees_the_answer_come(chat, ana):
    chat.say("Is the teapot oven-safe?")
    expect(chat.line("Is the teapot oven-safe?")).to_contain_text("Sent")
    ana.answers("Is the teapot oven-safe?", "Up to 200 degrees.")
    expect(chat.line("Up to 200 degrees.")).to_contain_text("Ana")
    expect(chat.line("Is the teapot oven-safe?")).to_contain_text("Seen")


def test_enter_sends_and_shift_enter_begins_a_line(chat):
    chat.field.press_sequentially("two")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("lines")
    expect(chat.bubbles).to_have_count(0)
    chat.field.press("Enter")
    expect(chat.bubbles).to_have_text(["two\nlines"], use_inner_text=True)
    expect(chat.field).to_have_value("")


def test_a_reload_keeps_the_thread_the_draft_and_the_open_panel(chat, ana):
    chat.say("Do you mend chips?")
    expect(chat.line("Do you mend chips?")).to_contain_text("Sent")
    ana.answers("Do you mend chips?", "Always.")
    expect(chat.line("Always.")).to_be_visible()
    chat.field.fill("half a thou")
    chat.page.reload()
    expect(chat.bubbles).to_have_text(["Do you mend chips?", "Always."])
    expect(chat.field).to_have_value("half a thou")


def test_two_tabs_are_one_chat(chat):
    chat.say("from the first tab")
    expect(chat.line("from the first tab")).to_contain_text("Sent")
    other = Chat(chat.page.context.new_page()).open()
    expect(other.bubbles).to_have_text(["from the first tab"])
    other.say("from the second tab")
    for tab in (chat, other):
        expect(tab.bubbles).to_have_text(["from the first tab", "from the second tab"])


def test_what_is_written_offline_is_sent_once_when_the_network_is_back(chat, ana):
    chat.say("before the tunnel")
    expect(chat.line("before the tunnel")).to_contain_text("Sent")
    chat.page.context.set_offline(True)
    chat.say("inside the tunnel")
    expect(chat.line("inside the tunnel")).to_contain_text("Waiting for a connection")
    chat.page.context.set_offline(False)
    expect(chat.line("inside the tunnel")).to_contain_text("Sent")
    expect(chat.bubbles).to_have_text(["before the tunnel", "inside the tunnel"])
    assert ana.sees("inside the tunnel") == 1


def test_a_message_whose_answer_was_lost_on_the_way_is_not_sent_twice(chat, ana):
    lost = []

    def lose_the_first(route) -> None:
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/messages/", lose_the_first)
    chat.say("Did this arrive?")
    expect(chat.line("Did this arrive?")).to_contain_text("Sent")
    expect(chat.bubbles).to_have_text(["Did this arrive?"])
    assert lost[0].status == 201
    assert ana.sees("Did this arrive?") == 1


def test_without_a_socket_answers_still_come(new_page, ana):
    page = new_page()
    page.route_web_socket("**/ws/webchat/**", lambda socket: socket.close(code=1011))
    chat = Chat(page).open()
    chat.say("Can you hear me?")
    expect(chat.line("Can you hear me?")).to_contain_text("Sent")
    ana.answers("Can you hear me?", "Loud and clear.")
    expect(chat.line("Loud and clear.")).to_be_visible(timeout=15_000)
    expect(chat.frame.get_by_text("Reconnecting…")).to_be_visible()


def test_a_closed_panel_counts_what_is_unread(chat, ana):
    chat.say("Any news?")
    expect(chat.line("Any news?")).to_contain_text("Sent")
    chat.field.press("Escape")
    expect(chat.launcher).to_be_focused()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    ana.answers("Any news?", "Yes.", "It ships today.")
    expect(chat.page.locator(".badge")).to_have_text("2")
    expect(chat.launcher).to_have_accessible_name("Open chat, unread messages: 2")
    chat.launcher.click()
    expect(chat.page.locator(".badge")).to_be_hidden()
    expect(chat.line("It ships today.")).to_be_visible()


def test_the_badge_is_there_on_the_next_page_without_opening(chat, ana):
    chat.say("I will look again later")
    expect(chat.line("I will look again later")).to_contain_text("Sent")
    chat.launcher.click()
    chat.page.reload()
    ana.answers("I will look again later", "See you then.")
    expect(chat.page.locator(".badge")).to_have_text("1")


def test_a_visitor_who_never_opens_it_loads_no_chat(new_page):
    page = new_page()
    Chat(page)
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_a_script_is_text_and_only_web_addresses_are_links(chat, ana):
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3)"
    chat.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    chat.say(nasty)
    expect(chat.line("<img src=x")).to_contain_text("Sent")
    ana.answers(nasty, "See https://example.org/a?b=1&c=2, then ask. <b>bold</b>")
    expect(chat.bubbles.nth(1)).to_have_text("See https://example.org/a?b=1&c=2, then ask. <b>bold</b>")
    links = chat.frame.locator("#thread a[href]")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    expect(links).to_have_attribute("rel", re.compile("noopener"))


def test_a_picture_and_a_file_are_sent_and_shown(chat):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    picker = chat.frame.locator("#picker")
    picker.set_input_files({"name": "cup.png", "mimeType": "image/png", "buffer": out.getvalue()})
    expect(chat.frame.get_by_alt_text("Picture: cup.png")).to_be_visible()
    picker.set_input_files({"name": "list.txt", "mimeType": "text/plain", "buffer": b"one mug"})
    expect(chat.frame.get_by_role("link", name="list.txt")).to_be_visible()


def test_a_refused_file_says_why_and_can_be_deleted(chat):
    page = {"name": "page.html", "mimeType": "text/html", "buffer": b"<html><p>no</p></html>"}
    chat.frame.locator("#picker").set_input_files(page)
    expect(chat.line("page.html")).to_contain_text("is of a kind that is not passed on")
    chat.frame.get_by_role("button", name="Delete").click()
    expect(chat.line("page.html")).to_have_count(0)


def test_right_to_left_words_stand_on_their_own_side(chat):
    chat.say("شكرا، متى يصل الطلب؟")
    expect(chat.bubbles.first).to_have_css("direction", "rtl")


def test_it_fits_a_narrow_phone(new_page):
    chat = Chat(new_page(viewport={"width": 320, "height": 568})).open()
    chat.say("averyveryverylongwordwithoutanyspaces" * 12)
    expect(chat.line("averyvery")).to_contain_text("Sent")
    panel = chat.page.locator(".panel").bounding_box()
    assert (panel["x"], panel["width"]) == (0, 320)
    assert chat.frame.locator("body").evaluate("body => body.scrollWidth") == 320
    chat.frame.get_by_role("button", name="Close chat").click()
    expect(chat.launcher).to_be_visible()


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
    (channel,) = [each for each in Ana(monty.url).ask("channels/")["results"] if each["kind"] == "webchat"]
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


def test_it_lives_on_somebodys_website_under_the_strictest_policy(new_page, stranger, ana):
    chat = Chat(new_page(), stranger).open()
    chat.say("Hello from far away")
    expect(chat.line("Hello from far away")).to_contain_text("Sent")
    chat.page.reload()
    ana.answers("Hello from far away", "Hello there")
    expect(chat.bubbles).to_have_text(["Hello from far away", "Hello there"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(new_page, ana, scheme):
    chat = Chat(new_page(color_scheme=scheme)).open()
    chat.say(f"Is everybody welcome in {scheme}?")
    expect(chat.line("welcome")).to_contain_text("Sent")
    ana.answers(f"Is everybody welcome in {scheme}?", "Everybody.")
    expect(chat.line("Everybody.")).to_be_visible()
    found = Axe().run(chat.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
