"""Monty refuses to start where it would be unsafe, and says why."""

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def start(tmp_path):
    """Start Monty with this environment; its exit code and what it said."""

    def run(**environment: str) -> tuple[int, str]:
        clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        command = [sys.executable, "manage.py", "check"]
        env = clean | {"MONTY_VAR": str(tmp_path)} | environment
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_it_starts_on_a_bare_machine_without_any_setting(start):
    code, _said = start()
    assert code == 0


def test_without_debug_a_missing_key_is_refused(start):
    code, said = start(DEBUG="0", ALLOWED_HOSTS="inbox.example.org")
    assert code != 0
    assert "SECRET_KEY" in said


@pytest.mark.parametrize("key", ["changeme", "django-insecure-abc"])
def test_without_debug_a_default_key_is_refused(start, key):
    code, said = start(DEBUG="0", ALLOWED_HOSTS="inbox.example.org", SECRET_KEY=key)
    assert code != 0
    assert "SECRET_KEY" in said


def test_without_debug_empty_allowed_hosts_are_refused(start):
    code, said = start(DEBUG="0", SECRET_KEY="a-long-random-text-that-nobody-could-guess")
    assert code != 0
    assert "ALLOWED_HOSTS" in said


def test_services_turn_debugging_off_by_themselves(start):
    code, said = start(REDIS_URL="redis://127.0.0.1:1/0")
    assert code != 0
    assert "SECRET_KEY" in said


def test_a_setting_may_come_from_a_file(start, tmp_path):
    file = tmp_path / "key"
    file.write_text("a-long-random-text-that-nobody-could-guess\n")
    code, said = start(DEBUG="0", ALLOWED_HOSTS="inbox.example.org", SECRET_KEY_FILE=str(file))
    assert code == 0, said


def test_an_unknown_media_storage_is_refused_in_words(start):
    code, said = start(MEDIA_STORAGE_URL="ftp://somewhere/else")
    assert code != 0
    assert "MEDIA_STORAGE_URL" in said


def test_make_run_lets_in_whoever_comes_by_the_address_that_it_prints():
    """By default, on another host, and with the hosts that somebody names."""
    recipes = [
        subprocess.run(
            ["make", "--dry-run", "run", *given], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for given in ([], ["HOST=192.0.2.7"], ["ALLOWED_HOSTS=inbox.example.org,127.0.0.1"])
    ]
    assert "ALLOWED_HOSTS=localhost,127.0.0.1,[::1],127.0.0.1 " in recipes[0]
    assert "ALLOWED_HOSTS=localhost,127.0.0.1,[::1],192.0.2.7 " in recipes[1]
    assert "ALLOWED_HOSTS=inbox.example.org,127.0.0.1 " in recipes[2]
