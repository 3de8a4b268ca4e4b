"""Tables as CSV: what spreadsheets read, and what they must not take for a formula."""

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monty import sheets


def read(text: str) -> list[list[str]]:
    return list(csv.reader(text.removeprefix(sheets.MARK).splitlines()))


def test_rows_come_line_by_line_behind_the_mark_of_utf_8():
    assert list(sheets.lines([["a", 'b, "c"'], [1, None]])) == [sheets.MARK, 'a,"b, ""c"""\r\n', "1,\r\n"]


@pytest.mark.parametrize("words", ["=1+1", "+49 30", "-", "@all", "\tx"])
def test_words_that_would_be_a_formula_are_marked_as_words(words):
    assert sheets.harmless(words) == f"'{words}"


def test_numbers_stay_numbers():
    assert read("".join(sheets.lines([[-3, Decimal("-1.50"), 0.5]]))) == [["-3", "-1.50", "0.5"]]


@given(st.text().map(str.strip).filter(lambda words: not words.startswith("'")))
def test_what_was_marked_is_read_as_it_was(words):
    assert sheets.plain(str(sheets.harmless(words))) == words
