"""Invitations: one link, one person, for some days."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from monty.admin import address, page_of
from monty.errors import Forbidden
from teams import invitations, roles
from teams.invitations import Void
from teams.models import AuditEntry, Invitation, Team, Teammate
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def boss(db) -> Teammate:
    person = make.teammate("sue")
    roles.give(person, "Supervisor")
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def invitation(boss: Teammate, sales: Team) -> Invitation:
    return invitations.invite("Nora", "Agent", by=boss, lasts=WEEK, team=sales)


def path(invitation: Invitation) -> str:
    return "/" + invitation.link.split("/", 3)[3]


def join(client: Client, invitation: Invitation, **typed: str):
    fields = {"first_name": "Nora", "last_name": "Lind", "username": "nora"}
    passwords = {"password1": "quiet-harbour-7", "password2": "quiet-harbour-7"}
    return client.post(path(invitation), fields | passwords | typed)


def test_whoever_has_the_link_chooses_name_and_password_and_is_in(client, invitation, sales) -> None:
    assert "Sue has invited you as Agent" in client.get(path(invitation)).content.decode()
    assert join(client, invitation)["Location"] == "/"
    nora = Teammate.objects.get(username="nora")
    assert (nora.name, nora.role, list(nora.teams.all())) == ("Nora Lind", "Agent", [sales])
    assert nora.check_password("quiet-harbour-7")
    assert client.get("/").status_code == 200


def test_the_link_dies_with_its_use(client, invitation) -> None:
    join(client, invitation)
    stranger = Client()
    assert stranger.get(path(invitation)).status_code == 410
    assert join(stranger, invitation, username="other").status_code == 410
    assert not Teammate.objects.filter(username="other").exists()


def test_the_link_dies_with_its_days(client, invitation) -> None:
    with time_machine.travel(timezone.now() + WEEK + timedelta(seconds=1)):
        assert client.get(path(invitation)).status_code == 410


def test_the_link_dies_with_its_maker_s_rights(client, invitation, boss) -> None:
    roles.give(boss, "Agent")
    with pytest.raises(Void):
        invitations.accept(Invitation.objects.get(), username="nora", password="x", first_name="Nora")
    Teammate.objects.filter(pk=boss.pk).update(is_active=False)
    assert client.get(path(invitation)).status_code == 410


def test_the_link_dies_when_its_maker_is_held_to_other_teams(boss, support) -> None:
    made = invitations.invite("Nora", "Viewer", by=boss, lasts=WEEK, team=support)
    roles.give(boss, "Supervisor", own_teams_only=True)
    with pytest.raises(Void):
        invitations.accept(Invitation.objects.get(pk=made.pk), username="nora", password="x", first_name="Nora")


@pytest.mark.parametrize("token", ["", "x", "00000000000000000000000000000000:wrong", "%00"])
def test_a_link_that_somebody_made_up_says_nothing(client, token) -> None:
    assert client.get(f"/invitations/{token}/").status_code in (404, 410)


@pytest.mark.parametrize(
    "wrong", [{"username": "sue"}, {"username": ""}, {"password2": "other"}, {"password1": "123", "password2": "123"}]
)
def test_what_is_wrong_is_said_and_the_link_stays(client, invitation, wrong) -> None:
    assert "field-error" in join(client, invitation, **wrong).content.decode()
    assert Invitation.objects.open().exists()


def test_nobody_invites_beyond_their_own_rights(boss, sales, support) -> None:
    with pytest.raises(Forbidden):
        invitations.invite("Eve", "Admin", by=boss, lasts=WEEK)
    roles.give(boss, "Supervisor", own_teams_only=True)
    held = Teammate.objects.get(pk=boss.pk)
    with pytest.raises(Forbidden):
        invitations.invite("Eve", "Agent", by=held, lasts=WEEK, team=support)


def test_who_came_in_by_whom_is_in_the_audit_log(client, invitation) -> None:
    join(client, invitation)
    entry = AuditEntry.objects.get(kind="teams.teammate", deed="added")
    assert (entry.actor_name, entry.data) == ("Nora Lind (nora)", {"role": "Agent", "invited_by": "Sue"})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_it_at_once_one_comes_in(boss) -> None:
    invitation = invitations.invite("Nora", "Agent", by=boss, lasts=WEEK)

    def come(number: int) -> Teammate:
        return invitations.accept(Invitation.objects.get(pk=invitation.pk), username=f"nora{number}", password="x")

    came = at_once(*(lambda number=number: come(number) for number in range(4)))
    assert [type(each) for each in came].count(Void) == 3
    assert Teammate.objects.filter(username__startswith="nora").count() == 1


# --- In the admin -----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_supervisor_makes_a_link_in_the_admin(client, boss, sales) -> None:
    client.force_login(boss)
    typed = {"name": "Nora", "role": "Agent", "team": sales.pk, "days": "3"}
    answer = client.post(address(Invitation, "add"), typed, follow=True)
    made = Invitation.objects.get()
    assert made.made_by == boss
    assert timedelta(days=2) < made.expires_at - timezone.now() < timedelta(days=3)
    assert made.link in answer.content.decode()


@pytest.mark.once
def test_a_link_is_shown_to_nobody_whom_it_would_lift(client, boss) -> None:
    root = Teammate.objects.create_superuser("root")
    made = invitations.invite("Eve", "Admin", by=root, lasts=WEEK)
    client.force_login(boss)
    assert client.get(page_of(made)).status_code == 302
    assert client.get(address(Invitation, "changelist")).context["cl"].result_count == 0


@pytest.mark.once
def test_a_used_one_shows_no_link_and_an_open_one_is_taken_back(client, boss, invitation) -> None:
    client.force_login(boss)
    client.post(address(Invitation, "delete", invitation.pk), {"post": "yes"})
    assert not Invitation.objects.exists()
    used = invitations.invite("Nora", "Agent", by=boss, lasts=WEEK)
    join(Client(), used)
    assert used.link not in client.get(page_of(used)).content.decode()
