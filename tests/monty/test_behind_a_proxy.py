"""Behind the sample proxy everybody comes from the proxy's address; limits must not lock them all out together."""

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from rest_framework.settings import api_settings

from monty.rest import client_address
from teams.models import Teammate
from tests import make

pytestmark = pytest.mark.once
SAMPLE = Path(__file__).parents[2] / "deploy" / "nginx.conf"


@pytest.fixture
def behind_one_proxy(monkeypatch) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)


def test_no_location_of_the_sample_has_headers_of_its_own():
    """nginx would send none of the server's then: neither whose request it is, nor for which host."""
    sample = SAMPLE.read_text()
    locations = re.findall(r"location \S+ \{(.*?)\}", sample, re.DOTALL)
    assert len(locations) == 2
    assert not [each for each in locations if "proxy_set_header" in each]
    assert "proxy_set_header Host $http_host;" in sample


def test_the_client_is_whom_the_proxy_names(behind_one_proxy):
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.7"}, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == "198.51.100.7"


def test_what_a_client_claims_about_itself_does_not_count(behind_one_proxy):
    forged = {"x-forwarded-for": "203.0.113.1, 198.51.100.7"}
    assert client_address(RequestFactory().get("/", headers=forged)) == "198.51.100.7"


def test_without_a_proxy_the_header_is_ignored(monkeypatch):
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 0)
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.7"}, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == "127.0.0.1"


def test_where_the_server_tells_no_address_whoever_asks_is_answered_all_the_same():
    request = RequestFactory().get("/")
    del request.META["REMOTE_ADDR"]
    assert client_address(request) == ""


@pytest.fixture
def ana(db) -> Teammate:
    return make.teammate("ana")


def log_in(client: Client, password: str, address: str) -> int:
    form = {"username": "ana", "password": password}
    return client.post("/login/", form, headers={"x-forwarded-for": address}).status_code


def test_wrong_passwords_from_one_address_do_not_lock_out_another(behind_one_proxy, settings, ana, client: Client):
    settings.AXES_ENABLED = True
    for _ in range(5):
        log_in(client, "wrong", "198.51.100.7")
    assert log_in(client, "monty", "198.51.100.7") == 429
    assert log_in(client, "monty", "203.0.113.9") == 302


def test_a_program_that_asks_for_a_token_is_counted_the_same_way(behind_one_proxy, settings, ana, client: Client):
    settings.AXES_ENABLED = True
    for _ in range(5):
        ask_for_token(client, "wrong", "198.51.100.7")
    assert ask_for_token(client, "monty", "198.51.100.7") != 200
    assert ask_for_token(client, "monty", "203.0.113.9") == 200


def ask_for_token(client: Client, password: str, address: str) -> int:
    body = {"username": "ana", "password": password}
    headers = {"x-forwarded-for": address}
    return client.post("/api/v1/tokens/", body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize("address", ["/healthz", "/metrics"])
def test_whoever_watches_a_process_asks_it_without_the_proxys_certificate(settings, client: Client, address):
    settings.SECURE_SSL_REDIRECT = True
    assert not client.get(address).headers.get("Location", "").startswith("https://")


def test_everybody_else_is_led_to_https(settings, client: Client):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/login/").headers["Location"].startswith("https://")
