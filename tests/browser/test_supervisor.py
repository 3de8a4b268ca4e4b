"""A supervisor's first day: from an empty installation to a team at work, all of it in the browser."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests import prepared
from tests.browser.barriers import barriers
from tests.client import Http, Visitor
from tests.processes import Embedded

FOUND_SUE = """
from teams import roles
from teams.models import Teammate
roles.give(Teammate.objects.create_user("sue", password="monty", first_name="Sue", last_name="Stone"), "Admin")
"""
PASSWORD, APP_SECRET = "quiet-harbour-7", "the-page-s-own-secret"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A running Monty in which there is nothing but Sue, who shall run it."""
    server = Embedded(tmp_path_factory.mktemp("empty"))
    server.copy(prepared.bare(tmp_path_factory))
    server.python(FOUND_SUE)
    server.start()
    yield server
    server.stop()


class Sue:
    """At work in the admin."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/admin/login/")
        page.get_by_label("Username").fill("sue")
        page.get_by_label("Password").fill("monty")
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.locator("#figures")).to_be_visible()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()

    def make_team(self, name: str) -> None:
        self.page.goto("/admin/teams/team/add/")
        self.page.locator("[name=name]").fill(name)
        self.page.locator("[name=auto_assign]").check()
        self.save()
        expect(self.page.locator("#result_list").get_by_role("link", name=name)).to_be_visible()

    def invite(self, name: str, team: str) -> str:
        """The link to send."""
        self.page.goto("/admin/teams/invitation/add/")
        self.page.locator("[name=name]").fill(name)
        self.page.locator("[name=role]").select_option("Agent")
        self.page.locator("[name=team]").select_option(label=team)
        self.save()
        expect(self.page.get_by_text(f"Copy the link and send it to {name}.")).to_be_visible()
        return self.page.locator("code.copyable").inner_text()

    def connect(self, kind: str, name: str, team: str) -> str:
        """The address of its page in the admin."""
        self.page.goto("/admin/channels_app/channel/add/")
        self.page.locator("[name=kind]").select_option(label=kind)
        self.page.locator("[name=name]").fill(name)
        self.page.locator(".field-team .select2-selection").click()
        self.page.locator(".select2-search__field").fill(team)
        self.page.get_by_role("option", name=team).click()
        self.save()
        expect(self.page.get_by_text("The channel is there.")).to_be_visible()
        return self.page.url

    def set_away(self, name: str, reason: str) -> None:
        self.page.goto("/admin/teams/teammate/presence/")
        row = self.page.get_by_role("row", name=name)
        row.get_by_text("Set away…").click()
        row.get_by_label("Reason").fill(reason)
        row.get_by_role("button", name="Set away").click()

    def uuid(self) -> str:
        return self.page.locator(".field-uuid .readonly").inner_text()

    def figure(self, label: str) -> Locator:
        return self.page.locator(".figure", has_text=label)


def join(page: Page, link: str, first_name: str) -> Page:
    """Come in by an invitation, and stay in the inbox."""
    page.goto(link)
    page.locator("[name=first_name]").fill(first_name)
    page.locator("[name=username]").fill(first_name.lower())
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    expect(page.locator(".me-name")).to_have_text(first_name)
    return page


def post_from_facebook(url: str, uuid: str, account: str, text: str) -> None:
    """As the provider does: signed with the app's secret."""
    at = int(time.time() * 1000)
    sender = {"sender": {"id": "6500111222333"}, "recipient": {"id": account}, "timestamp": at}
    entry = {"id": account, "time": at, "messaging": [{**sender, "message": {"mid": f"m_{at}", "text": text}}]}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    signature = "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    status, answer = Http(url).call("POST", f"/webhooks/{uuid}/", body, X_Hub_Signature_256=signature)
    assert status == 200, answer


def number(board: Page, label: str) -> Locator:
    return board.locator(".board-number", has_text=label).locator("dd")


def close(page: Page, text: str) -> None:
    page.locator("#rows .row", has_text=text).click()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("log", name="Messages")).to_contain_text("closed this")


