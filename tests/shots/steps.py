"""How each picture's screen is reached."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.phone import Phone
from tests.browser.webchat import Chat
from tests.processes import Embedded

Step = Callable[[Page, Embedded], None]


def at(address: str) -> Step:
    def show(page: Page, _server: Embedded) -> None:
        page.goto(address)
        page.wait_for_load_state("networkidle")

    return show


def first_row(view: str) -> Step:
    def show(page: Page, _server: Embedded) -> None:
        page.goto(f"/?view={view}")
        page.locator("#rows .row").first.click()
        page.get_by_label("Message", exact=True).or_(page.locator("#thread")).first.wait_for()

    return show


def talking(page: Page, _server: Embedded) -> None:
    """A conversation that goes to and fro."""
    page.goto("/?view=mine")
    page.locator("#rows .row", has_text="The wider one").first.click()
    page.locator("#lines", has_text="The wider one").wait_for()


def then(first: Step, button: str) -> Step:
    """Another picture, with a button pressed."""

    def show(page: Page, server: Embedded) -> None:
        first(page, server)
        page.get_by_role("button", name=button).first.click()

    return show


def why(page: Page, server: Embedded) -> None:
    """What became mine when I came, and why."""
    page.goto("/?view=mine")
    page.locator("#rows .row").first.click()
    page.locator(".why-open").click()
    page.locator("#why-title").wait_for()


def later(page: Page, server: Embedded) -> None:
    """An answer that waits for tomorrow, and the times to choose from."""
    page.goto("/?view=mine")
    page.locator("#rows .row").nth(1).click()
    page.get_by_role("textbox", name="Message", exact=True).fill("Good morning! Your parcel is on its way.")
    if not page.locator("#scheduled .is-later").count():
        page.get_by_role("button", name="Send later", exact=True).first.click()
        page.locator("#send-later-menu .menu-item", has_text="In an hour").click()
        page.locator("#scheduled .is-later").wait_for()
        page.get_by_role("textbox", name="Message", exact=True).fill("And the mug comes with it.")
    page.get_by_role("button", name="Send later", exact=True).first.click()
    page.locator("#send-later-menu .menu-own").wait_for()


def phone(page: Page, _server: Embedded) -> None:
    """A customer's phone, with what WhatsApp can carry."""
    held = Phone(page, "WhatsApp")
    held.say("Hello! My mug arrived like this. Can you send another one?")
    for what in ("Picture", "Voice message", "Location"):
        held.send(what)


def search(page: Page, _server: Embedded) -> None:
    """Where somebody wrote of their order."""
    page.goto("/?view=all")
    page.get_by_role("searchbox", name="Search messages and people").fill("order")
    page.keyboard.press("Enter")
    page.locator("#rows mark").first.wait_for()


def parade(page: Page, server: Embedded) -> None:
    """A conversation with every kind of message."""
    number = server.python(PARADE)
    page.goto(f"/conversations/{number}/?view=all")
    page.wait_for_load_state("networkidle")


PARADE = """
from channels_app.models import Channel
from conversations.models import Conversation
from tests.parade import walk
there = Conversation.objects.filter(identity__contact__name="Parade Lind").first()
print((there or walk(Channel.objects.filter(kind="webchat", team__name="Sales").first())).pk)
"""


def talk(page: Page, _server: Embedded) -> None:
    """The shop with its chat open and a conversation going on."""
    chat = Chat(page).open()
    chat.say("Hello! Is the large teapot still in stock?")
    chat.line("Is the large teapot").wait_for()


def replay(page: Page, server: Embedded) -> None:
    """The last week of Sales, had everybody taken one conversation at a time."""
    at("/admin/conversations/round/replay/")(page, server)
    page.get_by_label("Capacity of everybody").fill("1")
    page.get_by_role("button", name="Replay", exact=True).click()
    page.get_by_role("heading", name="What came of it").wait_for()


def selling(page: Page, server: Embedded) -> None:
    """An order being drawn up in a conversation."""
    first_row("mine")(page, server)
    page.get_by_role("button", name="Create Order").click()
    dialog = page.locator("#order-dialog")
    for what in ("teapot", "MUG-SAGE"):
        dialog.get_by_role("searchbox").fill(what)
        dialog.locator(".selling-product", has_text="teapot" if what == "teapot" else what).first.click()
        page.wait_for_load_state("networkidle")
    dialog.get_by_role("searchbox").fill("")
    page.wait_for_load_state("networkidle")


def in_the_admin(page: Page, server: Embedded) -> None:
    """A conversation that was answered, as the admin has it."""
    number = server.python(ANSWERED).strip()
    at(f"/admin/conversations/conversation/{number}/change/")(page, server)


ANSWERED = """
from conversations.models import Conversation
print(Conversation.objects.filter(state="closed", channel__kind="webchat").latest("pk").pk)
"""


def order_page(page: Page, server: Embedded) -> None:
    """What a customer sees behind the link."""
    page.goto(server.python(ORDER_PAGE).replace(server.url, ""))


ORDER_PAGE = """
from django.utils import timezone
from datetime import timedelta
from orders import links, offers
from orders.models import Order, Pick, Variant
from teams.models import Teammate
from conversations.models import Conversation
ana = Teammate.objects.get(username="ana")
order = Order.objects.filter(notes="To be wrapped.").first()
if order is None:
    picks = [Pick(each.pk, 2) for each in Variant.objects.on_sale()[:3]]
    row = Conversation.objects.filter(assignee=ana, state="assigned", orders=None).latest("inquiry_at")
    order = Order.start(row, {"notes": "To be wrapped.", "shipping": 490}, picks, by=ana)
    offers.send(order, by=ana)
print(links.address(order.uuid, timezone.now() + timedelta(days=1)))
"""


def flow_editor(page: Page, _server: Embedded) -> None:
    """The draft of a flow, with the question it begins with beside it."""
    page.goto("/admin/flows/flow/")
    page.get_by_role("link", name="Welcome").click()
    page.get_by_role("heading", name="Versions", exact=True).wait_for()
    if page.get_by_role("button", name="Edit", exact=True).count():
        page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("link", name="Open the editor").click()
    page.get_by_role("application").get_by_role("button", name="Ask a question: What is it about?").click()


def flow_trial(page: Page, server: Embedded) -> None:
    """The same, while somebody plays the customer."""
    flow_editor(page, server)
    page.get_by_role("tab", name="Try").click()
    page.get_by_role("log").get_by_role("button", name="Delivery times").click()
    page.get_by_text("Is there anything else?").wait_for()


def to_many(page: Page, server: Embedded) -> None:
    """The question before three conversations go to another team."""
    at("/admin/conversations/conversation/")(page, server)
    for row in range(3):
        page.locator("input.action-select").nth(row).check()
    page.get_by_role("combobox", name="Action").select_option(label="Hand to team")
    page.get_by_role("button", name="Go", exact=True).click()
    page.wait_for_load_state("networkidle")
