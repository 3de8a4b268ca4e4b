"""The end of a window in real Chromium: buttons go grey and fields give way, with nobody touching them."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.client import Visitor
from tests.processes import Embedded

# A customer of the webchat whose window ends in so many seconds.
WORLD = """
from datetime import timedelta
from django.utils import timezone
from channels_app.border import Inbound, Sender
from channels_app.models import Channel
from conversations.incoming import intake
channel = Channel.objects.filter(kind="webchat").first()
at = timezone.now() - timedelta(hours=48) + timedelta(seconds={left})
who = Sender(external_id="w-{left}", name="Lina Late")
row = intake.receive(channel, Inbound("w-{left}", who, at, "Hello?"))[0].conversation
{then}
print(row.pk)
"""


def customer(monty: Embedded, left: int, then: str = "") -> int:
    return int(monty.python(WORLD.format(left=left, then=then)))


def test_reopen_goes_grey_at_the_end(monty: Embedded, logged_in: Callable[..., Page]) -> None:
    page = logged_in("sara")
    page.goto(f"/conversations/{customer(monty, 12, 'row.close(by=None)')}/?view=all")
    expect(page.locator("#reopen")).to_be_enabled()
    expect(page.locator("#reopen")).to_be_disabled()
    expect(page.locator("#reopen-hint")).to_contain_text("the time to answer has passed")


def test_the_field_gives_way_and_the_inbox_expiring_soon_lets_go(
    monty: Embedded, logged_in: Callable[..., Page]
) -> None:
    page = logged_in("sara")
    page.goto(f"/conversations/{customer(monty, 15)}/?view=expiring")
    row = page.locator("#rows .row", has_text="Lina Late")
    expect(row).to_contain_text("1 min")
    expect(page.locator("#head")).to_contain_text("Expiring soon")
    expect(page.locator("#obstacle")).to_be_visible()
    expect(row).to_have_count(0)


def without_news_of_the_window(page: WebSocketRoute) -> None:
    """The server's sweep tells of it, too, some seconds later."""
    server = page.connect_to_server()
    server.on_message(lambda frame: None if "shut_window" in str(frame) else page.send(frame))


def test_the_field_gives_way_by_the_clock_while_others_write(
    monty: Embedded, logged_in: Callable[..., Page], visitor: Visitor
) -> None:
    page = logged_in("sara")
    page.route_web_socket("**/ws/inbox/", without_news_of_the_window)
    page.goto(f"/conversations/{customer(monty, 9)}/?view=all")
    for number in range(12):
        visitor.say(f"Me, too {number}")
        expect(page.locator("#rows .row", has_text=f"Me, too {number}")).to_be_visible()
    expect(page.locator("#obstacle")).to_be_visible(timeout=1)
