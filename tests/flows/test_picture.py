"""A flow as a picture: everything is on it, nothing lies on anything else, and hostile words stay words."""

import re
from itertools import combinations

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from flows.document import Document
from flows.models import Flow, FlowVersion
from flows.picture import WIDTH, picture
from flows.templatetags.flows import flow_picture
from tests.flows.flow import MENU, document, node, say

menu = Document.of(MENU)


def drawn(raw, figures=None) -> str:
    version = FlowVersion(pk=1, flow=Flow(name="Welcome"), number=1, document=raw)
    return render_to_string("flows/_picture.html", flow_picture(version, figures))


def test_each_node_has_a_box_and_each_connection_an_arrow():
    found = picture(menu)
    assert [box.node.id for box in found.boxes] == list(menu.nodes)
    assert len(found.arrows) == 5


def test_it_reads_from_left_to_right():
    at = {box.node.id: box.x for box in picture(menu).boxes}
    assert at["menu"] < at["number"] < at["thanks"] < at["desk"]


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_no_two_boxes_lie_on_each_other(ways):
    names = [f"n{number}" for number in range(12)]
    asked = {name: {f"choice:c{to}": names[to] for at, to in ways if names[at] == name} for name in names}
    choices = [{"id": f"c{number}", "title": str(number)} for number in range(12)]
    raw = document(*(node(name, "ask", exits=asked[name], kind="choice", choices=choices) for name in names))
    boxes = picture(Document.of(raw)).boxes
    for one, other in combinations(boxes, 2):
        beside = one.x + WIDTH <= other.x or other.x + WIDTH <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_where_somebody_put_the_boxes_they_stay():
    raw = document(say("a", "A", "b"), say("b", "B"))
    raw["nodes"][0]["position"], raw["nodes"][1]["position"] = {"x": 500, "y": 0}, {"x": -20, "y": 90}
    first, second = picture(Document.of(raw)).boxes
    assert (first.x - second.x, second.y - first.y) == (520, 90)


def test_three_hundred_nodes_in_a_row_are_no_trouble():
    raw = document(*(say(f"n{number}", "x", f"n{number + 1}") for number in range(299)), say("n299", "x"))
    assert len(picture(Document.of(raw)).boxes) == 300


def test_figures_stand_under_their_boxes():
    content = drawn(MENU, {"menu": {"reached": 12, "left": 9, "handed_over": 1, "timed_out": 2}})
    assert re.search("<title>timed out: 2</title>", content)
    assert "<title>reached: 0</title>" in content


def test_it_is_told_in_words_too():
    assert "Ask a question: What is it about?; My order → Order number" in drawn(MENU)


def test_what_is_written_in_a_flow_is_never_markup():
    content = drawn(document(node("a", "send_message", name="<script>alert(1)</script>", text="x")))
    assert "<script>" not in content and "&lt;script&gt;" in content


@pytest.mark.parametrize("raw", [document(), {"nodes": 3}, document({**say("a", "x"), "type": "never-heard"})])
def test_a_strange_document_is_no_error(raw):
    assert isinstance(drawn(raw), str)
