"""Programs' tokens: no way around a second factor."""

import pytest
from django.test import Client

from teams.login import second_factor
from teams.models import ApiToken
from tests import make
from tests.rest import is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def ask(**fields: object):
    typed = {"username": "ana", "password": "monty"} | fields
    return Client().post("/api/v1/tokens/", typed, content_type="application/json")


def test_a_password_alone_is_not_enough_for_whoever_has_one(app) -> None:
    assert is_problem(ask(), 401, "second_factor_wanted")
    assert not ApiToken.objects.exists()


def test_with_a_code_it_is(app) -> None:
    assert list(ask(code=app.code()).json()) == ["token"]


def test_a_recovery_code_does_it_too_and_once(app) -> None:
    assert ask(code=app.recovery_codes[0]).status_code == 200
    assert is_problem(ask(code=app.recovery_codes[0]), 401, "authentication_failed")


@pytest.mark.parametrize("code", ["000000", "nonsense"])
def test_a_wrong_code_buys_nothing(app, code) -> None:
    assert is_problem(ask(code=code), 401, "authentication_failed")


@pytest.mark.parametrize("code", [1, None, [], "\0", "1" * 41])
def test_what_is_no_code_is_named(app, code) -> None:
    answer = ask(code=code)
    assert answer.status_code in (400, 401) and not ApiToken.objects.exists()


def test_a_wrong_password_does_not_tell_that_there_is_one(app) -> None:
    assert ask(password="guess", code=app.code()).json()["code"] == "authentication_failed"


def test_guessing_ends_soon_also_for_the_right_one(app) -> None:
    for number in range(5):
        ask(code=f"00000{number}")
    assert is_problem(ask(code=app.code()), 429, "throttled")


def test_who_should_have_one_and_has_none_gets_no_token(ana) -> None:
    make.setting("second_factor", second_factor.OF_ALL)
    assert is_problem(ask(), 403, "second_factor_missing")
    assert not ApiToken.objects.exists()


def test_a_code_harms_nobody_who_has_none(ana) -> None:
    assert ask(code="123456").status_code == 200
