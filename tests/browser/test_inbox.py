"""The agent's inbox in real Chromium, with a visitor at the other end and the server as `make run` starts it."""

import re
import uuid
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.inbox import button, field, opened, row, thread
from tests.client import Agent, Visitor
from tests.processes import Embedded


def place(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Inboxes").get_by_role("link", name=name)


def assign(page: Page, typed: str) -> None:
    page.locator("#assignee").click()
    search = page.get_by_role("searchbox", name="Search teammates and teams")
    search.fill(typed)
    search.press("Enter")


# --- Live -----------------------------------------------------------------------------------------------------------


def test_what_a_visitor_writes_changes_row_and_thread_without_a_reload(talk: Page, visitor: Visitor) -> None:
    talk.evaluate("window.never_reloaded = true")
    visitor.say("One more thing: does it come in blue?")
    expect(thread(talk)).to_contain_text("does it come in blue?")
    expect(row(talk, "does it come in blue?")).to_be_visible()
    assert talk.evaluate("window.never_reloaded") is True
    # A time is short, and exact for whoever asks.
    for line in (row(talk, "does it come in blue?"), thread(talk).locator(".them").last):
        expect(line.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
        expect(line.locator("time")).to_have_attribute("title", re.compile(r"20\d\d.*\d\d:\d\d:\d\d"))


def test_what_comes_late_takes_its_place_among_the_older(
    talk: Page, visitor: Visitor, question: str, monty: Embedded
) -> None:
    visitor.say("Are you there?")
    expect(thread(talk)).to_contain_text("Are you there?")
    monty.python(COME_LATE % {"question": question})

    expect(thread(talk)).to_contain_text("Written the day before")
    expect(thread(talk)).to_contain_text("Written in between")

    lines = thread(talk).locator("#lines > .them, #lines > .day").all_inner_texts()
    words = [question, "the day before", "in between", "Are you there?"]
    order = [next((word for word in words if word in text), "day") for text in lines]
    assert order == ["day", "the day before", "day", question, "in between", "Are you there?"]
    assert thread(talk).locator("#lines > .day").count() == 2
    # As a page that is read anew shows it.
    talk.reload()
    expect(thread(talk)).to_contain_text("Are you there?")
    assert thread(talk).locator("#lines > .them, #lines > .day").all_inner_texts() == lines


def test_a_customer_who_types_is_seen_to_do_so_until_they_have_written(talk: Page, visitor: Visitor) -> None:
    """Providers tell it; here the socket's word is played."""
    hint = talk.get_by_text("is typing…")
    expect(hint).to_be_hidden()
    number = talk.locator(".pane").get_attribute("data-conversation")
    for conversation, shown in (("0", False), (number, True)):
        frame = f'{{"hint": "typing", "conversation": {conversation}}}'
        talk.evaluate(f"document.dispatchEvent(new CustomEvent('live', {{ detail: {frame} }}))")
        assert hint.is_visible() is shown
    visitor.say("There it is")
    expect(thread(talk)).to_contain_text("There it is")
    expect(hint).to_be_hidden()


COME_LATE = """
from datetime import timedelta
from channels_app.border import Inbound, Sender
from conversations.incoming import intake
from conversations.models import Message
asked = Message.objects.get(text="%(question)s")
identity, channel = asked.conversation.identity, asked.channel
for number, (text, at) in enumerate([
    ("Written in between", asked.at + timedelta(milliseconds=1)),
    ("Written the day before", asked.at - timedelta(days=1)),
]):
    intake.receive(channel, Inbound(f"late-{asked.pk}-{number}", Sender(identity.external_id), at, text))
"""


def test_a_new_conversation_appears_at_the_top_of_the_list(
    visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    page = logged_in("ana")
    page.goto("/?view=all")
    visitor.say(question)
    expect(page.locator("#rows .row").first).to_contain_text(question)


def test_what_one_agent_answers_another_sees(talk: Page, question: str, logged_in: Callable[..., Page]) -> None:
    other = opened(logged_in("ben"), question)
    expect(talk.get_by_text("Ben Birch is looking at this, too")).to_be_visible()
    expect(other.get_by_text("Ana Alder is looking at this, too")).to_be_visible()
    field(talk).press_sequentially("Yes, two of them")
    expect(other.get_by_text("Ana Alder is typing…")).to_be_visible()
    field(talk).press("Enter")
    expect(thread(other)).to_contain_text("Yes, two of them")
    expect(row(other, "Yes, two of them")).to_contain_text("Us:")
    expect(other.get_by_text("Ana Alder is typing…")).to_be_hidden()
    talk.goto("/?view=all")
    expect(other.locator("#company")).to_be_hidden()


def test_a_cut_socket_is_said_and_everything_is_caught_up(talk: Page, visitor: Visitor, monty: Embedded) -> None:
    field(talk).fill("half a sentence")
    monty.kill("serve")
    expect(talk.get_by_text("Reconnecting…")).to_be_visible()
    monty.start()
    visitor.say("I wrote while you were away")
    expect(thread(talk)).to_contain_text("I wrote while you were away")
    expect(talk.get_by_text("Reconnecting…")).to_be_hidden()
    expect(thread(talk).get_by_text("I wrote while you were away")).to_have_count(1)
    expect(field(talk)).to_have_value("half a sentence")


def test_a_teammates_dot_changes_while_one_looks(talk: Page, logged_in: Callable[..., Page]) -> None:
    other = logged_in("ben")
    talk.locator("#assignee").click()
    ben = talk.locator(".menu-item.is-teammate", has_text="Ben Birch")
    expect(ben).to_contain_text("Active")
    expect(ben).to_contain_text(re.compile(r"\d/\d+"))
    other.get_by_role("button", name="Active").click()
    expect(other.get_by_role("button", name="Away")).to_be_visible()
    expect(ben).to_contain_text("Away")
    other.get_by_role("button", name="Away").click()
    expect(ben).to_contain_text("Active")


def test_the_title_counts_what_is_unread_in_mine(talk: Page, visitor: Visitor, question: str) -> None:
    assign(talk, "Me")
    expect(talk.locator("#assignee")).to_contain_text("Ana Alder")
    # Whoever had it before, it is read now: what was unread of it shall not be counted below.
    expect(row(talk, question).locator(".badge")).to_have_count(0)
    talk.goto("/?view=closed")
    before = int((re.findall(r"^\((\d+)\)", talk.title()) or ["0"])[0])
    visitor.say("Still there?")
    expect(talk).to_have_title(re.compile(rf"^\({before + 1}\) "))


def test_the_list_goes_on_where_one_scrolls_to_and_stays_there(
    talk: Page, question: str, monty: Embedded, channel: str
) -> None:
    rows = talk.locator("#rows .row")
    before = rows.count()
    # Reaching the last row is enough: what follows has come, or comes now.
    rows.nth(before - 1).scroll_into_view_if_needed()
    expect(rows.nth(before + 5)).to_be_attached()
    numbers = rows.evaluate_all("rows => rows.map(row => row.parentElement.id)")
    assert len(numbers) == len(set(numbers))

    # Whoever comes stands at the top, out of sight: what one reads and what has the focus stay where they are.
    here = rows.nth(before - 1)
    here.focus()
    talk.wait_for_load_state("networkidle")
    place_before, name = here.bounding_box(), here.locator("..").get_attribute("id")
    Visitor(monty.url, channel).say(f"{question} And me?")
    expect(rows.first).to_contain_text("And me?")
    expect(talk.locator(f"#{name} .row")).to_be_focused()
    # To the pixel: a browser scrolls by whole ones, while rows are half of one higher.
    assert talk.locator(f"#{name} .row").bounding_box() == pytest.approx(place_before, abs=1)


def test_older_lines_load_upwards_and_nothing_jumps(talk: Page, visitor: Visitor, question: str) -> None:
    assign(talk, "Me")
    expect(talk.locator("#assignee")).to_contain_text("Ana Alder")
    address = talk.url
    talk.goto("about:blank")
    for number in range(60):
        visitor.say(f"line {number}")
    # It is opened at the first of what is new; seen once, at its end.
    talk.goto(address)
    expect(talk.locator("#news-mark")).to_be_in_viewport()
    expect(thread(talk).get_by_text("line 0", exact=True)).to_be_in_viewport()
    expect(thread(talk).get_by_text("line 59", exact=True)).not_to_be_in_viewport()
    expect(row(talk, "line 59")).to_be_visible()
    expect(row(talk, "line 59").locator(".badge")).to_have_count(0)
    talk.reload()
    expect(thread(talk)).to_contain_text("line 59")
    expect(thread(talk)).not_to_contain_text(question)
    expect(thread(talk)).to_have_attribute("data-settled", "yes")
    thread(talk).evaluate("thread => thread.scrollTop = 0")
    expect(thread(talk)).to_contain_text(question)
    assert thread(talk).evaluate("thread => thread.scrollTop") > 100
    numbers = talk.locator("#lines .line").evaluate_all("lines => lines.map(line => Number(line.id.slice(6)))")
    assert numbers == sorted(set(numbers))
    assert talk.locator("#lines .day").count() == 1


def test_pictures_can_be_pasted(talk: Page) -> None:
    field(talk).evaluate(
        """field => {
            const data = new DataTransfer();
            data.items.add(new File(["GIF89a"], "pasted.gif", { type: "image/gif" }));
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(talk.get_by_role("dialog", name="Media").get_by_text("pasted.gif", exact=True)).to_be_visible()


# --- Writing --------------------------------------------------------------------------------------------------------


def test_enter_sends_and_shift_enter_starts_a_new_line(talk: Page, visitor: Visitor) -> None:
    field(talk).press_sequentially("first line")
    field(talk).press("Shift+Enter")
    field(talk).press_sequentially("second line")
    expect(field(talk)).to_have_value("first line\nsecond line")
    field(talk).press("Enter")
    expect(field(talk)).to_have_value("")
    expect(thread(talk).locator(".us", has_text="second line")).to_contain_text("Sent")
    assert [each["text"] for each in visitor.read()][-1] == "first line\nsecond line"


def test_the_button_sends_too(talk: Page, visitor: Visitor) -> None:
    field(talk).fill("By the button")
    button(talk, "Send Message").click()
    expect(thread(talk).locator(".us", has_text="By the button")).to_contain_text("Sent")


def test_the_enter_that_ends_a_composition_does_not_send(talk: Page) -> None:
    field(talk).fill("にほん")
    field(talk).dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(field(talk)).to_have_value("にほん")
    field(talk).dispatch_event("keydown", {"key": "Enter", "isComposing": False})
    expect(field(talk)).to_have_value("")


def test_a_draft_outlives_a_reload_and_belongs_to_its_conversation(talk: Page) -> None:
    field(talk).fill("not yet finished")
    address = talk.url
    talk.reload()
    expect(field(talk)).to_have_value("not yet finished")
    talk.locator("#rows .row:not([aria-current])", has=talk.locator(".state:is(.open, .assigned)")).first.click()
    expect(field(talk)).to_have_value("")
    talk.goto(address)
    expect(field(talk)).to_have_value("not yet finished")


def test_what_could_not_be_sent_stays_with_retry_also_after_a_reload(talk: Page, visitor: Visitor) -> None:
    talk.route("**/send/", lambda route: route.abort())
    field(talk).fill("Through the tunnel")
    field(talk).press("Enter")
    expect(button(talk, "Retry")).to_be_visible()
    talk.reload()
    expect(talk.locator(".is-unsent")).to_contain_text("Through the tunnel")
    talk.unroute("**/send/")
    button(talk, "Retry").click()
    expect(thread(talk).locator("#lines .us", has_text="Through the tunnel")).to_contain_text("Sent")
    expect(talk.locator("#sending .line")).to_have_count(0)
    assert [each["text"] for each in visitor.read()].count("Through the tunnel") == 1


def test_an_answer_whose_receipt_was_lost_is_sent_once(talk: Page, visitor: Visitor) -> None:
    def lose_the_answer(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    talk.route("**/send/", lose_the_answer)
    talk.route("**/news/**", lambda route: route.abort())
    field(talk).fill("Did it arrive?")
    field(talk).press("Enter")
    expect(button(talk, "Retry")).to_be_visible()
    talk.unroute("**/send/")
    button(talk, "Retry").click()
    talk.unroute("**/news/**")
    expect(thread(talk).locator("#lines .us", has_text="Did it arrive?")).to_have_count(1)
    expect(talk.locator("#sending .line")).to_have_count(0)
    assert [each["text"] for each in visitor.read()].count("Did it arrive?") == 1


def test_a_button_held_down_while_the_customer_reads_its_line_is_pressed_all_the_same(
    talk: Page, visitor: Visitor
) -> None:
    field(talk).fill("We have two of them")
    field(talk).press("Enter")
    line = thread(talk).locator("#lines .us", has_text="We have two of them")
    expect(line).to_contain_text("Sent")

    line.get_by_role("button", name="Quote this message").hover()
    talk.mouse.down()
    visitor.has_seen(visitor.read()[-1]["id"])
    expect(line).to_contain_text("Read")
    talk.mouse.up()

    expect(talk.locator("#answering")).to_contain_text("We have two of them")


def test_what_could_not_be_fetched_once_is_fetched_again_by_the_page_itself(talk: Page, visitor: Visitor) -> None:
    for fault in (lambda route: route.abort(), lambda route: route.fulfill(status=503)):
        text = f"Are you there? {uuid.uuid4().hex[:8]}"
        talk.route("**/news/**", fault, times=2)
        with talk.expect_request("**/news/**"):
            visitor.say(text)
        expect(thread(talk)).to_contain_text(text)


def test_when_somebody_wrote_meanwhile_one_is_asked(talk: Page, visitor: Visitor) -> None:
    talk.route("**/news/**", lambda route: route.abort())
    visitor.say("Wait, I found it")
    expect(row(talk, "Wait, I found it")).to_be_visible()
    field(talk).fill("Shall I look for it?")
    field(talk).press("Enter")
    talk.unroute_all()
    expect(talk.get_by_text("Somebody wrote meanwhile.")).to_be_visible()
    expect(field(talk)).to_have_value("Shall I look for it?")
    button(talk, "Send anyway").click()
    expect(thread(talk).locator("#lines .us", has_text="Shall I look for it?")).to_be_visible()
    expect(thread(talk)).to_contain_text("Wait, I found it")


def test_a_note_is_for_teammates_only(talk: Page, visitor: Visitor) -> None:
    talk.get_by_role("tab", name="Note").click()
    talk.get_by_role("textbox", name="Note").fill("Regular customer")
    button(talk, "Add Note").click()
    expect(thread(talk).locator("#lines .note")).to_contain_text("Regular customer")
    assert "Regular customer" not in [each["text"] for each in visitor.read()]


def test_script_in_a_message_is_shown_as_text(talk: Page, visitor: Visitor) -> None:
    hostile = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>'
    visitor.say(hostile)
    expect(thread(talk).get_by_text(hostile)).to_be_visible()
    assert talk.evaluate("window.taken") is None


# --- Keys -----------------------------------------------------------------------------------------------------------


def test_single_keys_do_what_the_list_of_shortcuts_says(talk: Page, question: str) -> None:
    keys, mine = talk.keyboard, row(talk, question)
    expect(field(talk)).to_be_focused()
    keys.type("?jk")
    expect(field(talk)).to_have_value("?jk")
    field(talk).fill("")
    keys.press("Escape")
    expect(mine).to_be_focused()
    keys.press("j")
    expect(talk.locator("#rows .row").nth(1)).to_be_focused()
    keys.press("k")
    expect(mine).to_be_focused()

    keys.press("?")
    shortcuts = talk.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_contain_text("Next, previous conversation")
    keys.press("e")
    assert barriers(talk) == []
    keys.press("Escape")
    expect(shortcuts).to_be_hidden()

    keys.press("n")
    expect(talk.get_by_role("textbox", name="Note")).to_be_focused()
    keys.press("Escape")
    keys.press("r")
    expect(field(talk)).to_be_focused()
    keys.press("Escape")
    keys.press("a")
    expect(talk.get_by_role("searchbox", name="Search teammates and teams")).to_be_focused()
    keys.press("Escape")
    for word in ("Away", "Active"):
        keys.press("m")
        expect(talk.locator(".presence")).to_have_text(word)
    keys.press("e")
    expect(thread(talk)).to_contain_text("Ana Alder closed this")


def test_whoever_does_not_want_single_keys_switches_them_off(talk: Page) -> None:
    button(talk, "Keyboard shortcuts").click()
    off = talk.get_by_role("switch", name="Single keys do this in this browser")
    off.uncheck()
    talk.keyboard.press("Escape")
    talk.keyboard.press("?")
    expect(off).to_be_hidden()
    talk.reload()
    button(talk, "Keyboard shortcuts").click()
    expect(off).not_to_be_checked()


# --- Files ----------------------------------------------------------------------------------------------------------


def test_the_three_dots_open_the_media_dialog_which_sends_a_picture(
    talk: Page, visitor: Visitor, tmp_path: Path
) -> None:
    Image.new("RGB", (300, 200), "teal").save(tmp_path / "table.png")
    talk.get_by_role("button", name="Media").click()
    media = talk.get_by_role("dialog", name="Media")
    media.get_by_label("Images").set_input_files(tmp_path / "table.png")
    expect(media.get_by_text("table.png")).to_be_visible()
    media.get_by_label("Caption").fill("This one")
    media.get_by_role("button", name="Send", exact=True).click()
    expect(media).to_be_hidden()
    expect(thread(talk).get_by_role("img", name="table.png")).to_be_visible()
    assert visitor.read()[-1]["text"] == "This one"

    thread(talk).get_by_role("img", name="table.png").click()
    viewer = talk.get_by_role("dialog", name="Picture")
    expect(viewer.get_by_role("img", name="table.png")).to_be_visible()
    talk.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_a_file_of_a_wrong_kind_is_refused_in_words_and_can_be_removed(talk: Page, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html></html>")
    talk.get_by_role("button", name="Media").click()
    media = talk.get_by_role("dialog", name="Media")
    media.get_by_label("Attachments").set_input_files(tmp_path / "page.html")
    expect(media.get_by_role("listitem")).to_contain_text("page.html is of a kind that is not passed on.")
    expect(media.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    media.get_by_role("button", name="Remove page.html").click()
    expect(media.get_by_role("button", name="Send", exact=True)).to_be_disabled()


# --- Verbs ----------------------------------------------------------------------------------------------------------


def test_assigning_to_a_teammate_puts_it_into_their_inbox(
    talk: Page, question: str, logged_in: Callable[..., Page]
) -> None:
    other = logged_in("ben")
    assign(talk, "ben")
    expect(talk.locator("#assignee")).to_contain_text("Ben Birch")
    expect(row(other, question)).to_be_visible()


def test_assigning_to_a_team_removes_the_teammate(
    monty: Embedded, talk: Page, question: str, logged_in: Callable[..., Page]
) -> None:
    # Within Support's hours Auto Assign would give it to her at once.
    cara = Agent(monty.url, "cara")
    cara.presence("away")
    other = logged_in("cara")
    place(other, "Support").click()
    assign(talk, "Support")
    expect(row(other, question)).to_contain_text("Open")
    # Ana is not in Support: it has left her inboxes while she looked at it.
    expect(talk.get_by_text("This conversation has moved to where you do not see it.")).to_be_visible()
    cara.presence("active")


def test_me_and_nobody(talk: Page) -> None:
    assign(talk, "Me")
    expect(talk.locator("#assignee")).to_contain_text("Ana Alder")
    talk.locator("#assignee").click()
    talk.locator(".menu").get_by_role("button", name="Nobody").click()
    expect(thread(talk)).to_contain_text("Ana Alder took this off Ana Alder")


def test_close_then_reopen_which_turns_blue(talk: Page) -> None:
    button(talk, "Close").click()
    expect(thread(talk)).to_contain_text("Ana Alder closed this")
    expect(field(talk)).to_be_hidden()
    reopen = talk.get_by_role("button", name="Reopen")
    expect(reopen).to_have_attribute("aria-pressed", "false")
    plain = reopen.evaluate("button => getComputedStyle(button).backgroundColor")
    reopen.click()
    expect(reopen).to_have_attribute("aria-pressed", "true")
    expect(reopen).not_to_have_css("background-color", plain)
    expect(field(talk)).to_be_visible()


def test_drop_asks_for_a_reason(talk: Page, question: str) -> None:
    button(talk, "Drop").click()
    dialog = talk.get_by_role("dialog", name="Drop this conversation?")
    dialog.get_by_label("Reason (optional)").fill("no answer for a week")
    dialog.get_by_role("button", name="Drop").click()
    expect(thread(talk)).to_contain_text("Ana Alder dropped this: no answer for a week")
    place(talk, "Dropped").click()
    expect(row(talk, question)).to_be_visible()


def test_a_refusal_is_said_in_words(talk: Page, question: str, logged_in: Callable[..., Page]) -> None:
    other = opened(logged_in("ben"), question)
    other.route("**/news/**", lambda route: route.abort())
    button(talk, "Close").click()
    expect(thread(talk)).to_contain_text("Ana Alder closed this")
    button(other, "Close").click()
    expect(other.locator(".toast")).to_contain_text("is not possible while this is closed")


# --- Every width, every theme, every hand ---------------------------------------------------------------------------


def test_on_a_phone_there_is_the_list_or_the_conversation(
    visitor: Visitor, question: str, logged_in: Callable[..., Page]
) -> None:
    visitor.say(question)
    page = logged_in("ana", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto("/?view=all")
    assert page.locator(".search-field").evaluate("field => getComputedStyle(field).transitionDuration") == "1e-05s"
    row(page, question).click()
    expect(thread(page)).to_be_visible()
    expect(page.locator("#rows")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # Most of it is for what was said, and nothing lies over anything else.
    assert thread(page).evaluate("thread => thread.clientHeight") > 844 / 2
    buttons = [each.bounding_box() for each in page.locator(".head-acts > *").all()]
    assert all(one["x"] + one["width"] <= next_one["x"] for one, next_one in pairwise(filter(None, buttons)))
    page.get_by_role("link", name="Back to the list").click()
    expect(row(page, question)).to_be_visible()
    expect(page.locator("#thread")).to_have_count(0)


def test_back_and_forward_lead_where_one_was(talk: Page, question: str) -> None:
    talk.go_back()
    expect(talk.get_by_text("Choose a conversation to read and answer it.")).to_be_visible()
    talk.go_forward()
    expect(thread(talk)).to_contain_text(question)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_have_no_barrier_that_axe_knows(
    theme: str, visitor: Visitor, question: str, new_page: Callable[..., Page], logged_in: Callable[..., Page]
) -> None:
    visitor.say(question)
    entrance = new_page(color_scheme=theme)
    entrance.goto("/login/")
    assert barriers(entrance) == []
    page = opened(logged_in("ana", color_scheme=theme), question)
    assert barriers(page) == []
    page.locator("#assignee").click()
    expect(page.locator(".menu-item").first).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Media").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    button(page, "Close").click()
    expect(button(page, "Reopen")).to_be_visible()
    assert barriers(page) == []


def barriers(page: Page) -> list[str]:
    page.wait_for_timeout(300)  # Colours in transition have no contrast yet.
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]
    ]
