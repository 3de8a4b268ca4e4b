"""Picking an approved template in real Chromium: after the window one stands in the composer's place."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inbox import demand_no_barrier
from tests.processes import Embedded

# Two days ago Nora wrote on WhatsApp; the provider has approved two templates.
WORLD = """
from datetime import timedelta
from django.utils import timezone
from channels_app.border import Inbound, Sender
from channels_app.models import Channel, Template
from conversations.incoming import intake
channel = Channel.objects.get(kind="whatsapp")
button = {"type": "URL", "text": "Track", "url": "https://larch.example/t/{{1}}"}
parts = [{"type": "BODY", "text": "Hello {{1}}, it is on its way."}, {"type": "BUTTONS", "buttons": [button]}]
known = {"channel": channel, "language": "en_US", "status": "approved"}
Template.objects.create(name="order_shipped", components=parts, **known)
Template.objects.create(name="welcome_back", components=[{"type": "BODY", "text": "We are back."}], **known)
who = Sender(external_id="n-1", name="Nora Template")
long_ago = timezone.now() - timedelta(hours=48)
print(intake.receive(channel, Inbound("t-1", who, long_ago, "Where is it?"))[0].conversation_id)
"""


@pytest.fixture(scope="module")
def late(monty: Embedded) -> int:
    """The conversation in which only templates may be sent."""
    return int(json.loads(monty.python(WORLD)))


@pytest.fixture
def talk(late: int, logged_in: Callable[..., Page]) -> Page:
    page = logged_in("sara")
    page.goto(f"/conversations/{late}/?view=all")
    return page


def choose(page: Page) -> None:
    page.get_by_role("button", name="Choose a template").click()
    page.get_by_role("searchbox", name="Search templates").fill("on its way")
    expect(page.locator(".templates-item:visible")).to_have_count(1)
    page.get_by_role("searchbox", name="Search templates").press("Enter")


def test_a_template_is_found_filled_in_looked_at_and_sent(talk: Page) -> None:
    expect(talk.get_by_role("textbox", name="Message", exact=True)).to_be_hidden()
    choose(talk)
    preview = talk.locator(".template-preview")
    expect(preview).to_contain_text("Hello {{1}}, it is on its way.")
    talk.get_by_label("Variable 1").fill("Nora")
    talk.get_by_label("End of the address behind “Track”").fill("7XK2")
    expect(preview).to_contain_text("Hello Nora, it is on its way.")
    expect(preview).to_contain_text("https://larch.example/t/7XK2")
    talk.get_by_role("button", name="Send template").click()
    expect(talk.get_by_role("dialog", name="Templates")).to_be_hidden()
    expect(talk.get_by_role("log", name="Messages")).to_contain_text("Hello Nora, it is on its way.")


def test_what_is_refused_is_said_in_the_dialog_and_nothing_typed_is_lost(talk: Page) -> None:
    choose(talk)
    talk.get_by_label("Variable 1").fill("Nora")
    talk.get_by_label("End of the address behind “Track”").fill("7 XK2")
    talk.get_by_role("button", name="Send template").click()
    expect(talk.get_by_role("alert").filter(has_text="an address has no spaces")).to_be_visible()
    expect(talk.get_by_label("Variable 1")).to_have_value("Nora")


def test_the_picker_has_no_obstacles_for_assistive_technology(talk: Page) -> None:
    choose(talk)
    talk.locator(".template-form").wait_for()
    demand_no_barrier(talk, "#templates")
