"""Webhooks in the admin: the form, the secret shown once, the buttons, the log."""

import pytest
from django.test import Client

from monty.admin import address, page_of
from teams import roles
from teams.models import Teammate
from tests import make
from tests.webhooks.conftest import URL, only
from webhooks import posting
from webhooks.models import Attempt, Delivery, Subscription

pytestmark = pytest.mark.once


@pytest.fixture
def as_admin(admin: Teammate, client: Client) -> Client:
    client.force_login(admin)
    return client


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, row, name: str, **answers):
    return client.post(address(row, "press", row.pk, name), answers, follow=True)


def add(client: Client, **fields):
    typed = {"name": "CRM", "url": URL, "all_teams": "on"} | fields
    return client.post(address(Subscription, "add"), {name: value for name, value in typed.items() if value})


def test_one_is_made_and_its_page_shows_the_secret_once(as_admin, admin):
    answer = add(as_admin, verbs=["close", "rate"])
    row = Subscription.objects.get()
    assert answer.status_code == 302
    assert (row.owner, row.verbs, row.all_teams) == (admin, ["close", "rate"], True)
    page = answer["Location"]
    assert row.newest_key in shown(as_admin, page)
    assert row.newest_key not in shown(as_admin, page)


def test_nobody_else_s_session_shows_it(as_admin, admin):
    answer = add(as_admin)
    other = Client()
    other.force_login(Teammate.objects.create_superuser("root"))
    assert Subscription.objects.get().newest_key not in shown(other, answer["Location"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "http://crm.example/"}, "Only addresses with https:// are posted to."),
        ({"url": "https://192.168.0.4/"}, "This address is not public."),
        ({"all_teams": ""}, "Choose teams, or all of them."),
        ({"verbs": ["explode"]}, "explode"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(as_admin, fields, words):
    answer = add(as_admin, **fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Subscription.objects.exists()


def test_it_is_changed(as_admin, subscribe, sales):
    row = subscribe("close")
    fields = {"name": "ERP", "url": URL, "teams": [sales.pk], "verbs": ["rate"]}
    assert as_admin.post(page_of(row), fields).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.verbs, row.all_teams, row.team_ids) == ("ERP", ["rate"], False, [sales.pk])


def test_a_new_secret_is_shown_once_too(as_admin, subscribe):
    row = subscribe()
    old = row.newest_key
    page = press(as_admin, row, "rotate").content.decode()
    row.refresh_from_db()
    assert row.newest_key != old
    assert row.newest_key in page
    assert old not in page
    assert row.newest_key not in shown(as_admin, page_of(row))


def test_a_test_is_sent_and_stands_in_the_log(as_admin, subscribe, receiver, worker, commit):
    row = subscribe()
    receiver.answers = [503]
    commit(lambda: press(as_admin, row, "test"))
    delivery = only(row)
    assert delivery.verb == "test"
    page = shown(as_admin, page_of(delivery))
    assert "It answered 503." in page


def test_it_is_switched_off_and_on(as_admin, subscribe):
    row = subscribe()
    press(as_admin, row, "switch_off")
    row.refresh_from_db()
    assert not row.active
    press(as_admin, row, "test")
    assert not Delivery.objects.exists()
    press(as_admin, row, "switch_on")
    row.refresh_from_db()
    assert row.active


def test_it_is_deleted_with_its_log(as_admin, subscribe, receiver, talk, ana, commit):
    row = subscribe()
    commit(lambda: talk.close(by=ana))
    posting.attend(row.pk)
    assert as_admin.post(address(row, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not Subscription.objects.exists()
    assert not Attempt.objects.exists()


def test_the_front_page_counts_what_monty_switched_off(as_admin, subscribe):
    row = subscribe()
    row.give_up("Nothing got through for 24 hours.")
    figures = {figure.label: figure for figure in as_admin.get("/admin/").context["figures"]}
    figure = figures["Webhooks switched off"]
    assert (figure.value, figure.alarming) == (1, True)
    assert "Nothing got through for 24 hours." in shown(as_admin, figure.url)


def test_a_delivery_shows_what_was_sent_and_every_try(as_admin, subscribe, receiver, talk, ana, commit):
    row = subscribe()
    receiver.answers = [400]
    commit(lambda: talk.close(by=ana))
    posting.attend(row.pk)
    page = shown(as_admin, page_of(only(row)))
    assert "It answered 400." in page
    assert "&quot;type&quot;: &quot;close&quot;" in page
    assert "Replay" not in page
    assert shown(as_admin, page_of(Attempt.objects.get()))


def test_replay(as_admin, subscribe, receiver, worker, talk, ana, commit):
    row = subscribe()
    commit(lambda: talk.close(by=ana))
    commit(lambda: press(as_admin, only(row), "replay"))
    assert receiver.told == ["close", "close"]


def test_the_log_is_filtered_and_read_only(as_admin, subscribe, receiver, talk, ana, commit):
    row = subscribe()
    commit(lambda: talk.close(by=ana))
    log = address(Delivery, "changelist")
    for query in (
        f"?state__exact=queued&subscription={row.pk}",
        "?subscription=x",
        f"?q={only(row).uuid}",
        f"?q={talk.pk}",
    ):
        assert "close" in shown(as_admin, log + query)
    assert as_admin.get(address(Delivery, "add")).status_code == 403
    assert as_admin.post(address(Delivery, "delete", only(row).pk), {"post": "yes"}).status_code == 403


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["Editor", "Viewer", "Supervisor"])
def test_other_roles_find_nothing_here(role, subscribe, receiver, talk, ana, commit, client):
    row = subscribe()
    commit(lambda: talk.close(by=ana))
    person = make.teammate("pat")
    roles.give(person, role)
    client.force_login(person)
    for model in (Subscription, Delivery, Attempt):
        assert client.get(address(model, "changelist")).status_code == 403
    assert client.get(page_of(row)).status_code == 403
    assert client.post(address(row, "press", row.pk, "rotate")).status_code in (403, 404)
    assert "Webhooks switched off" not in [figure.label for figure in client.get("/admin/").context["figures"]]


def test_an_app_manager_arranges_them(subscribe, client):
    person = make.teammate("mia")
    roles.give(person, "App Manager")
    client.force_login(person)
    assert add(client).status_code == 302
    assert Subscription.objects.get().owner == person


def test_whoever_is_held_to_their_teams_sees_and_makes_only_their_own(subscribe, sales, support, client):
    ours, theirs, every = subscribe(teams=[sales], name="Ours"), subscribe(teams=[support], name="Theirs"), subscribe()
    person = make.teammate("leo", sales)
    roles.give(person, "Admin", own_teams_only=True)
    client.force_login(person)
    listed = shown(client, address(Subscription, "changelist"))
    assert "Ours" in listed
    assert "Theirs" not in listed.replace(f'value="{theirs.pk}"', "")
    for row in (theirs, every):
        assert client.get(page_of(row), follow=True).redirect_chain
    assert "Theirs" not in shown(client, address(Delivery, "changelist"))
    form = shown(client, address(Subscription, "add"))
    assert 'name="all_teams"' not in form
    assert f'name="teams" value="{support.pk}"' not in form
    assert add(client, all_teams="on").status_code == 200
    assert add(client, all_teams="", teams=[support.pk]).status_code == 200
    assert add(client, all_teams="", teams=[sales.pk]).status_code == 302
    assert client.post(page_of(ours), {"name": "Ours", "url": URL, "teams": [sales.pk]}).status_code == 302
