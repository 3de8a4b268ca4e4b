"""The agent's inbox as the tests of its screens touch it: where its parts are, and that none is a barrier."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect


def opened(page: Page, text: str, view: str = "all") -> Page:
    """The page with the conversation open in which this was said last."""
    page.goto(f"/?view={view}")
    row(page, text).click()
    expect(thread(page)).to_contain_text(text)
    return page


def row(page: Page, text: str) -> Locator:
    return page.locator("#rows .row", has_text=text)


def thread(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message", exact=True)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def demand_no_barrier(page: Page, part: str = "html") -> None:
    """None that axe knows, in this part of the page."""
    found = Axe().run(page, context=part)
    assert found.violations_count == 0, found.generate_report()
