"""REST: a verb is a POST; it answers with the conversation, or says why not and what is possible instead."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conversations.models import Event
from tests import make
from tests.rest import Program, is_problem

VERBS = ["assign", "hand_to", "unassign", "close", "reopen", "drop", "note"]


@pytest.fixture
def program(ana) -> Program:
    return Program(ana)


def test_assigning_puts_it_into_the_teammates_inbox(program, conversation, ana, ben):
    response = program.post(f"conversations/{conversation.pk}/assign", teammate=ben.pk)
    body = response.json()
    assert (response.status_code, body["state"], body["assignee"]) == (200, "assigned", ben.pk)
    assert Event.objects.get(verb="assign").actor == ana


def test_assigning_in_a_team_takes_the_conversation_there(program, conversation, cara, support):
    body = program.post(f"conversations/{conversation.pk}/assign", teammate=cara.pk, team=support.pk).json()
    assert (body["assignee"], body["team"]) == (cara.pk, support.pk)


def test_nobody_is_assigned_in_a_team_they_are_not_in(program, conversation, ben, support):
    response = program.post(f"conversations/{conversation.pk}/assign", teammate=ben.pk, team=support.pk)
    assert is_problem(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["teammate"]


def test_handing_to_a_team_clears_the_teammate(program, webchat, ana, support):
    conversation = make.conversation(webchat, state="assigned", assignee=ana)
    body = program.post(f"conversations/{conversation.pk}/hand_to", team=support.pk).json()
    assert (body["state"], body["team"], body["assignee"]) == ("open", support.pk, None)


def test_what_was_handed_away_is_out_of_sight_afterwards(program, conversation, support):
    assert program.post(f"conversations/{conversation.pk}/hand_to", team=support.pk).status_code == 200
    assert is_problem(program.get(f"conversations/{conversation.pk}"), 404, "not_found")


def test_unassigning_puts_it_back_into_the_teams_inbox(program, webchat, ana):
    conversation = make.conversation(webchat, state="assigned", assignee=ana)
    body = program.post(f"conversations/{conversation.pk}/unassign").json()
    assert (body["state"], body["team"], body["assignee"]) == ("open", conversation.team_id, None)


@pytest.mark.parametrize(("verb", "state"), [("close", "closed"), ("drop", "dropped")])
@pytest.mark.parametrize("fields", [{}, {"reason": "Parcel found"}])
def test_an_end_keeps_the_reason_if_there_is_one(verb, state, fields, program, conversation):
    assert program.post(f"conversations/{conversation.pk}/{verb}", **fields).json()["state"] == state
    assert Event.objects.get(verb=verb).data.get("reason") == fields.get("reason")


def test_reopening_gives_it_to_whoever_asks(program, webchat, ana, ben):
    conversation = make.conversation(webchat, state="closed", assignee=ben)
    body = program.post(f"conversations/{conversation.pk}/reopen").json()
    assert (body["state"], body["assignee"]) == ("reopened", ana.pk)


def test_reopening_after_the_window_says_until_when_it_was_possible(program, webchat, ana):
    conversation = make.conversation(webchat, state="closed", assignee=ana)
    make.long_ago(conversation, timezone.now() - timedelta(hours=49))
    response = program.post(f"conversations/{conversation.pk}/reopen")
    assert is_problem(response, 422, "window_shut")
    body = response.json()
    assert (body["reason"], body["possible"]) == (body["detail"], [])
    assert body["until"] < timezone.now().isoformat()


def test_a_note_is_kept_and_stays_private(program, conversation, ana):
    assert program.post(f"conversations/{conversation.pk}/note", text="He is nice").status_code == 200
    newest = program.get(f"conversations/{conversation.pk}/messages").json()["results"][0]
    assert (newest["text"], newest["private"], newest["author"]) == ("He is nice", True, ana.pk)


# --- Refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "state"),
    [("close", "closed"), ("drop", "closed"), ("unassign", "open"), ("reopen", "open"), ("assign", "dropped")],
)
def test_a_verb_that_the_state_forbids_is_refused_with_what_it_allows(verb, state, program, webchat, ana):
    conversation = make.conversation(webchat, state=state, assignee=ana)
    response = program.post(f"conversations/{conversation.pk}/{verb}", teammate=ana.pk)
    assert is_problem(response, 409, "verb_not_allowed")
    body = response.json()
    assert (body["verb"], body["state"], body["allowed"]) == (verb, state, conversation.allowed_verbs())


@pytest.mark.parametrize("verb", VERBS)
def test_to_a_stranger_the_conversation_does_not_exist(verb, conversation, ana, cara):
    assert Program(ana).get(f"conversations/{conversation.pk}").status_code == 200
    body = {"teammate": cara.pk, "team": conversation.team_id, "text": "Hello"}
    assert is_problem(Program(cara).post(f"conversations/{conversation.pk}/{verb}", body), 404, "not_found")
    assert list(Event.objects.values_list("verb", flat=True)) == ["start", "receive"]


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_token_no_verb_is_pressed(verb, conversation):
    assert is_problem(Program(None).post(f"conversations/{conversation.pk}/{verb}"), 401, "not_authenticated")


def test_a_session_presses_a_verb_only_with_its_csrf_token(conversation, ana):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)
    response = browser.post(f"/api/v1/conversations/{conversation.pk}/close")
    assert is_problem(response, 403, "permission_denied")


def test_whoever_oversees_may_press_anything(conversation, sara):
    assert Program(sara).post(f"conversations/{conversation.pk}/close").json()["state"] == "closed"


@pytest.mark.parametrize(
    ("verb", "field", "values"),
    [
        ("assign", "teammate", [None, "", "x", -1, 10**30, 1e300, True, [], {}, "\0", 999_999]),
        ("hand_to", "team", [None, "", "x", -1, 10**30, 1e300, True, [], {}, "\0", 999_999]),
        ("close", "reason", [None, [], {}, "\0", "x" * 301]),
        ("drop", "reason", [None, [], {}, "\0", "x" * 301]),
        ("note", "text", [None, "", "  ", [], "\0", "x" * 10_001]),
    ],
)
def test_a_wrong_field_is_named(verb, field, values, program, conversation):
    for value in values:
        response = program.post(f"conversations/{conversation.pk}/{verb}", {field: value})
        assert is_problem(response, 400, "invalid"), value
        assert list(response.json()["errors"]) == [field], value


@pytest.mark.parametrize("verb", ["assign", "hand_to", "note"])
def test_a_missing_field_is_named(verb, program, conversation):
    response = program.post(f"conversations/{conversation.pk}/{verb}", {})
    assert is_problem(response, 400, "invalid")


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "9" * 5000, "-1", "x", "%00", "%F0%9F%92%A9", "1.0"])
def test_a_conversation_that_is_not_there_is_not_found(number, program, conversation):
    assert is_problem(program.post(f"conversations/{number}/close"), 404, "not_found")
    assert is_problem(program.get(f"conversations/{number}/messages"), 404, "not_found")
