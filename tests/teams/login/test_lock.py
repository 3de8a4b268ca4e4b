"""Wrong passwords lock a log-in for some minutes; the audit log is told once."""

import pytest
from django.test import Client

from teams.models import AuditEntry
from tests.teams.login.conftest import enter

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def locks(settings) -> None:
    settings.AXES_ENABLED = True


def test_the_fifth_wrong_password_locks_and_the_right_one_does_not_help(client, ana) -> None:
    for _try in range(5):
        answer = enter(client, password="guess")
    assert (answer.status_code, "rests for five minutes" in answer.content.decode()) == (429, True)
    assert enter(client).status_code == 429


def test_it_is_in_the_audit_log_once(client, ana) -> None:
    for _try in range(8):
        enter(client, password="guess")
    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.address, entry.data) == ("Ana", "127.0.0.1", {"did": "lock after wrong passwords"})


def test_of_a_name_that_nobody_has_nothing_is_told(client, db) -> None:
    for _try in range(6):
        enter(client, "nobody", "guess")
    assert not AuditEntry.objects.exists()


def test_proving_it_again_counts_too(client, ana) -> None:
    enter(client)
    asked = client.get("/me/log-in/app/")["Location"]
    for _try in range(5):
        answer = client.post(asked, {"password": "guess"})
    assert answer.status_code == 429
    assert enter(Client()).status_code == 429
