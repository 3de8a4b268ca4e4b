"""What a message holds beside text and files is shown as agreed, and whatever else stands there does no harm."""

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from channels_app.border import DETAILS
from conversations import details
from conversations.api.details import DetailsSerializer
from conversations.models import Message
from conversations.templatetags.parts import AFTER, BEFORE, UNDER, host, parts_after, parts_before, parts_under
from tests.parade import PARTS

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("javascript:alert(1)")
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
# Values of the right names in the wrong places.
NEARLY = st.dictionaries(
    st.sampled_from(["name", "url", "items", "answers", "latitude", "longitude", "phones", "until", "kind", "title"]),
    JSON,
    max_size=5,
)


def rendered(held: object) -> str:
    message = Message(pk=1, details=held)
    parts = parts_before(message) + parts_after(message) + parts_under(message)
    return "".join(render_to_string(part.template, {"facts": part.facts, "message": message}) for part in parts)


def test_every_part_that_channels_may_tell_is_read_shown_and_told_to_programs():
    # How a card is shown is told by the floor that it comes from (`message_cards`).
    shown = {*BEFORE, *AFTER, *UNDER, "card"}
    assert set(DETAILS) == set(details.READERS) == shown == set(details.WORDS)
    assert set(DETAILS) == set(DetailsSerializer().fields)


@pytest.mark.parametrize("held", PARTS, ids=lambda held: next(iter(held)))
def test_each_part_keeps_what_was_told(held):
    ((name, told),) = held.items()
    known = details.known(held)[name]

    if isinstance(told, dict):
        assert told.keys() <= known.keys()


@given(st.dictionaries(st.sampled_from(sorted(DETAILS)), JSON | NEARLY | st.lists(NEARLY, max_size=2)) | JSON)
def test_anything_may_stand_anywhere(held):
    known = details.known(held)

    DetailsSerializer(known).data  # noqa: B018  (it can be told to programs)
    details.gist(held)
    for address in re.findall(r'<a href="([^"]*)"', rendered(held)):
        assert address.lower().startswith(("https://", "http://", "geo:", "tel:", "mailto:"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//x.org", 5])
@pytest.mark.parametrize("part", ["shared", "referral", "story"])
def test_an_address_that_is_no_web_page_is_no_link(part, address):
    held = {part: {"kind": "reply", "title": "Look", "source": "ad", "url": address}}

    assert details.known(held)[part]["url"] == ""
    assert "<a " not in rendered(held)


def test_script_in_a_part_is_shown_as_text():
    script = "<script>alert(1)</script>"

    assert script not in rendered({"form": {"name": script, "answers": {script: script}}})


def test_a_map_is_a_link_with_points_for_decimals():
    shown = rendered({"location": {"latitude": -33.5, "longitude": 151}})

    assert 'href="geo:-33.500000,151.000000"' in shown
    assert "mlat=-33.500000&amp;mlon=151.000000" in shown


@pytest.mark.parametrize("where", [{"latitude": 91, "longitude": 0}, {"latitude": "1", "longitude": 2}, {}, None])
def test_a_place_that_is_none_is_not_shown(where):
    assert details.known({"location": where}) == {}


def test_a_form_may_ask_for_items():
    """A dictionary's own words must not come between a template and its keys."""
    assert '<dt dir="auto">items</dt>' in rendered({"form": {"answers": {"items": "3"}}})


@pytest.mark.parametrize(
    ("until", "word"),
    [("2020-01-01T00:00:00Z", "is gone"), ("2999-01-01T00:00:00Z", "Open the story"), ("soon", "Open the story")],
)
def test_a_story_can_be_opened_until_it_is_gone(until, word):
    assert word in rendered({"story": {"kind": "mention", "url": "https://example.org/s", "until": until}})


@pytest.mark.parametrize(
    ("held", "word"),
    [
        ({"location": {"latitude": 1, "longitude": 2}}, "Location"),
        ({"contacts": [{"name": "Bob"}]}, "Contact card"),
        ({"button": {"title": "Yes", "payload": "YES"}}, "Yes"),
        ({"story": {"kind": "reply"}, "shared": {"kind": "post", "title": "x"}}, "Shared post or link"),
        ({"unsupported": "poll"}, "Something that cannot be shown here"),
        ({}, ""),
    ],
)
def test_lists_tell_in_a_word_what_came(held, word):
    assert details.gist(held) == word


def test_a_host_of_nonsense_is_empty():
    assert host("https://[") == ""
