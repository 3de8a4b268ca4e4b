"""The list in real Chromium: search, filters, saved views, and one action on many conversations."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.client import Visitor
from tests.processes import Embedded

# Whoever is there gets what is new at once, so nobody knows which of these it is in.
LIVE = "state=open&state=assigned"


@pytest.fixture
def word() -> str:
    """A word that nobody has written."""
    return f"needle{uuid.uuid4().hex[:8]}"


@pytest.fixture
def visitors(monty: Embedded, channel: str, word: str) -> list[Visitor]:
    """Three customers who have each written this word, and something else since."""
    people = [Visitor(monty.url, channel) for _ in range(3)]
    for number, visitor in enumerate(people):
        visitor.say(f"Number {number} lost a {word} in the shop")
        visitor.say("Hello?")
    return people


def rows(page: Page) -> Locator:
    return page.locator("#rows .row")


def search(page: Page, words: str) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search messages and people")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_a_key_leads_to_the_search_and_a_hit_to_its_message(
    visitors: list[Visitor], word: str, logged_in: Callable[..., Page]
) -> None:
    page = logged_in("ana")
    search(page, f"lost {word[:-2]}")
    expect(rows(page)).to_have_count(3)
    expect(rows(page).first.locator("mark")).to_have_text(["lost", word])
    rows(page).last.click()
    found = page.locator("#lines > .is-found")
    expect(found).to_contain_text("Number 0 lost a")
    expect(found).to_be_in_viewport()
    # The field is where it was, and what comes in now is not lost.
    visitors[0].say("I found it!")
    expect(page.get_by_role("log")).to_contain_text("I found it!")
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox", name="Search messages and people")).to_be_focused()


def test_filters_stand_in_the_address_and_go_with_one_click(
    visitors: list[Visitor], word: str, logged_in: Callable[..., Page]
) -> None:
    page = logged_in("sara")
    search(page, word)
    expect(rows(page)).to_have_count(3)
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("dialog", name="Filter").get_by_text("Closed", exact=True).click()
    page.get_by_label("Messages", exact=True).select_option("true")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing with")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?view=all&q={word}&state=closed&unread=true$"))
    page.get_by_role("link", name="Remove State: Closed").click()
    expect(rows(page)).to_have_count(3)
    page.go_back()
    expect(page.get_by_text("Nothing with")).to_be_visible()


def test_a_saved_view_counts_live_and_is_shared(
    visitors: list[Visitor], monty: Embedded, channel: str, logged_in: Callable[..., Page]
) -> None:
    page, name = logged_in("sara"), f"View {uuid.uuid4().hex[:6]}"
    page.goto(f"/?view=all&unread=true&{LIVE}")
    page.get_by_role("button", name="Save as a view").click()
    page.get_by_label("Name of the view").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    place = page.get_by_role("navigation", name="Inboxes").get_by_role("link", name=name)
    before = int(place.locator(".place-count").inner_text())
    page.get_by_role("button", name="This view").click()
    page.get_by_role("button", name="Everybody").click()
    expect(place.get_by_text("Shared")).to_be_attached()

    other = logged_in("ana")
    expect(other.get_by_role("navigation", name="Inboxes").get_by_role("link", name=name)).to_be_visible()
    Visitor(monty.url, channel).say("One more")
    expect(place.locator(".place-count")).to_have_text(str(before + 1))


def test_rows_are_selected_by_click_span_and_key_closed_together_and_brought_back(
    visitors: list[Visitor], word: str, logged_in: Callable[..., Page]
) -> None:
    page, other = logged_in("sara"), logged_in("ana")
    other.goto(f"/?view=all&q={word}&{LIVE}")
    page.goto(f"/?view=all&q={word}&{LIVE}")
    picks = page.locator("#rows .pick")
    rows(page).first.hover()
    picks.first.click()
    picks.last.click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    rows(page).nth(1).focus()
    page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()

    # What comes in meanwhile does not forget what is selected.
    visitors[2].say("And another thing")
    expect(rows(page).first).to_be_visible()
    expect(page.locator("#rows .pick:checked")).to_have_count(2)

    page.get_by_role("toolbar", name="What is selected").get_by_role("button", name="Close").click()
    expect(page.get_by_text("2 closed.")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    expect(rows(other)).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 as they were.")).to_be_visible()
    expect(rows(page)).to_have_count(3)
    expect(rows(other)).to_have_count(3)


def without_news_of_the_action(page: WebSocketRoute) -> None:
    server = page.connect_to_server()
    server.on_message(lambda frame: None if '"bulk"' in str(frame) else page.send(frame))


def test_how_far_an_action_is_is_asked_for_while_others_write(
    visitors: list[Visitor], word: str, logged_in: Callable[..., Page]
) -> None:
    page = logged_in("sara")
    page.route_web_socket("**/ws/inbox/", without_news_of_the_action)
    page.goto(f"/?view=all&q={word}")
    rows(page).first.hover()
    page.locator("#rows .pick").first.click()
    page.get_by_role("toolbar", name="What is selected").get_by_role("button", name="Close").click()
    for number in range(10):
        visitors[0].say(f"The {word} is {number} cm long")
        expect(rows(page).filter(has_text=f"is {number} cm")).to_be_visible()
    expect(page.locator("#bulk-run[data-finished]")).to_be_visible(timeout=1)


def test_many_are_given_to_somebody_and_undo_goes_away(
    visitors: list[Visitor], word: str, logged_in: Callable[..., Page]
) -> None:
    page = logged_in("sara")
    page.goto(f"/?view=all&q={word}")
    rows(page).first.hover()
    page.locator("#rows .pick").first.click()
    page.get_by_label("Select all on screen").click()
    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_role("dialog", name="Assign to").get_by_role("searchbox").fill("Me")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 assigned.")).to_be_visible()
    expect(page.locator("#rows .row .state.assigned")).to_have_count(3)
    expect(page.get_by_role("toolbar", name="What is selected")).to_be_hidden()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden(timeout=12_000)
