from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from teams.models import Teammate


class App:
    """Somebody's app for one-time codes, and their recovery codes."""

    def __init__(self, person: Teammate) -> None:
        self.secret = generate_totp_secret()
        TOTP.activate(person, self.secret)
        self.recovery_codes = RecoveryCodes.activate(person).generate_codes()

    def code(self, steps: int = 0) -> str:
        """What it shows now, or so many steps of 30 s later."""
        return code_of(self.secret, steps)


def code_of(secret: str, steps: int = 0) -> str:
    moment = timezone.now() + timedelta(seconds=30 * steps)
    return format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30))


NO_PASSKEYS = [
    *("", "{}", "[]", "null", "1", '"x"', "\\0", "{"),
    '{"id": "AA", "response": {}}',
    '{"id": 1, "response": 1}',
    '{"id": "AA", "rawId": "AA", "response": {"clientDataJSON": "AA", "attestationObject": "AA"}, "type": "x"}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AA",'
    ' "signature": "AA", "userHandle": "AA"}}',
]


def enter(client: Client, username: str = "ana", password: str = "monty", **more: str):
    return client.post("/login/", {"username": username, "password": password, **more})


@pytest.fixture(autouse=True)
def stopped_clock():
    """Codes are of a moment: no test straddles two."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(ana: Teammate) -> App:
    return App(ana)


@pytest.fixture
def prove(client: Client) -> Callable[[str], object]:
    """The second step, after the password."""
    return lambda code: client.post("/login/second-factor/", {"code": code})
