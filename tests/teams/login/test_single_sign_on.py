"""Single sign-on: whom the provider vouches for comes in if somebody has invited them, and nobody else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from environ.fileaware_mapping import FileAwareMapping

from monty.env import identity_providers
from teams import invitations, roles
from teams.models import AuditEntry, Invitation, Teammate
from tests import issuer, make
from tests.issuer import Issuer
from tests.teams.login.conftest import App, enter

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NORA = {"sub": "248289761001", "email": "nora@example.org", "email_verified": True, "name": "Nora Lind"}
NORA |= {"given_name": "Nora", "family_name": "Lind", "preferred_username": "nora.lind"}


@pytest.fixture(scope="module")
def server() -> Iterator[Issuer]:
    with issuer.running() as found:
        yield found


@pytest.fixture
def provider(server: Issuer, settings, monkeypatch) -> Issuer:
    """At whose log-in page Nora sits."""
    server.__init__(int(server.url.rpartition(":")[2]))  # type: ignore[misc]
    server.person = dict(NORA)
    names = {"ISSUER": server.url, "CLIENT_ID": issuer.CLIENT, "CLIENT_SECRET": issuer.SECRET, "NAME": "Castle"}
    for name, value in names.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = {"sso": {"APPS": identity_providers(), "OAUTH_PKCE_ENABLED": True}}
    return server


@pytest.fixture
def boss(db) -> Teammate:
    person = make.teammate("sue")
    roles.give(person, "Supervisor")
    return Teammate.objects.get(pk=person.pk)


@pytest.fixture
def invited(boss, sales) -> Invitation:
    return invitations.invite("Nora", "Agent", by=boss, lasts=timedelta(days=7), team=sales, email="Nora@Example.org")


@pytest.fixture
def known(ana: Teammate, provider: Issuer) -> Teammate:
    """Ana, who has come this way before."""
    SocialAccount.objects.create(user=ana, provider=provider.url, uid=NORA["sub"])
    return ana


def way_out(client: Client, path: str = "/login/sso/", **typed: str) -> str:
    """The provider's address, as the page leads there."""
    page = client.post(path, typed).content.decode()
    return unescape(re.findall(r'content="0;url=([^"]+)"', page)[0])


def sign_on(client: Client, provider: Issuer, **typed: str):
    return client.get(provider.log_in(way_out(client, **typed)))


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def is_refused(client: Client, answer, *words: str) -> bool:
    page = answer.content.decode()
    return answer.status_code in (403, 502) and all(word in page for word in words) and not is_in(client)


# --- Who comes in -----------------------------------------------------------------------------------------------------


