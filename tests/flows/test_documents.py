"""What keeps a flow from being published, with the node named; and what is no problem."""

import json
from pathlib import Path

import pytest

import monty.demo
from channels_app.adapters import ADAPTERS
from flows.diff import differences
from flows.document import Document
from flows.models import Flow, VersionState
from flows.models.version import Wrong
from flows.nodes import NODES
from flows.palette import palette, schema
from flows.problems import problems
from flows.surroundings import Surroundings
from tests.flows.flow import MENU, document, flow, node, say

EVERYWHERE = Surroundings(channels=tuple(ADAPTERS.values()))
TWO = [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]


def choice(*titles: str, **fields):
    choices = [{"id": f"c{number}", "title": title} for number, title in enumerate(titles)]
    return node("q", "ask", name="Question", text="Which?", kind="choice", choices=choices, **fields)


WRONG = [
    ([say("a", "x", "b")], "a", "exits.next"),
    ([node("a", "send_message", text="x", exits={"sideways": "a"})], "a", "exits.sideways"),
    ([node("a", "dance")], "a", "type"),
    ([say("a", "x"), say("a", "y")], "a", "id"),
    ([node("a", "send_message", text="x", colour="red")], "a", ""),
    ([node("a", "ask", text="x")], "a", "kind"),
    ([node("a", "ask", text="x", kind="colour")], "a", "kind"),
    ([say("a", "x", "b"), say("b", "y", "a")], "a", ""),
    ([say("a", "Hello {{contact.shoe_size}}")], "a", "text"),
    ([say("a", "x" * 2001)], "a", "text"),
    ([say("a", "")], "a", "text"),
    ([choice("Yes")], "q", "choices"),
    ([choice("Yes", "yes")], "q", "choices.1.title"),
    ([choice("Yes", "A title that is far too long")], "q", "choices.1.title"),
    ([node("a", "hand_over", team=7)], "a", "team"),
    ([node("a", "assign")], "a", "team"),
    ([node("a", "assign", teammate=7)], "a", "teammate"),
    ([node("a", "set_label", add=["Gold"])], "a", "add.0"),
    ([node("a", "jump", flow="elsewhere")], "a", "flow"),
    ([node("a", "send_message", media=["4f0c6c1e-0000-4000-8000-000000000000"])], "a", "media.0"),
    ([node("a", "http_call", url="https://inside.example/")], "a", "url"),
    ([node("a", "http_call", url="http://example.org/")], "a", "url"),
    ([node("a", "http_call", url="https://{{answers.host}}/")], "a", "url"),
    ([node("a", "http_call", url="https://example.org/", body='{"n": {{answers.n}}}')], "a", "body"),
    ([node("a", "branch", branches=[{"id": "x", "conditions": [{"subject": "answers.x", "operator": "is"}]}])],
     "a", "branches.0.conditions.0.value"),
    ([node("a", "branch", branches=[{"id": "x", "conditions": [{"subject": "os.system", "operator": "known"}]}])],
     "a", "branches.0.conditions.0.subject"),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "where", "field"), WRONG)
def test_what_is_wrong_names_its_node(nodes, where, field):
    found = problems(document(*nodes), EVERYWHERE)
    assert (where, field) in [(each.node, each.field) for each in found if not each.warning]
    assert all(each.text for each in found)


@pytest.mark.parametrize("raw", [None, [], 7, "x", {}, {"schema": 2, "start": "", "nodes": []}, {"nodes": [1]}])
def test_what_is_no_document_is_told_so(raw):
    assert problems(raw, EVERYWHERE)


def test_an_empty_flow_and_a_start_that_is_not_there_are_refused():
    assert problems(document(), EVERYWHERE)
    assert problems(document(say("a", "x")) | {"start": "b"}, EVERYWHERE)[0].field == "start"


def test_a_good_document_has_no_problems():
    assert problems(MENU, EVERYWHERE) == []


def test_a_circle_that_waits_is_none():
    assert problems(document(choice("Yes", "No") | {"exits": {"next": "q"}}), EVERYWHERE) == []


