"""Writing in real Chromium: saved replies, drafts, mentions, and lines that are not sent yet."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.inbox import demand_no_barrier, field, opened, thread
from tests.processes import Embedded

WORLD = """
from channels_app.border import File
from conversations.models import SavedReply
words = "Hello {{contact.first_name}}, they are S to L."
hello = SavedReply.objects.create(shortcut="sizes", title="Our sizes", text=words)
hello.attach([File("sizes.txt", b"S M L", "text/plain")])
SavedReply.objects.create(shortcut="call", title="Call back", text="May we call {{contact.phone}}?")
print(1)
"""


@pytest.fixture(scope="module")
def replies(monty: Embedded) -> None:
    json.loads(monty.python(WORLD))


def offered(page: Page) -> Locator:
    return page.get_by_role("option")


# --- Saved replies ----------------------------------------------------------------------------------------------------


def test_a_saved_reply_is_found_looked_at_put_in_and_sent_with_its_file(replies, talk: Page) -> None:
    field(talk).press_sequentially("/si")
    expect(offered(talk)).to_have_count(1)
    expect(talk.locator(".suggest-preview")).to_contain_text("they are S to L.")
    demand_no_barrier(talk, "#composer")
    field(talk).press("Enter")
    expect(field(talk)).to_have_value("Hello {{contact.first_name}}, they are S to L.")
    expect(talk.get_by_role("alert").filter(has_text="Put something in for {{contact.first_name}}")).to_be_visible()
    field(talk).press("Enter")
    expect(field(talk)).to_have_value("Hello {{contact.first_name}}, they are S to L.")
    field(talk).fill("Hello, they are S to L.")
    expect(talk.locator("#chosen")).to_contain_text("sizes.txt")
    field(talk).press("Enter")
    expect(thread(talk)).to_contain_text("Hello, they are S to L.")
    expect(thread(talk)).to_contain_text("sizes.txt")
    expect(talk.locator("#chosen")).to_be_hidden()


def test_arrow_keys_walk_and_escape_leaves_a_slash_as_it_is(replies, talk: Page) -> None:
    talk.get_by_role("button", name="Saved replies", exact=True).click()
    expect(field(talk)).to_be_focused()
    first = talk.locator("[role=option][aria-selected=true]")
    expect(first).to_have_count(1)
    before = first.get_attribute("id")
    field(talk).press("ArrowDown")
    expect(talk.locator("[role=option][aria-selected=true]")).not_to_have_attribute("id", str(before))
    expect(field(talk)).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    field(talk).press("Escape")
    expect(talk.locator("#saved-replies")).to_be_hidden()
    field(talk).press_sequentially(" or 1/2")
    expect(talk.locator("#saved-replies")).to_be_hidden()
    field(talk).press("Enter")
    expect(thread(talk)).to_contain_text("/ or 1/2")


def test_somebody_keeps_one_of_their_own(logged_in: Callable[..., Page]) -> None:
    page = logged_in("ben")
    page.goto("/saved-replies/")
    page.get_by_role("link", name="New saved reply").click()
    page.get_by_label("Shortcut").fill("bye")
    page.get_by_label("Title").fill("Good-bye")
    page.get_by_label("Text").fill("Bye {{contact.nose}}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no variable {{contact.nose}}")
    page.get_by_label("Text").fill("Bye {{contact.first_name}}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Good-bye")).to_be_visible()
    demand_no_barrier(page)


# --- Drafts -----------------------------------------------------------------------------------------------------------


def stored(page: Page) -> None:
    """Everything typed here has reached the server."""
    for _tries in range(100):
        if not page.evaluate("Object.keys(localStorage).some(key => key.startsWith('monty.draft.'))"):
            return
        page.wait_for_timeout(100)
    pytest.fail("the draft was not stored")


def test_a_draft_is_seen_in_another_browser_of_the_same_person_and_by_nobody_else(
    talk: Page, question: str, logged_in: Callable[..., Page]
) -> None:
    field(talk).press_sequentially("Dear Nora")
    expect(talk.locator("#rows .row", has_text=question).locator(".row-draft")).to_have_text("Draft")
    stored(talk)
    laptop = opened(logged_in("ana"), question)
    expect(field(laptop)).to_have_value("Dear Nora")
    field(laptop).press_sequentially(", it fits")
    expect(field(talk)).to_have_value("Dear Nora, it fits")
    bens = opened(logged_in("ben"), question)
    expect(field(bens)).to_have_value("")
    expect(bens.locator(".row-draft")).to_have_count(0)
    field(laptop).press("Enter")
    expect(thread(talk)).to_contain_text("Dear Nora, it fits")
    expect(field(talk)).to_have_value("")
    expect(talk.locator("#rows .row", has_text=question).locator(".row-draft")).to_have_count(0)


def test_what_was_typed_without_a_connection_survives_a_reload(talk: Page) -> None:
    talk.context.set_offline(True)
    field(talk).press_sequentially("In the tunnel")
    talk.context.set_offline(False)
    talk.reload()
    expect(field(talk)).to_have_value("In the tunnel")
    stored(talk)


def test_both_tabs_keep_what_is_in_them(talk: Page, question: str) -> None:
    field(talk).fill("For the customer")
    talk.get_by_role("tab", name="Note").click()
    note = talk.get_by_role("textbox", name="Note", exact=True)
    note.fill("For us")
    stored(talk)
    opened(talk, question)
    expect(field(talk)).to_have_value("For the customer")
    talk.get_by_role("tab", name="Note").click()
    expect(note).to_have_value("For us")


# --- Mentions ---------------------------------------------------------------------------------------------------------


def test_a_colleague_called_in_a_note_is_told_and_looks(
    talk: Page, question: str, logged_in: Callable[..., Page]
) -> None:
    bens = logged_in("ben")
    mentions = bens.get_by_role("navigation", name="Inboxes").get_by_role("link", name="Mentions")
    expect(mentions).to_be_visible()
    expect(mentions.locator(".place-count")).to_have_count(0)
    talk.get_by_role("tab", name="Note").click()
    note = talk.get_by_role("textbox", name="Note", exact=True)
    note.press_sequentially("Please look, @be")
    expect(offered(talk)).to_have_count(1)
    note.press("Enter")
    expect(note).to_have_value("Please look, @ben ")
    note.press("Enter")
    expect(thread(talk).locator(".mention")).to_have_text("@ben")
    expect(mentions.locator(".place-count")).to_have_text("1")
    bens.get_by_role("link", name="mentioned you").click()
    expect(thread(bens)).to_contain_text(question)
    expect(mentions.locator(".place-count")).to_have_count(0)
    mentions.click()
    expect(bens.locator("#rows .row", has_text=question)).to_be_visible()


def test_who_cannot_see_it_is_refused_and_the_note_comes_back(talk: Page) -> None:
    talk.get_by_role("tab", name="Note").click()
    note = talk.get_by_role("textbox", name="Note", exact=True)
    note.press_sequentially("And you, @cara?")
    note.press("Enter")
    expect(talk.locator(".toast")).to_contain_text("cannot see this conversation")
    expect(note).to_have_value("And you, @cara?")


# --- Lines that are not sent yet --------------------------------------------------------------------------------------


class Gate:
    """Holds back what the page posts to a verb until it is opened."""

    def __init__(self, page: Page, verb: str) -> None:
        self.held: list[Route] = []
        self.page, self.address = page, f"**/{verb}/"
        page.route(self.address, lambda route: self.held.append(route))

    def wait(self) -> str:
        """What the one request that came wants to send."""
        for _tries in range(50):
            if self.held:
                break
            self.page.wait_for_timeout(50)
        # Time for another, were there one.
        self.page.wait_for_timeout(300)
        (only,) = self.held
        return only.request.post_data or ""

    def let_through(self) -> None:
        self.held.pop().continue_()


def top_of(line: Locator) -> float:
    """Asked of the page in one step: between two of them the line may be drawn anew."""
    return float(line.evaluate("line => line.getBoundingClientRect().top"))


def test_two_quick_answers_stand_there_at_once_stay_two_and_keep_their_order(talk: Page) -> None:
    gate = Gate(talk, "send")
    for text in ("first", "second"):
        field(talk).press_sequentially(text)
        field(talk).press("Enter")
    expect(talk.locator(".line.is-sending")).to_have_text([re.compile("first"), re.compile("second")])
    before = top_of(talk.locator(".line.is-sending .text").first)
    assert "text=first" in gate.wait()
    gate.let_through()
    assert "text=second" in gate.wait()
    expect(talk.locator(".line.is-sending")).to_have_count(1)
    stored = talk.locator("#lines .line.us .text").last
    expect(stored).to_have_text("first")
    # It has taken the place of the line that was pending: the reader's eye stays where it is.
    assert abs(before - top_of(stored)) < 4
    gate.let_through()
    expect(talk.locator(".line.is-sending")).to_have_count(0)
    expect(talk.locator("#lines .line.us .text")).to_have_text(["first", "second"])


def test_what_waits_behind_a_failed_one_does_not_overtake_it(talk: Page) -> None:
    talk.route("**/send/", lambda route: route.abort())
    field(talk).fill("first")
    field(talk).press("Enter")
    expect(talk.locator(".line.is-unsent")).to_contain_text("Monty could not be reached")
    talk.unroute("**/send/")
    field(talk).fill("second")
    field(talk).press("Enter")
    expect(talk.locator("#lines .line.us .text")).to_have_text(["first", "second"])
    expect(talk.locator("#sending .line")).to_have_count(0)


def test_after_a_reload_each_can_be_tried_again_once(talk: Page) -> None:
    talk.route("**/send/", lambda route: route.abort())
    for text in ("first", "second"):
        field(talk).fill(text)
        field(talk).press("Enter")
    expect(talk.locator(".line.is-unsent")).to_have_count(2)
    talk.unroute("**/send/")
    talk.reload()
    expect(talk.locator(".line.is-unsent")).to_have_count(2)
    talk.get_by_role("button", name="Retry").first.click()
    expect(talk.locator("#lines .line.us .text")).to_have_text(["first", "second"])
    expect(talk.locator("#sending .line")).to_have_count(0)


def test_a_refused_note_never_lands_in_the_field_for_the_customer(talk: Page) -> None:
    gate = Gate(talk, "note")
    talk.get_by_role("tab", name="Note").click()
    note = talk.get_by_role("textbox", name="Note", exact=True)
    note.fill("Secret, @cara?")
    note.press("Enter")
    talk.get_by_role("tab", name="Message").click()
    gate.wait()
    gate.let_through()
    expect(talk.locator(".toast")).to_contain_text("cannot see this conversation")
    expect(field(talk)).to_have_value("")
    talk.get_by_role("tab", name="Note").click()
    expect(note).to_have_value("Secret, @cara?")
