"""Agents' open pages in a real browser, and whether they show what a fresh load of the same address shows."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.services import CHROMIUM

# Text without what goes by the clock; the rows and lines that both have (a page that was scrolled has more of them).
SHOWN = """() => {
    const words = node => {
        const copy = node.cloneNode(true);
        for (const clock of copy.querySelectorAll("time, .row-countdown")) clock.remove();
        return `${node.id} ${copy.textContent.replace(/\\s+/g, " ").trim()}`;
    };
    const all = where => [...document.querySelectorAll(where)].map(words);
    return {
        rows: all("#rows > [data-row]"),
        lines: all("#lines > .line"),
        ticks: [...document.querySelectorAll("#lines .tick")].map(tick => tick.className),
        places: all("#places .place"),
        head: all("#head .state"),
    };
}"""
# From the end of the thread, from the top of the list.
Shown = dict[str, list[str]]


@contextmanager
def open_pages(url: str, names: tuple[str, ...]) -> Iterator[list[Page]]:
    """The inbox of each, with a conversation open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield [opened(browser, url, name) for name in names]
        browser.close()


def opened(browser: Browser, url: str, name: str) -> Page:
    page = browser.new_context(base_url=url).new_page()
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("monty")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/")
    page.locator("#rows > [data-row] a.row").first.click()
    page.locator("#lines > .line").first.wait_for()
    return page


def look_around(page: Page, dice: random.Random) -> None:
    """Open another of the conversations on top of the list; when nobody answers, the page stays where it is."""
    with suppress(BrowserError):
        page.locator("#rows > [data-row] a.row").nth(dice.randrange(6)).click(timeout=5_000)


def differs(page: Page, patience: float) -> list[str]:
    """What the page shows otherwise than a fresh load of its address does, in words; [] once it shows the same."""
    end = time.monotonic() + patience
    while found := compared(page):
        if time.monotonic() > end:
            return found
        page.wait_for_timeout(1_000)
    return []


def compared(page: Page) -> list[str]:
    fresh_page = page.context.new_page()
    fresh_page.goto(page.url)
    fresh_page.locator("#lines > .line").first.wait_for()
    fresh, shown = fresh_page.evaluate(SHOWN), page.evaluate(SHOWN)
    fresh_page.close()
    return [f"{part}: {a!r} is {b!r} when loaded anew" for part in fresh for a, b in pairs(part, shown, fresh)]


def pairs(part: str, shown: Shown, fresh: Shown) -> list[tuple[str, str]]:
    """Where the two differ. A list is as long as the shorter one; a thread is read from its end."""
    mine, theirs = shown[part], fresh[part]
    if part in ("lines", "ticks"):
        mine, theirs = mine[::-1], theirs[::-1]
    shorter = min(len(mine), len(theirs))
    same_length = [] if shorter or not (mine or theirs) else [(str(len(mine)), str(len(theirs)))]
    return same_length + [(a, b) for a, b in zip(mine[:shorter], theirs[:shorter], strict=True) if a != b]
