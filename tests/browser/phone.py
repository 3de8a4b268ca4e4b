"""A customer's phone on the page at /demo/phone/, for tests."""

from playwright.sync_api import Locator, Page, expect

from tests.processes import wait_until


class Phone:
    """Somebody new on a channel, so that nobody's earlier talk is in the way."""

    def __init__(self, page: Page, channel: str) -> None:
        self.page = page
        page.goto("/demo/phone/")
        page.get_by_role("navigation", name="Channels").get_by_role("link", name=channel).click()
        page.get_by_role("button", name="Somebody new").click()
        expect(self.field).to_be_visible()
        # The page's scripts run last: nobody types as soon as the field is drawn.
        page.wait_for_load_state("load")

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def lines(self) -> Locator:
        """What the customer sent; outside hours the team's away message stands among them."""
        return self.page.locator("#thread .line.mine")

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")
        expect(self.line(text)).to_be_visible()

    def send(self, what: str) -> None:
        shown = self.lines.count()
        self.page.get_by_role("button", name="Send something else").click()
        self.page.get_by_role("button", name=what, exact=True).click()
        expect(self.lines).to_have_count(shown + 1)

    def line(self, text: str) -> Locator:
        return self.page.locator("#thread .line", has_text=text)

    def do(self, text: str, what: str) -> None:
        """Open what can be done with a line, and do it. What was drawn anew under the pointer is pressed again."""
        more = self.line(text).locator("details.more")

        def is_open() -> bool:
            self.line(text).hover()
            more.get_by_label("What to do with it").click()
            return bool(more.evaluate("each => each.open"))

        wait_until(is_open, what="the menu of the line")
        more.get_by_role("button", name=what).click()

    def misbehave(self, switch: str) -> None:
        self.page.get_by_role("button", name="The provider misbehaves").click()
        with self.page.expect_response("**/misbehave/"):
            self.page.get_by_label(switch).check()
        self.page.get_by_role("button", name="Close").click()
