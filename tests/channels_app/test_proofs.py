"""Which tokens prove who a visitor is."""

import base64
import json
from contextlib import suppress
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels_app import proofs
from monty.errors import BadInput

SECRET = "a-secret-of-the-website-that-is-long-enough"
OTHER = "another-secret-of-somebody-that-is-long-too-and-even-longer-than-the-first"


def token(secret: str = SECRET, algorithm: str = "HS256", *, lasts: timedelta = timedelta(hours=1), **claims) -> str:
    claims = {"sub": "u-7", "exp": timezone.now() + lasts} | claims
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, algorithm)


def refused(raw: str, *secrets: str) -> str:
    """Why it is."""
    with pytest.raises(BadInput) as error:
        proofs.by_jwt(secrets or [SECRET], raw)
    return str(error.value)


def test_a_signed_token_proves_its_user_name_and_address():
    person = proofs.by_jwt([SECRET], token(name="Nora Nile", email="nora@example.org"))

    assert person == proofs.Person("u-7", "Nora Nile", "nora@example.org", email_verified=True)


def test_a_token_need_not_tell_more_than_who():
    assert proofs.by_jwt([SECRET], token()) == proofs.Person("u-7")


@pytest.mark.parametrize("email", ["nobody", "a@b@c", "", 5, ["nora@example.org"], "x" * 250 + "@example.org"])
def test_an_address_that_is_none_is_left_out(email):
    person = proofs.by_jwt([SECRET], token(email=email))

    assert (person.user_id, person.email, person.email_verified) == ("u-7", "", False)


def test_while_the_website_changes_its_secret_both_count():
    for secret in (SECRET, OTHER):
        assert proofs.by_jwt([SECRET, OTHER], token(secret)).user_id == "u-7"


def test_anybody_elses_secret_does_not():
    assert "does not prove" in refused(token(OTHER))


def test_without_a_secret_nothing_proves_anything():
    with pytest.raises(BadInput):
        proofs.by_jwt([], token())


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused(algorithm):
    assert "does not prove" in refused(token(OTHER, algorithm=algorithm), OTHER)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "hs256", "RS256", ""])
def test_a_token_may_not_choose_how_it_is_checked(algorithm):
    _head, body, signature = token().split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).decode().rstrip("=")

    for last in ("", signature):
        assert "does not prove" in refused(f"{head}.{body}.{last}")


def test_an_expired_one_is_refused_in_words():
    assert "has expired" in refused(token(lasts=timedelta(minutes=-5)))


def test_clocks_may_be_a_little_apart():
    assert proofs.by_jwt([SECRET], token(lasts=timedelta(seconds=-10))).user_id == "u-7"


def test_one_that_lasts_for_more_than_a_day_is_refused():
    assert proofs.by_jwt([SECRET], token(lasts=timedelta(hours=24))).user_id == "u-7"
    assert "longer than a day" in refused(token(lasts=timedelta(hours=25)))


@pytest.mark.parametrize("claims", [{"exp": None}, {"sub": None}, {"sub": ""}, {"sub": "x" * 201}, {"sub": "\0"}])
def test_a_token_says_who_and_until_when(claims):
    assert "does not prove" in refused(token(**claims))


@pytest.mark.parametrize("sub", [5, None, ["u-7"], {"id": "u-7"}])
def test_a_user_is_a_word(sub):
    raw = jwt.api_jws.encode(json.dumps({"sub": sub, "exp": 4e9}).encode(), SECRET, "HS256")

    assert "does not prove" in refused(raw)


@pytest.mark.parametrize("exp", ["soon", [1], {}, "1e999", True])
def test_a_moment_is_a_number(exp):
    raw = jwt.api_jws.encode(json.dumps({"sub": "u-7", "exp": exp}).encode(), SECRET, "HS256")

    assert refused(raw)


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda raw: f"{base64.urlsafe_b64encode(raw).decode()}.e30."))
def test_nothing_else_is_a_token(raw):
    assert refused(raw)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=4))
def test_whatever_was_signed_is_no_error_of_ours(value):
    for name in ("sub", "exp", "email", "name", "iat", "nbf", "aud"):
        claims = {"sub": "u-7", "exp": timezone.now().timestamp() + 60} | {name: value}
        raw = jwt.api_jws.encode(json.dumps(claims).encode(), SECRET, "HS256")
        with suppress(BadInput):
            assert proofs.by_jwt([SECRET], raw).user_id


def test_a_hash_counts_under_either_secret():
    vector = "47c4b74095f163dfcec99854b14b1ae16b9b2c457f795fa56c168471e52008af"
    for secrets in (["monty-widget-secret"], [OTHER, "monty-widget-secret"]):
        assert proofs.by_hash(secrets, {"user_id": "user-42"}, vector).user_id == "user-42"
    with pytest.raises(BadInput):
        proofs.by_hash([OTHER], {"user_id": "user-42"}, vector)


def test_a_hash_vouches_for_no_address():
    vector = "47c4b74095f163dfcec99854b14b1ae16b9b2c457f795fa56c168471e52008af"
    identity = {"user_id": "user-42", "email": "boss@example.org"}

    assert not proofs.by_hash(["monty-widget-secret"], identity, vector).email_verified
