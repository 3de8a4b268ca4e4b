"""Answers to be sent later, macros, and labels on many, in real Chromium."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.inbox import demand_no_barrier, field, thread
from tests.client import Visitor
from tests.processes import Embedded

WORLD = """
from conversations.models import Label, Macro, SavedReply
from teams.models import Teammate
parcel, done = [Label.objects.get_or_create(name=name)[0].pk for name in ("Parcel", "Settled")]
hello = SavedReply.objects.create(shortcut="obliged", title="Thanks", text="Thank you, {{me.first_name}} here.")
steps = [{"do": "label", "add": [parcel], "remove": []}, {"do": "send", "saved_reply": hello.pk}]
Macro.objects.create(name="Thank and close", key=7, steps=[*steps, {"do": "close", "reason": "Thanked"}])
Macro.objects.create(name="Mark a parcel", steps=[{"do": "label", "add": [parcel], "remove": []}])
print(1)
"""


@pytest.fixture(scope="module", autouse=True)
def world(monty: Embedded) -> None:
    monty.python(WORLD)


def later(page: Page) -> Locator:
    return page.locator("#scheduled .is-later")


def choose(page: Page, time: str) -> None:
    page.get_by_role("button", name="Send later", exact=True).first.click()
    page.locator("#send-later-menu .menu-item", has_text=time).click()


def test_an_answer_waits_in_the_thread_until_the_customer_writes_and_is_put_back_into_the_field(
    talk: Page, question: str, visitor: Visitor
) -> None:
    field(talk).fill("Good morning!")
    talk.get_by_role("button", name="Send later", exact=True).first.click()
    expect(talk.locator("#send-later-menu")).to_contain_text("Possible until")
    demand_no_barrier(talk, "#send-later-menu")
    talk.locator("#send-later-menu .menu-item", has_text="Tomorrow").click()
    expect(later(talk)).to_contain_text("Will be sent tomorrow 09:00")
    expect(field(talk)).to_have_value("")
    expect(
        talk.locator("#rows .row", has_text=question).locator("[title='An answer is to be sent later']")
    ).to_be_visible()
    demand_no_barrier(talk, "#scheduled")
    later(talk).get_by_role("button", name="Change time").click()
    talk.locator("#send-later-change .menu-item", has_text="In an hour").click()
    expect(later(talk)).not_to_contain_text("tomorrow 09:00")
    expect(later(talk)).to_contain_text(re.compile("Will be sent (today|tomorrow)"))
    visitor.say("Forget it")
    expect(later(talk)).to_contain_text("Not sent: the customer wrote first")
    expect(thread(talk)).to_contain_text("Held back: the customer wrote before it was to be sent")
    field(talk).fill("And")
    later(talk).get_by_role("button", name="Back into the message field").click()
    expect(field(talk)).to_have_value("Good morning!\nAnd")
    expect(later(talk)).to_have_count(0)


def test_cancelled_it_stays_and_is_sent_now_with_its_file(talk: Page) -> None:
    talk.get_by_role("button", name="Media").click()
    talk.locator("#media input[type=file]").last.set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"at nine"}
    )
    talk.get_by_label("Caption").fill("The plan")
    talk.locator("#media").get_by_role("button", name="Send later", exact=True).click()
    talk.locator("#send-later-media .menu-item", has_text="In an hour").click()
    expect(talk.locator("#media")).to_be_hidden()
    expect(later(talk)).to_contain_text("plan.txt")
    later(talk).get_by_role("button", name="Cancel").click()
    expect(later(talk)).to_contain_text("Not sent: it was cancelled")
    expect(later(talk).get_by_role("button", name="Back into the message field")).to_have_count(0)
    later(talk).get_by_role("button", name="Send now").click()
    expect(talk.locator("#lines .line.us").last).to_contain_text("plan.txt")
    expect(later(talk)).to_have_count(0)


def test_a_macro_is_run_by_two_keys_and_its_refusal_says_why(talk: Page, question: str) -> None:
    talk.locator("#thread").focus()
    talk.keyboard.press("q")
    menu = talk.locator("#macros")
    expect(menu.locator(".menu-item", has_text="Thank and close")).to_contain_text("Send “Thanks”")
    expect(menu.get_by_role("searchbox")).to_be_focused()
    demand_no_barrier(talk, "#macros")
    talk.keyboard.press("7")
    expect(thread(talk)).to_contain_text("ran “Thank and close”")
    expect(thread(talk)).to_contain_text("Thank you, Ana here.")
    expect(talk.locator("#head .state")).to_have_text("Closed")
    talk.get_by_role("button", name="Macros").first.click()
    menu.get_by_role("searchbox").fill("thank and")
    talk.keyboard.press("Enter")
    expect(talk.locator(".toast")).to_contain_text("Nothing was done.")


def test_a_label_and_a_macro_on_many_and_the_label_undone(visitor: Visitor, talk: Page, question: str) -> None:
    row = talk.locator("#rows > li", has_text=question)
    row.locator(".row-pick").click()
    bar = talk.get_by_role("toolbar")
    bar.get_by_role("button", name="Label").click()
    demand_no_barrier(talk, "#bulk-labels")
    talk.locator("#bulk-labels").get_by_role("button", name="Put on: Settled").click()
    expect(talk.locator("#bulk")).to_contain_text("1 labelled.")
    expect(row.locator(".label")).to_have_text(["Settled"])
    talk.get_by_role("button", name="Undo").click()
    expect(row.locator(".label")).to_have_count(0)
    row.locator(".row-pick").click()
    row.locator(".row").focus()
    talk.keyboard.press("q")
    talk.locator("#bulk-macros").get_by_role("button", name=re.compile("Mark a parcel")).click()
    expect(talk.locator("#bulk")).to_contain_text("The macro ran on 1.")
    expect(row.locator(".label")).to_have_text(["Parcel"])


def test_the_filter_sheet_offers_labels_while_one_types(logged_in: Callable[..., Page]) -> None:
    page = logged_in("ana")
    page.goto("/?view=all")
    page.get_by_role("button", name="Filter", exact=True).click()
    label = page.get_by_role("combobox", name="Label")
    label.press_sequentially("parc")
    expect(page.locator(".combo-option:visible")).to_have_text(["Parcel"])
    demand_no_barrier(page, "#filters")
    label.press("Enter")
    expect(label).to_have_value("Parcel")
    label.press("Enter")
    expect(page.locator(".chips")).to_contain_text("Label: Parcel")


def test_somebody_puts_a_macro_of_their_own_together(logged_in: Callable[..., Page]) -> None:
    page = logged_in("ben")
    page.goto("/macros/")
    page.get_by_role("link", name="New macro").click()
    page.get_by_label("Name", exact=True).fill("Take it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one thing")
    page.get_by_role("group", name="Put labels on it").get_by_text("Parcel").click()
    page.get_by_label("Give it to").select_option("Me")
    demand_no_barrier(page, "main")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".saved-card", has_text="Take it")).to_contain_text("Label Parcel")
    demand_no_barrier(page, "main")
