"""A customer on the demo shop, in real Chromium: what they see is what was said, whatever happens to the network."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.barriers import LAW, barriers
from tests.browser.webchat import Chat


def test_a_customer_asks_and_sees_the_answer_come(chat, agent):
    chat.say("Is the teapot oven-safe?")
    expect(chat.line("Is the teapot oven-safe?")).to_contain_text("Sent")
    agent.answers("Is the teapot oven-safe?", "Up to 200 degrees.")
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


def test_a_reload_keeps_the_thread_the_draft_and_the_open_panel(chat, agent):
    chat.say("Do you mend chips?")
    expect(chat.line("Do you mend chips?")).to_contain_text("Sent")
    agent.answers("Do you mend chips?", "Always.")
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


def test_what_is_written_offline_is_sent_once_when_the_network_is_back(chat, agent):
    chat.say("before the tunnel")
    expect(chat.line("before the tunnel")).to_contain_text("Sent")
    chat.page.context.set_offline(True)
    chat.say("inside the tunnel")
    expect(chat.line("inside the tunnel")).to_contain_text("Waiting for a connection")
    chat.page.context.set_offline(False)
    expect(chat.line("inside the tunnel")).to_contain_text("Sent")
    expect(chat.bubbles).to_have_text(["before the tunnel", "inside the tunnel"])
    assert agent.sees("inside the tunnel") == 1


def test_a_message_whose_answer_was_lost_on_the_way_is_not_sent_twice(chat, agent):
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
    assert agent.sees("Did this arrive?") == 1


def test_an_answer_that_could_not_be_fetched_once_is_fetched_again(chat, agent):
    chat.say("Will you tell me again?")
    expect(chat.line("Will you tell me again?")).to_contain_text("Sent")
    chat.page.route("**/messages/?after=*", lambda route: route.fulfill(status=503))
    with chat.page.expect_response(lambda answer: answer.status == 503):
        agent.answers("Will you tell me again?", "As often as you like.")
    # Until nothing more is on its way that would tell of it.
    chat.page.wait_for_timeout(1500)
    chat.page.unroute("**/messages/?after=*")
    expect(chat.line("As often as you like.")).to_be_visible()


def test_without_a_socket_answers_still_come(new_page, agent):
    page = new_page()
    page.route_web_socket("**/ws/webchat/**", lambda socket: socket.close(code=1011))
    chat = Chat(page).open()
    chat.say("Do you hear me without it?")
    expect(chat.line("Do you hear me without it?")).to_contain_text("Sent")
    agent.answers("Do you hear me without it?", "Loud and clear.")
    expect(chat.line("Loud and clear.")).to_be_visible()
    expect(chat.frame.get_by_text("Reconnecting…")).to_be_visible()


def test_a_script_is_text_and_only_web_addresses_are_links(chat, agent):
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3)"
    chat.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    chat.say(nasty)
    expect(chat.line("<img src=x")).to_contain_text("Sent")
    agent.answers(nasty, "See https://example.org/a?b=1&c=2, then ask. <b>bold</b>")
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


def test_axe_finds_nothing_wrong(new_page, agent):
    chat = Chat(new_page()).open()
    chat.say("Is everybody welcome?")
    expect(chat.line("welcome")).to_contain_text("Sent")
    agent.answers("Is everybody welcome?", "Everybody.")
    expect(chat.line("Everybody.")).to_be_visible()
    assert barriers(chat.page, **LAW) == []
