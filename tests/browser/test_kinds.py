"""What customers send beside text, as an agent's browser shows it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.barriers import barriers
from tests.processes import Embedded

WALK = """
from channels_app.models import Channel
from tests.parade import walk
print(walk(Channel.objects.of_demo_shop()).pk)
"""

# As if the page had seen nothing of what has happened.
ALL_LINES_AGAIN = """
document.getElementById("head").dataset.event = 0;
document.dispatchEvent(new Event("inbox-changed"));
"""


@pytest.fixture(scope="module")
def address(monty: Embedded) -> str:
    """A conversation with every kind of message."""
    return f"/conversations/{monty.python(WALK).splitlines()[-1]}/?view=all"


@pytest.fixture
def thread(logged_in: Callable[..., Page], address: str) -> Locator:
    return opened(logged_in("sara"), address)


def opened(page: Page, address: str) -> Locator:
    page.goto(address)
    found = page.get_by_role("log", name="Messages")
    expect(found).to_contain_text("Sent from elsewhere")
    return found


def test_a_voice_message_is_played_and_paused(thread):
    thread.get_by_role("button", name="Play").click()

    expect(thread.get_by_role("slider", name="Position")).not_to_have_value("0")
    thread.get_by_role("button", name="Pause").click()
    expect(thread.get_by_role("button", name="Play")).to_be_visible()


def test_what_plays_goes_on_when_its_line_changes(thread):
    thread.get_by_role("button", name="Play").click()
    expect(thread.get_by_role("button", name="Pause")).to_be_visible()

    with thread.page.expect_response("**/news/**"):
        thread.page.evaluate(ALL_LINES_AGAIN)

    thread.page.wait_for_timeout(300)
    assert thread.get_by_role("button", name="Pause").is_visible()
    assert thread.locator("[data-sound] audio").evaluate("sound => !sound.paused && !sound.controls")


def test_a_picture_opens_large(thread):
    small = thread.get_by_role("link", name="one.png")
    assert small.get_by_role("img").get_attribute("src").endswith("/small/")

    small.click()

    large = thread.page.get_by_role("dialog", name="Picture").get_by_role("img")
    expect(large).to_be_visible()
    assert large.evaluate("image => image.decode().then(() => image.naturalWidth)") == 700


def test_a_quote_leads_to_what_it_quotes(thread):
    said = thread.locator(".line.them", has_text="Is the parade coming?")
    quote = thread.get_by_role("link", name="Hello! Is the parade coming?")
    quote.scroll_into_view_if_needed()
    expect(said).not_to_be_in_viewport()

    quote.click()

    expect(said).to_be_in_viewport()
    expect(said).to_be_focused()


def test_a_lost_file_is_fetched_again_and_the_line_tells_what_came_of_it(thread):
    """The webchat's files are never at a provider, so this is refused; but now with that reason."""
    lost = thread.locator(".line", has_text="Video could not be fetched")
    expect(lost).to_contain_text("The provider does not have it any more.")

    lost.get_by_role("button", name="Fetch again").click()

    expect(lost).to_contain_text("Files cannot be fetched from this channel.")


def test_everybody_can_read_every_kind(logged_in, address):
    thread = opened(logged_in("sara"), address)

    assert barriers(thread.page, within="#thread") == []


def test_nothing_is_wider_than_a_phone(logged_in, address):
    thread = opened(logged_in("sara", viewport={"width": 360, "height": 800}), address)

    assert thread.evaluate("thread => thread.scrollWidth - thread.clientWidth") == 0
    wide = "bubbles => bubbles.filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.innerText)"
    assert thread.locator(".bubble").evaluate_all(wide) == []
