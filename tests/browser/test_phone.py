"""Customers at their phones in a real browser, on the four outside channels, and Monty at the other end."""

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.browser.phone import Phone
from tests.browser.webchat import Agent
from tests.processes import wait_until

CHANNELS = ["Facebook", "WhatsApp", "Instagram", "Twitter"]
# Everything that can be sent with one press.
SENDABLE = {
    "Facebook": ["Picture", "Voice message", "Location", "Sticker"],
    "WhatsApp": ["Picture", "Voice message", "Location", "Contact card", "Sticker"],
    "Instagram": ["Picture", "Voice message", "Heart", "Story mention"],
    "Twitter": ["Picture", "Location"],
}


@pytest.fixture
def call(new_page: Callable[..., Page]) -> Callable[..., Phone]:
    """Somebody new on this channel."""

    def make(channel: str, **options: object) -> Phone:
        return Phone(new_page(**options), channel)

    return make


@pytest.fixture
def words() -> str:
    """A sentence that nobody has said before."""
    return f"Is order {uuid.uuid4().hex[:8]} on its way?"


# --- The phone by itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_channel_s_phone_sends_what_the_channel_has(call, channel):
    phone = call(channel)
    phone.say("Hello")
    for what in SENDABLE[channel]:
        phone.send(what)
    phone.page.get_by_role("button", name="Send something else").click()
    offered = phone.page.locator("#extras button").all_inner_texts()
    assert [each.strip() for each in offered][: len(SENDABLE[channel])] == SENDABLE[channel]


def test_a_file_of_one_s_own_goes_with_its_caption(call):
    phone = call("WhatsApp")
    picture = {"name": "dot.svg", "mimeType": "text/plain", "buffer": b"plain words"}
    phone.page.locator("#picker").set_input_files(picture)
    expect(phone.page.get_by_text("dot.svg")).to_be_visible()
    phone.say("Here it is")
    expect(phone.line("Here it is").get_by_role("link", name="dot.svg")).to_be_visible()
    expect(phone.page.locator("#chosen")).to_be_hidden()


def test_a_message_is_changed_and_taken_back(call):
    phone = call("Instagram")
    phone.say("Is the mug blue?")
    phone.do("Is the mug blue?", "Edit")
    phone.field.fill("Is the mug green?")
    phone.field.press("Enter")
    expect(phone.line("Is the mug green?")).to_contain_text("edited")
    phone.do("Is the mug green?", "Take back")
    expect(phone.lines).to_have_text([re.compile("Taken back")])


def test_a_colleague_s_answer_can_be_answered_and_signed(call):
    phone = call("WhatsApp")
    phone.say("Hello")
    phone.page.get_by_role("button", name="The provider misbehaves").click()
    phone.page.get_by_role("button", name="Answer there").click()
    phone.page.get_by_role("button", name="Close").click()
    answer = "I have seen this on my phone"
    phone.do(answer, "❤️")
    expect(phone.line(answer).get_by_label("Reaction ❤️")).to_be_visible()
    phone.do(answer, "Reply")
    phone.say("Thank you")
    expect(phone.line("Thank you").locator(".quoted")).to_contain_text(answer)


def test_the_switches_say_that_something_is_odd(call):
    phone = call("Twitter")
    odd = phone.page.locator("#odd")
    expect(odd).to_be_hidden()
    phone.misbehave("Out of order")
    expect(odd).to_be_visible()
    phone.page.reload()
    expect(odd).to_be_visible()
    phone.page.get_by_role("button", name="The provider misbehaves").click()
    with phone.page.expect_response("**/misbehave/"):
        phone.page.get_by_label("Out of order").uncheck()
    expect(odd).to_be_hidden()


def test_everything_is_done_by_the_keyboard(call):
    page = call("Facebook").page
    page.get_by_role("textbox", name="Message", exact=True).focus()
    page.keyboard.type("From the keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#thread .line")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#thread .line")).to_have_count(2)


