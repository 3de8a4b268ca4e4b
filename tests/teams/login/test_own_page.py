"""“My log-in”: setting a second factor up, and taking it away, after proving once more who one is."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from monty.sealing import is_sealed
from teams.login import second_factor
from teams.models import AuditEntry, Teammate
from tests.teams.login.conftest import NO_PASSKEYS, App, code_of, enter

pytestmark = [pytest.mark.django_db, pytest.mark.once]
APP, CODES = "/me/log-in/app/", "/me/log-in/recovery-codes/"


@pytest.fixture
def me(client: Client, ana: Teammate) -> Client:
    enter(client)
    return client


def again(client: Client, address: str, **typed: str):
    """Where the proof that the page asks for leads to."""
    asked = client.get(address)
    return client.post(asked["Location"], typed or {"password": "monty"}, follow=True)


def key_of(page) -> str:
    return re.findall(r"<code[^>]*>(\w+)</code>", page.content.decode())[0]


def test_an_app_is_set_up_by_its_key_and_a_code(me, ana, django_capture_on_commit_callbacks) -> None:
    key = key_of(again(me, APP))
    with django_capture_on_commit_callbacks(execute=True):
        answer = me.post(APP, {"code": code_of(key)})
    assert answer["Location"] == CODES
    assert second_factor.has_one(ana)
    assert len(re.findall(r"<code>\d{8}</code>", me.get(CODES).content.decode())) == 10


def test_a_wrong_code_sets_nothing_up_and_the_key_stays(me, ana) -> None:
    key = key_of(again(me, APP))
    answer = me.post(APP, {"code": "000000"})
    assert "field-error" in answer.content.decode() and key_of(answer) == key
    assert not second_factor.has_one(ana)


def test_secrets_are_sealed_in_the_database(app) -> None:
    rows = dict(Authenticator.objects.values_list("type", "data"))
    assert is_sealed(rows["totp"]["secret"]) and is_sealed(rows["recovery_codes"]["seed"])
    assert app.secret not in str(rows)


def test_they_are_read_with_a_former_key_and_renewed(app, settings) -> None:
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [former]
    assert second_factor.renew_secrets() == []
    settings.SECRET_KEY_FALLBACKS = []
    assert Authenticator.objects.get(type="totp").wrap().validate_code(app.code())


def test_what_no_key_opens_is_said(client, app, prove, settings) -> None:
    settings.SECRET_KEY = "x" * 50
    enter(client)
    answer = prove("123456")
    assert (answer.status_code, "Ask your supervisor" in answer.content.decode()) == (403, True)
    assert second_factor.renew_secrets() == ["Ana", "Ana"]


@pytest.mark.parametrize(
    "address", [APP, "/me/log-in/passkeys/add/", f"{APP}off/", f"{CODES}new/", CODES, f"{CODES}download/"]
)
def test_nothing_is_shown_or_changed_without_proving_once_more_who_one_is(client, ana, app, prove, address) -> None:
    if address in (APP, "/me/log-in/passkeys/add/"):
        Authenticator.objects.all().delete()
    client.force_login(ana)
    assert client.get(address)["Location"].startswith("/me/log-in/again/")
    assert client.post(address).get("Location", "/me/log-in/again/").startswith("/me/log-in/again/")


def test_a_wrong_password_proves_nothing(me) -> None:
    assert "field-error" in again(me, APP, password="guess").content.decode()
    assert "again" in me.get(APP)["Location"]


def test_the_proof_lasts_five_minutes(me, stopped_clock) -> None:
    again(me, APP)
    assert me.get(APP).status_code == 200
    stopped_clock.shift(timedelta(minutes=6))
    assert "again" in me.get(APP)["Location"]


def test_who_has_a_second_factor_proves_it_by_that_and_not_by_the_password(client, app, prove, stopped_clock) -> None:
    enter(client)
    prove(app.code())
    stopped_clock.shift(timedelta(minutes=1))
    asked = client.get(f"{APP}off/")
    assert asked["Location"].startswith("/me/log-in/again/code/")
    assert client.post("/me/log-in/again/", {"password": "monty"})["Location"].startswith("/me/log-in/again/code/")
    client.post(asked["Location"], {"code": app.recovery_codes[3]})
    assert client.get(f"{APP}off/").status_code == 200


def test_the_last_one_takes_the_recovery_codes_along(client, ana, app, prove) -> None:
    enter(client)
    prove(app.code())
    again(client, f"{APP}off/", code=app.recovery_codes[0])
    client.post(f"{APP}off/")
    assert not Authenticator.objects.filter(user=ana).exists()


def test_new_recovery_codes_make_the_former_ones_void(client, app, prove) -> None:
    enter(client)
    prove(app.code())
    again(client, f"{CODES}new/", code=app.recovery_codes[0])
    client.post(f"{CODES}new/")
    told = client.get(f"{CODES}download/")
    assert "attachment" in told["Content-Disposition"]
    assert not set(told.content.decode().split()) & set(app.recovery_codes)


def test_guessing_the_password_of_somebody_logged_in_is_limited(me) -> None:
    asked = me.get(APP)["Location"]
    answers = [me.post(asked, {"password": f"guess {number}"}).status_code for number in range(12)]
    assert answers[0] == 200 and answers[-1] == 429


def test_the_page_tells_what_there_is(client, app, prove) -> None:
    enter(client)
    prove(app.recovery_codes[0])
    page = client.get("/me/log-in/").content.decode()
    assert "9 are left" in page and "Switch off" in page and "this one" in page


def test_the_page_costs_the_same_with_many_sessions(client, ana, app, prove, django_assert_max_num_queries) -> None:
    for _browser in range(5):
        elsewhere = Client()
        enter(elsewhere)
        elsewhere.post("/login/second-factor/", {"code": app.recovery_codes[_browser]})
    enter(client)
    prove(app.code())
    with django_assert_max_num_queries(8):
        client.get("/me/log-in/")


def test_what_was_added_and_removed_is_in_the_audit_log(me, client, ana, django_capture_on_commit_callbacks) -> None:
    key = key_of(again(me, APP))
    me.post(APP, {"code": code_of(key)})
    me.post(f"{APP}off/")
    told = list(AuditEntry.objects.filter(kind="teams.teammate", key=str(ana.pk)).order_by("pk"))
    assert [(entry.actor_id, entry.data) for entry in told] == [
        (ana.pk, {"second factor: app": "added"}),
        (ana.pk, {"second factor: recovery codes": "added"}),
        (ana.pk, {"second factor: app": "removed"}),
        (ana.pk, {"second factor: recovery codes": "removed"}),
    ]
    assert key not in unquote(str([entry.data for entry in told]))


def test_another_s_passkey_is_not_there(me, ben) -> None:
    theirs = Authenticator.objects.create(user=ben, type="webauthn", data={"name": "Key", "credential": {}})
    again(me, APP)
    assert me.get(f"/me/log-in/passkeys/{theirs.pk}/").status_code == 404
    assert me.post(f"/me/log-in/passkeys/{theirs.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("credential", NO_PASSKEYS)
def test_what_is_no_passkey_is_not_added(me, ana, credential) -> None:
    again(me, "/me/log-in/passkeys/add/")
    answer = me.post("/me/log-in/passkeys/add/", {"name": "Key", "credential": credential})
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (200, True)
    assert not second_factor.has_one(ana)


def test_somebody_else_s_app_opens_nothing(client, ana, ben, prove) -> None:
    App(ana)
    theirs = App(ben)
    enter(client)
    assert prove(theirs.code()).status_code == 200
