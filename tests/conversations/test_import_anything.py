"""Whatever a file is, it is taken or refused with a sentence: nothing of it breaks."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.importing.look import moment
from conversations.models import Contact, Message
from tests import make
from tests.importing import bring, carried_out

pytestmark = pytest.mark.django_db
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just("1"), st.just("2024-05-02")
)
NAMES = st.sampled_from(
    (
        *("id", "identifier", "name", "email", "phone", "country", "language", "created", "attributes", "contact"),
        *("messages", "from", "text", "at", "author", "attachments", "team", "assignee", "labels", "payload", "data"),
        *(
            "contacts",
            "conversations",
            "phone_number",
            "contact_inboxes",
            "inbox_id",
            "meta",
            "message_type",
            "content",
        ),
        *("created_at", "source_id", "sender", "private", "conversation"),
    )
)
VALUES = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))
MESSAGE = st.fixed_dictionaries(
    {"id": WORDS, "from": st.sampled_from(["contact", "teammate", "note", 1]), "text": WORDS, "at": WORDS},
    optional={"author": VALUES, "attachments": VALUES},
)
TALK = st.fixed_dictionaries(
    {"id": WORDS, "contact": st.dictionaries(NAMES, WORDS, max_size=4), "messages": st.lists(MESSAGE, max_size=3)},
    optional={"team": VALUES, "labels": VALUES, "created": VALUES, "inbox_id": WORDS, "meta": VALUES},
)
KINDS = st.sampled_from(["contacts", "history"])
CELLS = st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=5)


@pytest.fixture
def page(sales):
    return make.channel("facebook", sales)


def settled(row) -> None:
    assert row.state in ("looked", "broken")
    if row.state == "looked":
        done = carried_out(row)
        assert done.state == "done"
        assert done.new + done.known + done.wrong == done.total == done.place


@few
@given(content=st.binary(max_size=200), kind=KINDS)
def test_any_bytes(page, ana, content, kind):
    settled(bring(content, page, ana, kind=kind))


@few
@given(value=st.lists(VALUES, max_size=4) | st.lists(TALK, max_size=4), kind=KINDS)
def test_any_json(page, ana, value, kind):
    settled(bring(json.dumps(value), page, ana, kind=kind))
    assert not Message.objects.filter(text="").exists()


@few
@given(names=st.lists(NAMES, min_size=1, max_size=8), rows=CELLS, delimiter=st.sampled_from(",;\t"), kind=KINDS)
def test_any_table(page, ana, names, rows, delimiter, kind):
    lines = [delimiter.join(names), *(delimiter.join(cells) for cells in rows)]
    settled(bring("\n".join(lines).encode(errors="ignore"), page, ana, kind=kind))


@few
@given(people=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["", "1", "2"])), min_size=1, max_size=6))
def test_once_or_twice_is_the_same(page, ana, people):
    text = "identifier,id\n" + "".join(f"{one},{other}\n" for one, other in people)
    settled(bring(text, page, ana))
    before = Contact.objects.count()
    again = carried_out(bring(text, page, ana))
    assert (again.new, Contact.objects.count()) == (0, before)


@given(text=st.text(max_size=30) | st.datetimes().map(str) | st.floats().map(str))
def test_any_text_is_a_time_or_none(text):
    moment(text)
