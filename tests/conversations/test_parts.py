"""An answer as the messages that it becomes at the provider."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.adapters import ADAPTERS
from channels_app.adapters.base import Capabilities
from channels_app.border import File
from conversations.sending.parts import Part, parts

PICTURE = File("a.jpg", b"a", "image/jpeg", 1, 1)
SECOND = File("b.jpg", b"b", "image/jpeg", 1, 1)
SOUND = File("c.ogg", b"c", "audio/ogg")


def of(kind: str, text: str = "", *files: File) -> list[Part]:
    return parts(ADAPTERS[kind].can, text, files)


@pytest.mark.parametrize("kind", ADAPTERS)
def test_a_text_is_one_message(kind):
    assert of(kind, "Hello") == [Part("Hello")]


@pytest.mark.parametrize("kind", ADAPTERS)
def test_a_file_is_one_message(kind):
    assert of(kind, "", PICTURE) == [Part("", (PICTURE,))]


def test_a_text_goes_along_as_a_caption_where_there_are_captions():
    assert of("whatsapp", "Look", PICTURE) == [Part("Look", (PICTURE,))]


def test_elsewhere_the_text_follows_the_file():
    assert of("facebook", "Look", PICTURE) == [Part("", (PICTURE,)), Part("Look")]


def test_a_text_too_long_for_a_caption_follows_the_file():
    long = "x" * 1025
    assert of("whatsapp", long, PICTURE) == [Part("", (PICTURE,)), Part(long)]


def test_a_file_that_takes_no_caption_is_followed_by_the_text():
    assert of("whatsapp", "Listen", SOUND) == [Part("", (SOUND,)), Part("Listen")]


def test_of_several_files_the_last_one_says_the_text():
    assert of("whatsapp", "Look", PICTURE, SECOND) == [Part("", (PICTURE,)), Part("Look", (SECOND,))]


def test_where_a_message_carries_many_files_they_stay_together():
    assert of("webchat", "Look", PICTURE, SECOND) == [Part("Look", (PICTURE, SECOND))]


def test_blanks_are_no_caption():
    assert of("facebook", " \n", PICTURE) == [Part("", (PICTURE,))]


@given(
    files=st.lists(st.sampled_from([PICTURE, SECOND, SOUND]), max_size=7),
    text=st.text(max_size=30),
    per_message=st.integers(1, 3),
    caption=st.integers(0, 30),
)
def test_nothing_is_lost_nothing_is_sent_twice_and_no_message_is_empty(files, text, per_message, caption):
    found = parts(Capabilities(text=100, files=per_message, caption=caption), text, tuple(files))

    assert [file for part in found for file in part.files] == files
    assert "".join(part.text for part in found) == (text if text.strip() or not files else "")
    assert all(part.files or part.text == text for part in found)
    assert all(len(part.files) <= per_message for part in found)
    assert all(not part.files or len(part.text) <= caption for part in found)
