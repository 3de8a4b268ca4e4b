"""What a visitor is asked, offered and told, and what they send beside words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.barriers import LAW, barriers
from tests.browser.webchat import Agent, Chat
from tests.processes import Embedded

# One channel that asks, one of a team which is never there.
MAKE = """
import json
from channels_app.models import Channel
from teams.models import Schedule, Team
size = {"name": "size", "label": "Your size", "type": "choice", "required": True, "options": ["S", "M"]}
never, _ = Schedule.objects.get_or_create(name="Never")
closed, _ = Team.objects.get_or_create(name="Night", schedule=never, away_message="We sleep.")
asking = Channel.objects.create(kind="webchat", name="Asks", config={"ask_name": "required", "ask_also": [size]})
away = Channel.objects.create(kind="webchat", name="Away", team=closed)
swift = Channel.objects.create(kind="webchat", name="Swift", config={"answers_within": "minutes"})
print(json.dumps({"asking": str(asking.uuid), "away": str(away.uuid), "swift": str(swift.uuid)}))
"""
OFFER = """
from channels_app.border import QuickReply
from conversations.models import Conversation, Message
from teams.models import Teammate
row = Message.objects.filter(text={saying!r}).latest("pk").conversation
offered = [QuickReply("Yes, the cobalt one", "YES"), QuickReply("No", "NO")]
row.reply("Shall I order it?", by=Teammate.objects.get(username="ana"), quick_replies=offered)
"""
PDF = {"name": "list.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"0" * 300_000}


@pytest.fixture(scope="module")
def channels(monty: Embedded) -> dict[str, str]:
    told: dict[str, str] = json.loads(monty.python(MAKE).splitlines()[-1])
    return told


class Standalone(Chat):
    """The chat's own page, without a website around it."""

    @property
    def frame(self) -> Any:
        return self.page


@pytest.fixture
def asking(new_page: Callable[..., Page], channels: dict[str, str]) -> Chat:
    return Standalone(new_page(), f"/webchat/{channels['asking']}/")


@pytest.fixture
def away(new_page: Callable[..., Page], channels: dict[str, str]) -> Chat:
    return Standalone(new_page(), f"/webchat/{channels['away']}/")


def details(agent: Agent, saying: str) -> Any:
    messages = agent.ask(f"{agent.conversation(saying)}messages/")["results"]
    return next(message["details"] for message in messages if message["text"] == saying)


# --- Asked -----------------------------------------------------------------------------------------------------------


def test_what_is_asked_goes_along_with_the_first_message(asking, agent):
    asking.frame.get_by_label("Name").fill("Nora Nile")
    asking.frame.get_by_label("Your size").select_option("M")
    asking.say("Do you have it in my size?")

    expect(asking.line("in my size")).to_contain_text("Sent")
    expect(asking.frame.get_by_label("Name")).to_be_hidden()
    answers = details(agent, "Do you have it in my size?")["form"]["answers"]
    assert answers == {"Name": "Nora Nile", "Your size": "M"}


def test_without_an_answer_nothing_is_sent_and_nothing_typed_is_lost(asking):
    asking.say("No time for questions")

    expect(asking.frame.get_by_label("Name")).to_be_focused()
    expect(asking.bubbles).to_have_count(0)
    expect(asking.field).to_have_value("No time for questions")
    asking.frame.get_by_label("Name").fill("Nora")
    asking.page.reload()
    expect(asking.frame.get_by_label("Name")).to_have_value("Nora")
    expect(asking.field).to_have_value("No time for questions")


def test_what_is_asked_offline_arrives_with_the_message(asking, agent):
    asking.frame.get_by_label("Name").fill("Nora")
    asking.frame.get_by_label("Your size").select_option("S")
    asking.page.context.set_offline(True)
    asking.say("asked in a tunnel")
    expect(asking.line("asked in a tunnel")).to_contain_text("Waiting for a connection")
    asking.page.context.set_offline(False)

    expect(asking.line("asked in a tunnel")).to_contain_text("Sent")
    assert details(agent, "asked in a tunnel")["form"]["answers"] == {"Name": "Nora", "Your size": "S"}


def test_while_nobody_is_there_it_says_so_and_asks_where_to_answer(away):
    expect(away.frame.get_by_text("We are away now")).to_be_visible()
    expect(away.frame.get_by_text("We sleep.")).to_be_visible()
    away.frame.get_by_role("textbox", name="E-mail").fill("nora@example.org")
    away.say("When do you open?")

    expect(away.bubbles).to_have_text(["When do you open?", "We sleep."])
    expect(away.frame.get_by_role("textbox", name="E-mail")).to_be_hidden()


