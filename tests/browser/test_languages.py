"""The inbox in Arabic: written from right to left, and nothing of the interface left in English."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.browser.webchat import Chat

# What people wrote or named themselves has its own direction; channels and keys are called what they are called.
THEIRS = "[dir=auto], bdi, kbd, .avatar, .channel, option"
SPEAKING = "button, summary, h1, h2, h3, label, legend, a, [aria-label], [placeholder], [title]"
# The interface's own words, those shown and those only read out, in which there is no Arabic.
FOREIGN_WORDS = """([speaking, theirs]) => [...document.querySelectorAll(speaking)]
    .filter(each => each.checkVisibility() && !each.closest(theirs) && !each.querySelector(theirs))
    .flatMap(each => [each.textContent, each.ariaLabel, each.getAttribute("placeholder"), each.title])
    .map(words => words?.trim()).filter(words => /[a-z]{3}/i.test(words ?? "") && !/[\\u0600-\\u06ff]/.test(words))"""


@pytest.fixture
def inbox(logged_in: Callable[..., Page], chat: Chat) -> Page:
    question = f"Is it blue? {uuid.uuid4().hex[:8]}"
    chat.say(question)
    expect(chat.line(question)).to_contain_text("Sent")
    logged_in("ana")
    page = logged_in("ana", locale="ar")
    page.goto("/?view=all")
    page.locator("#rows .row", has_text=question).click()
    expect(page.get_by_role("log")).to_contain_text(question)
    return page


def test_the_list_stands_to_the_right_of_the_conversation(inbox):
    left_of = inbox.locator("#conversation").bounding_box()
    right_of = inbox.locator("#rows").bounding_box()

    assert inbox.evaluate("document.documentElement.dir") == "rtl"
    assert left_of["x"] + left_of["width"] <= right_of["x"] + 1


def test_nothing_of_the_interface_is_left_in_english(inbox):
    assert inbox.evaluate(FOREIGN_WORDS, [SPEAKING, THEIRS]) == []


def test_axe_finds_nothing_wrong_with_it(inbox):
    assert barriers(inbox) == []
