"""What somebody looks for, and where a text has it: pure, so without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.words import MOST, Piece, excerpt, marked, parsed

TEXTS = st.text(st.characters(categories=["L", "N", "P", "S", "Z"]), max_size=200)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("parcel", "Where is my parcel?"),
        ("PARCEL where", "Where is my parcel?"),
        ("where par", "Where is my parcel?"),
        ("zoe muller", "It is for Zoë Müller"),
        ("Zoë", "it is for ZOE"),
        ("strasse", "Straße 3"),
        ("soren", "Søren"),
        ("nora example", "nora.berg@example.org"),
        ("100%", "Refund 100%, please"),
        ("+49 171 / 234-5678", "491712345678"),
        ("ليلى", "اسمي ليلى"),
        ("a", "what a day"),
    ],
)
def test_a_text_that_has_every_word_is_found(typed, text):
    assert parsed(typed).are_in(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("parcel late", "Where is my parcel?"),
        ("arcel", "Where is my parcel?"),
        ("par where", "Where is my parcel?"),  # only the last word may be begun
        ("a", "all"),  # one letter begins too much
        ("", "anything"),
    ],
)
def test_a_text_that_lacks_one_is_not(typed, text):
    words = parsed(typed)
    assert not words or not words.are_in(text)


def test_marks_stand_on_the_words_as_they_were_written():
    assert marked("Zoë, is Müller there?", parsed("zoe mull")) == [
        Piece("Zoë", hit=True),
        Piece(", is ", hit=False),
        Piece("Müller", hit=True),
        Piece(" there?", hit=False),
    ]


def test_an_excerpt_begins_a_little_before_the_first_word_found():
    text = "One two three four five six seven eight nine ten parcel eleven " + "and so on " * 30
    line = "".join(piece.text for piece in excerpt(text, parsed("parcel")))
    assert line.startswith("…seven eight nine ten parcel") and line.endswith("…")


def test_more_words_than_make_sense_are_left_out():
    assert len(str(parsed(" ".join(f"word{number}" for number in range(40)))).split()) == MOST


@given(TEXTS, TEXTS)
def test_marking_loses_and_adds_nothing(text, typed):
    assert "".join(piece.text for piece in marked(text, parsed(typed))) == text


@given(TEXTS)
def test_a_text_is_found_by_each_of_its_own_words(text):
    for word in str(parsed(text)).split():
        assert parsed(word).are_in(text)


@given(TEXTS)
def test_words_typed_again_are_the_same_words(typed):
    assert parsed(str(parsed(typed))) == parsed(typed)


@given(TEXTS, TEXTS)
def test_what_is_found_has_a_mark(text, typed):
    words = parsed(typed)
    if words and words.are_in(text):
        assert any(piece.hit for piece in marked(text, words))
