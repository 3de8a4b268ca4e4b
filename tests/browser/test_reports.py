"""Reports in real Chromium: from the left pane to a number, the conversations behind it, CSV and mail."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.processes import Embedded


def test_a_supervisor_reads_the_closed_rate_and_opens_what_is_behind(
    monty: Embedded, logged_in: Callable[..., Page]
) -> None:
    monty.manage("measure")
    page = logged_in("sara")
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", name="Reports")).to_be_visible()
    page.get_by_role("navigation", name="Reports").get_by_role("link", name="Resolution").click()
    card = page.locator(".reports-card", has_text="Conversation closed rate")
    expect(card).to_contain_text("Of the episodes that started in the period")
    expect(page.locator("canvas")).to_be_visible()
    assert barriers(page) == []

    page.get_by_role("navigation", name="By").get_by_role("link", name="Teammate").press("Enter")
    expect(page.get_by_role("rowheader", name="Ana")).to_be_visible()
    page.get_by_label("Team", exact=True).select_option(label="Sales")
    expect(page).to_have_url(re.compile(r"team=\d+"))
    expect(page.get_by_role("rowheader", name="Cara")).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "Conversation closed rate" in download.value.path().read_text()

    page.get_by_role("row", name="Ana").get_by_role("link").first.click()
    expect(page.get_by_role("columnheader", name="Conversation")).to_be_visible()
    assert barriers(page) == []
    page.locator("tbody th a").first.click()
    expect(page).to_have_url(re.compile(r"/conversations/\d+/"))
