"""Fair work as agents see it in real Chromium: picking up, why nobody can, why me, what became mine, leaving."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inbox import row
from tests.client import Agent, Http, Visitor
from tests.processes import Embedded


@pytest.fixture
def sales(monty: Embedded) -> Iterator[Callable[..., None]]:
    """The demo's team Sales, changed as the admin would; as it was afterwards."""

    def change(**fields: object) -> None:
        monty.python(f"from teams.models import Team; Team.objects.filter(name='Sales').update(**{fields!r})")

    yield change
    change(auto_assign=True)


@pytest.fixture
def room(monty: Embedded) -> Iterator[None]:
    """Whatever other tests have handed out: Ana and her team have room for one more."""

    def change(person: int, team: int) -> None:
        monty.python(
            "from teams.models import Team, Teammate;"
            f"Teammate.objects.filter(username='ana').update(capacity={person});"
            f"Team.objects.filter(name='Sales').update(capacity={team})"
        )

    change(500, 500)
    yield
    change(20, 18)


def by_api(monty: Embedded, username: str) -> Http:
    return Agent(monty.url, username).api


def team_view(page: Page) -> Page:
    page.get_by_role("navigation", name="Inboxes").get_by_role("link", name="Sales").click()
    expect(page.get_by_role("heading", name="Sales")).to_be_visible()
    return page


def number_of(page: Page) -> int:
    return int(page.locator(".pane").get_attribute("data-conversation") or 0)


def test_pick_up_makes_it_mine_and_whoever_is_slower_is_told(
    sales: Callable[..., None], visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    sales(auto_assign=False)
    visitor.say(question)
    ana, ben = team_view(logged_in("ana")), team_view(logged_in("ben"))
    for page in (ana, ben):
        row(page, question).click()
    ben.route("**/news/**", lambda route: route.abort())
    ana.get_by_role("button", name="Pick up").click()
    expect(ana.locator("#assignee")).to_contain_text("Ana Alder")
    expect(ana.get_by_role("button", name="Pick up")).to_have_count(0)
    ben.get_by_role("button", name="Pick up").click()
    expect(ben.locator(".toast", has_text="Ana Alder has this conversation.")).to_be_visible()


def test_the_first_answer_claims_it_before_ones_eyes(
    sales: Callable[..., None], visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    sales(auto_assign=False)
    visitor.say(question)
    page = team_view(logged_in("ana"))
    row(page, question).click()
    field = page.get_by_role("textbox", name="Message", exact=True)
    field.fill("I do")
    field.press("Enter")
    expect(page.locator("#assignee")).to_contain_text("Ana Alder")


def test_the_alert_goes_when_somebody_becomes_active_and_tells_why_me(
    room: None, visitor: Visitor, question: str, monty: Embedded, logged_in: Callable[..., Page]
) -> None:
    ana = logged_in("ana")
    for username in ("ana", "ben"):
        assert (
            by_api(monty, username).call(
                "PUT", "me/presence/", b'{"availability": "away"}', Content_Type="application/json"
            )[0]
            == 200
        )
    team_view(ana)
    visitor.say(question)
    expect(row(ana, question)).to_contain_text("Open")
    alert = ana.locator("#alert")
    expect(alert).to_contain_text("Everybody is away")
    row(ana, question).click()
    ana.get_by_role("button", name="Why nobody?").click()
    why = ana.get_by_role("dialog", name="Why nobody?")
    expect(why.get_by_role("row", name="Ben Birch")).to_contain_text("away")
    ana.keyboard.press("Escape")
    ana.get_by_role("button", name="Away", exact=True).click()
    expect(ana.locator("#assignee")).to_contain_text("Ana Alder")
    expect(alert).to_be_hidden()
    ana.get_by_role("button", name="Why me?").click()
    why = ana.get_by_role("dialog", name="Why me?")
    expect(why.get_by_role("row", name="Ana Alder")).to_contain_text("got it")
    ana.keyboard.press("Escape")
    expect(why).to_be_hidden()
    by_api(monty, "ben").call("PUT", "me/presence/", b'{"availability": "active"}', Content_Type="application/json")


def test_what_becomes_mine_is_said_with_a_link_and_counted(
    sales: Callable[..., None], visitor: Visitor, question: str, monty: Embedded, logged_in: Callable[..., Page]
) -> None:
    sales(auto_assign=False)
    visitor.say(question)
    ben, ana = team_view(logged_in("ben")), logged_in("ana")
    row(ben, question).click()
    before = int((re.findall(r"^\((\d+)\)", ana.title()) or ["0"])[0])
    number = number_of(ben)
    me = next(each["id"] for each in by_api(monty, "ana").get("teammates/")["results"] if each["username"] == "ana")
    # Read by Ben: the unread badge counts nothing, the title does.
    by_api(monty, "ben").post(f"conversations/{number}/assign/", {"teammate": me})
    told = ana.locator(".toast", has_text="is yours now")
    expect(told).to_be_visible()
    expect(ana).to_have_title(re.compile(rf"^\({before + 1}\) "))
    told.get_by_role("link").click()
    expect(ana.get_by_role("log", name="Messages")).to_contain_text(question)
    expect(ana).not_to_have_title(re.compile(rf"^\({before + 1}\) "))
    expect(ben.locator(".toast")).to_have_count(0)


def test_the_sound_stays_switched_off(logged_in: Callable[..., Page]) -> None:
    page = logged_in("ana")
    page.get_by_role("button", name="Sound").click()
    expect(page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "false")


def test_leaving_for_today_hands_over_and_goes_away_also_without_scripts(
    monty: Embedded, logged_in: Callable[..., Page]
) -> None:
    cara = logged_in("cara", java_script_enabled=False)
    mine = by_api(monty, "cara")
    live = mine.get("conversations/?state=open&state=assigned")["results"]
    me = next(each["id"] for each in mine.get("teammates/")["results"] if each["username"] == "cara")
    taken = next(each["id"] for each in live if each["team"] is not None)
    mine.post(f"conversations/{taken}/assign/", {"teammate": me})
    cara.goto("/leaving/")
    cara.locator(f"#to-{taken}").select_option("Inbox of Support")
    cara.locator(f"#note-{taken}").fill("Waits for the parcel")
    cara.get_by_role("button", name="Hand over and go away").click()
    expect(cara.get_by_text("You are away now")).to_be_visible()
    expect(cara.get_by_text("Away: Done for today").first).to_be_visible()
    assert mine.get(f"conversations/{taken}/")["assignee"] is None
    assert mine.get(f"conversations/{taken}/messages/")["results"][0]["text"] == "Waits for the parcel"
    mine.call("PUT", "me/presence/", b'{"availability": "active"}', Content_Type="application/json")
