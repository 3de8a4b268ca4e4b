"""`make shots`: a picture of every main screen, light, dark and on a phone, into docs/screenshots/."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import QUIET
from tests.browser.phone import Phone
from tests.browser.webchat import Chat
from tests.processes import Embedded
from tests.services import CHROMIUM, chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SCREENS = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2},
}


def main() -> int:
    if not chromium().found:
        print(f"Screenshots need Chromium: {chromium().wanted}", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Embedded(Path(folder))
        server.set_up()
        server.manage("demo")
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            take_all(server, browser)
        finally:
            browser.close()
            server.stop()
    return 0


def take_all(server: Embedded, browser: Browser) -> None:
    for device, options in SCREENS.items():
        for name, (username, show) in PICTURES.items():
            context = browser.new_context(base_url=server.url, **options)  # type: ignore[arg-type]
            page = context.new_page()
            if username:
                log_in(page, username)
            show(page, server)
            page.wait_for_timeout(400)  # Fonts and transitions come to rest.
            page.screenshot(path=FOLDER / f"{name}-{device}.png")
            print(f"{name}-{device}.png", flush=True)
            context.close()


def log_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill("monty")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state("networkidle")


def at(address: str) -> Callable[[Page, Embedded], None]:
    def show(page: Page, _server: Embedded) -> None:
        page.goto(address)
        page.wait_for_load_state("networkidle")

    return show


def first_row(view: str) -> Callable[[Page, Embedded], None]:
    def show(page: Page, _server: Embedded) -> None:
        page.goto(f"/?view={view}")
        page.locator("#rows .row").first.click()
        page.get_by_label("Message", exact=True).or_(page.locator("#thread")).first.wait_for()

    return show


def then(first: Callable[[Page, Embedded], None], button: str) -> Callable[[Page, Embedded], None]:
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


def phone(page: Page, _server: Embedded) -> None:
    """A customer's phone, with what WhatsApp can carry."""
    held = Phone(page, "WhatsApp")
    held.say("Hello! My mug arrived like this. Can you send another one?")
    for what in ("Picture", "Voice message", "Location"):
        held.send(what)


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


PICTURES: dict[str, tuple[str, Callable[[Page, Embedded], None]]] = {
    "login": ("", at("/login/")),
    "inbox": ("ana", first_row("mine")),
    "inbox-list": ("ana", at("/?view=mine")),
    "inbox-team": ("sara", first_row("all")),
    "inbox-closed": ("ana", first_row("closed")),
    "inbox-alert": ("sara", at("/?view=team-2")),
    "inbox-why": ("ana", why),
    "leaving": ("ana", at("/leaving/")),
    "shop": ("", at("/demo/")),
    "shop-chat": ("", talk),
    "customer": ("", phone),
    "customer-faults": ("", then(phone, "The provider misbehaves")),
    "admin": ("admin", at("/admin/")),
    "admin-team": ("admin", at("/admin/teams/team/1/change/")),
    "admin-teammates": ("admin", at("/admin/teams/teammate/")),
    "admin-channel": ("admin", at("/admin/channels_app/channel/1/change/")),
    "admin-rounds": ("admin", at("/admin/conversations/round/")),
    "admin-replay": ("admin", replay),
    "admin-conversation": ("admin", at("/admin/conversations/conversation/300/change/")),
}


if __name__ == "__main__":
    sys.exit(main())