def test_the_log_in_offers_it_by_its_name_if_there_is_one(client, provider, settings) -> None:
    assert "Log in with Castle" in client.get("/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"sso": {"APPS": []}}
    assert "/login/sso/" not in client.get("/login/").content.decode()
    assert client.post("/login/sso/").status_code == client.get("/login/sso/callback/").status_code == 404


def test_who_was_invited_gets_an_account_with_role_and_team(client, provider, invited, sales) -> None:
    assert sign_on(client, provider)["Location"] == "/"
    nora = Teammate.objects.get(username="noralind")
    assert (nora.name, nora.email, nora.role, list(nora.teams.all())) == (
        "Nora Lind",
        "Nora@example.org",
        "Agent",
        [sales],
    )
    assert not nora.has_usable_password()
    assert is_in(client)
    invited.refresh_from_db()
    assert invited.used_by == nora


def test_the_second_time_it_is_the_same_account_whatever_its_address_is_by_then(client, provider, invited) -> None:
    sign_on(client, provider)
    provider.person["email"] = "married@example.org"
    again = Client()
    sign_on(again, provider)
    assert is_in(again) and Teammate.objects.filter(email__icontains="example.org").count() == 1


def test_one_comes_to_the_page_one_wanted_and_to_no_other_site(client, provider, known) -> None:
    assert sign_on(client, provider, next="/saved-replies/")["Location"] == "/saved-replies/"
    assert sign_on(Client(), provider, next="https://elsewhere.example/")["Location"] == "/"


def test_a_name_that_is_taken_gets_a_number(client, provider, invited) -> None:
    make.teammate("NoraLind")
    sign_on(client, provider)
    assert Teammate.objects.filter(username="noralind2").exists()


def test_who_was_not_invited_stays_out(client, provider) -> None:
    assert is_refused(client, sign_on(client, provider), "Nobody has invited nora@example.org")
    assert not Teammate.objects.exists()


def test_unless_everybody_is_welcome_as_an_agent_without_a_team(client, provider, settings) -> None:
    settings.OIDC_NEW_AGENTS = True
    sign_on(client, provider)
    nora = Teammate.objects.get()
    assert (nora.role, nora.is_staff, list(nora.teams.all())) == ("Agent", False, [])


@pytest.mark.parametrize("said", [False, None, "false", ""])
def test_an_address_that_is_not_verified_lets_nobody_in(client, provider, invited, said, settings) -> None:
    settings.OIDC_NEW_AGENTS = True
    provider.person["email_verified"] = said
    assert is_refused(client, sign_on(client, provider), "does not say that your e-mail address is verified")
    assert Invitation.objects.open().exists()


def test_unless_the_operator_knows_that_it_is(client, provider, invited, settings) -> None:
    del provider.person["email_verified"]
    settings.SOCIALACCOUNT_PROVIDERS["sso"]["APPS"][0]["settings"]["verified_email"] = True
    sign_on(client, provider)
    assert is_in(client)


def test_without_an_address_nobody_comes_in(client, provider, invited) -> None:
    del provider.person["email"]
    assert is_refused(client, sign_on(client, provider), "not say that your e-mail address is verified")


def test_an_invitation_that_is_void_lets_nobody_in(client, provider, invited, boss) -> None:
    roles.give(boss, "Agent")
    assert is_refused(client, sign_on(client, provider), "Ask for another one")
    Invitation.objects.update(expires_at=invited.made_at)
    assert is_refused(client, sign_on(client, provider), "Nobody has invited")


def test_an_account_is_never_taken_over_by_its_address(client, provider, ana, settings) -> None:
    """Its owner typed it, and nobody verified it."""
    settings.OIDC_NEW_AGENTS = True
    Teammate.objects.filter(pk=ana.pk).update(email="NORA@example.org")
    assert is_refused(client, sign_on(client, provider), "There is an account with your e-mail address")


def test_who_is_switched_off_stays_out(client, provider, known) -> None:
    Teammate.objects.filter(pk=known.pk).update(is_active=False)
    assert is_refused(client, sign_on(client, provider), "switched off")


def test_it_is_no_way_around_a_second_factor(client, provider, known, prove) -> None:
    app = App(known)
    assert sign_on(client, provider)["Location"] == "/login/second-factor/"
    assert not is_in(client)
    prove(app.code())
    assert is_in(client)


def test_the_same_id_at_another_provider_is_somebody_else(client, provider, ana) -> None:
    SocialAccount.objects.create(user=ana, provider="https://former.example.org", uid=NORA["sub"])
    assert is_refused(client, sign_on(client, provider), "Nobody has invited")


# --- What the provider, or somebody between, does wrong ---------------------------------------------------------------


@pytest.mark.parametrize(
    "says", [{"aud": "another-client"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": "somebody-else"}]
)
def test_a_token_that_is_not_for_us_or_too_old_lets_nobody_in(client, provider, known, says) -> None:
    provider.says = says
    assert is_refused(client, sign_on(client, provider), "did not confirm who you are")


def test_a_token_signed_by_somebody_else_lets_nobody_in(client, provider, known) -> None:
    provider.signs_with = Issuer.stranger
    assert is_refused(client, sign_on(client, provider), "did not confirm who you are")


@pytest.mark.parametrize(
    "odd", [{"sub": "x" * 192}, {"sub": ""}, {"sub": None}, {"name": 7, "given_name": 7}, {"email": 7}]
)
def test_an_answer_that_makes_no_sense_is_said(client, provider, known, odd) -> None:
    provider.person |= odd
    assert is_refused(client, sign_on(client, provider))


def test_a_name_without_end_is_cut(client, provider, invited) -> None:
    provider.person |= {"given_name": "N" * 1000, "preferred_username": "n" * 1000}
    sign_on(client, provider)
    assert is_in(client)


@pytest.mark.parametrize("name", ["id_token", "access_token"])
def test_an_answer_without_a_token_lets_nobody_in(client, provider, known, name) -> None:
    provider.without = (name,)
    assert is_refused(client, sign_on(client, provider))


def test_an_answer_about_somebody_else_lets_nobody_in(client, provider, known) -> None:
    provider.userinfo = {"sub": "somebody-else"}
    assert is_refused(client, sign_on(client, provider), "did not confirm who you are")


def test_a_way_back_is_gone_once(client, provider, known) -> None:
    back = provider.log_in(way_out(client))
    client.get(back)
    client.post("/logout/")
    assert is_refused(client, client.get(back), "did not confirm who you are")


def test_a_way_back_is_that_browser_s_own(client, provider, known) -> None:
    victim = Client()
    assert is_refused(victim, victim.get(provider.log_in(way_out(client))), "did not confirm who you are")


def test_a_way_back_ends_after_ten_minutes(client, provider, known, stopped_clock) -> None:
    back = provider.log_in(way_out(client))
    stopped_clock.shift(timedelta(minutes=11))
    assert is_refused(client, client.get(back), "took too long")


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=server_error", "?state=%00"])
def test_a_way_back_that_somebody_made_up_leads_nowhere(client, provider, known, query) -> None:
    assert is_refused(client, client.get(f"/login/sso/callback/{query}"), "did not confirm who you are")


def test_who_changes_their_mind_there_is_told_so(client, provider, known) -> None:
    state = re.findall(r"state=(\w+)", way_out(client))[0]
    answer = client.get(f"/login/sso/callback/?error=access_denied&state={state}")
    assert is_refused(client, answer, "You did not go on at Castle")


def test_a_provider_that_is_down_is_said_on_the_way_out_and_back(client, provider, known) -> None:
    back = provider.log_in(way_out(client))
    provider.down = True
    assert is_refused(client, client.get(back), "Castle cannot be reached")
    assert is_refused(client, client.post("/login/sso/"), "Castle cannot be reached")


# --- Connecting -------------------------------------------------------------------------------------------------------


def test_whoever_is_logged_in_connects_their_account_after_proving_who_they_are(client, provider, ana) -> None:
    enter(client)
    asked = client.post("/me/log-in/sso/connect/")
    assert asked["Location"].startswith("/me/log-in/again/")
    client.post(asked["Location"], {"password": "monty"})
    answer = client.get(provider.log_in(way_out(client, "/me/log-in/sso/connect/")))
    assert answer["Location"] == "/me/log-in/"
    stranger = Client()
    sign_on(stranger, provider)
    assert stranger.get("/me/log-in/").wsgi_request.user == ana


def test_another_s_connection_is_not_taken(client, provider, known, ben) -> None:
    enter(client, "ben")
    client.post(client.post("/me/log-in/sso/connect/")["Location"], {"password": "monty"})
    client.get(provider.log_in(way_out(client, "/me/log-in/sso/connect/")))
    assert "already connected to a different account" in client.get("/me/log-in/").content.decode()
    assert SocialAccount.objects.get().user == known


def test_who_has_no_other_way_in_keeps_it(client, provider, invited) -> None:
    sign_on(client, provider)
    client.post("/me/log-in/sso/disconnect/")
    assert "it stays" in client.get("/me/log-in/").content.decode()
    assert SocialAccount.objects.exists()
    assert client.get("/password/").status_code == 403


def test_who_has_one_disconnects_it(client, provider, known) -> None:
    enter(client)
    client.post(client.post("/me/log-in/sso/disconnect/")["Location"], {"password": "monty"})
    client.post("/me/log-in/sso/disconnect/")
    assert not SocialAccount.objects.exists()


def test_who_came_this_way_sets_up_a_second_factor_without_a_password(client, provider, invited) -> None:
    sign_on(client, provider)
    assert client.get("/me/log-in/app/").status_code == 200


def test_it_is_in_the_audit_log(client, provider, invited) -> None:
    sign_on(client, provider)
    nora = Teammate.objects.get(username="noralind")
    told = AuditEntry.objects.filter(actor=nora).order_by("pk").values_list("deed", "data")
    assert list(told) == [
        ("added", {"role": "Agent", "invited_by": "Sue"}),
        ("changed", {"single sign-on": "added"}),
        ("did", {"did": "log in", "by_way_of": provider.url}),
    ]


# --- The operator's settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"OIDC_ISSUER": "http://idp.example.org"}, {"OIDC_CLIENT_ID": ""}])
def test_settings_that_cannot_be_meant_refuse_to_start(monkeypatch, wrong) -> None:
    for name, value in ({"OIDC_ISSUER": "https://idp.example.org", "OIDC_CLIENT_ID": "monty"} | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="OIDC"):
        identity_providers()


def test_the_secret_may_come_from_a_file(monkeypatch, tmp_path) -> None:
    (tmp_path / "secret").write_text("hush")
    # One that remembers no file for the tests to come.
    monkeypatch.setattr("monty.env.env.ENVIRON", FileAwareMapping())
    monkeypatch.setenv("OIDC_ISSUER", "https://idp.example.org/")
    monkeypatch.setenv("OIDC_CLIENT_ID", "monty")
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    found = identity_providers()[0]
    assert (found["provider_id"], found["secret"], found["name"]) == (
        "https://idp.example.org",
        "hush",
        "idp.example.org",
    )


def test_without_an_issuer_there_is_none(monkeypatch) -> None:
    monkeypatch.delenv("OIDC_ISSUER", raising=False)
    assert identity_providers() == []
