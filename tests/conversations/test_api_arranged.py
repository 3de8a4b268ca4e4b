"""REST: labels, attributes, views, actions on many, drafts."""

import pytest

from conversations.models import Attribute, Conversation, Label, SavedView
from teams import roles
from teams.models import Teammate
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def program(ana) -> Program:
    return Program(ana)


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


def test_a_label_is_made_and_switched_off(boss, program):
    made = boss.post("labels", name="Refund", colour="red").json()
    assert boss.patch(f"labels/{made['id']}", offered=False).json()["offered"] is False
    assert is_problem(program.post("labels", name="Mine"), 403, "permission_denied")


def test_two_labels_of_one_name_are_refused(boss):
    boss.post("labels", name="Refund")
    assert is_problem(boss.post("labels", name="refund"), 400, "invalid")


def test_a_label_that_is_used_is_not_deleted(conversation, ana):
    label = Label.objects.create(name="Refund")
    conversation.label(add=["Refund"], by=ana)
    chief = make.teammate("alex")
    roles.give(chief, "Admin")
    program = Program(Teammate.objects.get(pk=chief.pk))
    assert program.delete(f"labels/{label.pk}").status_code == 403
    spare = Label.objects.create(name="Spare")
    assert program.delete(f"labels/{spare.pk}").status_code == 204


def test_an_attribute_keeps_its_key_and_kind(boss):
    made = boss.post("attributes", key="size", label="Size", kind="choice", options=["S", "M"]).json()
    path = f"attributes/{made['id']}"
    assert boss.patch(path, options=["S", "M", "L"]).json()["options"] == ["S", "M", "L"]
    assert list(boss.patch(path, key="other").json()["errors"]) == ["key"]
    assert list(boss.patch(path, options=[]).json()["errors"]) == ["options"]
    assert Attribute.objects.get().key == "size"


# --- Views ------------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_renamed_moved_and_removed(program, ana):
    first = program.post("views", name="Waiting", filters={"state": ["open"], "waiting": "true"}).json()
    second = program.post("views", name="Mine", base="mine").json()
    assert first["filters"] == {"state": ["open"], "waiting": "true"}
    assert program.patch(f"views/{second['id']}", name="All mine").json()["name"] == "All mine"
    assert program.post(f"views/{second['id']}/move", up=True).status_code == 200
    assert [view.pk for view in SavedView.objects.shown_to(ana)] == [second["id"], first["id"]]
    assert program.delete(f"views/{first['id']}").status_code == 204


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"filters": {"state": "nonsense"}}, "state"), ({"base": "nowhere"}, "base"), ({"name": ""}, "name")],
)
def test_a_view_of_nothing_is_refused(wrong, field, program):
    refused = program.post("views", {"name": "Wrong"} | wrong)
    assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == [field]
    assert not SavedView.objects.exists()


def test_only_who_leads_shares_a_view(program, boss, sales):
    mine, theirs = program.post("views", name="Mine").json(), boss.post("views", name="Ours").json()
    assert is_problem(program.post(f"views/{mine['id']}/share", team=sales.pk), 403, "forbidden")
    assert boss.post(f"views/{theirs['id']}/share", everybody=True).json()["for_everybody"] is True
    assert theirs["id"] in program.ids("views")


# --- Many at once -----------------------------------------------------------------------------------------------------


def test_many_conversations_are_closed_with_one_request(
    program, webchat, ana, worker, django_capture_on_commit_callbacks
):
    rows = [make.conversation(webchat, state="assigned", assignee=ana) for _ in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        begun = program.post("bulk", verb="close", conversations=[row.pk for row in rows])
    assert begun.status_code == 202
    told = program.get(f"bulk/{begun.json()['id']}").json()
    assert (told["total"], told["done"], told["failed"], told["failures"]) == (3, 3, 0, [])
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"}


def test_what_was_left_says_why(program, webchat, ana, worker, django_capture_on_commit_callbacks):
    row = make.conversation(webchat, state="closed", assignee=ana)
    with django_capture_on_commit_callbacks(execute=True):
        begun = program.post("bulk", verb="drop", conversations=[row.pk], arguments={"reason": "Spam"}).json()
    (failure,) = program.get(f"bulk/{begun['id']}").json()["failures"]
    assert failure["conversation"] == row.pk and failure["reason"]


@pytest.mark.parametrize(
    "wrong", [{"verb": "dance"}, {"conversations": []}, {"conversations": [999]}, {"verb": "assign"}]
)
def test_what_cannot_be_done_to_many_is_refused(wrong, program, conversation):
    refused = program.post("bulk", {"verb": "close", "conversations": [conversation.pk]} | wrong)
    assert is_problem(refused, 400, "invalid")


def test_thirty_actions_take_as_many_queries_as_one(program, conversation, django_assert_max_num_queries):
    for _ in range(30):
        program.post("bulk", verb="close", conversations=[conversation.pk])
    with django_assert_max_num_queries(4):
        assert len(program.get("bulk").json()["results"]) == 30


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_for_its_writer_alone(program, ben, conversation):
    path = f"conversations/{conversation.pk}/draft"
    assert program.get(path).json() == {"version": 0, "text": "", "note": "", "saved_reply": None}
    assert program.put(path, version=1, text="Dear").json()["text"] == "Dear"
    assert Program(ben).get(path).json()["text"] == ""


def test_an_older_draft_does_not_take_the_place_of_a_newer(program, conversation):
    path = f"conversations/{conversation.pk}/draft"
    program.put(path, version=5, text="Newer")
    refused = program.put(path, version=4, text="Older")
    assert is_problem(refused, 409, "overtaken")
    assert refused.json()["draft"]["text"] == "Newer"
