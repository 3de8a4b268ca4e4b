"""The admin in a real browser, as a supervisor works in it. A broken content security policy fails every test here."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[[str], Page]


@pytest.fixture
def visit(new_page: Callable[..., Page]) -> Visit:
    page = new_page()
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("monty")
    page.get_by_role("button", name="Log in", exact=True).click()

    def go(path: str) -> Page:
        page.goto(path)
        return page

    return go


PAGES = [
    "/admin/",
    "/admin/conversations/conversation/",
    "/admin/conversations/message/",
    "/admin/conversations/round/",
    "/admin/teams/team/add/",
    "/admin/teams/teammate/",
    "/admin/teams/teammate/presence/",
    "/admin/teams/teammate/add/",
    "/admin/teams/schedule/add/",
    "/admin/teams/keeping/",
    "/admin/channels_app/channel/",
    "/admin/channels_app/channel/add/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_and_no_script_of_it_breaks(visit: Visit, path: str) -> None:
    errors: list[str] = []
    page = visit("/admin/")
    page.on("pageerror", lambda error: errors.append(str(error)))
    visit(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert errors == []


@pytest.mark.parametrize("model", ["teams/team", "teams/teammate", "channels_app/channel", "conversations/contact"])
def test_a_row_of_the_list_opens(visit: Visit, model: str) -> None:
    page = visit(f"/admin/{model}/")
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_role("link", name="History")).to_be_visible()


def test_a_member_is_found_by_typing(visit: Visit) -> None:
    page = visit("/admin/teams/team/")
    page.get_by_role("link", name="Support").click()
    page.get_by_text("Add another Member").click()
    page.locator(".field-teammate .select2-selection").last.click()
    page.locator(".select2-search__field").fill("ana")
    expect(page.get_by_role("option", name="Ana Alder")).to_be_visible()


def test_a_supervisor_closes_a_conversation_with_a_reason(visit: Visit) -> None:
    page = visit("/admin/conversations/conversation/?now=live")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_text("Close…").click()
    page.get_by_label("Reason").locator("visible=true").fill("Solved by phone")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("done: Close.")).to_be_visible()
    expect(page.get_by_text("closed this: Solved by phone")).to_be_visible()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()


def test_many_conversations_are_labelled_before_one_s_eyes_and_it_is_taken_back(visit: Visit) -> None:
    page = visit("/admin/conversations/conversation/?now=live")
    rows = page.locator("#result_list tbody tr").count()
    assert rows > 10  # More than is done while the page loads.
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("press_label")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Put a label on these conversations")
    page.locator("#id_asked-label").select_option(index=1)
    page.get_by_role("button", name=f"Label: all {rows}").click()
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ labelled\."))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ as they were\."))
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url("**/admin/conversations/conversation/")


def test_somebody_set_away_in_one_window_is_seen_away_in_another(visit: Visit, new_page: Callable[..., Page]) -> None:
    page = visit("/admin/teams/teammate/presence/")
    watching = page.context.new_page()
    watching.goto("/admin/teams/teammate/presence/")
    row = page.get_by_role("row", name="Ben Birch")
    row.get_by_text("Set away…").click()
    row.get_by_label("Reason").fill("Training")
    row.get_by_role("button", name="Set away").click()
    watching.bring_to_front()
    expect(watching.get_by_role("row", name="Ben Birch")).to_contain_text("Away: Training")
    expect(watching.get_by_role("row", name="Ben Birch")).to_contain_text("Alex Admin")
    watching.get_by_role("row", name="Ben Birch").get_by_role("button", name="Set active").click()
    expect(watching.get_by_role("row", name="Ben Birch")).to_contain_text("Set away")


def test_a_replay_is_asked_for_and_drawn_from_its_tables(visit: Visit) -> None:
    page = visit("/admin/conversations/round/replay/")
    page.get_by_label("Capacity of everybody").fill("1")
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    expect(page.get_by_role("row", name="Handed out")).to_be_visible()
    page.wait_for_function("window.Chart?.getChart(document.querySelector('canvas[data-table=hours-table]'))")
    drawn = """canvas => {
        const chart = window.Chart.getChart(canvas);
        return [chart.data.labels.length, chart.data.datasets.map((each) => each.label)];
    }"""
    columns = ["Really", "Simulated as it was", "Simulated with the change"]
    assert page.locator("canvas[data-table=people-table]").evaluate(drawn) == [2, columns]
    assert page.locator("canvas[data-table=hours-table]").evaluate(drawn) == [24, columns]
