"""Moving to Monty in a real browser: contacts, then what was said with them, then reading it in the inbox."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers

CONTACTS = b"identifier;name;email\n6500999888777;Petra Import;petra@example.org\n6500999888778;Nobody;no-mail\n"
TALKS = b"""conversation,id,from,text,at,contact,author
old-1,old-m1,contact,Do you ship samovars to Iceland?,2024-05-02T10:00:00Z,6500999888777,
old-1,old-m2,teammate,We do since May,2024-05-02T10:05:00Z,,Jane from before
"""


class Mover:
    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/admin/login/")
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password").fill("monty")
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.locator("#figures")).to_be_visible()

    def bring(self, kind: str, content: bytes) -> None:
        self.page.goto("/admin/conversations/import/add/")
        self.page.locator("[name=kind]").select_option(label=kind)
        choices = self.page.locator("[name=channel] option").all_text_contents()
        self.page.locator("[name=channel]").select_option(label=next(each for each in choices if "Facebook" in each))
        self.page.locator("[name=file]").set_input_files({"name": "old.csv", "mimeType": "text/csv", "buffer": content})
        self.page.get_by_role("button", name="Look at it").click()
        expect(self.page.get_by_text("This would come of it.")).to_be_visible()

    def take_in(self) -> None:
        self.page.get_by_role("button", name="Import", exact=True).click()
        expect(self.page.get_by_text("Done at")).to_be_visible()


def test_somebody_moves_to_monty(new_page: Callable[..., Page]) -> None:
    mover = Mover(new_page())
    page = mover.page
    mover.bring("Contacts", CONTACTS)
    expect(page.get_by_role("row", name="Petra Import")).to_contain_text("new")
    expect(page.locator("#problems-title")).to_be_visible()
    assert barriers(page) == []
    mover.take_in()
    mover.bring("Conversations", TALKS)
    expect(page.get_by_role("row", name="Do you ship samovars")).to_contain_text("new")
    mover.take_in()
    page.goto("/?view=all&q=samovars")
    page.locator("#rows .row", has_text="Petra Import").click()
    thread = page.locator("#thread")
    expect(thread.get_by_text("We do since May")).to_be_visible()
    expect(thread.get_by_text("Jane from before").first).to_be_visible()
