"""People, teams and presence in the admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from monty.admin import address, page_of
from teams import presence
from teams.models import ApiToken, Availability, Membership, PresenceChange, Team, Teammate
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def form_of(client: Client, row) -> dict[str, object]:
    """What a browser would send if somebody pressed Save without touching anything."""
    context = client.get(page_of(row)).context
    forms = [context["adminform"].form]
    data: dict[str, object] = {}
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    return data


def away(client: Client, person: Teammate, **fields: object):
    return client.post(f"/admin/teams/teammate/{person.pk}/press/away/", fields, follow=True)


def test_setting_somebody_away_records_who_did_it(client, supervisor, ana) -> None:
    away(client, ana)
    ana.refresh_from_db()
    change = PresenceChange.objects.get(teammate=ana)
    assert ana.availability == Availability.AWAY
    assert (change.what, change.by) == (PresenceChange.What.AWAY, supervisor)


def test_a_supervisor_says_why_somebody_is_away_and_until_when(client, supervisor, ana) -> None:
    back_at = (timezone.localtime() + timedelta(hours=2)).replace(second=0, microsecond=0)
    away(client, ana, reason="Training", back_at=f"{back_at:%Y-%m-%dT%H:%M}")
    ana.refresh_from_db()
    assert (ana.away_reason, ana.back_at) == ("Training", back_at)


@pytest.mark.parametrize("wrong", [{"reason": "x" * 61}, {"back_at": "soon"}, {"back_at": "2020-01-01T10:00"}])
def test_what_makes_no_sense_is_said_and_sets_nobody_away(wrong, client, supervisor, ana) -> None:
    assert "messagelist" in away(client, ana, **wrong).content.decode()
    ana.refresh_from_db()
    assert ana.availability == Availability.ACTIVE


def test_the_button_on_the_presence_page_leads_back_there(client, supervisor, ana) -> None:
    page = address(Teammate, "presence")
    answer = away(client, ana, next=page)
    assert answer.redirect_chain[-1][0] == page
    assert "Away" in answer.content.decode()


def test_many_are_set_away_by_the_list_s_action(client, supervisor, ana, ben) -> None:
    chosen = {"action": "press_away", "_selected_action": [ana.pk, ben.pk], "asked-reason": "Training"}
    assert "Set these teammates away?" in client.post(address(Teammate, "changelist"), chosen).content.decode()
    assert not Teammate.objects.filter(availability="away").exists()
    client.post(address(Teammate, "changelist"), chosen | {"confirmed": "yes"})
    assert set(Teammate.objects.filter(availability="away").values_list("away_reason", flat=True)) == {"Training"}
    assert {ana.pk, ben.pk} == set(Teammate.objects.filter(availability="away").values_list("pk", flat=True))
    assert set(PresenceChange.objects.values_list("by", flat=True)) == {supervisor.pk}


def test_somebody_away_is_set_active_again(client, supervisor, ana) -> None:
    presence.choose(ana, "away", by=ana)
    client.post(f"/admin/teams/teammate/{ana.pk}/press/active/")
    ana.refresh_from_db()
    assert ana.availability == Availability.ACTIVE


def test_who_may_only_look_sets_nobody_away(client, ana) -> None:
    client.force_login(make.staff("vera", "teams.view_teammate"))
    assert away(client, ana).status_code == 403
    assert client.get(address(Teammate, "presence")).status_code == 200
    ana.refresh_from_db()
    assert ana.availability == Availability.ACTIVE


def test_the_presence_page_is_shut_for_who_may_not_look(client) -> None:
    client.force_login(make.staff("vera"))
    assert client.get(address(Teammate, "presence")).status_code == 403


def test_the_presence_page_tells_ready_from_away_and_gone(client, supervisor, ana, ben, cara) -> None:
    make.ready(ana)
    presence.choose(ben, "away", by=ben)
    told = {
        row[0].username: (row[0].dot, row[0].presence_word)
        for row in client.get(address(Teammate, "presence")).context["rows"]
    }
    assert told["ana"] == ("green", "Active")
    assert told["ben"] == ("red", "Away")
    assert told["cara"] == ("red", "Offline")


def test_the_presence_page_says_why_until_when_and_who_set_it(client, supervisor, ana, ben) -> None:
    presence.choose(ana, "away", by=supervisor, reason="Training", back_at=timezone.now() + timedelta(days=2))
    presence.seen(ana)
    rows = {row[0].username: row[0] for row in client.get(address(Teammate, "presence")).context["rows"]}
    assert rows["ana"].presence_word.startswith("Away: Training, back at")
    assert (rows["ana"].chooser, rows["ben"].chooser) == (supervisor, None)


def test_api_tokens_are_revoked_and_never_shown(client, supervisor, ana) -> None:
    token = ApiToken.objects.make(ana)
    assert token.key not in client.get(page_of(ana)).content.decode()
    chosen = {"action": "press_token", "_selected_action": [ana.pk], "confirmed": "yes"}
    answer = client.post(address(Teammate, "changelist"), chosen, follow=True)
    assert not ApiToken.objects.exists()
    assert "1 done." in answer.content.decode()
    assert token.key not in answer.content.decode()


def test_availability_is_not_a_field_of_the_form(client, supervisor, ana) -> None:
    client.post(page_of(ana), form_of(client, ana) | {"availability": "away"})
    ana.refresh_from_db()
    assert ana.availability == Availability.ACTIVE


def test_saving_a_person_leaves_alone_what_moved_on_meanwhile(client, supervisor, ana, monkeypatch) -> None:
    """The heartbeat comes while the form is being saved: the form writes the capacity only."""
    data = form_of(client, ana) | {"capacity": 3}
    written = Teammate.save

    def heartbeat_first(self: Teammate, *args, **kwargs) -> None:
        presence.seen(ana)
        written(self, *args, **kwargs)

    monkeypatch.setattr(Teammate, "save", heartbeat_first)
    client.post(page_of(ana), data)
    ana.refresh_from_db()
    assert ana.capacity == 3
    assert ana.is_connected


def test_a_supervisor_makes_nobody_an_administrator(client, supervisor, ana) -> None:
    group = Group.objects.get(name="Supervisor")
    client.post(page_of(ana), form_of(client, ana) | {"is_superuser": "on", "is_staff": "on", "groups": [group.pk]})
    ana.refresh_from_db()
    assert (ana.is_superuser, ana.is_staff, list(ana.groups.all())) == (False, False, [])


def test_a_supervisor_cannot_take_over_an_administrator(client, supervisor) -> None:
    root = Teammate.objects.create_superuser("root", password="monty")
    new = {"password1": "tak3n-0ver!", "password2": "tak3n-0ver!", "usable_password": "true"}
    assert client.post(f"/admin/teams/teammate/{root.pk}/password/", new).status_code == 403
    assert client.post(page_of(root), {"username": "mine"}).status_code == 403
    root.refresh_from_db()
    assert root.username == "root"
    assert root.check_password("monty")


def test_a_superuser_gives_rights(client, ana) -> None:
    client.force_login(Teammate.objects.create_superuser("root"))
    client.post(page_of(ana), form_of(client, ana) | {"is_staff": "on"})
    ana.refresh_from_db()
    assert ana.is_staff


def test_auto_assign_is_switched_on_in_the_list(client, supervisor, sales) -> None:
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": sales.pk,
        "form-0-auto_assign": "on",
        "_save": "1",
    }
    client.post(address(Team, "changelist"), data)
    sales.refresh_from_db()
    assert sales.auto_assign


def test_a_member_is_added_on_the_team_s_page(client, supervisor, sales, cara) -> None:
    new = {"memberships-TOTAL_FORMS": 1, "memberships-0-teammate": cara.pk, "memberships-0-role": "member"}
    client.post(page_of(sales), form_of(client, sales) | new | {"memberships-0-team": sales.pk})
    assert Membership.objects.filter(team=sales, teammate=cara).exists()


def test_the_presence_log_is_only_read(client, ana) -> None:
    presence.choose(ana, "away", by=ana)
    client.force_login(Teammate.objects.create_superuser("root"))
    row = PresenceChange.objects.get()
    assert client.post(page_of(row), {"what": "active"}).status_code == 403
    assert client.post(address(PresenceChange, "delete", row.pk), {"post": "yes"}).status_code == 403
