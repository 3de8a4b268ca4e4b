"""In which browsers somebody is logged in, and ending that: by themselves, and by whoever leads them."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from channels_app import live
from monty.admin import address, page_of
from teams import roles
from teams.login import second_factor, sessions
from teams.models import AuditEntry, Teammate
from tests import make
from tests.teams.login.conftest import App, enter

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser(username: str = "ana", **headers: str) -> Client:
    client = Client(headers=headers)
    enter(client, username)
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.fixture
def here(ana: Teammate) -> Client:
    return browser()


@pytest.fixture
def elsewhere(ana: Teammate, here: Client) -> Client:
    return browser(**{"User-Agent": FIREFOX})


def row(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_each_browser_is_in_the_list_by_its_name(here, elsewhere) -> None:
    page = here.get("/me/log-in/").content.decode()
    assert "Firefox, Linux" in page and page.count("127.0.0.1") == 2


def test_one_that_is_logged_out_is_out_and_the_others_stay(here, elsewhere) -> None:
    here.post(f"/me/log-in/sessions/{row(elsewhere).pk}/end/")
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert "Firefox" not in here.get("/me/log-in/").content.decode()


def test_its_sockets_hear_of_it_at_once(here, elsewhere, ana, monkeypatch, django_capture_on_commit_callbacks) -> None:
    told = []
    monkeypatch.setattr(live, "push", lambda groups, frame: told.append((groups, frame)))
    with django_capture_on_commit_callbacks(execute=True):
        here.post(f"/me/log-in/sessions/{row(elsewhere).pk}/end/")
    assert told == [([live.person(ana.pk)], {"hint": "membership"})]


def test_all_others_at_once(here, elsewhere) -> None:
    third = browser()
    here.post("/me/log-in/sessions/end/")
    assert [is_in(each) for each in (here, elsewhere, third)] == [True, False, False]


def test_somebody_else_s_is_not_there(here, ben) -> None:
    theirs = browser("ben")
    assert here.post(f"/me/log-in/sessions/{row(theirs).pk}/end/").status_code == 404
    assert is_in(theirs)


def test_who_is_out_is_in_no_list(here, elsewhere) -> None:
    elsewhere.post("/logout/")
    assert "Firefox" not in here.get("/me/log-in/").content.decode()
    assert elsewhere.get("/me/log-in/").status_code == 302


def test_another_password_ends_all_others_and_this_one_stays_in_the_list(here, elsewhere, ana) -> None:
    new = "quiet-harbour-7"
    here.post("/password/", {"old_password": "monty", "new_password1": new, "new_password2": new})
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert list(sessions.of(ana)) == [row(here)]


def test_it_is_in_the_audit_log(here, elsewhere, ana) -> None:
    here.post("/me/log-in/sessions/end/")
    entry = AuditEntry.objects.get(kind="teams.teammate")
    assert (entry.actor, entry.data) == (ana, {"did": "log out", "browser": "Firefox, Linux", "at": "127.0.0.1"})


def test_what_calls_itself_nothing_known_is_shown_as_it_is() -> None:
    assert sessions.told("curl/8") == "curl/8"
    assert sessions.told("") == ""
    assert sessions.told("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/140 Safari/537.36 Edg/140") == "Edge, macOS"


# --- In the admin -----------------------------------------------------------------------------------------------------


def press(client: Client, person: Teammate, name: str):
    return client.post(address(Teammate, "press", person.pk, name), follow=True)


def test_a_supervisor_logs_somebody_out_everywhere(client, supervisor, here, elsewhere, ana) -> None:
    roles.give(ana, "Agent")
    assert "Log out everywhere" in client.get(page_of(ana)).content.decode()
    press(client, ana, "sessions")
    assert not Session.objects.filter(session_key__in=UserSession.objects.values("session_key")).exists()
    assert (is_in(here), is_in(elsewhere)) == (False, False)
    assert AuditEntry.objects.filter(actor=supervisor, data__did="log out").count() == 2


def test_a_supervisor_removes_what_somebody_has_lost(client, supervisor, ana) -> None:
    roles.give(ana, "Agent")
    App(ana)
    press(client, ana, "second_factor")
    assert not second_factor.has_one(ana)
    assert AuditEntry.objects.filter(actor=supervisor, data={"second factor: app": "removed"}).exists()


@pytest.mark.parametrize("name", ["sessions", "second_factor"])
def test_not_of_somebody_who_may_do_more(client, supervisor, name) -> None:
    boss = make.teammate("boss", is_superuser=True, is_staff=True)
    App(boss)
    press(client, boss, name)
    assert second_factor.has_one(boss)
    assert not AuditEntry.objects.filter(actor=supervisor).exists()


def test_the_list_tells_who_has_a_second_factor(client, supervisor, ana, ben) -> None:
    App(ana)
    found = client.get(address(Teammate, "changelist"), {"second_factor": "yes"}).context["cl"].result_list
    assert list(found) == [ana]
    assert ana not in client.get(address(Teammate, "changelist"), {"second_factor": "no"}).context["cl"].result_list
