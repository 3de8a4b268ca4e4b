"""Logging in: the password first, then what else somebody has set up; and what is wrong is said."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from teams.models import Teammate
from tests.teams.login.conftest import NO_PASSKEYS, enter

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_password_alone_lets_in_whoever_has_nothing_else(client, ana) -> None:
    assert enter(client)["Location"] == "/"
    assert is_in(client)


def test_one_comes_to_the_page_one_wanted_and_to_no_other_site(client, ana) -> None:
    assert enter(client, next="/saved-replies/")["Location"] == "/saved-replies/"
    assert enter(Client(), next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_is_said(client, ana) -> None:
    assert 'role="alert"' in enter(client, password="guess").content.decode()
    assert not is_in(client)


def test_with_an_app_the_password_is_half_the_way(client, app, prove) -> None:
    assert enter(client)["Location"] == "/login/second-factor/"
    assert not is_in(client)
    assert prove(app.code())["Location"] == "/"
    assert is_in(client)


def test_the_page_that_was_wanted_is_remembered_on_the_way(client, app, prove) -> None:
    enter(client, next="/saved-replies/")
    assert prove(app.code())["Location"] == "/saved-replies/"


def test_a_clock_that_is_half_a_minute_wrong_does_no_harm_and_one_that_is_more_does(client, app, prove) -> None:
    enter(client)
    assert prove(app.code(steps=-3)).status_code == 200
    assert prove(app.code(steps=-1))["Location"] == "/"


@pytest.mark.parametrize("wrong", ["", "000000", "abc", "\0", "١٢٣٤٥٦", "1" * 5000])
def test_a_wrong_code_is_said_and_lets_nobody_in(client, app, prove, wrong) -> None:
    enter(client)
    answer = prove(wrong)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (200, True)
    assert not is_in(client)


def test_a_code_that_was_used_is_void(client, app, prove) -> None:
    enter(client)
    prove(app.code())
    thief = Client()
    enter(thief)
    answer = thief.post("/login/second-factor/", {"code": app.code()})
    assert "was used already" in answer.content.decode()
    assert not is_in(thief)


def test_a_recovery_code_lets_in_once(client, app, prove) -> None:
    enter(client)
    assert prove(app.recovery_codes[0])["Location"] == "/"
    thief = Client()
    enter(thief)
    assert thief.post("/login/second-factor/", {"code": app.recovery_codes[0]}).status_code == 200
    assert thief.post("/login/second-factor/", {"code": app.recovery_codes[1]}).status_code == 302


def test_guessing_codes_ends_soon_also_for_the_right_one(client, app, prove) -> None:
    enter(client)
    for number in range(5):
        prove(f"00000{number}")
    assert "Too many" in prove(app.code()).content.decode()
    assert not is_in(client)


def test_guessing_starts_anew_after_some_minutes(client, app, prove, stopped_clock) -> None:
    enter(client)
    for number in range(6):
        prove(f"00000{number}")
    stopped_clock.shift(timedelta(minutes=6))
    # The cache has a clock of its own, which no test stops.
    cache.clear()
    enter(client)
    assert prove(app.code())["Location"] == "/"


def test_nobody_gets_to_the_second_step_without_the_first(client, app) -> None:
    assert client.get("/login/second-factor/")["Location"] == "/login/"
    assert client.post("/login/second-factor/", {"code": app.code()})["Location"] == "/login/"
    assert not is_in(client)


def test_the_first_step_is_forgotten_after_a_quarter_of_an_hour(client, app, prove, stopped_clock) -> None:
    enter(client)
    stopped_clock.shift(timedelta(minutes=16))
    assert prove(app.code())["Location"] == "/login/"
    assert not is_in(client)


def test_who_goes_back_to_the_log_in_begins_anew(client, app, prove) -> None:
    enter(client)
    client.get("/login/")
    assert prove(app.code())["Location"] == "/login/"


def test_who_is_switched_off_between_the_steps_stays_out(client, app, ana, prove) -> None:
    enter(client)
    Teammate.objects.filter(pk=ana.pk).update(is_active=False)
    prove(app.code())
    assert not is_in(client)


@pytest.mark.parametrize("credential", NO_PASSKEYS)
def test_a_passkey_that_is_none_is_said_and_lets_nobody_in(client, app, credential) -> None:
    assert client.post("/login/passkey/", {"credential": credential})["Location"] == "/login/"
    enter(client)
    assert client.post("/login/second-factor/", {"credential": credential}).status_code == 200
    assert not is_in(client)


def test_the_admin_has_no_log_in_of_its_own(client, app, ana, prove) -> None:
    Teammate.objects.filter(pk=ana.pk).update(is_staff=True, is_superuser=True)
    assert client.get("/admin/login/")["Location"].startswith("/login/")
    assert client.post("/admin/login/", {"username": "ana", "password": "monty"})["Location"].startswith("/login/")
    enter(client, next="/admin/")
    assert client.get("/admin/").status_code == 302
    assert prove(app.code())["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
