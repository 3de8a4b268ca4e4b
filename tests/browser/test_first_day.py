"""docs/tutorial.md, step by step, in real Chromium: what it says is what happens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import prepared
from tests.browser.inbox import row, thread
from tests.browser.webchat import Chat
from tests.processes import Embedded


@pytest.fixture(scope="module")
def monty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """Just started, as the reader's own: nobody has been here before."""
    yield from prepared.running(tmp_path_factory, "first-day")


@pytest.fixture(scope="module")
def cookies() -> dict[str, Any]:
    return {}


def make_team(sara: Page) -> None:
    sara.goto("/admin/teams/team/add/")
    sara.locator("[name=name]").fill("Parcels")
    sara.get_by_label("Auto Assign Conversations").check()
    sara.locator(".add-row a").click()
    sara.locator("#memberships-0 .select2-selection").click()
    sara.locator(".select2-search__field").fill("Ben")
    sara.get_by_role("option", name="Ben Birch").click()
    sara.get_by_role("button", name="Save", exact=True).click()
    expect(sara.locator("#result_list").get_by_role("link", name="Parcels")).to_be_visible()


def make_bot(sara: Page) -> None:
    sara.goto("/admin/flows/flow/add/")
    sara.locator("[name=name]").fill("Opening hours")
    sara.locator(".add-row a").click()
    sara.locator("#id_triggers-0-kind").select_option(label="Keyword")
    sara.locator("#id_triggers-0-word").fill("opening hours")
    sara.get_by_role("button", name="Save and continue editing").click()
    sara.get_by_role("link", name="Open the editor").click()
    sara.get_by_role("group", name="Add a node").get_by_role("button", name="Send a message").click()
    sara.locator("#fe-form [data-path=text]").get_by_role("textbox").fill("We are here Monday to Friday, 9 to 18.")
    sara.get_by_role("button", name="Publish").click()
    expect(sara.get_by_role("group", name="Picture of Opening hours, version 1")).to_be_visible()


def sell(ben: Page, customer: Chat) -> None:
    ben.get_by_role("button", name="Create Order").click()
    dialog = ben.locator("#order-dialog")
    search = dialog.get_by_role("searchbox", name="Search products")
    search.press_sequentially("teapot")
    ben.keyboard.press("Enter")
    expect(dialog.locator("#order-lines")).to_contain_text("Morrow teapot")
    dialog.get_by_role("button", name="Send to customer").click()
    customer.frame.get_by_role("button", name="Confirm order").click()
    expect(customer.line("Thank you! We have your order")).to_be_visible()
    card = ben.locator("#lines .order-card:not(.is-old)")
    expect(card).to_contain_text("Placed")
    card.get_by_role("button", name="Mark as paid").click()
    sheet = ben.locator("#sheet")
    sheet.get_by_label("How it was paid").fill("cash")
    sheet.get_by_role("button", name="Mark as paid").click()
    expect(card).to_contain_text("Paid")


def test_the_first_day_goes_as_it_is_told(logged_in: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    ana = logged_in("ana")
    customer = Chat(new_page()).open()
    customer.say("Do you ship to Norway?")
    row(ana, "Do you ship to Norway?").click()
    expect(ana.locator("#assignee")).to_contain_text("Ana Alder")
    expect(ana.get_by_role("button", name="Why me?")).to_be_visible()
    ana.get_by_role("textbox", name="Message", exact=True).fill("Yes, within a week.")
    ana.keyboard.press("Enter")
    expect(customer.line("Yes, within a week.")).to_contain_text("Ana")

    ben, sara = logged_in("ben"), logged_in("sara")
    make_team(sara)
    ana.locator("#assignee").click()
    search = ana.get_by_role("searchbox", name="Search teammates and teams")
    search.fill("Parcels")
    search.press("Enter")
    row(ben, "Yes, within a week.").click()
    expect(ben.locator("#assignee")).to_contain_text("Ben Birch")
    expect(thread(ben)).to_contain_text("Do you ship to Norway?")

    make_bot(sara)
    other = Chat(new_page()).open()
    other.say("opening hours")
    expect(other.line("We are here Monday to Friday, 9 to 18.")).to_be_visible()

    sell(ben, customer)
    ben.get_by_role("button", name="Close", exact=True).click()
    expect(thread(ben)).to_contain_text("closed this")
