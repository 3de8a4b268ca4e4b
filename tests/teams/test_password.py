"""One's own password: chosen anew by whoever knows the former one, whatever their role."""

import pytest
from django.test import Client

from teams.models import AuditEntry, Teammate

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = "quiet-harbour-7"


@pytest.fixture
def page(client: Client, ana: Teammate) -> Client:
    ana.set_password("monty")
    ana.save()
    client.force_login(ana)
    return client


def change(page: Client, **typed: str):
    fields = {"old_password": "monty", "new_password1": NEW, "new_password2": NEW}
    return page.post("/password/", fields | typed, follow=True)


def test_whoever_knows_it_chooses_another_and_stays_logged_in(page, ana) -> None:
    assert "Your password is changed." in change(page).content.decode()
    assert Teammate.objects.get(pk=ana.pk).check_password(NEW)


def test_other_browsers_have_to_log_in_anew(page, ana) -> None:
    elsewhere = Client()
    elsewhere.force_login(Teammate.objects.get(pk=ana.pk))
    change(page)
    assert elsewhere.get("/me/").status_code == 302


@pytest.mark.parametrize("wrong", [{"old_password": "guess"}, {"new_password2": "other"}, {"new_password1": "123"}])
def test_what_is_wrong_is_said_and_nothing_changes(page, ana, wrong) -> None:
    assert "field-error" in change(page, **wrong).content.decode()
    assert Teammate.objects.get(pk=ana.pk).check_password("monty")


def test_the_audit_log_tells_that_it_was_changed_and_not_to_what(page) -> None:
    change(page)
    entry = AuditEntry.objects.get(kind="teams.teammate", deed="changed")
    assert entry.data == {"password": ["•••", "•••"]}
