"""REST: why somebody has a conversation, and what would have been different in a past period."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations.balancer import assignment
from conversations.models import Conversation, Round
from conversations.replay import reading
from teams.models import Team, Teammate
from tests import make
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def handed_out(sales, ana, ben, webchat) -> Round:
    """An hour ago: Ana carried one already, so Ben got the first; Carl, who was away, none. The last found nobody."""
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        Team.objects.filter(pk=sales.pk).update(auto_assign=True)
        Teammate.objects.filter(pk__in=[ana.pk, ben.pk]).update(capacity=2)
        make.ready(ana)
        make.ready(ben)
        make.teammate("carl", sales, availability="away")
        make.conversation(webchat, state="assigned", assignee=ana)
        for _ in range(4):
            make.conversation(webchat)
        assignment.assign_waiting(sales.pk)
    return Round.objects.get()


# --- Why --------------------------------------------------------------------------------------------------------------


def test_it_tells_what_decided_and_how_everybody_stood(handed_out, ana, ben):
    row = handed_out.decisions.get(place=1).conversation
    told = Program(ana).get(f"conversations/{row.pk}/why").json()
    assert (told["teammate"], told["because"], told["round"]) == (ben.pk, "Least to do", handed_out.pk)
    assert [(each["name"], each["place"], each["outcome"]) for each in told["people"]] == [
        ("Ben", 1, "got it"),
        ("Ana", 2, "next in line"),
        ("Carl", 0, "away"),
    ]
    assert told["people"][1]["load"] == 1.0


def test_of_what_waits_it_tells_why_nobody_has_it(handed_out, ana):
    Teammate.objects.update(availability="away")
    row = handed_out.decisions.get(teammate=None).conversation
    told = Program(ana).get(f"conversations/{row.pk}/why").json()
    assert (told["teammate"], told["because"], told["round"]) == (None, "Everybody is away", None)


def test_what_was_given_by_hand_says_by_whom(conversation, ana, ben):
    conversation.assign_to(ben, by=ana)
    told = Program(ana).get(f"conversations/{conversation.pk}/why").json()
    assert (told["teammate"], told["people"]) == (ben.pk, [])
    assert "Ana" in told["by_hand"]


def test_of_a_certain_round_it_tells_what_was_decided_then(handed_out, ana):
    row = handed_out.decisions.get(place=1).conversation
    Conversation.objects.get(pk=row.pk).close(by=ana)
    told = Program(ana).get(f"conversations/{row.pk}/why", round=handed_out.pk).json()
    assert told["because"] == "Least to do"
    assert "not kept any more" in Program(ana).get(f"conversations/{row.pk}/why", round=999_999).json()["because"]
    assert is_problem(Program(ana).get(f"conversations/{row.pk}/why", round="x"), 400, "invalid")


def test_whoever_does_not_see_a_conversation_is_not_told(handed_out, cara):
    row = handed_out.decisions.get(place=1).conversation
    assert is_problem(Program(cara).get(f"conversations/{row.pk}/why"), 404, "not_found")


# --- Replay -----------------------------------------------------------------------------------------------------------


def question(**changes) -> dict:
    now = timezone.now()
    return {"start": (now - timedelta(hours=3)).isoformat(), "until": now.isoformat(), **changes}


def test_more_capacity_finds_somebody_for_everything(handed_out, sales, ben):
    told = Program(make.somebody("Supervisor")).post(f"teams/{sales.pk}/replay", question(capacity=5)).json()
    runs = [told[name] for name in ("really", "simulated", "changed")]
    assert [(run["handed_out"], run["waiting"]) for run in runs] == [(3, 1), (3, 1), (4, 0)]
    assert {each["teammate"]: each["got"] for each in told["really"]["shares"]}[ben.pk] == 2
    assert len(told["changed"]["by_hour"]) == 24


def test_one_member_has_another_capacity_and_one_is_left_out(handed_out, sales, ana, ben):
    asked = question(capacities={str(ana.pk): 9}, without=[ben.pk])
    told = Program(make.somebody("Supervisor")).post(f"teams/{sales.pk}/replay", asked).json()["changed"]
    assert {each["teammate"]: each["got"] for each in told["shares"]}[ana.pk] == 4
    assert ben.pk not in {each["teammate"] for each in told["shares"]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start": "soon"}, "start"),
        ({"start": "2020-01-01T00:00:00Z"}, "until"),
        ({"capacity": -1}, "capacity"),
        ({"weight": 2}, "weight"),
        ({"capacities": {"999999": 1}}, "capacities"),
        ({"without": [10**9]}, "without"),
        ({"added": [10**30]}, "added"),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_words(wrong, field, handed_out, sales):
    refused = Program(make.somebody("Supervisor")).post(f"teams/{sales.pk}/replay", question(**wrong))
    assert is_problem(refused, 400, "invalid") and list(refused.json()["errors"]) == [field]


def test_a_period_with_too_much_in_it_is_refused(handed_out, sales, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 4)
    assert is_problem(Program(make.somebody("Supervisor")).post(f"teams/{sales.pk}/replay", question()), 400, "invalid")


def test_a_token_to_look_with_is_enough(handed_out, supervisor, sales):
    reader = Program(Teammate.objects.get(pk=supervisor.pk), scope="read")
    assert reader.post(f"teams/{sales.pk}/replay", question()).status_code == 200


@pytest.mark.parametrize("role", ["Agent", "App Manager"])
def test_whoever_may_not_see_rounds_replays_nothing(role, handed_out, sales):
    assert is_problem(
        Program(make.somebody(role, sales)).post(f"teams/{sales.pk}/replay", question()), 403, "permission_denied"
    )


def test_the_work_of_other_teams_is_out_of_sight(handed_out, sales, support):
    lead = Program(make.somebody("Supervisor", support, own=True))
    assert is_problem(lead.post(f"teams/{sales.pk}/replay", question()), 404, "not_found")
    assert lead.post(f"teams/{support.pk}/replay", question()).status_code == 200
