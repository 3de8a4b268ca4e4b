"""REST: what supervisors arrange, by the rules of the admin's pages."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from conversations.models import Draft
from monty.settings import LANGUAGES
from teams import roles
from teams.models import AuditEntry, Invitation, Keeping, Membership, Schedule, Setting, Team, Teammate
from teams.models.setting import RULES
from tests import make
from tests.rest import Program, is_problem
from tests.teams.login.conftest import enter

pytestmark = pytest.mark.once


@pytest.fixture
def boss(sales) -> Program:
    return Program(make.somebody("Supervisor"))


@pytest.fixture
def lead(sales) -> Program:
    """Held to Sales."""
    return Program(make.somebody("Supervisor", sales, own=True))


# --- Teams and who is in them -----------------------------------------------------------------------------------------


def test_a_team_is_made_changed_and_closed(boss):
    made = boss.post("teams", name="Night", auto_assign=True, response_time=5, language=LANGUAGES[0][0])
    assert made.status_code == 201
    assert (made.json()["response_time"], made.json()["members"]) == (5, [])
    path = f"teams/{made.json()['id']}"
    changed = boss.patch(path, capacity=3)
    assert (changed.json()["capacity"], changed.json()["name"], changed.json()["response_time"]) == (3, "Night", 5)
    assert Program(make.somebody("Admin")).delete(path).status_code == 204


def test_a_team_with_conversations_stays(conversation, sales):
    refused = Program(make.somebody("Admin")).delete(f"teams/{sales.pk}")
    assert is_problem(refused, 409, "in_use")
    assert Team.objects.filter(pk=sales.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": "Sales"}, "name"), ({"capacity": -1}, "capacity"), ({"schedule": 999}, "schedule")]
)
def test_what_is_wrong_with_a_team_is_named(wrong, field, boss):
    refused = boss.post("teams", {"name": "Night"} | wrong)
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == [field]


def test_an_agent_arranges_nothing(ana, sales):
    program = Program(ana)
    assert is_problem(program.post("teams", name="Mine"), 403, "permission_denied")
    assert is_problem(program.patch(f"teams/{sales.pk}", name="Mine"), 403, "permission_denied")
    assert program.get("memberships").status_code == 403


def test_a_token_to_answer_with_arranges_nothing(sales):
    program = Program(make.somebody("Supervisor"), "write")
    assert is_problem(program.patch(f"teams/{sales.pk}", name="Mine"), 403, "insufficient_scope")


def test_people_join_a_team_and_leave_it(boss, sales, cara):
    made = boss.post("memberships", team=sales.pk, teammate=cara.pk, role="lead")
    assert made.status_code == 201
    path = f"memberships/{made.json()['id']}"
    assert boss.patch(path, capacity=2).json()["capacity"] == 2
    assert boss.get("memberships", team=sales.pk).json()["results"][-1]["teammate"] == cara.pk
    assert boss.delete(path).status_code == 204
    assert not Membership.objects.filter(team=sales, teammate=cara).exists()


def test_nobody_is_in_a_team_twice(boss, sales, ana):
    assert is_problem(boss.post("memberships", team=sales.pk, teammate=ana.pk), 400, "invalid")


def test_a_lead_arranges_their_own_teams_and_people(lead, sales, support, ana, cara):
    mine, other = Membership.objects.get(teammate=ana), Membership.objects.get(teammate=cara)
    assert lead.patch(f"memberships/{mine.pk}", capacity=1).status_code == 200
    assert lead.patch(f"memberships/{other.pk}", capacity=1).status_code == 404
    assert lead.patch(f"memberships/{mine.pk}", team=support.pk).status_code == 400
    assert lead.post("memberships", team=sales.pk, teammate=cara.pk).status_code == 400
    assert lead.patch(f"teams/{support.pk}", name="Mine").status_code == 404
    assert {row["team"] for row in lead.get("memberships").json()["results"]} == {sales.pk}


# --- Teammates --------------------------------------------------------------------------------------------------------


def test_an_account_is_changed_and_the_log_says_by_whom(boss, ana):
    answer = boss.patch(f"teammates/{ana.pk}", capacity=4, first_name="Anna")
    assert (answer.json()["capacity"], answer.json()["name"]) == (4, "Anna")
    entry = AuditEntry.objects.filter(kind="teams.teammate", key=str(ana.pk)).first()
    assert entry is not None and (entry.door, entry.data["capacity"]) == ("rest", [10, 4])


def test_nobody_changes_who_may_as_much(boss):
    fellow = make.teammate("fellow")
    roles.give(fellow, "Supervisor")
    assert boss.patch(f"teammates/{fellow.pk}", first_name="Mine").status_code == 403
    assert is_problem(boss.post(f"teammates/{fellow.pk}/role", role="Viewer"), 403, "forbidden")
    for verb in ("revoke_tokens", "log_out", "remove_second_factor"):
        assert is_problem(boss.post(f"teammates/{fellow.pk}/{verb}"), 403, "forbidden")


def test_supervisors_say_who_is_there(boss, ana):
    away = boss.post(f"teammates/{ana.pk}/away", reason="Training")
    assert (away.json()["availability"], away.json()["away_reason"]) == ("away", "Training")
    assert boss.post(f"teammates/{ana.pk}/active").json()["availability"] == "active"


def test_a_role_is_given_no_further_than_one_s_own(boss, ana):
    assert boss.post(f"teammates/{ana.pk}/role", role="Viewer").status_code == 200
    assert Teammate.objects.get(pk=ana.pk).role == "Viewer"
    assert is_problem(boss.post(f"teammates/{ana.pk}/role", role="Admin"), 403, "forbidden")


def test_tokens_of_somebody_are_revoked_at_once(boss, ana):
    program = Program(ana)
    assert boss.post(f"teammates/{ana.pk}/revoke_tokens").status_code == 200
    assert program.get("me").status_code == 401


def test_somebody_is_logged_out_everywhere(boss, ana, client):
    enter(client, "ana")
    assert client.get("/").status_code == 200
    assert boss.post(f"teammates/{ana.pk}/log_out").status_code == 200
    assert client.get("/").status_code == 302


def test_what_somebody_has_lost_is_removed(boss, ana):
    Authenticator.objects.create(user=ana, type="webauthn", data={"name": "K", "credential": {}})
    assert boss.post(f"teammates/{ana.pk}/remove_second_factor").status_code == 200
    assert not Authenticator.objects.exists()


# --- Hours, invitations, settings -------------------------------------------------------------------------------------

MONDAY = {"weekday": 0, "opens": "09:00", "closes": "17:00"}


def test_hours_are_kept_as_a_whole(boss):
    made = boss.post("schedules", name="Shop", time_zone="Europe/Berlin", openings=[MONDAY]).json()
    assert (made["openings"], made["holidays"]) == ([MONDAY], [])
    path = f"schedules/{made['id']}"
    new_year = {"day": "2027-01-01", "name": "New Year"}
    changed = boss.patch(path, holidays=[new_year]).json()
    assert (changed["openings"], changed["holidays"]) == ([MONDAY], [new_year])
    assert boss.patch(path, openings=[]).json()["openings"] == []
    assert boss.delete(path).status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"openings": [MONDAY, MONDAY | {"opens": "16:00", "closes": "18:00"}]},
        {"openings": [MONDAY | {"opens": "18:00"}]},
        {"openings": [MONDAY | {"weekday": 7}]},
        {"time_zone": "Europe/Atlantis"},
        {"holidays": [{"day": "2027-02-30", "name": "Never"}]},
        {"holidays": [{"day": "2027-01-01", "name": "Twice"}] * 2},
    ],
)
def test_hours_that_cannot_be_are_refused_and_none_of_them_kept(wrong, boss):
    refused = boss.post("schedules", {"name": "Shop"} | wrong)
    assert is_problem(refused, 400, "invalid")
    assert not Schedule.objects.exists()


def test_an_invitation_tells_its_link_as_long_as_it_works(boss, sales):
    made = boss.post("invitations", name="Nora", role="Agent", team=sales.pk, days=2).json()
    assert made["link"].startswith("http") and made["used_at"] is None
    Invitation.objects.update(expires_at=Invitation.objects.get().made_at)
    assert boss.get(f"invitations/{made['id']}").json()["link"] is None
    assert boss.delete(f"invitations/{made['id']}").status_code == 204


def test_nobody_invites_beyond_their_reach(boss, lead, support):
    assert is_problem(boss.post("invitations", name="Nora", role="Admin"), 403, "forbidden")
    assert lead.post("invitations", name="Nora", role="Agent", team=support.pk).status_code == 400
    assert not Invitation.objects.exists()


def test_a_setting_is_changed_within_its_bounds(db):
    row = make.setting("invitations_kept", None)
    editor, rule = Program(make.somebody("Editor")), RULES["invitations_kept"]
    assert editor.patch(f"settings/{row.pk}", value=10).json()["value"] == 10
    assert editor.patch(f"settings/{row.pk}", value=None).json()["usual"] == rule.usual
    assert is_problem(editor.patch(f"settings/{row.pk}", value=rule.most + 1), 400, "invalid")
    assert Program(make.somebody("Supervisor")).patch(f"settings/{row.pk}", value=1).status_code == 403
    assert Setting.objects.get(pk=row.pk).value is None


def test_the_log_is_read_by_what_it_is_about(boss, sales):
    boss.patch(f"teams/{sales.pk}", name="Shop")
    (entry,) = boss.get("audit", kind="teams.team", key=sales.pk).json()["results"]
    assert (entry["deed"], entry["data"], entry["door"]) == ("changed", {"name": ["Sales", "Shop"]}, "rest")


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_it_is_told_how_long_a_kind_of_data_is_kept_and_what_waits_to_go(boss, conversation, ana):
    Keeping.objects.furnish()
    make.setting("drafts_kept", 1)
    Draft.objects.keep(conversation, by=ana, version=1, text="Dear")
    Draft.objects.update(at=timezone.now() - timedelta(days=2))
    (row,) = [each for each in boss.get("kept").json()["results"] if each["name"] == "conversations.draft"]
    assert (row["setting"], row["kept"], row["waiting"], row["ran_at"]) == ("drafts_kept", 24 * 3600.0, 1, None)
    assert boss.get(f"kept/{row['id']}").json() == row


def test_an_agent_is_not_told(ana):
    assert is_problem(Program(ana).get("kept"), 403, "permission_denied")
