"""A conversation taken along as text or PDF: who may, what is in it, and that it is told."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.models import Message
from conversations.transcripts import document, paper
from conversations.transcripts.said import Said
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once
MORNING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.fixture
def talk(webchat, ana):
    row = make.message(
        webchat, "مرحبا، هل وصل طلبي؟ 😀", name="نور Berg", files=(make.text_file("ticket.txt"),)
    ).conversation
    row.reply("Yes, it has.", by=ana)
    row.note("She is a regular", by=ana)
    Message.objects.filter(conversation=row).update(at=MORNING)
    return row


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def take(page, row, **fields):
    return page.post(f"/conversations/{row.pk}/transcript/", fields)


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_text_has_names_times_of_the_readers_zone_and_files(page, talk):
    answer = take(page, talk, form="txt", time_zone="Asia/Tokyo")
    text = content(answer).decode()
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert text.splitlines()[0] == "نور Berg"
    assert "Times of Asia/Tokyo" in text
    assert "— Monday, 2 March 2026 —" in text
    assert "08:30  نور Berg\nمرحبا، هل وصل طلبي؟ 😀\n[File: ticket.txt]\n" in text
    assert "08:30  Ana\nYes, it has.\n" in text


def test_private_notes_are_in_it_only_if_asked_for(page, talk):
    assert "regular" not in content(take(page, talk, form="txt")).decode()
    assert (
        "08:30  Ana · private note\nShe is a regular"
        in content(take(page, talk, form="txt", notes="true", time_zone="Asia/Tokyo")).decode()
    )


def test_the_timeline_tells_who_took_it(page, talk, ana):
    take(page, talk, form="pdf", notes="true")
    event = talk.events.latest("pk")
    assert (event.verb, event.actor, event.data) == ("export", ana, {"form": "pdf", "notes": True})
    lines = [line.sentence for line in page.get(f"/conversations/{talk.pk}/").context["lines"]]
    assert lines[-1] == "Ana took a transcript with private notes"


def test_the_pdf_has_fonts_for_arabic_and_pictures(page, talk):
    pdf = content(take(page, talk, form="pdf"))
    assert pdf.startswith(b"%PDF-")
    for font in (b"NotoSans-Regular", b"NotoSansArabic", b"NotoEmoji"):
        assert font in pdf


def test_what_is_wrong_is_refused_and_not_told(page, talk):
    for fields in ({"form": "doc"}, {"form": "txt", "time_zone": "Mars/Base"}):
        answer = page.post(f"/conversations/{talk.pk}/transcript/", fields, headers={"Accept": "application/json"})
        assert is_problem(answer, 400, "invalid")
    assert not talk.events.filter(verb="export").exists()


def test_who_does_not_see_the_conversation_takes_nothing(client, cara, talk):
    client.force_login(cara)
    assert take(client, talk, form="txt").status_code == 404


def test_of_a_long_one_the_latest_are_in_it_and_it_says_so(talk, monkeypatch, ana):
    monkeypatch.setattr(document, "LONGEST", {"txt": 2, "pdf": 2})
    for number in range(4):
        talk.reply(f"Line {number}", by=ana)
    text = document.take(talk, "txt", notes=False, by=ana).read().decode()
    assert "Only the latest 2 messages" in text
    assert [line for line in text.splitlines() if line.startswith("Line")] == ["Line 2", "Line 3"]


def test_what_never_came_to_the_customer_is_said_to_be_so(talk, ana):
    make.undelivered(talk, "failed")
    assert "Monty (not sent)\nOn its way" in document.take(talk, "txt", notes=False, by=ana).read().decode()


def test_a_long_one_is_read_a_few_messages_at_a_time(talk, ana, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(document, "AT_ONCE", 5)
    for number in range(20):
        talk.note(f"Note {number}", by=ana)
    with django_assert_max_num_queries(16):
        document.take(talk, "txt", notes=True, by=ana)


def test_rest_hands_it_out_too(ana, cara, talk):
    answer = Program(ana).post(f"conversations/{talk.pk}/transcript", form="txt", time_zone="Asia/Tokyo")
    assert answer.status_code == 200
    assert "08:30  Ana" in content(answer).decode()
    assert is_problem(Program(ana).post(f"conversations/{talk.pk}/transcript", form="doc"), 400, "invalid")
    assert is_problem(Program(cara).post(f"conversations/{talk.pk}/transcript", form="txt"), 404, "not_found")


# --- On paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "leftwards"),
    [("Hello مرحبا", False), ("مرحبا Hello", True), ("12:30 שלום", True), ("123", False), ("", False), ("😀", False)],
)
def test_a_line_runs_as_its_first_letter_does(line, leftwards):
    assert paper.words(line)[1] == leftwards


def script(*texts: str) -> document.Script:
    said = [Said(MORNING + timedelta(minutes=number), "Nora", True, text, []) for number, text in enumerate(texts)]
    return document.Script("Nora", [], iter(said), UTC)


@given(st.lists(st.text(max_size=40), max_size=3))
def test_paper_takes_any_text(texts):
    out = BytesIO()
    paper.write(script(*texts), out)
    assert out.getvalue().startswith(b"%PDF-")


def test_what_looks_like_its_own_language_is_text(monkeypatch):
    seen = []
    monkeypatch.setattr(paper, "pdf", lambda data: seen.append(data) or b"")
    paper.write(script('#read("/etc/passwd") $x$ *bold*'), BytesIO())
    assert seen[0]["days"][0]["said"][0]["lines"] == [('#read("/etc/passwd") $x$ *bold*', False)]


def test_paper_is_full_at_some_time_and_says_so(monkeypatch):
    monkeypatch.setattr(paper, "MOST", 10)
    assert paper.days(script("12345", "12345", "1"))[-1]["name"][0] == "Cut here: the text file has the rest."
    assert len(paper.days(script("12345", "12345"))) == 1
