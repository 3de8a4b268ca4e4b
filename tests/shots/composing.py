"""How the screens of one open conversation are reached: what is written there, what stands in the way."""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, WebSocketRoute

from tests.client import Agent, Visitor
from tests.processes import Embedded
from tests.shots.steps import at, first_row, parade, then

FIELD = "Message"


def saved_replies(page: Page, server: Embedded) -> None:
    """What a slash offers."""
    first_row("mine")(page, server)
    field = page.get_by_role("textbox", name=FIELD, exact=True)
    field.fill("")
    field.press_sequentially("/")
    page.get_by_role("option").first.wait_for()


def emoji(page: Page, server: Embedded) -> None:
    then(first_row("mine"), "Emoji")(page, server)
    page.get_by_role("combobox", name="Search").wait_for()
    page.wait_for_timeout(500)


def assignees(page: Page, server: Embedded) -> None:
    """Who could have it, with their dots and loads."""
    first_row("mine")(page, server)
    page.locator("#assignee").click()
    page.locator(".menu-item.is-teammate").first.wait_for()


def media(page: Page, server: Embedded) -> None:
    """The three dots' dialog, with a picture chosen."""
    then(first_row("mine"), "Media")(page, server)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.png"
        Image.new("RGB", (600, 400), "teal").save(table)
        dialog = page.get_by_role("dialog", name="Media")
        dialog.get_by_label("Images").set_input_files(table)
        dialog.get_by_text("table.png").wait_for()
        page.wait_for_load_state("networkidle")


def viewer(page: Page, server: Embedded) -> None:
    """A customer's picture, opened."""
    parade(page, server)
    page.get_by_role("log", name="Messages").get_by_role("link", name="one.png").click()
    page.get_by_role("dialog", name="Picture").get_by_role("img").wait_for()


def note(page: Page, server: Embedded) -> None:
    """A private note in which a teammate is called."""
    first_row("mine")(page, server)
    page.get_by_role("tab", name="Note").click()
    field = page.get_by_role("textbox", name="Note", exact=True)
    field.fill("Please have a look, ")
    field.press_sequentially("@b")
    page.get_by_role("option").first.wait_for()


def meanwhile(page: Page, server: Embedded) -> None:
    """An answer that waits because the customer has just written more."""
    channels = Agent(server.url, "ana").api.get("channels/")["results"]
    visitor = Visitor(server.url, next(str(each["uuid"]) for each in channels if each["kind"] == "webchat"))
    visitor.say("Do you ship to Norway?")
    at("/?view=all")(page, server)
    page.locator("#rows .row", has_text="ship to Norway").first.click()
    page.locator("#lines", has_text="ship to Norway").wait_for()
    # The page cannot fetch it in time.
    page.route("**/news/**", lambda route: route.abort())
    visitor.say("Or better to Sweden!")
    page.locator("#rows .row", has_text="better to Sweden").first.wait_for(state="attached")
    field = page.get_by_role("textbox", name=FIELD, exact=True)
    field.fill("We do, within a week.")
    field.press("Enter")
    page.unroute_all()
    page.get_by_text("Somebody wrote meanwhile.").wait_for()


def with_a_bot(page: Page, server: Embedded) -> None:
    """What a flow has: which one, and how a person takes it over."""
    first_row("mine")(page, server)
    page.get_by_role("button", name="Send Flow").press("Enter")
    page.get_by_role("searchbox", name="Search flows").fill("satis")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Send the flow Satisfaction?")
    dialog.get_by_role("button", name="Send Flow").click()
    page.get_by_role("button", name="Take over").wait_for()


def reconnecting(page: Page, server: Embedded) -> None:
    """The line is cut."""
    page.route_web_socket("**/ws/inbox/", hung_up)
    first_row("mine")(page, server)
    page.get_by_text("Reconnecting…").wait_for()


def hung_up(socket: WebSocketRoute) -> None:
    socket.close()


def shut(page: Page, server: Embedded) -> None:
    """The time to answer is over."""
    page.goto(f"/conversations/{server.python(SHUT).splitlines()[-1]}/?view=all")
    page.wait_for_load_state("networkidle")


SHUT = """
from datetime import timedelta
from django.utils import timezone
from channels_app.border import Inbound, Sender
from channels_app.models import Channel
from conversations.incoming import intake
from conversations.models import Conversation
channel = Channel.objects.get(kind="whatsapp")
there = Conversation.objects.filter(identity__external_id="4915100000099").first()
if there is None:
    at = timezone.now() - timedelta(hours=30)
    sender = Sender("4915100000099", name="Nils Castle")
    there = intake.receive(channel, Inbound("shut", sender, at, "Can I pay on delivery?"))[0].conversation
print(there.pk)
"""


def shortcuts(page: Page, server: Embedded) -> None:
    at("/?view=mine")(page, server)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
