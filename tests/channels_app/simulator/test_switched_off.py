"""Without the demo there is no simulator: no tables, no addresses, no tasks."""

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

pytestmark = pytest.mark.once

LOOK = """
from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve
from monty.celery import app

app.loader.import_default_modules()
for path in ("/demo/phone/", "/demo/providers/facebook/v26.0/me/messages", "/demo/providers/twitter/2/oauth2/token"):
    try:
        print("found", resolve(path))
    except Resolver404:
        print("none")
print([each.label for each in apps.get_app_configs() if each.label == "simulator"])
print([name for name in app.tasks if "simulator" in name])
print([name for name in settings.CELERY_BEAT_SCHEDULE if "simulated" in name])
"""


def look(tmp_path, demo: str) -> list[str]:
    env = os.environ | {"DEBUG": "1", "DEMO": demo, "MONTY_VAR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", LOOK]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_off_nothing_of_it_exists(tmp_path):
    assert look(tmp_path, "0") == ["none"] * 3 + ["[]"] * 3


def test_on_it_is_there(tmp_path):
    lines = look(tmp_path, "1")
    assert all(line.startswith("found") for line in lines[:3])
    assert "simulator" in lines[3]
    assert "channels_app.simulator.tasks.post_due" in lines[4]
