"""API tokens: several a person, each for what it is for, as long as it is meant to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from monty.errors import BadInput
from teams.models import ApiToken, Scope
from teams.models.token import MOST, hashed
from tests import make
from tests.rest import Program, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def door(token: ApiToken) -> Client:
    return Client(headers={"Authorization": f"Token {token.key}"})


def log_in(**fields):
    wanted = {"username": "ana", "password": "monty"} | fields
    return Client().post("/api/v1/tokens/", wanted, content_type="application/json")


def test_only_the_hash_of_a_key_is_kept(ana):
    token = ApiToken.objects.make(ana)
    row = ApiToken.objects.get()
    assert (row.key, row.key_hash) == ("", hashed(token.key))
    assert token.key not in str(ApiToken.objects.values().get())
    assert token.key.startswith(row.start)


def test_a_log_in_says_what_its_token_is_for(ana):
    until = timezone.now() + timedelta(days=1)
    assert log_in(name="Nightly", scope="read", expires_at=until.isoformat()).status_code == 200
    (told,) = Program(ana).get("tokens", name="Nightly").json()["results"][1:]
    assert (told["name"], told["scope"], told["used_at"]) == ("Nightly", "read", None)
    assert "key" not in told and "token" not in told


@pytest.mark.parametrize(
    "wrong", [{"scope": "everything"}, {"expires_at": "2020-01-01T00:00:00Z"}, {"name": "x" * 81}, {"name": "\0"}]
)
def test_what_is_wrong_with_a_wish_is_named(wrong, ana):
    refused = log_in(**wrong)
    assert is_problem(refused, 400, "invalid")
    assert list(refused.json()["errors"]) == list(wrong)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("scope", "answer"), [("read", 403), ("write", 200), ("admin", 200)])
def test_a_token_to_look_with_changes_nothing(scope, answer, ana, conversation):
    program = Program(ana, scope)
    assert program.get(f"conversations/{conversation.pk}").status_code == 200
    assert program.post(f"conversations/{conversation.pk}/close").status_code == answer


def test_it_is_told_what_it_would_take(ana, conversation):
    refused = Program(ana, "read").post(f"conversations/{conversation.pk}/close")
    assert is_problem(refused, 403, "insufficient_scope")
    assert refused.json()["scope"] == "write"


def test_each_scope_includes_those_before_it():
    assert [[one.includes(other) for other in Scope] for one in Scope] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_a_token_that_has_ended_opens_nothing(ana):
    token = ApiToken.objects.make(ana, expires_at=timezone.now() + timedelta(days=1))
    assert door(token).get("/api/v1/me").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now())
    assert is_problem(door(token).get("/api/v1/me"), 401, "authentication_failed")


def test_the_tokens_of_who_left_open_nothing(ana):
    token = ApiToken.objects.make(ana)
    ana.is_active = False
    ana.save()
    assert door(token).get("/api/v1/me").status_code == 401


def test_when_it_was_used_is_written_once_in_a_while(ana, django_assert_num_queries):
    token = ApiToken.objects.make(ana)
    door(token).get("/api/v1/me")
    first = ApiToken.objects.get().used_at
    assert first is not None
    door(token).get("/api/v1/me")
    assert ApiToken.objects.get().used_at == first


def test_people_see_and_revoke_their_own(ana, ben):
    mine, others = ApiToken.objects.make(ana, name="Mine"), ApiToken.objects.make(ben, name="His")
    program = Program(ana)
    assert {row["name"] for row in program.get("tokens").json()["results"]} == {"Mine", ""}
    assert program.delete(f"tokens/{others.pk}").status_code == 404
    assert program.delete(f"tokens/{mine.pk}").status_code == 204
    assert door(mine).get("/api/v1/me").status_code == 401
    assert door(others).get("/api/v1/me").status_code == 200


def test_a_program_revokes_its_own_when_it_is_done(ana):
    program = Program(ana)
    assert program.delete("tokens/current").status_code == 204
    assert program.get("me").status_code == 401


def test_of_tokens_without_a_name_the_longest_unused_makes_place(ana):
    kept = ApiToken.objects.make(ana, name="Kept")
    first = ApiToken.objects.make(ana)
    for _ in range(MOST):
        ApiToken.objects.make(ana)
    rows = ApiToken.objects.filter(teammate=ana)
    assert rows.filter(name="").count() == MOST
    assert not rows.filter(pk=first.pk).exists() and rows.filter(pk=kept.pk).exists()


def test_named_ones_are_refused_when_there_are_too_many(ana):
    for number in range(MOST):
        ApiToken.objects.make(ana, name=f"Number {number}")
    with pytest.raises(BadInput):
        ApiToken.objects.make(ana, name="One more")
    ApiToken.objects.make(make.teammate("dora"), name="Of somebody else")


# --- How often --------------------------------------------------------------------------------------------------------


def test_one_token_may_ask_so_often(settings, ana, ben, one_window):
    settings.REST_RATE_PER_TOKEN = "3/minute"
    program = Program(ana)
    answers = [program.get("me") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert is_problem(answers[3], 429, "throttled")
    assert 0 < int(answers[3]["Retry-After"]) <= 60
    assert Program(ben).get("me").status_code == 200


def test_one_address_may_ask_so_often_whatever_it_comes_with(settings, ana, one_window):
    settings.REST_RATE_PER_ADDRESS = "2/minute"
    wrong = Client(headers={"Authorization": "Token made-up"})
    assert [wrong.get("/api/v1/me").status_code for _ in range(3)] == [401, 401, 429]
    elsewhere = Program(ana).client.get("/api/v1/me", REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 200


def test_without_a_limit_nobody_counts(settings, ana):
    settings.REST_RATE_PER_TOKEN = settings.REST_RATE_PER_ADDRESS = ""
    assert Program(ana).get("me").status_code == 200


# --- On one's own page ------------------------------------------------------------------------------------------------


def test_a_token_made_on_the_page_is_shown_once(client, ana):
    client.force_login(ana)
    made = client.post("/me/tokens/", {"name": "Nightly", "scope": "read", "days": "30"}).content.decode()
    row = ApiToken.objects.get()
    key = made.partition('tabindex="0" dir="ltr">')[2].partition("<")[0]
    assert (hashed(key), row.scope) == (row.key_hash, "read")
    assert row.expires_at is not None and timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    again = client.get("/me/tokens/").content.decode()
    assert key not in again and "Nightly" in again


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scope": "everything"}, {"days": "7"}])
def test_what_is_wrong_on_the_page_makes_nothing(wrong, client, ana):
    client.force_login(ana)
    assert client.post("/me/tokens/", {"name": "Nightly", "scope": "read", "days": ""} | wrong).status_code == 400
    assert not ApiToken.objects.exists()


def test_nobody_revokes_somebody_else_s_on_the_page(client, ana, ben):
    mine, others = ApiToken.objects.make(ana, name="Mine"), ApiToken.objects.make(ben, name="His")
    client.force_login(ana)
    assert client.post(f"/me/tokens/{others.pk}/revoke/").status_code == 404
    assert client.post(f"/me/tokens/{mine.pk}/revoke/").status_code == 302
    assert list(ApiToken.objects.all()) == [others]