def test_on_a_small_screen_the_phone_fills_it_and_leads_back(call):
    page = call("WhatsApp", viewport={"width": 390, "height": 844}).page
    expect(page.get_by_role("navigation", name="People")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Back to the people").click()
    expect(page.get_by_role("navigation", name="People")).to_be_visible()


def test_axe_finds_nothing_wrong(call):
    phone = call("WhatsApp")
    phone.say("Hello")
    for what in SENDABLE["WhatsApp"]:
        phone.send(what)
    assert barriers(phone.page) == []
    phone.page.get_by_role("button", name="The provider misbehaves").click()
    assert barriers(phone.page) == []


# --- Monty at the other end ----------------------------------------------------------------------------------------


def number_in(saying: str) -> str:
    """What no other conversation has in it."""
    return re.findall(r"\b[0-9a-f]{8}\b", saying)[0]


def messages(overseer: Agent, saying: str) -> list[dict]:
    """All that people wrote in the conversation in which this was said; none before it has come."""
    found = overseer.ask(f"conversations/?q={number_in(saying)}")["results"]
    written = overseer.ask(f"conversations/{found[0]['id']}/messages/")["results"] if found else []
    # Outside hours the team's away message stands among them.
    return [each for each in written if each["from"] != "system"]


def arrives(overseer: Agent, text: str) -> None:
    wait_until(lambda: any(each["text"] == text for each in messages(overseer, text)), what=f"“{text}” in the inbox")


@pytest.mark.parametrize("channel", CHANNELS)
def test_customer_and_agent_talk_and_the_ticks_come_back(call, overseer, words, channel):
    phone = call(channel)
    phone.say(words)
    arrives(overseer, words)
    overseer.answers(words, "It left this morning.")
    expect(phone.line("It left this morning.")).to_be_visible()
    answer = "It left this morning."
    wait_until(
        lambda: {each["text"]: each["status"] for each in messages(overseer, words)}.get(answer) == "read",
        what="the tick for read",
    )


@pytest.mark.parametrize("channel", CHANNELS)
def test_everything_that_is_sent_is_in_the_inbox(call, overseer, words, channel):
    phone = call(channel)
    phone.say(words)
    for what in SENDABLE[channel]:
        phone.send(what)
    expected = 1 + len(SENDABLE[channel])
    wait_until(lambda: len(messages(overseer, words)) == expected, what=f"{expected} messages in the inbox")
    files = [file for each in messages(overseer, words) for file in each["attachments"]]
    # A story is shown where it is and never copied: it is gone after a day, and its author's to take away.
    sent = {"Picture", "Voice message", "Sticker"} & set(SENDABLE[channel])
    assert len(files) == len(sent)


@pytest.mark.parametrize("channel", ["Facebook", "WhatsApp", "Instagram"])
def test_a_changed_message_is_changed_in_the_inbox(call, overseer, words, channel):
    phone = call(channel)
    phone.say(words)
    arrives(overseer, words)
    phone.do(words, "Edit")
    phone.field.fill(f"{words} Please!")
    phone.field.press("Enter")
    arrives(overseer, f"{words} Please!")


@pytest.mark.parametrize("channel", ["WhatsApp", "Instagram"])
def test_a_message_taken_back_is_gone_from_the_inbox(call, overseer, words, channel):
    phone = call(channel)
    phone.say(words)
    arrives(overseer, words)
    phone.say(f"Secret {number_in(words)}")
    phone.do("Secret", "Take back")
    wait_until(lambda: any(each["unsent_at"] for each in messages(overseer, words)), what="the tombstone")
    assert "Secret" not in str(messages(overseer, words))


@pytest.fixture
def well_behaved_afterwards(call) -> Iterator[Callable[[Phone, str], None]]:
    """Set a switch of the provider's, and set it back at the end: other tests share the provider."""
    set_switches: list[tuple[Phone, str]] = []

    def misbehave(phone: Phone, switch: str) -> None:
        set_switches.append((phone, switch))
        phone.misbehave(switch)

    yield misbehave
    for phone, switch in set_switches:
        phone.page.get_by_role("button", name="The provider misbehaves").click()
        with phone.page.expect_response("**/misbehave/"):
            phone.page.get_by_label(switch).uncheck()


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_comes_twice_is_there_once(call, overseer, words, well_behaved_afterwards, channel):
    phone = call(channel)
    well_behaved_afterwards(phone, "Every webhook comes twice")
    phone.say(words)
    arrives(overseer, words)
    phone.say(f"Once more: {words}")
    arrives(overseer, f"Once more: {words}")
    assert len(messages(overseer, words)) == 2


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_comes_out_of_order_stands_in_order(call, overseer, words, well_behaved_afterwards, channel):
    phone = call(channel)
    well_behaved_afterwards(phone, "Out of order")
    texts = [words, *(f"{number}. {words}" for number in range(2, 6))]
    for text in texts:
        phone.say(text)
    wait_until(lambda: len(messages(overseer, words)) == len(texts), what="all five")
    assert sorted(each["text"] for each in messages(overseer, words)) == sorted(texts)