def test_whoever_does_not_want_to_say_it_may_write_all_the_same(away):
    away.say("Just a thought")

    expect(away.line("Just a thought")).to_contain_text("Sent")


def test_it_says_how_soon_one_is_usually_answered(new_page, channels):
    chat = Standalone(new_page(), f"/webchat/{channels['swift']}/")

    expect(chat.frame.get_by_text("Usually answers within minutes")).to_be_visible()


# --- Offered ---------------------------------------------------------------------------------------------------------


def test_an_offered_answer_is_given_by_a_press(chat, agent, monty):
    chat.say("Is the blue one to be had?")
    expect(chat.line("Is the blue one")).to_contain_text("Sent")
    monty.python(OFFER.format(saying="Is the blue one to be had?"))
    chat.frame.get_by_role("button", name="Yes, the cobalt one").click()

    expect(chat.line("Yes, the cobalt one").last).to_contain_text("Sent")
    expect(chat.frame.get_by_role("button", name="No", exact=True)).to_have_count(0)
    assert details(agent, "Yes, the cobalt one")["button"] == {"title": "Yes, the cobalt one", "payload": "YES"}


# --- Files -----------------------------------------------------------------------------------------------------------


def test_an_upload_shows_how_far_it_is_and_can_be_given_up(chat):
    chat.page.route("**/messages/", lambda route: None)
    chat.frame.locator("#picker").set_input_files(PDF)
    expect(chat.frame.get_by_role("progressbar")).to_be_visible()
    chat.frame.get_by_role("button", name="Cancel").click()

    expect(chat.line("list.pdf")).to_have_count(0)
    chat.page.unroute("**/messages/")
    chat.say("Never mind")
    expect(chat.line("Never mind")).to_contain_text("Sent")


def test_several_files_go_one_after_the_other(chat):
    names = ["one.pdf", "two.pdf", "three.pdf"]
    chat.frame.locator("#picker").set_input_files([PDF | {"name": name} for name in names])

    expect(chat.frame.locator("#thread a.file .name")).to_have_text(names)


def test_too_much_at_once_is_said_before_anything_is_sent(chat):
    expect(chat.frame.get_by_text("Up to 10 files at once, 25 MB each")).to_be_visible()
    chat.frame.locator("#picker").set_input_files([PDF | {"name": f"{number}.pdf"} for number in range(11)])

    expect(chat.frame.get_by_role("alert")).to_have_text("At most 10 files at once.")
    expect(chat.frame.locator("#thread .line")).to_have_count(0)


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_file_may_be_pasted_or_dropped(chat, event):
    chat.field.evaluate(
        """(field, name) => {
            const carried = new DataTransfer();
            carried.items.add(new File(["plain words"], "words.txt", {type: "text/plain"}));
            const facts = {bubbles: true, cancelable: true, clipboardData: carried, dataTransfer: carried};
            field.dispatchEvent(name === "paste" ? new ClipboardEvent(name, facts) : new DragEvent(name, facts));
        }""",
        event,
    )

    expect(chat.frame.get_by_role("link", name="words.txt")).to_be_visible()


def test_a_file_that_failed_on_the_way_is_sent_again_once(chat):
    failed: list[Route] = []

    def fail_the_first(route: Route) -> None:
        if failed:
            route.continue_()
        else:
            failed.append(route)
            route.abort()

    chat.page.route("**/messages/", fail_the_first)
    chat.frame.locator("#picker").set_input_files(PDF)

    expect(chat.frame.get_by_role("link", name="list.pdf")).to_have_count(1)


# --- For everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_wrong_with_the_questions(new_page, channels, language):
    page = new_page()
    chat = Standalone(page, f"/webchat/{channels['asking']}/?lang={language}")
    expect(chat.frame.locator("#ask-name")).to_be_visible()

    assert barriers(page, **LAW) == []


def test_what_is_pressed_is_large_enough_for_a_thumb(new_page, channels):
    chat = Standalone(new_page(viewport={"width": 320, "height": 568}), f"/webchat/{channels['asking']}/")
    expect(chat.frame.get_by_label("Name")).to_be_visible()

    controls = chat.page.locator("button:visible, input:visible, select:visible").all()
    sizes = [control.bounding_box() for control in controls]
    assert [size["height"] >= 44 for size in sizes] == [True] * len(sizes)
    assert chat.page.locator("body").evaluate("body => body.scrollWidth") == 320
