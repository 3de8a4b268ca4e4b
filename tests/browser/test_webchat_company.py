"""The webchat beside others: the website that identifies its users, other tabs, and the teammate who types."""

import time
from collections.abc import Callable

import jwt
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.webchat import Chat
from tests.processes import wait_until

STRICT = """
from channels_app.models import Channel
channel = Channel.objects.create(kind="webchat", name="Members", config={"identity_required": True})
channel.configure(identity_secret="monty-widget-secret")
print(channel.uuid)
"""


def token(user: str, **claims: str) -> dict[str, str]:
    return {"jwt": jwt.encode({"sub": user, "exp": time.time() + 300} | claims, "monty-widget-secret", "HS256")}


def identify(chat: Chat, who: dict[str, str]) -> None:
    chat.page.evaluate("who => window.Monty.identify(who)", who)


def asks(page: Page, path: str, method: str) -> Callable[[], bool]:
    """Whether the page has asked for this address since."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"{request.method} {request.url}"))
    return lambda: any(each.startswith(method) and each.endswith(path) for each in seen)


# --- The website's user ----------------------------------------------------------------------------------------------


def test_a_token_brings_the_users_own_thread_and_reset_takes_it_away(new_page):
    laptop, phone = Chat(new_page()), Chat(new_page())
    for chat in (laptop, phone):
        identify(chat, token("user-jwt"))
        chat.open()
    laptop.say("From whom the token names")
    expect(phone.line("From whom the token names")).to_be_visible()

    ended = asks(phone.page, "/sessions/", "DELETE")
    phone.page.evaluate("window.Monty.reset()")
    expect(phone.bubbles).to_have_count(0)
    assert ended()
    expect(laptop.bubbles).to_have_count(1)


def test_what_is_written_while_the_proof_is_looked_at_is_the_users(new_page):
    page = new_page()
    held: list[Route] = []
    page.route("**/sessions/", lambda route: held.append(route))
    chat = Chat(page).open()
    identify(chat, token("user-slow"))
    chat.say("Whose is this?")
    wait_until(lambda: page.wait_for_timeout(20) or held, what="the proof")
    for route in held:
        route.continue_()
    expect(chat.line("Whose is this?")).to_contain_text("Sent")

    other = Chat(new_page())
    identify(other, token("user-slow"))
    expect(other.open().line("Whose is this?")).to_be_visible()
    assert len(held) == 1


def test_a_fresh_token_for_the_same_user_changes_nothing(new_page):
    chat = Chat(new_page())
    identify(chat, token("user-again"))
    chat.open().say("Still me")
    expect(chat.line("Still me")).to_contain_text("Sent")

    begun = asks(chat.page, "/sessions/", "POST")
    identify(chat, token("user-again"))
    chat.say("And still")
    expect(chat.bubbles).to_have_text(["Still me", "And still"])
    assert not begun()


def test_a_chat_for_members_lets_in_whom_the_website_proves(new_page, monty):
    page = new_page()
    uuid = monty.python(STRICT).splitlines()[-1]
    page.route(
        "**/demo/",
        lambda route: route.fulfill(
            body=f'<script src="/webchat/{uuid}/widget.js"></script>', content_type="text/html"
        ),
    )
    chat = Chat(page)
    page.get_by_role("button", name="Open chat").click()
    expect(chat.frame.get_by_text("Please log in there first.")).to_be_visible()
    expect(chat.field).to_be_hidden()

    identify(chat, token("member-7"))
    chat.say("I am a member")
    expect(chat.line("I am a member")).to_contain_text("Sent")


def test_a_proved_address_gets_a_copy_and_a_claimed_one_is_not_even_offered_it(new_page):
    proved, claimed = Chat(new_page()), Chat(new_page())
    identify(proved, token("user-mail", email="nora@example.org"))
    identify(claimed, {"email": "victim@example.org"})
    for chat in (proved, claimed):
        chat.open().say("Keep this for me")
        expect(chat.line("Keep this for me")).to_contain_text("Sent")
    button = "Send me this conversation by e-mail"

    expect(claimed.frame.get_by_role("button", name=button)).to_be_hidden()
    proved.frame.get_by_role("button", name=button).click()
    expect(proved.frame.get_by_role("alert")).to_have_text("A copy is on its way to nora@example.org.")
    proved.frame.get_by_role("button", name=button).click()
    expect(proved.frame.get_by_role("alert")).not_to_contain_text("on its way")


# --- The website -----------------------------------------------------------------------------------------------------


def test_the_websites_title_counts_and_its_scripts_hear(chat, agent):
    page = chat.page
    title = page.title()
    page.evaluate(
        """() => {
            window.heard = [];
            for (const name of ["open", "close", "unread"])
                addEventListener(`monty:${name}`, (event) => window.heard.push([name, event.detail.count ?? null]));
        }"""
    )
    chat.say("Call me back")
    expect(chat.line("Call me back")).to_contain_text("Sent")
    chat.launcher.click()
    agent.answers("Call me back", "We will.")
    expect(page).to_have_title(f"(1) {title}")

    chat.launcher.click()
    expect(page).to_have_title(title)
    wait_until(lambda: len(page.evaluate("window.heard")) == 4, what="every event")
    assert page.evaluate("window.heard") == [["close", None], ["unread", 1], ["open", None], ["unread", 0]]


def test_the_tab_key_stays_in_the_open_panel(chat):
    for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
        chat.page.keyboard.press(key)
        assert chat.page.evaluate("document.activeElement.localName") == "monty-webchat"
        assert chat.frame.locator(":focus").count() == 1
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()


def test_on_an_arabic_website_it_stands_and_speaks_right_to_left(new_page):
    page = new_page(viewport={"width": 1000, "height": 700})
    page.add_init_script("document.addEventListener('readystatechange', () => document.documentElement.lang = 'ar-EG')")
    page.goto("/demo/")
    page.get_by_role("button", name="فتح الدردشة").click()
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("textbox", name="رسالة")).to_be_focused()
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    assert page.locator(".launcher").bounding_box()["x"] < 100


# --- Other tabs, other people ----------------------------------------------------------------------------------------


def test_what_one_tab_sends_stands_in_the_other_at_once_without_a_socket(new_context, monty):
    context = new_context(base_url=monty.url)
    context.route_web_socket("**/ws/webchat/**", lambda socket: socket.close(code=1011))
    first = Chat(context.new_page()).open()
    first.say("before there were two")
    expect(first.line("before there were two")).to_contain_text("Sent")
    second = Chat(context.new_page()).open()
    expect(second.bubbles).to_have_count(1)
    # Nobody can read anew any more: what comes now, comes from the other tab.
    second.page.route("**/messages/?after=*", lambda route: route.abort())

    first.say("from the first tab")
    expect(second.line("from the first tab")).to_be_visible()


@pytest.fixture
def desk(logged_in: Callable[..., Page]) -> Page:
    return logged_in("ana")


def test_both_see_the_other_type(chat, agent, desk):
    chat.say("Are you there, Ana?")
    expect(chat.line("Are you there, Ana?")).to_contain_text("Sent")
    number = agent.conversation("Are you there, Ana?").split("/")[1]
    heard: list[object] = []
    desk.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    desk.goto(f"/conversations/{number}/?view=all")
    expect(desk.get_by_label("Message", exact=True)).to_be_focused()
    # What is told before the socket is ready is told to nobody.
    wait_until(lambda: desk.wait_for_timeout(20) or heard, what="the socket's first frame")

    chat.field.press_sequentially("One mo")
    expect(desk.get_by_text("is typing…")).to_be_visible()
    desk.get_by_label("Message", exact=True).press_sequentially("Yes, I")
    expect(chat.frame.get_by_text("is typing…")).to_be_visible()

    desk.get_by_label("Message", exact=True).press("Enter")
    expect(chat.line("Yes, I")).to_be_visible()
    expect(chat.frame.get_by_text("is typing…")).to_be_hidden()
    chat.field.press("Enter")
    expect(desk.get_by_text("is typing…")).to_be_hidden()
