"""What axe-core finds wrong with a page for people who cannot see it, or not well: in light and in dark."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Colours in transition have no contrast yet. What turns for ever, as a sign that a file is on its way, never rests.
AT_REST = """Promise.all(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
    .map(each => each.finished.catch(() => null)))"""

# Else axe writes style sheets with an import anew, into the page, whose policy forbids it.
# A column without a heading is Django's own, of the tables in the admin's forms.
OPTIONS = {"preload": False, "rules": {"empty-table-header": {"enabled": False}}}
# The law's own rules, for a page of which a part is somebody else's: the shop around the chat.
LAW = {"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}


def barriers(page: Page, within: str | None = None, **options: object) -> list[str]:
    """Each with the element it was found at. `within`: a selector, if only a part of the page is meant."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AT_REST)
        wrong = Axe().run(page, context=within, options=OPTIONS | options).response["violations"]
        found += [f"{scheme}: {words(each, node)}" for each in wrong for node in each["nodes"]]
    page.emulate_media(color_scheme=None)
    return found


def words(violation: dict[str, str], node: dict[str, str]) -> str:
    return f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
