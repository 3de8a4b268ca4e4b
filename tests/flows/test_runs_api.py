"""REST: single runs of flows, for whoever may look at them in the admin."""

import pytest

from conversations.models import Conversation
from flows import engine, starting
from flows.models import FlowRun
from tests import make
from tests.flows.flow import MENU, document, flow, say
from tests.rest import Program, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def begun(conversation: Conversation, name: str, *raw) -> FlowRun:
    run = starting.send(conversation, flow(name, *raw), by=None)
    engine.advance(run)
    return FlowRun.objects.get(pk=run.pk)


@pytest.fixture
def runs(webchat, words) -> list[FlowRun]:
    """The customer's answer is waited for in the first; the second has said what it had to say."""
    hello = document(say("hello", "Hello!"))
    return [begun(make.conversation(webchat), "Menu", MENU), begun(make.conversation(webchat), "Hello", hello)]


@pytest.fixture
def boss(db) -> Program:
    return Program(make.somebody("Supervisor"))


def test_a_run_is_told_with_its_way_and_what_it_has_learnt(runs, boss):
    waits, done = (boss.get(f"flow_runs/{run.pk}").json() for run in runs)
    assert (waits["state"], waits["node"], waits["version"], waits["ended_at"]) == ("waiting", "menu", 1, None)
    assert [(step["node"], step["fate"], step["version"]) for step in waits["way"]] == [("menu", "", 1)]
    assert (done["state"], done["steps"], done["answers"]) == ("done", 1, {})
    assert [(step["node"], step["fate"]) for step in done["way"]] == [("hello", "ended")]


def test_the_newest_comes_first_and_of_a_list_no_answers(runs, boss):
    listed = boss.get("flow_runs").json()["results"]
    assert [row["id"] for row in listed] == [run.pk for run in reversed(runs)]
    assert not {"answers", "way"} & listed[0].keys()


@pytest.mark.parametrize("by", ["flow", "conversation", "state"])
def test_they_are_narrowed_down(runs, boss, by):
    wanted = runs[0].state if by == "state" else getattr(runs[0], f"{by}_id")
    assert boss.ids("flow_runs", **{by: wanted}) == [runs[0].pk]


def test_a_state_that_there_is_not_is_refused(boss):
    assert is_problem(boss.get("flow_runs", state="asleep"), 400, "invalid")


def test_a_list_asks_as_often_for_many_as_for_one(runs, boss, webchat, django_assert_num_queries):
    with django_assert_num_queries(3) as asked:
        boss.get("flow_runs")
    for number in range(4):
        begun(make.conversation(webchat), f"More {number}", MENU)
    with django_assert_num_queries(len(asked.captured_queries)):
        boss.get("flow_runs")


def test_whoever_is_held_to_another_team_finds_none(runs, support):
    lead = Program(make.somebody("Supervisor", support, own=True))
    assert lead.ids("flow_runs") == []
    assert is_problem(lead.get(f"flow_runs/{runs[0].pk}"), 404, "not_found")


def test_an_agent_does_not_see_them(runs, ana):
    assert is_problem(Program(ana).get("flow_runs"), 403, "permission_denied")