def test_a_node_to_which_no_way_leads_is_a_warning():
    found = problems(document(say("a", "x"), say("b", "y")), EVERYWHERE)
    assert [(each.node, each.warning) for each in found] == [("b", True)]


def test_titles_may_be_long_where_no_chosen_channel_minds():
    calm = Surroundings(channels=(ADAPTERS["webchat"],))
    assert problems(document(choice("Yes", "A title that is rather long")), calm) == []


def test_four_choices_may_be_longer_than_three_on_whatsapp():
    whatsapp = Surroundings(channels=(ADAPTERS["whatsapp"],))
    title = "A title of 24 characters"
    assert problems(document(choice("A", "B", "C", title)), whatsapp) == []
    assert problems(document(choice("A", "B", title)), whatsapp)


def test_every_type_of_node_is_described():
    told = {each["type"]: each for each in palette()}
    assert told.keys() == NODES.keys()
    assert all(each["label"] and each["hint"] and each["icon"] for each in told.values())
    page = (Path(__file__).parents[2] / "docs" / "flows.md").read_text()
    assert [kind for kind in NODES if f"`{kind}`" not in page] == []


def test_the_schema_takes_what_is_good_and_refuses_what_is_not():
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(json.dumps(schema(), default=str)))
    assert validator.is_valid(MENU)
    assert not validator.is_valid(document(node("a", "dance")))


def test_differences_are_told_node_by_node():
    other = document(*[{**each} for each in MENU["nodes"]][:-1], say("new", "x"))
    other["nodes"][1] = other["nodes"][1] | {
        "fields": {"text": "Number?", "kind": "number"},
        "position": {"x": 9, "y": 9},
    }
    found = differences(Document.of(MENU), Document.of(other))
    assert {(each.what, each.node, each.part) for each in found} == {
        ("removed", "bye", ""),
        ("added", "new", ""),
        ("changed", "number", "fields.text"),
        ("changed", "number", "fields.save_as"),
    }


@pytest.mark.django_db
def test_the_demo_s_documents_can_be_published(webchat):
    from conversations.models import Label
    from monty.demo.bots import FLOWS, make_flows

    Label.objects.create(name="Order")
    make_flows()
    make_flows()
    assert (
        Flow.objects.live().count()
        == len(FLOWS)
        == len(list(Path(monty.demo.__file__).parent.glob("documents/*.json")))
    )


@pytest.mark.django_db
class TestVersions:
    def test_a_draft_with_problems_is_kept_and_not_published(self, webchat):
        draft = Flow.objects.create(key="x", name="X").edit(by=None)
        draft.edit(document(say("a", "x", "nowhere")), by=None)
        with pytest.raises(Wrong, match="nowhere"):
            draft.publish(by=None)
        assert draft.state == VersionState.DRAFT

    def test_what_is_published_is_not_written_any_more(self, webchat):
        from monty.errors import VerbNotAllowed

        with pytest.raises(VerbNotAllowed):
            flow().current.edit(document(say("a", "x")), by=None)

    def test_the_newest_published_version_counts(self, webchat):
        row = flow()
        second = row.edit(by=None)
        second.edit(document(say("a", "x")), by=None)
        assert row.current.number == 1
        second.publish(by=None)
        assert row.current.number == 2
        second.archive(by=None)
        assert row.current.number == 1

    def test_there_is_one_draft_at_a_time(self, webchat):
        row = flow()
        assert row.edit(by=None) == row.edit(by=None)

    def test_channels_know_whether_a_flow_answers_first(self, webchat, pigeon):
        row = flow("Welcome", MENU, "first_message", on=(pigeon,))
        greeted = lambda: [each.greeted for each in (webchat, pigeon) if each.refresh_from_db() is None]  # noqa: E731
        assert greeted() == [False, True]
        row.channels.clear()
        assert greeted() == [True, True]
        row.current.archive(by=None)
        assert greeted() == [False, False]
