"""One's own presence in the inbox, and everybody's dots, live in two windows."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.client import Agent, Visitor
from tests.processes import Embedded

LogIn = Callable[..., Page]


@pytest.fixture(scope="module")
def agents(monty: Embedded) -> list[Agent]:
    return [Agent(monty.url, "ana"), Agent(monty.url, "ben")]


@pytest.fixture(autouse=True)
def active_again(agents: list[Agent]) -> Iterator[None]:
    """The server is everybody's: whoever a test sent away comes back."""
    yield
    for agent in agents:
        choose(agent, availability="active")


def choose(agent: Agent, **choice: str) -> None:
    status, text = agent.api.call("PUT", "me/presence/", json.dumps(choice).encode(), Content_Type="application/json")
    assert status == 200, text


@pytest.fixture(scope="module")
def ben_s_row(monty: Embedded, channel: str, agents: list[Agent]) -> str:
    """Where a conversation of Ben's stands in the list: at its top, for it has only just begun."""
    ana, ben = agents
    Visitor(monty.url, channel).say("Is Ben there?")
    number = ana.api.get("conversations/?q=Is+Ben+there")["results"][0]["id"]
    ana.api.post(f"conversations/{number}/assign/", {"teammate": ben.api.get("me/")["id"]})
    return f"#rows .row[href*='/{number}/']"


def switch(page: Page) -> Locator:
    return page.locator(".me .presence")


def menu(page: Page) -> Locator:
    page.get_by_role("button", name="Reason and time").click()
    return page.get_by_role("dialog", name="Away")


def test_one_click_goes_away_and_one_comes_back(logged_in: LogIn) -> None:
    page = logged_in("ana")
    switch(page).click()
    expect(switch(page)).to_have_text("Away")
    switch(page).click()
    expect(switch(page)).to_have_text("Active")


def test_lunch_is_two_clicks_and_the_switch_says_it(logged_in: LogIn) -> None:
    page = logged_in("ana")
    menu(page).get_by_role("button", name="Lunch").click()
    expect(switch(page)).to_have_text("Away: Lunch")
    expect(page.get_by_role("dialog", name="Away")).to_be_hidden()


def test_own_words_and_a_time_by_keyboard_alone(logged_in: LogIn) -> None:
    page = logged_in("ana")
    page.get_by_role("button", name="Reason and time").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Back at").fill("23:59")
    page.get_by_label("Reason").fill("Dentist")
    page.get_by_label("Reason").press("Enter")
    expect(switch(page)).to_contain_text("Away: Dentist, back at")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Away")).to_be_hidden()


def test_the_menu_stays_open_while_the_page_renews_itself(logged_in: LogIn) -> None:
    page = logged_in("ana")
    dialog = menu(page)
    page.get_by_label("Reason").fill("half a wo")
    page.evaluate("document.dispatchEvent(new CustomEvent('live', { detail: { hint: 'catch_up' } }))")
    page.wait_for_load_state("networkidle")
    expect(dialog).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("half a wo")


def test_what_is_refused_is_said_and_the_menu_stays(logged_in: LogIn) -> None:
    page = logged_in("ana")
    dialog = menu(page)
    page.get_by_label("Reason").evaluate("field => { field.maxLength = 200; field.value = 'x'.repeat(61); }")
    dialog.get_by_role("button", name="Go away").click()
    expect(page.get_by_text("At most 60 characters")).to_be_visible()
    expect(dialog).to_be_visible()
    expect(switch(page)).to_have_text("Active")


def test_my_other_tab_says_the_same(logged_in: LogIn) -> None:
    page = logged_in("ana")
    other = page.context.new_page()
    other.goto("/")
    menu(page).get_by_role("button", name="Meeting").click()
    expect(switch(other)).to_have_text("Away: Meeting")


def test_a_colleague_s_dot_and_its_words_change_everywhere_without_a_reload(logged_in: LogIn, ben_s_row: str) -> None:
    ben_s = logged_in("ben")
    page = logged_in("ana")
    page.goto("/?view=all")
    page.evaluate("window.never_reloaded = true")
    row = page.locator(ben_s_row)
    row.click()
    page.locator("#assignee").click()
    places = [row, page.locator("#assignee"), page.locator("#assignees .menu-item", has_text="Ben Birch")]
    for place in places:
        expect(place.locator(".dot[data-teammate]")).to_have_attribute("title", "Active")
    menu(ben_s).get_by_role("button", name="Training").click()
    for place in places:
        expect(place.locator(".dot[data-teammate]")).to_have_attribute("title", "Away: Training")
        expect(place.locator(".dot[data-teammate]")).to_have_attribute("data-ready", "false")
        expect(place.locator(".dot + .visually-hidden")).to_have_text("Away: Training")
    assert page.evaluate("window.never_reloaded") is True


def test_reason_and_return_reach_other_windows_in_the_words_of_the_page_itself(
    logged_in: LogIn, agents: list[Agent], ben_s_row: str
) -> None:
    page = logged_in("ana")
    page.goto("/?view=all")
    dot = page.locator(ben_s_row).locator(".row-face .dot")
    back_at = (datetime.now().astimezone() + timedelta(days=2)).isoformat()
    choose(agents[1], availability="away", reason="Fair", back_at=back_at)
    expect(dot).to_have_attribute("title", re.compile("^Away: Fair, back at "))
    live = dot.get_attribute("title")
    page.reload()
    expect(dot).to_have_attribute("title", live or "")


# Others may come and go meanwhile.
ANA_S_CHANGES = """
select count(*) from teams_presencechange change join teams_teammate teammate on teammate.id = change.teammate_id
where teammate.username = 'ana'
"""


def test_a_reload_is_no_change_of_presence(logged_in: LogIn, monty: Embedded) -> None:
    page = logged_in("ana")
    page.wait_for_load_state("networkidle")
    before = monty.rows(ANA_S_CHANGES)
    for _ in range(3):
        page.reload()
        page.wait_for_load_state("networkidle")
    assert monty.rows(ANA_S_CHANGES) == before
    expect(switch(page)).to_have_text("Active")
