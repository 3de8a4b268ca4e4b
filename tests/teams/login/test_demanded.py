"""A second factor that is demanded: who has none sets one up and gets nowhere else till then."""

import pytest
from django.test import Client

from monty.admin import page_of
from teams import roles
from teams.login import second_factor
from teams.models import ApiToken, AuditEntry, Setting, Teammate
from tests import make
from tests.rest import Program, is_problem
from tests.teams.login.conftest import App, code_of, enter
from tests.teams.login.test_own_page import APP, again, key_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OWN = "/me/log-in/"


@pytest.fixture
def of_all(db) -> None:
    make.setting("second_factor", second_factor.OF_ALL)


@pytest.fixture
def me(client: Client, ana: Teammate, of_all) -> Client:
    enter(client)
    return client


def test_without_the_setting_nobody_is_asked(client, ana) -> None:
    enter(client)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/me/", "/saved-replies/", "/password/", "/admin/", "/api/docs/"])
def test_every_other_page_leads_there(me, address) -> None:
    answer = me.get(address)
    assert answer.status_code in (302, 403) and answer.get("Location", OWN) == OWN


def test_the_page_says_why(me) -> None:
    page = me.get(OWN).content.decode()
    assert "Your role wants a second factor" in page and "Where I am logged in" not in page


def test_rest_says_so_in_its_own_words(me, ana) -> None:
    assert is_problem(me.get("/api/v1/teams"), 403, "second_factor_missing")
    assert is_problem(Program(ana).get("teams"), 403, "second_factor_missing")


def test_a_part_of_a_page_leads_the_whole_page_there(me) -> None:
    answer = me.get("/inbox/refresh/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, OWN)


def test_the_figures_are_shut_to_their_token_too(ana, of_all) -> None:
    Teammate.objects.filter(pk=ana.pk).update(is_staff=True)
    token = ApiToken.objects.make(ana)
    assert Client(headers={"Authorization": f"Token {token.key}"}).get("/metrics").status_code == 403


def test_who_has_set_it_up_gets_everywhere(me) -> None:
    key = key_of(again(me, APP))
    me.post(APP, {"code": code_of(key)})
    assert me.get("/").status_code == 200


def test_who_is_out_goes_out(me) -> None:
    assert me.post("/logout/")["Location"] == "/login/"


def test_who_takes_their_last_one_away_is_led_back(client, ana, of_all, prove) -> None:
    app = App(ana)
    enter(client)
    prove(app.code())
    again(client, f"{APP}off/", code=app.recovery_codes[0])
    client.post(f"{APP}off/")
    assert client.get("/")["Location"] == OWN


def test_it_may_be_demanded_of_those_alone_who_enter_the_admin(client, ana) -> None:
    make.setting("second_factor", second_factor.OF_STAFF)
    boss = make.teammate("boss")
    roles.give(boss, "Supervisor")
    enter(client)
    assert client.get("/").status_code == 200
    entered = Client()
    enter(entered, "boss")
    assert entered.get("/")["Location"] == OWN


def test_customers_and_providers_are_asked_nothing(of_all, webchat) -> None:
    assert Client().get(f"/webchat/{webchat.uuid}/").status_code == 200
    assert Client().get("/healthz").status_code == 200


def test_a_page_costs_one_query_more_while_it_is_demanded(client, ana, django_assert_num_queries) -> None:
    App(ana)
    client.force_login(ana)
    client.get("/saved-replies/")
    with django_assert_num_queries(0):
        second_factor.is_missing(ana)
    make.setting("second_factor", second_factor.OF_ALL)
    second_factor.is_missing(ana)
    with django_assert_num_queries(1):
        second_factor.is_missing(ana)


def test_an_admin_chooses_it_among_the_settings_in_words(client) -> None:
    Setting.objects.furnish()
    boss = make.teammate("alex")
    roles.give(boss, "Admin")
    client.force_login(boss)
    row = Setting.objects.get(name="second_factor")
    assert "of nobody" in client.get(page_of(row)).content.decode()
    assert client.post(page_of(row), {"value": "9"}).status_code == 200
    client.post(page_of(row), {"value": "2"})
    assert second_factor.SECOND_FACTOR() == second_factor.OF_ALL
    assert AuditEntry.objects.get(kind="teams.setting").data == {"value": [None, 2.0]}


def test_a_supervisor_may_not(client, supervisor) -> None:
    Setting.objects.furnish()
    row = Setting.objects.get(name="second_factor")
    assert client.post(page_of(row), {"value": "2"}).status_code == 403
