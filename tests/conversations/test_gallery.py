"""The gallery of a conversation: pictures, videos and files, page by page."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from channels_app.border import File
from conversations import media
from conversations.inbox import gallery
from conversations.inbox.gallery import Shelf, leaf
from conversations.models import Attachment
from conversations.pages import threads
from tests import make

pytestmark = pytest.mark.once
BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def picture(name: str = "mug.png") -> File:
    out = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return File(name, out.getvalue(), "image/png", width=8, height=8)


def film() -> File:
    return File("unboxing.mp4", b"film", "video/mp4")


@pytest.fixture
def talk(webchat):
    files = (picture(), film(), make.text_file("bill.txt"))
    return make.message(webchat, "See these", files=files).conversation


def names(row, shelf: Shelf) -> list[str]:
    return [file.name for file in leaf(row, shelf).files]


def test_each_shelf_has_its_own(talk):
    shown = {shelf: names(talk, shelf) for shelf in Shelf}
    assert shown == {"pictures": ["mug.png"], "videos": ["unboxing.mp4"], "files": ["bill.txt"]}


def test_other_conversations_and_what_is_not_here_yet_are_not_in_it(talk, webchat):
    make.message(webchat, "Mine", who="other", files=(picture("other.png"),))
    Attachment.objects.filter(name="bill.txt").update(state="waiting")
    assert names(talk, Shelf.PICTURES) == ["mug.png"]
    assert names(talk, Shelf.FILES) == []


def test_it_is_read_page_by_page_the_latest_first_each_once(page, talk, webchat, monkeypatch):
    monkeypatch.setattr(gallery, "PAGE", 2)
    for number in range(2):
        make.message(webchat, files=(picture(f"a{number}.png"), picture(f"b{number}.png")))
    first = page.get(f"/conversations/{talk.pk}/gallery/").context["leaf"]
    rest, key = [*first.files], first.more
    while key:
        found = page.get(f"/conversations/{talk.pk}/gallery/", {"after": key}).context["leaf"]
        rest, key = [*rest, *found.files], found.more
    assert [file.name for file in rest] == ["b1.png", "a1.png", "b0.png", "a0.png", "mug.png"]


@pytest.mark.parametrize("wrong", [{"shelf": "attic"}, {"after": "1"}, {"after": "1_x"}, {"after": f"1_{'9' * 30}"}])
def test_what_is_no_shelf_and_no_key_is_refused(page, talk, wrong):
    assert page.get(f"/conversations/{talk.pk}/gallery/", wrong, headers=BY_SCRIPT).status_code == 400


def test_a_file_leads_back_to_where_it_was_said(page, talk):
    shown = page.get(f"/conversations/{talk.pk}/gallery/").content.decode()
    message = talk.messages.get()
    assert f"/conversations/{talk.pk}/?at={message.pk}" in shown
    assert 'data-picture="mug.png"' in shown
    assert 'is-found" id="event-' in page.get(f"/conversations/{talk.pk}/", {"at": message.pk}).content.decode()


def test_it_costs_as_many_queries_with_many_as_with_one(page, talk, webchat):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(f"/conversations/{talk.pk}/gallery/")
        return len(captured)

    before = queries()
    for _ in range(4):
        make.message(webchat, files=(picture(), picture()))
    assert queries() == before


def test_a_film_is_played_in_place(page, talk):
    assert "video/mp4" in media.INLINE
    assert "<video" in page.get(f"/conversations/{talk.pk}/gallery/", {"shelf": "videos"}).content.decode()


def test_what_was_said_long_ago_is_shown_amid_what_stands_around_it_and_read_on_to_the_end(
    page, talk, ana, monkeypatch
):
    monkeypatch.setattr(threads, "LONGEST_THREAD", 3)
    monkeypatch.setattr(threads, "THREAD_PAGE", 4)
    for number in range(9):
        talk.note(f"Note {number}", by=ana)
    first = talk.messages.earliest("pk")
    shown = page.get(f"/conversations/{talk.pk}/", {"at": first.pk}).context
    lines, key = [*shown["lines"]], shown["newest"]
    assert shown["found"] == first.pk
    while key:
        further = page.get(f"/conversations/{talk.pk}/newer/", {"after": key}).context
        lines, key = [*lines, *further["lines"]], further["newest"]
    assert [line.event.pk for line in lines] == [*talk.events.in_thread().order_by("pk").values_list("pk", flat=True)]
    assert page.get(f"/conversations/{talk.pk}/newer/", {"after": "x"}, headers=BY_SCRIPT).status_code == 400
