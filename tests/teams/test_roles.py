"""Roles: who may give which, to whom, and how far they reach."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from conversations.models import Conversation
from monty.errors import BadInput, Forbidden
from teams import roles
from teams.models import Inbox, Team, Teammate
from tests import make
from tests.rest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def somebody(role: str, *teams: Team, name: str = "", own: bool = False) -> Teammate:
    person = make.teammate(name or role.lower().replace(" ", ""), *teams)
    roles.give(person, role, own_teams_only=own)
    return Teammate.objects.get(pk=person.pk)


def entered(client: Client, person: Teammate) -> Client:
    client.force_login(person)
    return client


def test_a_role_takes_the_place_of_the_former_one() -> None:
    person = somebody("Supervisor")
    roles.give(person, "Agent")
    person = Teammate.objects.get(pk=person.pk)
    assert (person.role, person.is_staff, person.oversees) == ("Agent", False, False)


def test_groups_are_renewed_to_what_their_presets_say() -> None:
    roles.renew()
    Group.objects.get(name="Viewer").permissions.clear()
    Group.objects.get(name="Editor").delete()
    roles.renew()
    viewer = Group.objects.get(name="Viewer").permissions.count()
    assert viewer == len(roles.PRESETS["Viewer"].permissions)
    assert Group.objects.filter(name="Editor").exists()


@pytest.mark.parametrize(
    ("giver", "may"),
    [
        ("Admin", ["Admin", "Editor", "Agent", "Analyst", "Viewer", "Supervisor", "App Manager"]),
        ("Supervisor", ["Agent", "Analyst", "Viewer", "Supervisor"]),
        ("Editor", []),
        ("Viewer", []),
        ("Agent", []),
    ],
)
def test_nobody_gives_more_than_they_have(giver: str, may: list[str]) -> None:
    assert roles.to_give(somebody(giver)) == may


def test_a_supervisor_makes_no_admin_and_degrades_none(ana: Teammate) -> None:
    boss, chief = somebody("Supervisor"), somebody("Admin")
    with pytest.raises(Forbidden):
        roles.hand(ana, "Admin", own_teams_only=False, by=boss)
    with pytest.raises(Forbidden):
        roles.hand(chief, "Agent", own_teams_only=False, by=boss)
    roles.hand(boss, "Viewer", own_teams_only=False, by=chief)
    assert Teammate.objects.get(pk=boss.pk).role == "Viewer"


def test_who_is_held_to_their_teams_gives_no_role_that_reaches_all(sales: Team, ana: Teammate) -> None:
    lead = somebody("Supervisor", sales, own=True)
    with pytest.raises(Forbidden):
        roles.hand(ana, "Viewer", own_teams_only=False, by=lead)
    roles.hand(ana, "Viewer", own_teams_only=True, by=lead)
    assert not Teammate.objects.get(pk=ana.pk).oversees


# --- The inbox --------------------------------------------------------------------------------------------------------


def test_who_only_looks_sees_all_and_changes_nothing(client: Client, conversation: Conversation) -> None:
    page = entered(client, somebody("Viewer"))
    assert "Your role lets you look" in page.get(f"/conversations/{conversation.pk}/").content.decode()
    answer = page.post(f"/conversations/{conversation.pk}/close/")
    assert answer.status_code == 403
    conversation.refresh_from_db()
    assert conversation.is_live


def test_who_stays_out_sees_no_conversation_by_any_door(client: Client, conversation: Conversation) -> None:
    manager = somebody("App Manager")
    assert not Conversation.objects.visible_to(manager).exists()
    assert entered(client, manager).get("/")["Location"] == "/admin/"
    assert client.get(f"/conversations/{conversation.pk}/").status_code == 403
    assert Program(manager).get("conversations/").status_code == 403
    assert Program(manager).get("channels/").status_code == 200


@pytest.mark.parametrize("role", ["Viewer", "Analyst", "App Manager"])
def test_own_settings_are_everybody_s(role: str) -> None:
    program = Program(somebody(role))
    assert program.get("me/").status_code == 200
    assert program.put("me/presence/", availability="away").status_code == 200


def test_who_does_not_answer_is_given_nothing(sales: Team, conversation: Conversation, ana: Teammate) -> None:
    viewer = somebody("Viewer", sales)
    with pytest.raises(BadInput):
        conversation.assign_to(viewer, by=ana)
    assert viewer not in Teammate.objects.at_work()
    assert [each.teammate for each in Team.objects.with_members().get(pk=sales.pk).memberships.all()] == [ana]


def test_the_database_knows_three_ways_only(ana: Teammate) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Teammate.objects.filter(pk=ana.pk).update(inbox="all")
    assert Inbox.values == ["answers", "looks", "out"]


# --- The admin --------------------------------------------------------------------------------------------------------


def press_role(client: Client, person: Teammate, role: str) -> str:
    answer = client.post(f"/admin/teams/teammate/{person.pk}/press/role/", {"role": role}, follow=True)
    return answer.content.decode()


def test_a_role_is_given_by_a_button(client: Client, supervisor: Teammate, ana: Teammate) -> None:
    assert "done: Give role" in press_role(client, ana, "Viewer")
    assert Teammate.objects.get(pk=ana.pk).role == "Viewer"


def test_a_role_beyond_ones_own_is_refused_in_words(client: Client, supervisor: Teammate, ana: Teammate) -> None:
    assert "You cannot give the role Admin." in press_role(client, ana, "Admin")
    assert Teammate.objects.get(pk=ana.pk).role == ""


def test_an_editor_is_offered_no_roles(client: Client, ana: Teammate) -> None:
    entered(client, somebody("Editor"))
    assert press_role(client, ana, "Viewer") and Teammate.objects.get(pk=ana.pk).role == ""


def test_a_supervisor_does_not_change_a_fellow_supervisor_s_account(client: Client, supervisor: Teammate) -> None:
    fellow = somebody("Supervisor", name="fellow")
    new = {"password1": "tak3n-0ver!", "password2": "tak3n-0ver!", "usable_password": "true"}
    assert client.post(f"/admin/teams/teammate/{fellow.pk}/password/", new).status_code == 403
    entered(client, somebody("Admin"))
    assert client.get(f"/admin/teams/teammate/{fellow.pk}/password/").status_code == 200
