"""Whoever is held to their own teams reaches no further, at any door of the admin."""

import json
from typing import Any

import pytest
from django.test import Client

from conversations.contacts import belongings, care
from conversations.models import Conversation, Label
from monty.admin import address, page_of
from monty.errors import Forbidden
from teams import roles
from teams.models import ApiToken, Membership, Team, Teammate
from tests import make
from tests.teams.test_roles import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def lead(client: Client, sales: Team) -> Teammate:
    person = somebody("Supervisor", sales, name="lea", own=True)
    client.force_login(person)
    return person


def test_a_lead_sees_and_arranges_their_own_teams_only(client, lead, sales, support, ana, cara) -> None:
    def listed(model: type) -> set[str]:
        return {str(row) for row in client.get(address(model, "changelist")).context["cl"].result_list}

    assert listed(Team) == {"Sales"}
    assert listed(Teammate) == {"Ana", "Lea"}
    assert listed(Membership) == {"Ana (Sales)", "Lea (Sales)"}
    assert client.get(page_of(support)).status_code == 302
    assert client.get(address(Team, "add")).status_code == 403


def test_a_lead_adds_nobody_to_another_team(client, lead, support) -> None:
    client.post(address(Membership, "add"), {"team": support.pk, "teammate": lead.pk, "role": "lead"})
    assert not Membership.objects.filter(team=support, teammate=lead).exists()


def test_what_is_everybody_s_a_lead_sees_and_leaves_alone(client, lead, sales) -> None:
    own, everybodys = Label.objects.create(name="Ours", team=sales), Label.objects.create(name="All")
    data = {"name": "Mine", "colour": "red", "team": sales.pk, "offered": "on"}
    assert client.get(page_of(everybodys)).status_code == 200
    assert client.post(page_of(everybodys), data).status_code == 403
    assert client.post(page_of(own), data).status_code == 302


# --- People -----------------------------------------------------------------------------------------------------------


def chosen(client: Client, app: str, model: str, field: str, term: str = "") -> list[str]:
    """What a form's field offers while somebody types."""
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return [each["text"] for each in json.loads(client.get("/admin/autocomplete/", asked).content)["results"]]


def test_a_lead_is_offered_their_own_teams_and_people(client, lead, sales, support, ana, cara) -> None:
    assert chosen(client, "teams", "membership", "team") == ["Sales"]
    assert set(chosen(client, "teams", "membership", "teammate")) == {"Ana", "Lea"}


def test_a_lead_takes_nobody_from_another_team(client, lead, sales, support, cara) -> None:
    client.post(address(Membership, "add"), {"team": sales.pk, "teammate": cara.pk, "role": "member"})
    assert not Membership.objects.filter(team=sales, teammate=cara).exists()


def inline(rows: list[Membership], **typed: Any) -> dict[str, Any]:
    """The memberships on a person's page, as its form sends them."""
    fields = {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        sent = {"id": row.pk, "team": row.team_id, "teammate": row.teammate_id, "role": row.role, **typed}
        fields |= {f"memberships-{number}-{name}": value for name, value in sent.items()}
    return fields


def test_a_lead_leaves_somebody_s_other_teams_alone(client, lead, sales, support, ana) -> None:
    other = Membership.objects.create(team=support, teammate=ana)
    page = client.get(page_of(ana))
    (teams,) = page.context["inline_admin_formsets"]
    assert [form.instance.team.name for form in teams.formset.initial_forms] == ["Sales"]
    account = {"username": "ana", "first_name": "Ana", "capacity": "10", "is_active": "on"}
    client.post(page_of(ana), account | inline([other], DELETE="on"))
    assert Membership.objects.filter(pk=other.pk).exists()


def test_a_lead_changes_no_account_that_reaches_further(client, lead, sales) -> None:
    analyst = somebody("Analyst", sales, name="anna")
    assert not roles.outranks(lead, analyst)
    new = {"password1": "tak3n-0ver!", "password2": "tak3n-0ver!", "usable_password": "true"}
    assert client.post(f"/admin/teams/teammate/{analyst.pk}/password/", new).status_code == 403
    roles.give(analyst, "Analyst", own_teams_only=True)
    assert roles.outranks(lead, Teammate.objects.get(pk=analyst.pk))


@pytest.mark.parametrize("by_action", [False, True])
def test_nobody_revokes_the_token_of_whoever_may_as_much(client, sales, by_action: bool) -> None:
    client.force_login(somebody("Supervisor", sales))
    fellow, agent = somebody("Supervisor", sales, name="fellow"), make.teammate("agnes", sales)
    for person in (fellow, agent):
        ApiToken.objects.make(person)
        if not by_action:
            client.post(f"/admin/teams/teammate/{person.pk}/press/token/")
    if by_action:
        asked = {"action": "press_token", "_selected_action": [fellow.pk, agent.pk], "confirmed": "yes"}
        client.post(address(Teammate, "changelist"), asked)
    assert [token.teammate for token in ApiToken.objects.all()] == [fellow]


def test_filters_offer_a_lead_their_own_teams(client, lead, sales, support) -> None:
    make.channel("facebook", support)
    filters = {each.title: each for each in client.get(address(Conversation, "changelist")).context["cl"].filter_specs}
    assert "channel" not in filters and [name for _pk, name in filters["team"].lookup_choices] == ["Sales"]


# --- Figures and customers --------------------------------------------------------------------------------------------


def test_the_front_page_counts_a_lead_s_own_people(client, lead, sales, support) -> None:
    for team in (sales, support):
        make.ready(make.teammate(f"ready-{team.pk}", team))
    figures = {figure.label: figure.value for figure in client.get("/admin/").context["figures"]}
    assert figures["Teammates ready"] == 1


@pytest.fixture
def held_chief(sales: Team) -> Teammate:
    return somebody("Admin", sales, name="charlie", own=True)


def test_who_reaches_some_teams_only_takes_no_customer_s_data_along(conversation, held_chief) -> None:
    with pytest.raises(Forbidden):
        belongings.take(conversation.contact, by=held_chief)
    with pytest.raises(Forbidden):
        care.erase(conversation.contact, by=held_chief)


def test_a_contact_s_page_tells_a_lead_of_their_own_conversations(client, lead, conversation, support) -> None:
    other = make.conversation(make.channel("facebook", support), who="nora", name="Nora")
    other.identity.contact = conversation.contact
    other.identity.save()
    page = client.get(page_of(conversation.contact)).content.decode()
    assert page_of(conversation) in page and page_of(other) not in page
    (addresses,) = client.get(page_of(conversation.contact)).context["inline_admin_formsets"]
    assert [form.instance for form in addresses.formset.initial_forms] == [conversation.identity]