def read_the_closed_rate(page: Page) -> None:
    """One of five is solved: taken along as CSV, then the conversations behind it, and one of these."""
    page.goto("/reports/")
    page.get_by_role("navigation", name="Reports").get_by_role("link", name="Resolution").click()
    rate = page.locator(".reports-card", has_text="Conversation closed rate").locator(".reports-value")
    expect(rate).to_have_text("20.0 %")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "Conversation closed rate" in download.value.path().read_text()
    rate.get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.locator("tbody tr", has_text="not closed").first.get_by_role("link").click()
    expect(page.get_by_role("log", name="Messages")).to_contain_text("do you have teapot number")


def test_from_an_empty_installation_to_a_team_at_work(
    empty: Embedded, new_context: Callable[..., BrowserContext]
) -> None:
    def browser() -> Page:
        return new_context(base_url=empty.url, viewport={"width": 1440, "height": 900}).new_page()

    sue = Sue(browser())
    sue.make_team("Sales")
    links = [sue.invite(name, "Sales") for name in ("Nora", "Ole")]
    nora, ole = (join(browser(), link, name) for link, name in zip(links, ("Nora", "Ole"), strict=True))
    # A link is for one person.
    late = browser()
    late.goto(links[0])
    expect(late.get_by_role("heading", name="This link is used up")).to_be_visible()

    sue.connect("Webchat", "Website", "Sales")
    channel = sue.uuid()
    board = sue.page.context.new_page()
    board.goto("/wallboard/")
    expect(number(board, "Online")).to_have_text("2/2")
    expect(number(board, "Waiting")).to_have_text("0")

    # Traffic: everybody gets something to do, and the board tells it by itself.
    visitors = [Visitor(empty.url, channel) for _each in range(4)]
    for place, visitor in enumerate(visitors):
        visitor.say(f"Hello, do you have teapot number {place}?")
    expect(number(board, "Waiting")).to_have_text("4")
    for name in ("Nora", "Ole"):
        expect(board.locator(".board-seat", has_text=name)).to_contain_text("2/10")
    expect(nora.locator("#rows .row")).to_have_count(2)
    expect(ole.locator("#rows .row")).to_have_count(2)
    assert barriers(board) == []

    sue.set_away("Nora", "Training")
    expect(number(board, "Online")).to_have_text("1/2")
    expect(nora.locator(".me .presence")).to_have_text("Away: Training")
    visitors[0].say("Are you still there?")

    # The page was connected to another account: what it posts waits, until somebody puts that right and replays it.
    page_of_facebook = sue.connect("Facebook", "Our page", "Sales")
    facebook = sue.uuid()
    sue.page.locator("[name=config-app_secret]").fill(APP_SECRET)
    sue.page.locator("[name=config-verify_token]").fill("agreed")
    sue.page.locator("[name=config-access_token]").fill("EAAB-token")
    sue.page.locator("[name=external_id]").fill("999")
    sue.save()
    post_from_facebook(empty.url, facebook, "104500001", "Is my order on its way?")
    sue.page.goto("/admin/")
    expect(sue.figure("Webhooks not read in full").locator("dd")).to_have_text("1")
    sue.page.goto(page_of_facebook)
    sue.page.locator("[name=external_id]").fill("104500001")
    sue.save()
    sue.page.goto("/admin/")
    sue.figure("Webhooks not read in full").get_by_role("link").click()
    sue.page.locator("#result_list tbody th a").first.click()
    sue.page.get_by_role("button", name="Read again").click()
    expect(sue.page.get_by_text("done: Read again.")).to_be_visible()
    expect(ole.locator("#rows .row", has_text="Is my order on its way?")).to_be_visible()

    # What is solved shows in the closed rate.
    close(ole, "Is my order on its way?")
    empty.manage("measure")
    read_the_closed_rate(sue.page)

    # Who did all this is known.
    sue.page.goto("/admin/teams/auditentry/?q=Sue")
    for words in ("Nora", "Sales", "Website", "Our page", "Read again", "exported"):
        expect(sue.page.locator("#result_list")).to_contain_text(words)
