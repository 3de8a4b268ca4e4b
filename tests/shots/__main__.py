"""`make shots`: a picture of every main screen, light, dark and on a phone, into docs/screenshots/."""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import QUIET
from tests.processes import Embedded
from tests.services import CHROMIUM, chromium
from tests.shots.pictures import NOT_ON_A_PHONE, PICTURES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SCREENS = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2},
}


def main(wanted: list[str]) -> int:
    """Of all screens, or of those of which the names are given."""
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
            take(wanted or list(PICTURES), server, browser)
        finally:
            browser.close()
            server.stop()
    return 0


def take(names: list[str], server: Embedded, browser: Browser) -> None:
    for device, options in SCREENS.items():
        for name in names:
            if device == "phone" and name in NOT_ON_A_PHONE:
                continue
            username, show = PICTURES[name]
            context = browser.new_context(base_url=server.url, **options)  # type: ignore[arg-type]
            page = context.new_page()
            if username:
                log_in(page, username)
            show(page, server)
            page.wait_for_timeout(400)  # Fonts and transitions come to rest.
            keep(page.screenshot(), FOLDER / f"{name}-{device}.png")
            context.close()


def keep(picture: bytes, path: Path) -> None:
    """In 256 colours: a third of the bytes, and nobody sees it."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(256).save(path, optimize=True)
    print(path.name, flush=True)


def log_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill("monty")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
