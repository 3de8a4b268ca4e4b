"""What did not go out, what waits and what is too long, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inbox import field, thread
from tests.processes import Embedded

LONG = 5000  # What the webchat takes.


@pytest.fixture
def talk(talk: Page) -> Page:
    """The same with an answer that was sent."""
    field(talk).fill("It is.")
    field(talk).press("Enter")
    expect(thread(talk).locator(".tick").last).to_contain_text("Sent")
    return talk


def lost(monty: Embedded, page: Page, status: str) -> None:
    """The last answer in the open conversation has become this, and the page shows it."""
    number = page.locator("#lines .line.us").last.get_attribute("data-message")
    monty.rows(f"UPDATE conversations_message SET status = '{status}', error = 'No answer came.' WHERE id = {number}")
    page.reload()
    expect(thread(page)).to_contain_text("No answer came.")


def test_retry_sends_it_again_and_the_line_shows_it(monty: Embedded, talk: Page) -> None:
    lost(monty, talk, "failed")
    expect(thread(talk).get_by_role("button", name="It arrived")).to_have_count(0)

    thread(talk).get_by_role("button", name="Retry").press("Enter")

    expect(thread(talk).locator(".tick").last).to_contain_text("Sent")
    expect(thread(talk).get_by_role("button", name="Retry")).to_have_count(0)


def test_what_was_not_sent_can_be_deleted(monty: Embedded, talk: Page) -> None:
    lost(monty, talk, "failed")

    thread(talk).get_by_role("button", name="Delete").click()

    expect(thread(talk)).to_contain_text("A message that was not sent was deleted")
    expect(thread(talk)).not_to_contain_text("It is.")
    expect(thread(talk).get_by_role("button", name="Retry")).to_have_count(0)


def test_of_what_nobody_knows_a_person_can_say_that_it_arrived(monty: Embedded, talk: Page) -> None:
    lost(monty, talk, "unknown")
    expect(thread(talk)).to_contain_text("Sent again, it may arrive twice.")

    thread(talk).get_by_role("button", name="It arrived").click()

    expect(thread(talk).locator(".tick").last).to_have_class("tick sent")
    expect(thread(talk)).not_to_contain_text("it may arrive twice")


def test_near_the_channels_limit_the_composer_counts_and_past_it_nothing_is_sent(talk: Page) -> None:
    count = talk.locator("#composer-count")
    expect(count).to_be_hidden()

    field(talk).fill("x" * (LONG - 1))
    expect(count).to_have_text("4,999 / 5,000 characters")
    field(talk).fill("x" * (LONG + 1))
    expect(count).to_have_class("composer-count is-over")
    field(talk).press("Enter")

    expect(field(talk)).to_have_value("x" * (LONG + 1))
    expect(talk.locator("#sending .line")).to_have_count(0)
    talk.get_by_role("tab", name="Note").click()
    expect(count).to_be_hidden()


def test_a_channel_that_is_cut_off_is_told_without_a_reload(monty: Embedded, talk: Page) -> None:
    banner = talk.get_by_role("status").filter(has_text="is cut off")
    expect(banner).to_have_count(0)

    cut_off = "suspended_at = '2026-01-01 00:00:00', suspended_because = 'The token has expired.'"
    monty.rows(f"UPDATE channels_app_channel SET {cut_off} WHERE kind = 'twitter'")
    try:
        talk.evaluate("document.dispatchEvent(new CustomEvent('live', { detail: { hint: 'channels' } }))")
        expect(banner).to_contain_text("The token has expired.")
        expect(banner.get_by_role("link")).to_have_count(0)
    finally:
        monty.rows("UPDATE channels_app_channel SET suspended_at = NULL, suspended_because = ''")
