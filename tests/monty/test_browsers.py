"""What another website cannot do with the browser of somebody who is logged in here."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.processes import ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def browser(ana) -> Client:
    """With Ana's session, and without the token that Monty's own pages have."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    return client


def test_a_form_of_another_site_changes_nothing(browser, conversation):
    refused = browser.post(f"/conversations/{conversation.pk}/close/", {}, headers={"origin": "https://evil.example"})

    conversation.refresh_from_db()
    assert (refused.status_code, conversation.state) == (403, "open")


def test_neither_does_rest_by_the_session_alone(browser, conversation):
    address = f"/api/v1/conversations/{conversation.pk}/close/"
    refused = browser.post(address, {}, content_type="application/json")

    conversation.refresh_from_db()
    assert (refused.status_code, conversation.state) == (403, "open")


def test_the_session_s_cookie_is_for_no_script_and_no_other_site():
    assert django_settings.SESSION_COOKIE_HTTPONLY
    assert (django_settings.SESSION_COOKIE_SAMESITE, django_settings.CSRF_COOKIE_SAMESITE) == ("Lax", "Lax")


@pytest.mark.parametrize(("address", "secure"), [("https://inbox.example.org", True), ("http://localhost:8000", False)])
def test_by_https_cookies_go_by_https_only(tmp_path, address, secure):
    ask = (
        "import json, monty.settings as s; "
        "print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0]))"
    )
    env = {"PATH": os.environ["PATH"], "MONTY_VAR": str(tmp_path), "PUBLIC_URL": address}
    said = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=env, capture_output=True, text=True, check=True)

    assert json.loads(said.stdout) == [secure] * 3
